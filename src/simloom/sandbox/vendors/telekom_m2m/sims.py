"""SIMs of the M2M Service Portal: list and details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.sandbox.listing import page_count, page_of
from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.vendors.telekom_m2m.estate import IDENTIFIERS, PAGE_SIZE, Estate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simloom.sandbox.vendor import Handler


class Sims:
    """SIM cards as they are now."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.handlers: dict[str, Handler] = {
            "list_sims": self.list_sims,
            "get_sim_details": self.get_sim_details,
            "get_sim_details_by_identifier": self.get_sim_details,
        }

    def list_sims(self, call: Call) -> Reply:
        """Return one page of a partner's SIMs, or the SIM that has the identifiers given."""
        given = call.parameters
        own = self._estate.owned().get(given["partnerID"])
        if own is None:
            return self._estate.foreign_partner()
        wanted = {name: given[name] for name in IDENTIFIERS if name in given}
        found = self._search(own, given["partnerID"], wanted)
        page, size = given.get("page", 1), given.get("pageSize", PAGE_SIZE)
        live, brief = self._estate.live, self._estate.sims.brief
        return Reply(
            body={
                "sims": [brief(live.record(index)) for index in page_of(found, page, size)],
                "page": page,
                "pageSize": size,
                "totalPages": page_count(len(found), size),
                "totalCount": len(found),
            }
        )

    def get_sim_details(self, call: Call) -> Reply:
        """Return the details of the SIM in the path, or of that which the body names."""
        index = self._estate.referenced(call)
        if isinstance(index, Reply):
            return index
        return Reply(body={"SimDetails": self._estate.live.record(index)})

    def _search(self, own: Sequence[int], partner: str, wanted: Mapping[str, str]) -> Sequence[int]:
        if not wanted:
            return own
        index = self._estate.live.find_all(wanted)
        if index is None or self._estate.partner_of(index) != partner:
            return []
        return [index]

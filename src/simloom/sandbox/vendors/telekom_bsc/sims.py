"""SIMs of Business Smart Connect: list, get, change one or many, reset.

A change sets `status` and `imei_lock` in any case: what the body leaves out gets the spec's
default, Enabled and false. So a body with a label only enables the SIM and unlocks its IMEI, as the
vendor's does. A label that is left out stays. Changes of many SIMs are all accepted or all refused,
which is an assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.listing import Order, Selection, page_of
from simloom.sandbox.messages import Call, Refused, Reply, Why, bad_body
from simloom.sandbox.vendors.telekom_bsc.account import EXPIRED, NO_SIM, Account, page_headers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from simloom.sandbox.vendor import Handler


class Sims:
    """SIM cards and their settings."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._sims, self._live = account.sims, account.live
        # Neither an IMEI nor an address ever changes here, so the seed decides the order.
        self._selection = Selection(
            range(self._sims.count), {"imei": self._sims.imei, "ip_address": self._sims.address}
        )
        account.can("change", self._change)
        account.can("reset", self._reset)
        self.handlers: dict[str, Handler] = {
            "list_sims": self.list_sims,
            "get_sim": self.get_sim,
            "update_sim": self.update_sim,
            "update_sims": self.update_sims,
            "reset_connectivity": self.reset_connectivity,
        }

    def list_sims(self, call: Call) -> Reply:
        """Return one page as a bare array."""
        given = call.parameters
        page, size = given["page"], given["pageSize"]
        found = self._found(given.get("q"), given.get("sort"))
        sims = [self._live.record(index) for index in page_of(found, page, size)]
        return Reply(body=sims, headers=page_headers(len(found), page, size))

    def get_sim(self, call: Call) -> Reply:
        """Return a SIM, also an expired one."""
        index = self._account.find(call)
        return NO_SIM if index is None else Reply(body=self._live.record(index))

    def update_sim(self, call: Call) -> Reply:
        """Queue a change of one SIM."""
        index = self._account.changeable(call)
        if isinstance(index, Reply):
            return index
        if call.content["iccid"] != call.parameters["iccid"]:
            raise bad_body("iccid is another one than in the path", "iccid")
        self._queue_change(index, call.content, "update_sim")
        return Reply()

    def update_sims(self, call: Call) -> Reply:
        """Queue changes of many SIMs, or refuse them all."""
        changes = []
        for update in call.content:
            index = self._live.find("iccid", update["iccid"])
            if index is None:
                return NO_SIM
            if self._sims.expired(index):
                return EXPIRED
            changes.append((index, update))
        for index, update in changes:
            self._queue_change(index, update, "update_sims")
        return Reply(status=201)

    def reset_connectivity(self, call: Call) -> Reply:
        """Queue a reset."""
        index = self._account.changeable(call)
        if isinstance(index, Reply):
            return index
        self._account.queue("reset", {"index": index})
        return Reply(status=201)

    def _reset(self, moment: datetime, job: Mapping[str, Any]) -> None:
        index = job["index"]
        self._account.happened(index, moment, "Connectivity reset")
        changes = {"connectivity": (None, "reset")}
        self._account.record("reset_connectivity", index, changes, moment=moment)

    def _queue_change(self, index: int, update: dict[str, Any], operation: str) -> None:
        wanted = {"status": "Enabled", "imei_lock": False}
        wanted |= {name: update[name] for name in (*wanted, "label") if name in update}
        job = {"index": index, "wanted": wanted, "operation": operation}
        self._account.queue("change", job)

    def _change(self, moment: datetime, job: Mapping[str, Any]) -> None:
        index, wanted = job["index"], dict(job["wanted"])
        if "imei_lock" not in self._live.record(index) and wanted["imei_lock"] is False:
            del wanted["imei_lock"]  # a SIM that never saw a device has no lock to open
        changes = self._live.change(index, **wanted)
        if not changes:
            return
        if "status" in changes:
            old, new = changes["status"]
            self._account.happened(index, moment, f"Status changed from {old} to {new}")
        self._account.record(job["operation"], index, changes, moment=moment)
        self._account.reachable(index, moment)

    def _found(self, query: str | None, sort: str | None) -> Sequence[int]:
        order = tuple(
            Order(self._column(name.removeprefix("-"), "sort"), name.startswith("-"))
            for name in (sort.split(",") if sort else ())
        )
        if not query:
            return self._selection.indexes({}, order)
        # Both fields name one SIM at most, so no search and no order is needed.
        hits: set[int | None] = set()
        for pair in query.split(","):
            name, colon, value = pair.partition(":")
            if not colon:
                raise _bad("q", "q has to be field:value pairs, separated by commas")
            is_imei = self._column(name, "q") == "imei"
            hits.add(self._sims.find("imei", value) if is_imei else self._sims.find_address(value))
        return [index for index in hits if index is not None] if len(hits) == 1 else []

    def _column(self, name: str, parameter: str) -> str:
        if name not in self._selection.columns:
            fields = " and ".join(self._selection.columns)
            raise _bad(parameter, f"{parameter} knows the fields {fields} only")
        return name


def _bad(parameter: str, detail: str) -> Refused:
    return Refused(Why.REQUEST, detail, where=parameter, place="query")

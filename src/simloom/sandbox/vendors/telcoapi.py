"""TelcoAPI Physical SIM API.

The reference states no default and no maximum of `per_page`: 10 as in its example, and 1000, are
assumptions. So is that a sort without direction is ascending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.listing import Order, Selection, page_of
from simloom.sandbox.messages import Call, Refused, Reply, Why, bearer_token
from simloom.sandbox.populations.telcoapi import TelcoApiSims
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

_ERRORS = "https://api.telcoapi.com/errors"
_DIRECTIONS = {"asc": False, "desc": True}
_TITLES = {
    Why.REQUEST: ("validation-error", "Validation Error"),
    Why.PATH: ("not-found", "Not Found"),
    Why.METHOD: ("method-not-allowed", "Method Not Allowed"),
}


class TelcoApi(Vendor):
    """One API key as bearer token. Errors are problem documents."""

    id: ClassVar[str] = "telcoapi"
    settings: ClassVar[Mapping[str, str]] = {"api_key": "sandbox-telcoapi-api-key"}
    secret_settings: ClassVar[frozenset[str]] = frozenset({"api_key"})

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sims = TelcoApiSims(self.draw, world.sims)
        self._selection = Selection(
            world.sims,
            {
                "iccid": self.sims.iccid,
                "imsi": self.sims.imsi,
                "msisdn": self.sims.msisdn,
                "state": self.sims.state,
                "vendor": self.sims.maker,
                "created_at": self.sims.created,
                "updated_at": self.sims.updated,
            },
        )
        self.handlers = {"list_sims": self.list_sims, "get_sim": self.get_sim}

    def authenticate(self, call: Call) -> Reply | None:
        """Take the API key as bearer token."""
        if same_secret(bearer_token(call), self.settings["api_key"]):
            return None
        return _problem(
            401,
            "unauthorized",
            "Unauthorized",
            "The API key is missing or not known",
            call,
            headers={"WWW-Authenticate": "Bearer"},
        )

    def list_sims(self, call: Call) -> Reply:
        """Return one page without secrets; meta tells the total."""
        given = call.parameters
        page = _within("page", given.get("page", 1), 1)
        size = _within("per_page", given.get("per_page", 10), 1, 1000)
        filters = {name: given[name] for name in ("state", "vendor") if name in given}
        found = self._selection.indexes(filters, self._order(given.get("sort")))
        sims = [self.sims.summary(index) for index in page_of(found, page, size)]
        meta = {"total": len(found), "page": page, "per_page": size}
        return Reply(body={"data": sims, "meta": meta})

    def get_sim(self, call: Call) -> Reply:
        """Return a SIM with its secrets."""
        iccid = call.parameters["iccid"]
        index = self.sims.find("iccid", iccid)
        if index is None:
            detail = f"No SIM card found with ICCID {iccid}"
            return _problem(404, "not-found", "SIM Not Found", detail, call)
        return Reply(body=self.sims.record(index))

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer with a problem document; the one for an ICCID is documented to the letter."""
        if refused.place == "path" and refused.where == "iccid":
            problem = _problem(
                400,
                "validation-error",
                "Invalid ICCID Format",
                "ICCID must be a 19-20 digit number",
                call,
            )
            problem.body["instance"] = "/sim/physical"  # without the ICCID, unlike a 404
            return problem
        kind, title = _TITLES[refused.why]
        headers = refusal_headers(refused)
        return _problem(refused.why.value, kind, title, refused.detail, call, headers=headers)

    def state(self) -> dict[str, Any]:
        """Return the number of SIMs."""
        return {"sims": self.sims.count}

    def reset(self) -> None:
        """Do nothing: there is no state yet."""

    def _order(self, sort: str | None) -> tuple[Order, ...]:
        if sort is None:
            return ()
        column, _, direction = sort.partition(":")
        if column not in self._selection.columns or (direction or "asc") not in _DIRECTIONS:
            raise Refused(
                Why.REQUEST,
                "sort has to be a field of the list and a direction, such as created_at:desc",
                where="sort",
                place="query",
            )
        return (Order(column, _DIRECTIONS[direction or "asc"]),)


def _within(name: str, value: int, low: int, high: int | None = None) -> int:
    if value < low or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"from {low} to {high}"
        raise Refused(Why.REQUEST, f"{name} has to be {limits}", where=name, place="query")
    return value


def _problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    call: Call,
    *,
    headers: dict[str, str] | None = None,
) -> Reply:
    body = {
        "type": f"{_ERRORS}/{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        # The reference leaves the version out here.
        "instance": call.path.removeprefix("/v1"),
    }
    return Reply(
        status=status,
        body=body,
        headers=headers or {},
        media_type="application/problem+json",
        reason=detail,
    )

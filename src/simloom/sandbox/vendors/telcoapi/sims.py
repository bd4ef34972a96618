"""The inventory of TelcoAPI: list, get, provision, change the state, delete.

Only one transition is documented, and that one as refused: from BLOCKED to ACTIVE. The others are
assumed: a SIM leaves the inventory by its activation and never comes back; BLOCKED goes by way of
SUSPENDED. A second SIM with the same ICCID is a validation error: the spec declares no 409. A SIM
that is in the wanted state already stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.listing import Column, Order, Selection, page_of
from simloom.sandbox.messages import Call, Refused, Reply, Why
from simloom.sandbox.vendors.telcoapi.problems import problem, unknown_sim, utc

if TYPE_CHECKING:
    from simloom.sandbox.clock import Clock
    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.overlay import LiveSims
    from simloom.sandbox.populations.telcoapi import TelcoApiSims
    from simloom.sandbox.vendor import Handler, Publish

_DIRECTIONS = {"asc": False, "desc": True}
_TRANSITIONS = {
    "INVENTORY": {"ACTIVE"},
    "ACTIVE": {"SUSPENDED", "BLOCKED"},
    "SUSPENDED": {"ACTIVE", "BLOCKED"},
    "BLOCKED": {"SUSPENDED"},
}
_LIST_FIELDS = ("iccid", "imsi", "msisdn", "state", "vendor", "created_at", "updated_at")


class Inventory:
    """SIM cards and their states."""

    def __init__(
        self,
        sims: TelcoApiSims,
        live: LiveSims,
        ledger: Ledger,
        clock: Clock,
        publish: Publish,
    ) -> None:
        self._publish = publish
        self._sims = sims
        self._live = live
        self._ledger = ledger
        self._clock = clock
        self._selected = (-1, self._select())
        self.handlers: dict[str, Handler] = {
            "list_sims": self.list_sims,
            "get_sim": self.get_sim,
            "provision_sim": self.provision_sim,
            "update_sim_state": self.update_sim_state,
            "delete_sim": self.delete_sim,
        }

    def list_sims(self, call: Call) -> Reply:
        """Return one page without secrets; meta tells the total."""
        given = call.parameters
        page = _within("page", given.get("page", 1), 1)
        size = _within("per_page", given.get("per_page", 10), 1, 1000)
        filters = {name: given[name] for name in ("state", "vendor") if name in given}
        found = self._selection().indexes(filters, self._order(given.get("sort")))
        sims = [self._summary(index) for index in page_of(found, page, size)]
        meta = {"total": len(found), "page": page, "per_page": size}
        return Reply(body={"data": sims, "meta": meta})

    def get_sim(self, call: Call) -> Reply:
        """Return a SIM with its secrets."""
        iccid = call.parameters["iccid"]
        index = self._live.find("iccid", iccid)
        if index is None:
            return unknown_sim(iccid, call)
        return Reply(body=self._live.record(index))

    def provision_sim(self, call: Call) -> Reply:
        """Put a SIM into the inventory."""
        given = call.content
        iccid = given["iccid"]
        if self._live.find("iccid", iccid) is not None:
            detail = f"A SIM card with ICCID {iccid} exists already"
            return problem(400, "validation-error", "SIM Already Exists", detail, call)
        now = utc(self._clock.now())
        sim = {**given, "state": "INVENTORY", "created_at": now, "updated_at": now}
        self._live.create(sim)
        changes = {name: (None, value) for name, value in sim.items()}
        self._ledger.add("telcoapi", "provision_sim", iccid, changes)
        shown = {name: sim[name] for name in ("iccid", "state", "vendor") if name in sim}
        self._publish("sim.physical.created", shown)
        body = {name: sim[name] for name in ("iccid", "state", "created_at", "updated_at")}
        return Reply(status=201, body=body)

    def update_sim_state(self, call: Call) -> Reply:
        """Change the state if that transition is allowed."""
        iccid, wanted = call.parameters["iccid"], call.content["state"]
        index = self._live.find("iccid", iccid)
        if index is None:
            return unknown_sim(iccid, call)
        state = self._live.state(index)
        if wanted != state:
            if wanted not in _TRANSITIONS[state]:
                detail = f"Cannot transition from {state} to {wanted} state"
                kind = "invalid-state-transition"
                return problem(400, kind, "Invalid State Transition", detail, call)
            changes = self._live.change(index, state=wanted)
            self._live.change(index, updated_at=utc(self._clock.now()))
            if "reason" in call.content:
                changes["reason"] = (None, call.content["reason"])
            self._ledger.add("telcoapi", "update_sim_state", iccid, changes)
            told = {"iccid": iccid, "previous_state": state, "new_state": wanted}
            reason = {name: call.content[name] for name in ("reason",) if name in call.content}
            self._publish("sim.physical.state_changed", told | reason)
        sim = self._live.record(index)
        return Reply(body={name: sim[name] for name in ("iccid", "state", "updated_at")})

    def delete_sim(self, call: Call) -> Reply:
        """Delete a SIM for good."""
        iccid = call.parameters["iccid"]
        index = self._live.find("iccid", iccid)
        if index is None:
            return unknown_sim(iccid, call)
        state = self._live.state(index)
        self._live.delete(index)
        self._ledger.add("telcoapi", "delete_sim", iccid, {"state": (state, None)})
        self._publish("sim.physical.deleted", {"iccid": iccid})
        return Reply(body={"success": True, "deleted_at": utc(self._clock.now())})

    def _summary(self, index: int) -> dict[str, Any]:
        sim = self._live.record(index)
        return {name: sim[name] for name in _LIST_FIELDS if name in sim}

    def _selection(self) -> Selection:
        revision, selection = self._selected
        if revision != self._live.revision:
            selection = self._select()
            self._selected = (self._live.revision, selection)
        return selection

    def _select(self) -> Selection:
        seeded: dict[str, Column] = {
            "iccid": self._sims.iccid,
            "imsi": self._sims.imsi,
            "msisdn": self._sims.msisdn,
            "state": self._sims.state_of,
            "vendor": self._sims.maker,
            "created_at": lambda index: utc(self._sims.created(index)),
            "updated_at": lambda index: utc(self._sims.updated(index)),
        }

        def column(name: str) -> Any:
            formula = seeded[name]

            def value(index: int) -> Any:
                # An untouched SIM is read by formula: its whole record would take much longer.
                if index >= self._sims.count or index in self._live.changed:
                    return self._live.record(index).get(name)
                return formula(index)

            return value

        return Selection(self._live.indexes, {name: column(name) for name in seeded})

    def _order(self, sort: str | None) -> tuple[Order, ...]:
        if sort is None:
            return ()
        column, _, direction = sort.partition(":")
        if column not in _LIST_FIELDS or (direction or "asc") not in _DIRECTIONS:
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

"""SIMs of Infobip: list, get, rename, activate and suspend.

Assumed: an action is carried out at once; Imported and Deactivated SIMs can neither be activated
nor suspended; a SIM is suspended only after its activation; a SIM that is in the wanted status
stays as it is, and the answer carries an action id all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.sandbox.listing import page_of
from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.vendors.infobip.errors import ActionIds, not_possible, unknown_sim

if TYPE_CHECKING:
    from simloom.sandbox.clock import Clock
    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.overlay import LiveSims
    from simloom.sandbox.vendor import Handler

_FROM = {
    "Active": {"Activation Ready", "Suspended", "Active"},
    "Suspended": {"Active", "Suspended"},
}


class Sims:
    """SIM cards, their names and statuses."""

    def __init__(self, live: LiveSims, ledger: Ledger, actions: ActionIds, clock: Clock) -> None:
        self._live = live
        self._ledger = ledger
        self._actions = actions
        self._clock = clock
        self.handlers: dict[str, Handler] = {
            "list_sims": self.list_sims,
            "get_sim": self.get_sim,
            "rename_sim": self.rename_sim,
            "update_sim_status": self.update_sim_status,
        }

    def list_sims(self, call: Call) -> Reply:
        """Return one page; nothing tells how many there are."""
        page, limit = call.parameters["page"], call.parameters["limit"]
        indexes = page_of(self._live.indexes, page, limit)
        sims = [self._live.record(index) for index in indexes]
        return Reply(body={"page": page, "limit": limit, "sims": sims})

    def get_sim(self, call: Call) -> Reply:
        """Return a SIM."""
        index = self._live.find("iccid", call.parameters["iccid"])
        return unknown_sim() if index is None else Reply(body=self._live.record(index))

    def rename_sim(self, call: Call) -> Reply:
        """Change the name and nothing else."""
        index = self._live.find("iccid", call.parameters["iccid"])
        if index is None:
            return unknown_sim()
        return self._changed(index, "rename_sim", "name", call.content["name"])

    def update_sim_status(self, call: Call) -> Reply:
        """Activate or suspend a SIM."""
        index = self._live.find("iccid", call.parameters["iccid"])
        if index is None:
            return unknown_sim()
        status, wanted = self._live.state(index), call.content["status"]
        if status not in _FROM[wanted]:
            return not_possible(f"a SIM that is {status} cannot become {wanted}")
        return self._changed(index, "update_sim_status", "status", wanted)

    def _changed(self, index: int, operation: str, field: str, value: str) -> Reply:
        action = self._actions.take()
        changes = self._live.change(index, **{field: value})
        if changes:
            now = self._clock.now().strftime("%Y-%m-%dT%H:%M:%S")
            self._live.change(index, updatedAt=now)
            iccid = self._live.iccid(index)
            self._ledger.add("infobip", operation, iccid, changes, reference=action)
        return Reply(body={"actionId": action})

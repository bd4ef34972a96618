"""What else Infobip does for a SIM: usage, SMS, diagnostic.

Assumed: only an Active SIM takes an SMS and has services to synchronise; a SIM that was never
activated has no usage of any kind. The figures stand still: they are those of the seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.listing import page_of
from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.vendors.infobip.errors import ActionIds, not_possible, unknown_sim

if TYPE_CHECKING:
    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.overlay import LiveSims
    from simloom.sandbox.vendor import Handler

_UNUSED = {"Activation Ready", "Imported"}
_COUNTS = ("receivedSmsCount", "sentSmsCount", "receivedCallsCount", "sentCallsCount")


class Services:
    """Usage of the current month, messages, troubleshooting."""

    def __init__(self, live: LiveSims, ledger: Ledger, actions: ActionIds) -> None:
        self._live = live
        self._ledger = ledger
        self._actions = actions
        self.handlers: dict[str, Handler] = {
            "get_usage": self.get_usage,
            "list_monthly_usage": self.list_monthly_usage,
            "send_sms": self.send_sms,
            "run_diagnostic": self.run_diagnostic,
        }

    def get_usage(self, call: Call) -> Reply:
        """Return the figures of one SIM."""
        index = self._live.find("iccid", call.parameters["iccid"])
        return unknown_sim() if index is None else Reply(body=self._usage(index))

    def list_monthly_usage(self, call: Call) -> Reply:
        """Return the figures of one page of SIMs."""
        page, limit = call.parameters["page"], call.parameters["limit"]
        indexes = page_of(self._live.indexes, page, limit)
        usage = [self._usage(index) for index in indexes]
        return Reply(body={"page": page, "limit": limit, "usage": usage})

    def send_sms(self, call: Call) -> Reply:
        """Take a message over. The answer is empty."""
        index = self._live.find("iccid", call.parameters["iccid"])
        if index is None:
            return unknown_sim()
        if self._live.state(index) != "Active":
            return not_possible(f"the SIM is {self._live.state(index)}, so it takes no SMS")
        changes = {"sms": (None, call.content["text"])}
        self._ledger.add("infobip", "send_sms", self._live.iccid(index), changes)
        return Reply()

    def run_diagnostic(self, call: Call) -> Reply:
        """Synchronise the services of a SIM again."""
        index = self._live.find("iccid", call.parameters["iccid"])
        if index is None:
            return unknown_sim()
        if self._live.state(index) != "Active":
            return not_possible(f"the SIM is {self._live.state(index)}, so it has no services")
        action = self._actions.take()
        iccid = self._live.iccid(index)
        changes = {"services": (None, "synchronised")}
        self._ledger.add("infobip", "run_diagnostic", iccid, changes, reference=action)
        return Reply(body={"actionId": action})

    def _usage(self, index: int) -> dict[str, Any]:
        draw = self._live.seeded.draw
        usage: dict[str, Any] = dict.fromkeys((*_COUNTS, "usedDataBytes"))
        if self._live.state(index) not in _UNUSED:
            usage["usedDataBytes"] = draw.number(index, "usedDataBytes", 10**9)
            # Most SIMs only use data, and have null elsewhere.
            if draw.chance(index, "messages", 30):
                usage |= {name: draw.number(index, name, 50) for name in _COUNTS[:2]}
        return {"iccid": self._live.iccid(index), **usage}

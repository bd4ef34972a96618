"""SMS of Business Smart Connect: send, list, get, cancel.

Sending answers without an id; the message turns up in the list. Assumed: the queue delivers a
message if the SIM is enabled and was in a device before; otherwise it stays buffered and can be
cancelled. The vendor declares no 404 for a cancellation: one that finds nothing to cancel answers
like any other, and does nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.populations.telekom_bsc import with_z
from simloom.sandbox.vendors.telekom_bsc.account import NO_SIM, Account, sorted_page

if TYPE_CHECKING:
    from datetime import datetime

    from simloom.sandbox.vendor import Handler

# Only 4 is documented.
_BUFFERED = {"id": "2", "description": "BUFFERED"}
_DELIVERED = {"id": "4", "description": "DELIVERED"}
_CANCELLED = {"id": "6", "description": "CANCELLED"}
_SENT_FIELDS = ("payload", "source_address", "udh", "source_address_type")
_SORT_FIELDS = ("id", "submit_date", "delivery_date")


class Messages:
    """Messages to SIMs since the start."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._first = 1_000_000 + account.draw.number(0, "sms first", 1_000_000)
        self._sent: dict[str, tuple[int, dict[str, Any]]] = {}
        self.handlers: dict[str, Handler] = {
            "list_sms": self.list_sms,
            "send_sms": self.send_sms,
            "get_sms": self.get_sms,
            "cancel_sms": self.cancel_sms,
        }

    def send_sms(self, call: Call) -> Reply:
        """Take a message over. The answer is empty."""
        index = self._account.changeable(call)
        if isinstance(index, Reply):
            return index
        given, sim = call.content, self._account.live.record(index)
        number, now = str(self._first + len(self._sent)), self._account.world.clock.now()
        message = {
            "id": number,
            "submit_date": with_z(now),
            "expiry_date": given.get("expiry_date", with_z(now + timedelta(days=1))),
            "retry_count": "0",
            **{name: given[name] for name in _SENT_FIELDS if name in given},
            **{name: sim[name] for name in ("iccid", "msisdn", "imsi")},
            "dcs": given.get("dcs", 0),
            "status": _BUFFERED,
            "sms_type": {"id": "1", "description": "MT"},
        }
        self._sent[number] = (index, message)
        self._account.record(
            "send_sms", index, {"sms": (None, given["payload"])}, reference=number, moment=now
        )

        def deliver(moment: datetime) -> None:
            reachable = self._account.live.state(index) == "Enabled"
            if message["status"] == _BUFFERED and reachable and "imei" in sim:
                delivered = with_z(moment)
                message.update(
                    status=_DELIVERED,
                    delivery_date=delivered,
                    final_date=delivered,
                    last_delivery_attempt=delivered,
                )

        self._account.queue(deliver)
        return Reply(status=201)

    def list_sms(self, call: Call) -> Reply:
        """Return one page of the SIM's messages, as sent unless sorted."""
        index = self._account.find(call)
        if index is None:
            return NO_SIM
        own = [message for receiver, message in self._sent.values() if receiver == index]
        return Reply(body=[dict(item) for item in sorted_page(own, call, _SORT_FIELDS, "id")])

    def get_sms(self, call: Call) -> Reply:
        """Return one message of the SIM."""
        index = self._account.find(call)
        if index is None:
            return NO_SIM
        message = self._of(index, call)
        if message is None:
            return Reply(status=404, reason="the SIM has no message with this id")
        return Reply(body=dict(message))

    def cancel_sms(self, call: Call) -> Reply:
        """Cancel a message that is still buffered."""
        index = self._account.changeable(call)
        if isinstance(index, Reply):
            return index
        message = self._of(index, call)
        if message is None or message["status"] != _BUFFERED:
            return Reply(status=204, reason="no buffered message has this id")
        now = self._account.world.clock.now()
        message.update(status=_CANCELLED, final_date=with_z(now))
        changes = {"sms_status": ("BUFFERED", "CANCELLED")}
        self._account.record("cancel_sms", index, changes, reference=message["id"])
        return Reply(status=204)

    def reset(self) -> None:
        """Forget every message."""
        self._sent.clear()

    def _of(self, index: int, call: Call) -> dict[str, Any] | None:
        receiver, message = self._sent.get(call.parameters["id"], (None, None))
        return message if receiver == index else None

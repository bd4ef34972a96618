"""SMS of Business Smart Connect: send, list, get, cancel.

Sending answers without an id; the message turns up in the list. Assumed: the queue delivers a
message if the SIM is enabled, was in a device before and has SMS volume left, and one SMS is used
up; otherwise it stays buffered until that is so, until it is cancelled, or until its expiry. The
vendor declares no 404 for a cancellation: one that finds nothing to cancel answers like any other,
and does nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Call, Reply, bad_body
from simloom.sandbox.populations.telekom_bsc import with_z
from simloom.sandbox.vendors.telekom_bsc.account import NO_SIM, Account, sorted_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simloom.sandbox.vendor import Handler

# Only 4 is documented.
_BUFFERED = {"id": "2", "description": "BUFFERED"}
_DELIVERED = {"id": "4", "description": "DELIVERED"}
_CANCELLED = {"id": "6", "description": "CANCELLED"}
_EXPIRED = {"id": "7", "description": "EXPIRED"}
_SENT_FIELDS = ("payload", "source_address", "udh", "source_address_type")
_ORGANISATION = "4321"  # orgId of the token endpoint
_SORT_FIELDS = ("id", "submit_date", "delivery_date")


class Messages:
    """Messages to SIMs since the start."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._first = 1_000_000 + account.draw.number(0, "sms first", 1_000_000)
        self._sent: dict[str, tuple[int, dict[str, Any]]] = {}
        account.can("deliver SMS", self._deliver)
        account.can("expire SMS", self._expire)
        account.when_reachable(self._deliver_all)
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
        expiry = _expiry(given, now)
        message = {
            "id": number,
            "submit_date": with_z(now),
            "expiry_date": given.get("expiry_date", with_z(expiry)),
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

        self._account.queue("expire SMS", number, (expiry - now).total_seconds())
        self._account.queue("deliver SMS", number)
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

    def receive(self, iccid: str, payload: str, dest_address: str, dcs: int) -> list[str]:
        """Take messages from a SIM over and forward them. Returns their numbers.

        A long text comes in parts, as devices send it (3GPP TS 23.040, 9.2.3.24.1).
        """
        index = self._account.live.find("iccid", iccid)
        if index is None:
            return []
        sim, now = self._account.live.record(index), self._account.world.clock.now()
        parts, first = _parts(payload, dcs), str(self._first + len(self._sent))
        numbers = []
        for place, text in enumerate(parts, 1):
            number = str(self._first + len(self._sent))
            message = {
                "id": number,
                "submit_date": with_z(now),
                "payload": text,
                "source_address": sim["msisdn"],
                **{name: sim[name] for name in ("iccid", "msisdn", "imsi")},
                "dcs": dcs,
                "status": _DELIVERED,
                "sms_type": {"id": "2", "description": "MO"},
            }
            self._sent[number] = (index, message)
            forwarded = {
                "multi_part_info": {"partno": place, "total": len(parts), "identifier": first},
                "payload": text,
                "submit_date": _without_zone(message["submit_date"]),
                "dest_address": dest_address,
                "organisation": {"id": _ORGANISATION},
                "pid": "0",
                "id": number,
                "endpoint": self._endpoint(index),
                "source_address": sim["msisdn"],
                "dcs": str(dcs),
            }
            self._account.publish("forwarded_sms", forwarded, moment=now)
            numbers.append(number)
        return numbers

    def reset(self) -> None:
        """Forget every message."""
        self._sent.clear()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return one row per message."""
        for number, (index, message) in self._sent.items():
            yield number, {"index": index, "message": message}

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for number, row in rows:
            self._sent[number] = (row["index"], row["message"])

    def _deliver(self, moment: datetime, number: str) -> None:
        index, message = self._sent[number]
        account = self._account
        sim = account.live.record(index)
        left, _ = account.volume(index, "_SMS")
        reachable = sim["status"] == "Enabled" and "imei" in sim
        if message["status"] != _BUFFERED or not reachable or left < 1:
            return
        account.set_volume(index, "_SMS", left - 1, moment)
        delivered = with_z(moment)
        message.update(
            status=_DELIVERED,
            delivery_date=delivered,
            final_date=delivered,
            last_delivery_attempt=delivered,
        )
        account.publish("sms_delivery_report", self._report(index, message), moment=moment)

    def _report(self, index: int, message: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "status": {"status": _DELIVERED["description"], "id": _DELIVERED["id"]},
            "endpoint": self._endpoint(index),
            "submit_date": _without_zone(message["submit_date"]),
            "organisation": {"id": _ORGANISATION},
            "final_date": _without_zone(message["final_date"]),
            "id": message["id"],
        }

    def _endpoint(self, index: int) -> dict[str, str]:
        number = 8_000_000 + self._account.draw.number(index, "endpoint", 1_000_000)
        return {"id": str(number), "name": self._account.live.iccid(index)}

    def _deliver_all(self, index: int, moment: datetime) -> None:
        due = [number for number, (receiver, _) in self._sent.items() if receiver == index]
        for number in due:
            self._deliver(moment, number)

    def _expire(self, moment: datetime, number: str) -> None:
        _, message = self._sent[number]
        if message["status"] == _BUFFERED:
            message.update(status=_EXPIRED, final_date=with_z(moment))

    def _of(self, index: int, call: Call) -> dict[str, Any] | None:
        receiver, message = self._sent.get(call.parameters["id"], (None, None))
        return message if receiver == index else None


def _parts(payload: str, dcs: int) -> list[str]:
    """Cut a text into parts of one SMS each: septets, octets or UCS-2, less a header of six."""
    whole, part = {0: (160, 153), 4: (140, 134)}.get(dcs, (70, 67))
    if len(payload) <= whole:
        return [payload]
    return [payload[start : start + part] for start in range(0, len(payload), part)]


def _without_zone(text: str) -> str:
    """Write a time as the guide's webhooks do: a blank, and GMT without saying so."""
    return text[:19].replace("T", " ")


def _expiry(given: Mapping[str, Any], now: datetime) -> datetime:
    """Return until when a message is kept: a day unless the sender says otherwise."""
    text = given.get("expiry_date")
    if text is None:
        return now + timedelta(days=1)
    try:
        expiry = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_body("expiry_date is no date-time of ISO 8601", "expiry_date") from error
    return expiry if expiry.tzinfo else expiry.replace(tzinfo=UTC)

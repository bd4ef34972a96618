"""What Business Smart Connect knows about a SIM's past: usage, events, where it is.

All of it is made up by the seed, per day; the events that happened in the sandbox are added. A SIM
that was never in a device has no usage and no location. Without dates the usage is that of the last
seven days, which is an assumption; it never reaches back more than six months.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from simloom.sandbox.listing import page_count
from simloom.sandbox.messages import Call, Refused, Reply, Why
from simloom.sandbox.populations.telekom_bsc import with_z
from simloom.sandbox.vendors.telekom_bsc.account import NO_SIM, Account, page_headers, sorted_page

if TYPE_CHECKING:
    from simloom.sandbox.vendor import Handler

_LONGEST = timedelta(days=183)
_EVENT_FIELDS = ("timestamp", "event_type", "id", "event_severity")
_EUR = {"id": 1, "symbol": "€", "code": "EUR"}
_DATA = {"id": 5, "description": "Data", "unit": "MB"}
_SMS = {"id": 6, "description": "SMS", "unit": "SMS"}


class History:
    """Usage, events, connectivity."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._sims = account.sims
        self.handlers: dict[str, Handler] = {
            "get_usage": self.get_usage,
            "list_events": self.list_events,
            "get_connectivity_info": self.get_connectivity_info,
        }

    def get_usage(self, call: Call) -> Reply:
        """Return one entry per day, oldest first."""
        index = self._account.find(call)
        if index is None:
            return NO_SIM
        today = self._account.world.clock.now().date()
        last = min(_day(call, "end_dt") or today, today)
        first = max(_day(call, "start_dt") or last - timedelta(days=6), today - _LONGEST)
        if not self._sims.was_used(index):
            return Reply(body={"stats": []})
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return Reply(body={"stats": [self._usage(index, day) for day in days]})

    def list_events(self, call: Call) -> Reply:
        """Return one page of events, the latest first unless sorted."""
        index = self._account.find(call)
        if index is None:
            return NO_SIM
        events = [*self._seeded_events(index), *self._account.events.get(index, ())]
        page, size = call.parameters["page"], call.parameters["pageSize"]
        shown = sorted_page(events, call, _EVENT_FIELDS, "-timestamp")
        return Reply(
            body={
                "events": list(shown),
                "totalEvents": len(events),
                "totalPages": page_count(len(events), size),
            },
            headers=page_headers(len(events), page, size),
        )

    def get_connectivity_info(self, call: Call) -> Reply:
        """Return where the SIM is, and whether it answers, as far as asked for."""
        index = self._account.find(call)
        if index is None:
            return NO_SIM
        now = self._account.world.clock.now()
        attached = self._sims.was_used(index) and self._account.live.state(index) == "Enabled"
        body: dict[str, Any] = {
            "request_timestamp": with_z(now),
            "reply_timestamp": with_z(now + timedelta(milliseconds=400)),
        }
        if call.parameters["subscriber"]:
            body["subscriber_info"] = self._subscriber(index, attached=attached)
        if call.parameters["ussd"]:
            ussd = (
                {"success": True} if attached else {"success": False, "error": "Absent subscriber"}
            )
            body["ussd_info"] = ussd
        return Reply(body=body)

    def _subscriber(self, index: int, *, attached: bool) -> dict[str, Any]:
        if not attached:
            return {"success": False, "state": "netDetNotReachable"}
        draw = self._account.draw
        cell = {
            "cid": draw.number(index, "cid", 65_536),
            "lac": draw.number(index, "lac", 65_536),
            "mcc": "262",
            "mnc": "01",
        }
        return {
            "success": True,
            "state": "assumedIdle",
            "location": {
                "current_location_retrieved": True,
                "age_of_location": draw.number(index, "age", 60),
                "cell_global_id": cell,
            },
        }

    def _usage(self, index: int, day: date) -> dict[str, Any]:
        draw = self._account.draw
        down = draw.number(index, f"down {day}", 2_000_000)
        up = draw.number(index, f"up {day}", 500_000)
        sent = draw.number(index, f"mo {day}", 3)
        received = draw.number(index, f"mt {day}", 3)
        return {
            "date": day.isoformat(),
            "data": _record(_millionths(down + up), _millionths(down), _millionths(up), _DATA),
            "sms": _record(str(sent + received), str(sent), str(received), _SMS),
        }

    def _seeded_events(self, index: int) -> list[dict[str, Any]]:
        if not self._sims.was_used(index):
            return []
        sim = self._account.live.record(index)
        about = {name: sim[name] for name in ("iccid", "imei", "imsi")}
        about |= {"country": "Germany", "operator": "Telekom", "mcc": "262", "mnc": "01"}
        moment = self._sims.activated(index)
        return [
            {
                "timestamp": with_z(moment + timedelta(seconds=number)),
                "event_type": text,
                **about,
                "alert": False,
                "event_severity": "Info",
            }
            for number, text in enumerate(("Status changed to Enabled", "Update location"))
        ]


def _record(volume: str, received: str, sent: str, kind: dict[str, Any]) -> dict[str, Any]:
    # The cost is no money: it repeats the volume.
    volumes = {"volume": volume, "volume_rx": received, "volume_tx": sent, "cost": volume}
    return {**volumes, "currency": dict(_EUR), "traffic_type": dict(kind)}


def _millionths(number: int) -> str:
    return f"{number // 1_000_000}.{number % 1_000_000:06d}"


def _day(call: Call, name: str) -> date | None:
    text = call.parameters.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        detail = f"{name} is no day of the calendar"
        raise Refused(Why.REQUEST, detail, where=name, place="query") from error

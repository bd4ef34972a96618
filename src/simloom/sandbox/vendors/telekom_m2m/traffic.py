"""Sessions, SMS and the HLR of the M2M Service Portal.

Sessions and the messages from a SIM are made up by the seed, per day; messages sent in the sandbox
are added. Only a Productive or Test SIM has sessions, takes messages and is registered; the others
have an empty session. Without dates a history covers the last seven days, and it never covers more
than a year: both are assumptions.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Call, Refused, Reply, Why
from simloom.sandbox.vendors.telekom_m2m.estate import Estate, day, utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simloom.sandbox.vendor import Handler

_ONLINE = {"Productive", "Test"}
_NETWORKS = ("Telekom Deutschland", "T-Mobile Austria", "Orange France")
_LONGEST = 366
_SESSION = ("network", "sessionStart", "volumeUpload", "volumeDownload", "volumeRounded")


class Traffic:
    """What a SIM does in the network."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._sent: dict[int, list[tuple[datetime, dict[str, Any]]]] = {}
        self._messages = 0
        self.handlers: dict[str, Handler] = {
            "get_sim_session": self.get_sim_session,
            "get_sim_session_by_identifier": self.get_sim_session,
            "get_sim_session_history": self.get_sim_session_history,
            "get_sim_session_history_by_identifier": self.get_sim_session_history,
            "get_sms_history": self.get_sms_history,
            "get_sms_history_by_identifier": self.get_sms_history,
            "send_message": self.send_message,
            "send_message_by_identifier": self.send_message,
            "check_sim_in_hlr": self.check_sim_in_hlr,
            "check_sim_in_hlr_by_identifier": self.check_sim_in_hlr,
            "reset_sim_in_hlr": self.reset_sim_in_hlr,
            "reset_sim_in_hlr_by_identifier": self.reset_sim_in_hlr,
        }

    def get_sim_session(self, call: Call) -> Reply:
        """Return the session since yesterday, and as a list of one if parallel ones are wanted."""
        index = self._estate.referenced(call)
        if isinstance(index, Reply):
            return index
        body: dict[str, Any] = {"iccid": self._estate.live.iccid(index)}
        session: dict[str, Any] = {}
        if self._online(index):
            yesterday = self._estate.now.date() - timedelta(days=1)
            session = self._session(index, yesterday, 0)
            del session["sessionEnd"]
            body |= session
        if call.parameters.get("parallelSessions"):
            body["sessions"] = [session] if session else []
        return Reply(body=body)

    def get_sim_session_history(self, call: Call) -> Reply:
        """Return the sessions that ended, oldest first."""
        index = self._estate.referenced(call)
        if isinstance(index, Reply):
            return index
        sessions = [
            self._session(index, when, number)
            for when in self._days(call)
            for number in range(self._estate.draw.number(index, f"sessions {when}", 3))
            if self._online(index)
        ]
        return Reply(body={"iccid": self._estate.live.iccid(index), "sessions": sessions})

    def get_sms_history(self, call: Call) -> Reply:
        """Return the messages from and to the SIM, oldest first."""
        index = self._estate.referenced(call)
        if isinstance(index, Reply):
            return index
        days = list(self._days(call))
        messages = [
            self._received(index, when)
            for when in days
            if self._online(index) and self._estate.draw.chance(index, f"mo {when}", 30)
        ]
        own = self._sent.get(index, ())
        messages += [message for moment, message in own if moment.date() in days]
        messages.sort(key=lambda message: str(message["timestamp"]))
        return Reply(body={"iccid": self._estate.live.iccid(index), "messages": messages})

    def send_message(self, call: Call) -> Reply:
        """Take a message over and deliver it at once."""
        index = self._estate.referenced(call)
        if isinstance(index, Reply):
            return index
        sim = self._estate.live.record(index)
        if not self._online(index):
            return self._estate.impossible(
                f"SIM {sim['iccid']}: takes no message in status {sim['status']}"
            )
        self._messages += 1
        number = self._estate.draw.uuid(self._messages, "message")
        message = {
            "messageID": number,
            "direction": "MT",
            "timestamp": utc(self._estate.now),
            "status": "DELIVERED",
            "recipient": sim["msisdn"],
        }
        self._sent.setdefault(index, []).append((self._estate.now, message))
        changes = {"sms": (None, call.content["message"])}
        self._estate.record("send_message", index, changes, reference=number)
        return Reply(body={"messageID": number, "status": "ACCEPTED"})

    def check_sim_in_hlr(self, call: Call) -> Reply:
        """Return whether the SIM is registered."""
        index = self._estate.referenced(call)
        if isinstance(index, Reply):
            return index
        online = self._online(index)
        body = {"iccid": self._estate.live.iccid(index), "registered": online}
        return Reply(body=body | {"status": "REGISTERED" if online else "NOT_REGISTERED"})

    def reset_sim_in_hlr(self, call: Call) -> Reply:
        """Reset the registration of a SIM."""
        index = self._estate.referenced(call)
        if isinstance(index, Reply):
            return index
        iccid = self._estate.live.iccid(index)
        if not self._online(index):
            return self._estate.impossible(f"SIM {iccid}: is not registered")
        self._estate.record("reset_sim_in_hlr", index, {"registration": (None, "reset")})
        return Reply(body={"iccid": iccid, "status": "DONE", "message": "The SIM was reset."})

    def reset(self) -> None:
        """Forget the messages that were sent."""
        self._sent.clear()
        self._messages = 0

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return the messages that were sent, by SIM."""
        for index, messages in self._sent.items():
            yield str(index), [[moment.isoformat(), message] for moment, message in messages]

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for index, messages in rows:
            self._sent[int(index)] = [
                (datetime.fromisoformat(moment), message) for moment, message in messages
            ]
            self._messages += len(messages)

    def _online(self, index: int) -> bool:
        return self._estate.live.state(index) in _ONLINE

    def _days(self, call: Call) -> Iterator[date]:
        today = self._estate.now.date()
        last = day(call, "dateTo") or today
        first = day(call, "dateFrom") or last - timedelta(days=6)
        if not 0 <= (last - first).days < _LONGEST:
            detail = f"dateFrom has to be 0 to {_LONGEST - 1} days before dateTo"
            raise Refused(Why.REQUEST, detail, where="dateFrom", place="query")
        end = min(last, today - timedelta(days=1)) if last >= today else last
        for number in range((end - first).days + 1):
            yield first + timedelta(days=number)
        if first <= today <= last:
            yield today

    def _session(self, index: int, when: date, number: int) -> dict[str, Any]:
        draw, name = self._estate.draw, f"{when} {number}"
        # Half a day each, so that two of them do not overlap.
        minutes = number * 720 + draw.number(index, f"start {name}", 600)
        start = datetime.combine(when, time(), UTC) + timedelta(minutes=minutes)
        end = start + timedelta(minutes=1 + draw.number(index, f"length {name}", 119))
        upload = draw.number(index, f"upload {name}", 10**6) / 1000
        download = draw.number(index, f"download {name}", 10**7) / 1000
        network = draw.choice(index, f"network {name}", _NETWORKS)
        values = (network, utc(start), upload, download, float(round(upload + download)))
        return dict(zip(_SESSION, values, strict=True)) | {"sessionEnd": utc(end)}

    def _received(self, index: int, when: date) -> dict[str, Any]:
        draw = self._estate.draw
        minutes = draw.number(index, f"mo minute {when}", 24 * 60)
        sent = datetime.combine(when, time(), UTC) + timedelta(minutes=minutes)
        return {
            "messageID": draw.uuid(index, f"mo id {when}"),
            "direction": "MO",
            "timestamp": utc(sent),
            "status": "DELIVERED",
            "originator": self._estate.live.record(index)["msisdn"],
        }

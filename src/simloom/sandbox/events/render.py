"""How an event is written: a CloudEvents 1.0 envelope in one line of JSON.

Members and their order are those of the document's examples. The switches turn on what is odd in
these examples, or said differently in the tables below them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from simloom.sandbox.quirks import Quirks

JSON_LINES = "application/stream+json"
EVENT_STREAM = "text/event-stream"

_TIMES = {"local": "%Y-%m-%dT%H:%M:%S", "blank": "%Y-%m-%d %H:%M:%S"}
_NUMBERS = ("signupID", "transactionID")


@frozen(kw_only=True)
class Event:
    """One event. `stream` is the event type in the address of the subscriptions it goes to."""

    number: int
    stream: str
    id: str
    type: str
    source: str
    time: datetime
    data: Mapping[str, Any] = field(repr=False)
    partner: str | None = None

    @property
    def iccid(self) -> str | None:
        """The SIM that the event is about, if its data names one."""
        for part in (self.data, *self.data.values()):
            if isinstance(part, dict) and isinstance(part.get("iccid"), str):
                return str(part["iccid"])
        return None


def envelope(event: Event, quirks: Quirks) -> dict[str, Any]:
    """Return an event as the JSON object that clients get."""
    return {
        "time": _time(event.time, quirks),
        "id": event.id,
        "source": event.source,
        "specversion": "1.0",
        "type": event.type,
        "datacontenttype": "application/json",
        "data": _data(event.data, quirks),
    }


def frame(
    event: Event, quirks: Quirks, media_type: str, headers: Mapping[str, list[str]] | None
) -> bytes:
    """Return an event as it goes over the line: never with id, event or retry.

    `headers` becomes the member `httpHeaders`.
    """
    whole = envelope(event, quirks)
    data = _dump(whole.pop("data"))
    if quirks.m2m_event_commas == "trailing" and len(data) > 2:
        data = f"{data[:-1]},}}"  # as in the examples of transfers
    more = "" if headers is None else f',"httpHeaders":{_dump(headers)}'
    text = f'{_dump(whole)[:-1]},"data":{data}{more}}}'
    framed = f"data: {text}\n\n" if media_type == EVENT_STREAM else f"{text}\n"
    return framed.encode()


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _time(moment: datetime, quirks: Quirks) -> str:
    pattern = _TIMES.get(quirks.m2m_event_time)
    if pattern is not None:
        return moment.strftime(pattern)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _data(data: Mapping[str, Any], quirks: Quirks) -> dict[str, Any]:
    shown = dict(data)
    if quirks.m2m_event_ids == "number":
        for name in _NUMBERS:
            text = shown.get(name)
            if isinstance(text, str) and text.isascii() and text.isdigit():
                shown[name] = int(text)
    sim = shown.get("sim")
    if quirks.m2m_restriction_key == "colon" and isinstance(sim, dict):
        shown["sim"] = {
            f"{name}:" if name == "restrictionStatus" else name: value
            for name, value in sim.items()
        }
    return shown

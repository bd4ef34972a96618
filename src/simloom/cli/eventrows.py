"""Events as rows: what all of them have, and the rest of each kind in `details`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from attrs import field, fields, frozen

from simloom.models import Event, UnknownEvent
from simloom.runtime import Model
from simloom.runtime.encoding import to_builtins

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMON = {item.name for item in fields(Event)} | {"iccid"}


@frozen(kw_only=True)
class EventRow:
    """An event for a sheet; `kind` is the name of its class in `simloom.events.types`."""

    time: dt.datetime | str | None
    provider: str
    kind: str
    type: str
    id: str
    source: str | None
    partner: str | None
    iccid: str | None
    details: Mapping[str, Any] = field(factory=dict)


def row_of(event: Event) -> EventRow:
    """Return an event as a row; an unknown one has the vendor's JSON in its details."""
    details = {
        item.name: value
        for item in fields(type(event))
        if item.name not in _COMMON and (value := getattr(event, item.name)) is not None
    }
    payload = details.get("payload")
    if isinstance(payload, bytes):
        details["payload"] = payload.hex()
    if isinstance(event, UnknownEvent):
        details["raw"] = _plain(event.raw)
    return EventRow(
        time=event.time,
        provider=event.provider,
        kind=type(event).__name__,
        type=event.type,
        id=event.id,
        source=event.source,
        partner=event.partner,
        iccid=getattr(event, "iccid", None),
        details=details,
    )


def _plain(raw: Any) -> Any:
    return to_builtins(raw, reveal_secrets=False) if isinstance(raw, Model) else raw

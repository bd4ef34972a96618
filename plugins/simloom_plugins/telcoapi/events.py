"""TelcoAPI's webhooks: names and the body of a changed state are documented, the rest inferred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.errors import DecodeError
from simloom.events.types import (
    PinBlocked,
    PinReset,
    SimCreated,
    SimDeleted,
    SimStateChanged,
    UnknownEvent,
)
from simloom.models import SimStatus
from simloom.plugins.values import text
from simloom.runtime.decoding import convert
from simloom.runtime.timestamps import parse_timestamp
from simloom_clients.telcoapi import models
from simloom_plugins.telcoapi.mapping import ID, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simloom.events.types import Event

METHODS = frozenset({"POST"})
"""The method is inferred."""


def read_webhook(raw: Mapping[str, Any]) -> Event:
    """Return one of the five events; they have no ids."""
    name, time = text(raw.get("event")) or "", raw.get("timestamp")
    told: dict[str, Any] = {
        "provider": ID,
        "type": name,
        "time": parse_timestamp(time) if isinstance(time, str) else None,
    }
    reader, data = _READERS.get(name), raw.get("data")
    if reader is not None and isinstance(data, dict) and text(data.get("iccid")):
        try:
            return reader(raw, told)
        except DecodeError:
            pass
    return UnknownEvent(**told, raw=raw)


def _created(raw: Mapping[str, Any], told: dict[str, Any]) -> Event:
    event = convert(raw, models.SimCreatedEvent)
    state = text(event.data.state)
    status = _status(state)
    return SimCreated(
        **told, raw=event, iccid=event.data.iccid, status=status, vendor_status=state or ""
    )


def _state_changed(raw: Mapping[str, Any], told: dict[str, Any]) -> Event:
    event = convert(raw, models.SimStateChangedEvent)
    before, after = text(event.data.previous_state), text(event.data.new_state)
    return SimStateChanged(
        **told,
        raw=event,
        iccid=event.data.iccid,
        status=_status(after),
        vendor_status=after or "",
        previous_status=_status(before),
        previous_vendor_status=before or "",
        reason=text(event.data.reason),
    )


def _pin_reset(raw: Mapping[str, Any], told: dict[str, Any]) -> Event:
    event = convert(raw, models.PinResetEvent)
    return PinReset(**told, raw=event, iccid=event.data.iccid, pin=text(event.data.pin_type))


def _pin_blocked(raw: Mapping[str, Any], told: dict[str, Any]) -> Event:
    event = convert(raw, models.PinBlockedEvent)
    return PinBlocked(**told, raw=event, iccid=event.data.iccid, pin=text(event.data.pin_type))


def _deleted(raw: Mapping[str, Any], told: dict[str, Any]) -> Event:
    event = convert(raw, models.SimDeletedEvent)
    return SimDeleted(**told, raw=event, iccid=event.data.iccid)


def _status(state: str | None) -> SimStatus:
    return STATUSES.get(state or "", SimStatus.UNKNOWN)


_READERS: dict[str, Callable[[Mapping[str, Any], dict[str, Any]], Event]] = {
    "sim.physical.created": _created,
    "sim.physical.state_changed": _state_changed,
    "sim.physical.pin_reset": _pin_reset,
    "sim.physical.pin_blocked": _pin_blocked,
    "sim.physical.deleted": _deleted,
}

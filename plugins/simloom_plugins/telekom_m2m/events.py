"""Events of the M2M Service Portal (M2M guide, Event Documentation): CloudEvents 1.0 to our types.

The type alone does not tell an action from a transfer: both are `simaction.v1`, and a transfer has
a transaction id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.errors import DecodeError
from simloom.events.types import (
    CostLimit,
    PoolLimit,
    ProfileNotification,
    SimAction,
    SimTransfer,
    TransferStep,
    UnknownEvent,
)
from simloom.plugins.values import decimal, moment, part, text, whole
from simloom.runtime.decoding import convert
from simloom.runtime.timestamps import parse_timestamp
from simloom_clients.telekom_m2m import models
from simloom_plugins.telekom_m2m.mapping import PROVIDER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from simloom.events.types import Event

OFFSET_HEADER = "x-pubsub-offset-id"
"""Name of the header of an event that holds what `Last-Event-ID` takes (pubsub-horizon-pulsar)."""

_STEPS = {
    "REQUESTED": TransferStep.REQUESTED,
    "ACCEPTED": TransferStep.ACCEPTED,
    "REJECTED": TransferStep.REJECTED,
    "CANCELLED": TransferStep.CANCELLED,
    "COMPLETED": TransferStep.COMPLETED,
}


def read_event(raw: Mapping[str, Any]) -> Event:
    """Return an event; `UnknownEvent` for a type that is not documented, or a broken one."""
    kind = raw.get("type")
    reader = _READERS.get(kind.lower()) if isinstance(kind, str) else None
    data = raw.get("data")
    if reader is None or not isinstance(data, dict):
        return _unknown(raw)
    try:
        return reader(raw, data)
    except DecodeError:  # what makes the event that event is missing
        return _unknown(raw)


def offset(raw: Mapping[str, Any]) -> str | None:
    """Return the offset that was sent with an event, None if it came without."""
    headers = raw.get("httpHeaders")
    if not isinstance(headers, dict):
        return None
    for name, value in headers.items():
        if isinstance(name, str) and name.lower() == OFFSET_HEADER:
            first = value[0] if isinstance(value, list) and value else value
            return text(first)
    return None


def _envelope(raw: Mapping[str, Any], model: Any = None) -> dict[str, Any]:
    data = raw.get("data")
    time = raw.get("time")
    return {
        "provider": PROVIDER,
        "id": _word(raw.get("id")) or "",
        "type": _word(raw.get("type")) or "",
        "source": _word(raw.get("source")),
        "time": parse_timestamp(time) if isinstance(time, str) else None,
        "partner": _word(data.get("partnerID")) if isinstance(data, dict) else None,
        "raw": raw if model is None else model,
    }


def _unknown(raw: Mapping[str, Any]) -> UnknownEvent:
    return UnknownEvent(**_envelope(raw))


def _simaction(raw: Mapping[str, Any], data: Mapping[str, Any]) -> Event:
    """Tell a transfer, which has a transaction id, from the other actions."""
    transaction = _word(data.get("transactionID"))
    if transaction is None:
        action = convert(raw, models.SimActionEvent)
        return SimAction(
            **_envelope(raw, action),
            signup_id=_word(data.get("signupID")),
            message=text(data.get("message")),
        )
    transfer = convert(raw, models.SimTransferEvent)
    return SimTransfer(
        **_envelope(raw, transfer),
        transaction_id=transaction,
        signup_id=_word(data.get("signupID")),
        step=_STEPS.get((text(data.get("action")) or "").upper(), TransferStep.UNKNOWN),
        message=text(data.get("message")),
    )


def _profile(raw: Mapping[str, Any], _: Mapping[str, Any]) -> Event:
    event = convert(raw, models.ProfileNotificationEvent)
    data = part(event.data, models.ProfileNotificationEventData)
    if data is None:
        return _unknown(raw)
    sim = part(data.sim, models.ProfileNotificationSim)
    restriction = None
    if sim is not None:  # the examples' key ends with a colon, the table's does not
        restriction = text(sim.restriction_status) or text(sim.restriction_status_2)
    status = part(data.profile_status, models.ProfileStatus)
    return ProfileNotification(
        **_envelope(raw, event),
        iccid=None if sim is None else text(sim.iccid),
        restriction=restriction,
        **({} if status is None else _condition(status)),
    )


def _condition(status: models.ProfileStatus) -> dict[str, Any]:
    apn = part(status.apn, models.ProfileStatusApn)
    return {
        "condition": text(status.barring),
        "profile": text(status.barring_type),
        "level": whole(status.barring_level),
        "allowed": text(status.allowed),
        "detected": text(status.detected),
        "note": text(status.note),
        "apn": None if apn is None else text(apn.apn_name),
        "apn_restriction": None if apn is None else text(apn.restriction_status),
    }


def _pool_limit(raw: Mapping[str, Any], _: Mapping[str, Any]) -> Event:
    event = convert(raw, models.PoolLimitNotificationEvent)
    data = part(event.data, models.PoolLimitNotificationEventData)
    pool = part(data and data.pool_limit_notification, models.PoolLimitNotification)
    if pool is None:
        return _unknown(raw)
    return PoolLimit(
        **_envelope(raw, event),
        pool=text(pool.pool_name),
        offering=text(pool.offering_name),
        offering_id=_word(pool.offering_id),
        threshold=text(pool.type_of_threshold),
        limit=decimal(pool.limit),
        reached_at=_when(pool.date),
    )


def _cost_limit(raw: Mapping[str, Any], _: Mapping[str, Any]) -> Event:
    event = convert(raw, models.CostLimitNotificationEvent)
    data = part(event.data, models.CostLimitNotificationEventData)
    cost = part(data and data.cost_limit_notification, models.CostLimitNotification)
    if cost is None:
        return _unknown(raw)
    return CostLimit(
        **_envelope(raw, event),
        iccid=text(cost.iccid),
        eid=text(cost.euiccid),
        imsi=text(cost.imsi),
        msisdn=text(cost.msisdn),
        offering=text(cost.offering_name),
        offering_id=_word(cost.offering_id),
        threshold=text(cost.type_of_threshold),
        limit=decimal(cost.limit),
        reached_at=_when(cost.date),
        profile=text(cost.profile_name),
        profile_id=_word(cost.profile_id),
    )


_READERS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Event]] = {
    "simaction.v1": _simaction,
    "profilenotification.v1": _profile,
    "poollimitnotification.v1": _pool_limit,
    "costlimitnotification.v1": _cost_limit,
}


def _word(value: object) -> str | None:
    """Return text or a whole number as text: ids are documented as numbers and sent as strings."""
    number = whole(value)
    return text(value) or None if number is None else str(number)


def _when(value: object) -> dt.datetime | str | None:
    return moment(value) or text(value)

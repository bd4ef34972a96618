"""Records of Infobip as provider-neutral models."""

from __future__ import annotations

import datetime as dt
import re
from typing import TypeVar

from simloom.errors import DecodeError
from simloom.models import Page, Sim, SimStatus, Usage
from simloom_clients.infobip import models

ID = "infobip"

STATUSES: dict[str, SimStatus] = {
    models.SimStatus.IMPORTED: SimStatus.INVENTORY,
    models.SimStatus.ACTIVATION_READY: SimStatus.READY,
    models.SimStatus.ACTIVE: SimStatus.ACTIVE,
    models.SimStatus.SUSPENDED: SimStatus.SUSPENDED,
    # No request leads into this status or out of it, so it counts as the end (inferred).
    models.SimStatus.DEACTIVATED: SimStatus.TERMINATED,
}

M = TypeVar("M")
T = TypeVar("T")

_DIGITS = re.compile(r"[0-9]{1,18}")


def to_sim(record: models.Sim, operation: str) -> Sim:
    """Map a SIM. Times come without a zone and are taken for UTC."""
    status = _text(record.status)
    return Sim(
        provider=ID,
        iccid=_iccid(record.iccid, operation),
        imsi=_text(record.imsi),
        msisdn=_text(record.msisdn),
        status=STATUSES.get(status or "", SimStatus.UNKNOWN),
        vendor_status=status or "",
        label=_text(record.name),
        created_at=_moment(record.created_at),
        updated_at=_moment(record.updated_at),
        raw=record,
    )


def to_usage(record: models.SimUsage, operation: str) -> Usage:
    """Map the current month, so far.

    The page's example and its table name the figures differently; either is taken. The vendor does
    not say which month it is, so the period is left open rather than taken from the local clock.
    """
    return Usage(
        provider=ID,
        iccid=_iccid(record.iccid, operation),
        data_bytes=_first(record.used_data_bytes, record.total_data),
        sms_received=_first(record.received_sms_count, record.total_sms_mt),
        sms_sent=_first(record.sent_sms_count, record.total_sms_mo),
        raw=record,
    )


def to_page(items: list[T], number: int, size: int, limit: object) -> Page[T]:
    """Make a page: one that is shorter than the limit is the last, no total is given.

    `limit` is the vendor's own word for the size; the smaller of the two counts.
    """
    told = _count(limit)
    full = min(size, told) if told else size
    return Page(items=items, number=number, more=len(items) >= full)


def records(value: object, kind: type[M], operation: str) -> list[M]:
    """Return the entries of a list; raise `DecodeError` when it or an entry is something else.

    An entry is never dropped: a page with a hole in it would look complete.
    """
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise DecodeError(
            f"the page is not a list of the documented {kind.__name__}", operation=operation
        )
    return value


def action_id(record: models.ActionAccepted) -> str:
    """Return the action's id, empty when the vendor left it out."""
    return _text(record.action_id) or ""


def _first(*values: object) -> int | None:
    """Return the first figure that is told, as a number or as text."""
    return next((count for count in map(_count, values) if count is not None), None)


def _count(value: object) -> int | None:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 10**18 else None


def _iccid(value: object, operation: str) -> str:
    if not isinstance(value, str) or not value:
        raise DecodeError("a record has no ICCID", operation=operation)
    return value


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str) else None


def _moment(value: object) -> dt.datetime | None:
    return value if isinstance(value, dt.datetime) else None

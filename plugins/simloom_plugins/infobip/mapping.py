"""Records of Infobip as provider-neutral models."""

from __future__ import annotations

from typing import TypeVar

from simloom.models import Page, Sim, SimStatus, Usage
from simloom.plugins.values import count, identifier, moment, text
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

T = TypeVar("T")


def to_sim(record: models.Sim, operation: str) -> Sim:
    """Map a SIM. Times come without a zone and are taken for UTC."""
    status = text(record.status)
    return Sim(
        provider=ID,
        iccid=identifier(record.iccid, operation),
        imsi=text(record.imsi),
        msisdn=text(record.msisdn),
        status=STATUSES.get(status or "", SimStatus.UNKNOWN),
        vendor_status=status or "",
        label=text(record.name),
        created_at=moment(record.created_at),
        updated_at=moment(record.updated_at),
        raw=record,
    )


def to_usage(record: models.SimUsage, operation: str) -> Usage:
    """Map the current month, so far.

    The page's example and its table name the figures differently; either is taken. The vendor does
    not say which month it is, so the period is left open rather than taken from the local clock.
    """
    return Usage(
        provider=ID,
        iccid=identifier(record.iccid, operation),
        data_bytes=_first(record.used_data_bytes, record.total_data),
        sms_received=_first(record.received_sms_count, record.total_sms_mt),
        sms_sent=_first(record.sent_sms_count, record.total_sms_mo),
        raw=record,
    )


def to_page(items: list[T], number: int, size: int, limit: object) -> Page[T]:
    """Make a page: one that is shorter than the limit is the last, no total is given.

    `limit` is the vendor's own word for the size; the smaller of the two counts.
    """
    told = count(limit, written=True)
    full = min(size, told) if told else size
    return Page(items=items, number=number, more=len(items) >= full)


def action_id(record: models.ActionAccepted) -> str:
    """Return the action's id, empty when the vendor left it out."""
    return text(record.action_id) or ""


def _first(*values: object) -> int | None:
    """Return the first figure that is told, as a number or as text."""
    found = (count(value, written=True) for value in values)
    return next((figure for figure in found if figure is not None), None)

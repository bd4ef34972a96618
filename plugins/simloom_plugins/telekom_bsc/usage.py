"""Daily usage: text that holds decimal megabytes becomes whole bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.models import Usage
from simloom.plugins.values import day, decimal, part, text
from simloom_clients.telekom_bsc import models
from simloom_plugins.telekom_bsc.mapping import ID

if TYPE_CHECKING:
    from decimal import Decimal

MEGABYTE = 1_000_000
"""Bytes in the vendor's MB (inferred: neither the guide nor 1NCE says 10**6 or 2**20)."""


def to_usage(iccid: str, entry: models.DailyUsageEntry) -> Usage:
    """Map one day.

    The vendor counts data from the SIM's side (`rx` is received by the SIM), but SMS from its own:
    `rx` is what the SIM sent, `tx` what was sent to it.
    """
    on = day(entry.date)
    data = part(entry.data, models.UsageRecord)
    sms = part(entry.sms, models.UsageRecord)
    return Usage(
        provider=ID,
        iccid=iccid,
        period_start=on,
        period_end=on,
        data_bytes=_bytes(data, "volume"),
        data_bytes_received=_bytes(data, "volume_rx"),
        data_bytes_sent=_bytes(data, "volume_tx"),
        sms_received=_count(sms, "volume_tx"),
        sms_sent=_count(sms, "volume_rx"),
        raw=entry,
    )


def _bytes(record: models.UsageRecord | None, name: str) -> int | None:
    """Return a volume in bytes; None for a unit that is not MB, rather than a wrong number."""
    volume = _volume(record, name, "MB")
    return None if volume is None else int(volume * MEGABYTE)


def _count(record: models.UsageRecord | None, name: str) -> int | None:
    volume = _volume(record, name, "SMS")
    return None if volume is None else int(volume)


def _volume(record: models.UsageRecord | None, name: str, unit: str) -> Decimal | None:
    if record is None:
        return None
    kind = part(record.traffic_type, models.TrafficType)
    told = None if kind is None else text(kind.unit)
    if told is not None and told.upper() != unit:
        return None
    return decimal(getattr(record, name))

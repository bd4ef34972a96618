"""Volumes, sessions and messages to provider-neutral models.

The vendor states no unit for its session volumes. They become bytes only for a caller who knows how
many bytes a unit has; otherwise the vendor's figures are in `raw` alone.
"""

from __future__ import annotations

import datetime as dt
import math

from simloom.models import Connectivity, PoolUsage, SessionEvent, Sms, Usage
from simloom.plugins.values import (
    day,
    decimal,
    entries,
    moment,
    number,
    records,
    text,
)
from simloom_clients.telekom_m2m import models
from simloom_plugins.telekom_m2m.mapping import PROVIDER

_POOLS, _SESSIONS, _MESSAGES = "get_pool_usage", "get_sim_session_history", "get_sms_history"
"""The operations whose answers are lists of records."""

_DIRECTIONS = {"MO": "mo", "MT": "mt"}


def usage(answer: models.SimDetails, iccid: str, bytes_per_unit: float | None) -> list[Usage]:
    """Return the aggregated volumes of a SIM; nothing where the vendor does not aggregate."""
    found = answer.sim_aggregated_data
    if not isinstance(found, models.SimAggregatedData):
        return []
    received = _bytes(found.volume_download, bytes_per_unit)
    sent = _bytes(found.volume_upload, bytes_per_unit)
    total = None if received is None or sent is None else received + sent
    return [
        Usage(
            provider=PROVIDER,
            iccid=iccid,
            period_start=day(found.date_from),
            period_end=day(found.date_to),
            data_bytes=total,
            data_bytes_received=received,
            data_bytes_sent=sent,
            raw=found,
        )
    ]


def pool_usage(answer: models.PoolUsageList) -> list[PoolUsage]:
    """Return what is used of each pool."""
    return [
        PoolUsage(
            provider=PROVIDER,
            name=text(pool.pool_name),
            kind=text(pool.kind),
            used=decimal(pool.used),
            total=decimal(pool.volume),
            unit=text(pool.unit),
            raw=pool,
        )
        for pool in records(answer.pools, models.PoolUsage, _POOLS)
    ]


def connectivity(
    answer: models.SimSession, iccid: str, bytes_per_unit: float | None
) -> Connectivity:
    """Return the present session; of several, the one that began last.

    How the vendor shows that there is none is not documented, so `online` is never False.
    """
    session: models.SimSession | models.ParallelSession = answer
    several = entries(answer.sessions, models.ParallelSession)
    if several and not _is_session(answer):
        long_ago = dt.datetime.min.replace(tzinfo=dt.UTC)
        session = max(several, key=lambda item: moment(item.session_start) or long_ago)
    return Connectivity(
        provider=PROVIDER,
        iccid=iccid,
        online=True if _is_session(session) else None,
        network=text(session.network),
        session_start=moment(session.session_start),
        bytes_received=_bytes(session.volume_download, bytes_per_unit),
        bytes_sent=_bytes(session.volume_upload, bytes_per_unit),
        raw=answer,
    )


def session_events(
    answer: models.SessionHistory, iccid: str, bytes_per_unit: float | None
) -> list[SessionEvent]:
    """Return the sessions of a SIM in the vendor's order."""
    return [
        SessionEvent(
            provider=PROVIDER,
            iccid=iccid,
            at=moment(session.session_start),
            ended_at=moment(session.session_end),
            kind="session",
            network=text(session.network),
            bytes_received=_bytes(session.volume_download, bytes_per_unit),
            bytes_sent=_bytes(session.volume_upload, bytes_per_unit),
            raw=session,
        )
        for session in records(answer.sessions, models.SessionHistoryEntry, _SESSIONS)
    ]


def sent_sms(answer: models.SmsAccepted, iccid: str, sent: str) -> Sms:
    """Return a message that the vendor took over for delivery."""
    return Sms(
        provider=PROVIDER,
        iccid=iccid,
        id=text(answer.message_id),
        text=sent,
        direction="mt",
        status=text(answer.status),
        raw=answer,
    )


def sms_history(answer: models.SmsHistory, iccid: str) -> list[Sms]:
    """Return the messages of a SIM; the vendor does not tell their texts."""
    return [
        Sms(
            provider=PROVIDER,
            iccid=iccid,
            id=text(entry.message_id),
            direction=_DIRECTIONS.get(text(entry.direction) or ""),
            status=text(entry.status),
            submitted_at=moment(entry.timestamp),
            raw=entry,
        )
        for entry in records(answer.messages, models.SmsHistoryEntry, _MESSAGES)
    ]


def _is_session(session: models.SimSession | models.ParallelSession) -> bool:
    return bool(text(session.network)) or moment(session.session_start) is not None


def _bytes(value: object, bytes_per_unit: float | None) -> int | None:
    """Return a volume in bytes; None without the unit, which the vendor does not state."""
    volume = number(value)
    if volume is None or bytes_per_unit is None:
        return None
    size = volume * bytes_per_unit
    return round(size) if math.isfinite(size) else None

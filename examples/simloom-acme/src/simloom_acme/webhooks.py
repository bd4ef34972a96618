"""Webhooks of Acme: `Acme-Signature: t=<seconds>,v1=<hex>`, HMAC-SHA256 of `<seconds>.<body>`."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.models import Event, SimStatus, UnknownEvent
from simloom.plugins.values import moment, text
from simloom_acme import mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.runtime import Secret

TOLERANCE = 300.0
"""Seconds that a webhook may be old; older ones may be repeated by somebody else."""


@frozen(kw_only=True)
class StatusChanged(Event):
    """A SIM has another status. A hint: read the SIM before acting on it."""

    iccid: str
    status: SimStatus


def is_genuine(body: bytes, signature: str, secret: Secret, *, now: float) -> bool:
    """Tell whether a webhook is the vendor's and fresh; `now` is in seconds since the epoch."""
    parts = dict(piece.partition("=")[::2] for piece in signature.split(","))
    seconds, given = parts.get("t", ""), parts.get("v1", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 16 and given.isascii()):
        return False
    wanted = hmac.new(secret.reveal().encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    fresh = abs(now - int(seconds)) <= TOLERANCE
    return hmac.compare_digest(wanted, given) and fresh


def read_event(raw: Mapping[str, Any]) -> Event:
    """Return an event; `UnknownEvent` for what is not documented, or broken."""
    time = raw.get("time")
    envelope: dict[str, Any] = {
        "provider": mapping.ID,
        "id": text(raw.get("id")) or "",
        "type": text(raw.get("type")) or "",
        "time": moment(time),
        "raw": raw,
    }
    iccid, code = text(raw.get("iccid")), text(raw.get("code"))
    if raw.get("type") != "card.status" or not iccid:
        return UnknownEvent(**envelope)
    status = mapping.STATUSES.get(code or "", SimStatus.UNKNOWN)
    return StatusChanged(**envelope, iccid=iccid, status=status)

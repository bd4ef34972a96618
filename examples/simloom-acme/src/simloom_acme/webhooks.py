"""Webhooks of Acme: `Acme-Signature: t=<seconds>,v1=<hex>`, HMAC-SHA256 of `<seconds>.<body>`.

Acme sends one again, with the same id and a signature of its own, until it is answered with 2xx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.events.types import SimAction, SimStateChanged
from simloom.events.webhookguard import HmacVerifier
from simloom.models import Event, SimStatus, UnknownEvent
from simloom.plugins.values import moment, text
from simloom_acme import mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simloom.runtime import Secret

METHODS = frozenset({"POST"})
HEADER = "acme-signature"
TOLERANCE = 300.0
"""Seconds that a signature may be old; an older one may be repeated by somebody else."""


@frozen(kw_only=True)
class Roaming(Event):
    """A SIM has attached in another country; `country` is its ISO 3166-1 code of two letters."""

    iccid: str
    country: str | None = None


def verifier(secrets: Sequence[Secret]) -> HmacVerifier:
    """Return what tells whether a webhook is the vendor's and fresh."""
    return HmacVerifier(tuple(secrets), header=HEADER, tolerance=TOLERANCE)


def read_event(raw: Mapping[str, Any]) -> Event:
    """Return an event; `UnknownEvent` for what is not documented, or broken."""
    kind, iccid = text(raw.get("type")) or "", text(raw.get("iccid"))
    envelope: dict[str, Any] = {
        "provider": mapping.ID,
        "id": text(raw.get("id")) or "",
        "type": kind,
        "time": moment(raw.get("time"), written=True),
        "raw": raw,
    }
    job = text(raw.get("job"))
    if kind == "job.ended" and job:
        return SimAction(**envelope, signup_id=job, message=text(raw.get("state")))
    if kind == "card.roaming" and iccid:
        return Roaming(**envelope, iccid=iccid, country=text(raw.get("country")))
    if kind == "card.status" and iccid:
        code = text(raw.get("code")) or ""
        status = mapping.STATUSES.get(code, SimStatus.UNKNOWN)
        return SimStateChanged(**envelope, iccid=iccid, status=status, vendor_status=code)
    return UnknownEvent(**envelope)

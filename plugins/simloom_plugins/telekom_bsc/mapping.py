"""Records of Business Smart Connect as provider-neutral models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simloom.models import Order, Product, Quota, SessionEvent, Sim, SimStatus, Sms
from simloom.plugins.values import (
    decimal,
    identifier,
    moment,
    part,
    records,
    text,
    whole,
)
from simloom_clients.telekom_bsc import models

if TYPE_CHECKING:
    from collections.abc import Mapping

ID = "telekom-bsc"

STATUSES: dict[str, SimStatus] = {
    models.SimStatus.ENABLED: SimStatus.ACTIVE,
    models.SimStatus.DISABLED: SimStatus.SUSPENDED,
}
"""There is nothing between the two: the guide's "deactivate" is `Disabled` and can be undone."""

_DIRECTIONS = {"MT": "mt", "MO": "mo"}
_SMS_STATUSES = {"4": "DELIVERED"}
"""The one status number that the vendor explains (guide 4.1), for an answer without its text."""

_ORDER_NUMBER = re.compile(r"(?:^|/)([0-9]{1,18})/?(?:[?#].*)?$")


def to_sim(record: models.SimCard, operation: str) -> Sim:
    """Map a SIM. `imei` is kept as it comes: 16 digits are an IMEISV, not an IMEI."""
    status = text(record.status)
    return Sim(
        provider=ID,
        iccid=identifier(record.iccid, operation),
        imsi=text(record.imsi),
        msisdn=text(record.msisdn),
        imei=text(record.imei),
        status=to_status(status),
        vendor_status=status or "",
        label=text(record.label),
        activated_at=moment(record.activation_date),
        raw=record,
    )


def to_status(status: str | None) -> SimStatus:
    """Map a SIM status; one that the vendor has not documented is `UNKNOWN`."""
    return STATUSES.get(status or "", SimStatus.UNKNOWN)


def to_sms(iccid: str, record: models.SmsData, operation: str) -> Sms:
    """Map a message. 8-bit data (`dcs` 4) is no text: `raw.payload` has it."""
    kind = part(record.sms_type, models.SmsType)
    direction = None if kind is None else text(kind.description)
    binary = record.dcs == models.SmsDataCoding.VALUE_4
    return Sms(
        provider=ID,
        iccid=iccid,
        # A vendor that writes 123.0 means 123, and only that can be asked for again.
        id=identifier(record.id, operation).removesuffix(".0"),
        text=None if binary else text(record.payload),
        direction=_DIRECTIONS.get((direction or "").upper()),
        status=_sms_status(part(record.status, models.SmsStatus)),
        submitted_at=moment(record.submit_date),
        delivered_at=moment(record.delivery_date),
        raw=record,
    )


def _sms_status(status: models.SmsStatus | None) -> str | None:
    if status is None:
        return None
    return text(status.description) or _SMS_STATUSES.get(text(status.id) or "")


def to_event(iccid: str, record: models.SimEvent) -> SessionEvent:
    """Map a network or management event; `kind` is the vendor's free text."""
    return SessionEvent(
        provider=ID,
        iccid=iccid,
        at=moment(record.timestamp),
        kind=text(record.event_type),
        network=text(record.operator),
        country=text(record.country),
        raw=record,
    )


def to_quota(iccid: str, kind: str, unit: str, record: models.Quota) -> Quota:
    """Map a quota: `volume` is what remains, in the vendor's unit, whose size it does not say."""
    return Quota(
        provider=ID,
        iccid=iccid,
        kind=kind,
        unit=unit,
        remaining=decimal(record.volume),
        total=decimal(record.total_volume),
        expires_at=moment(record.expiry_date),
        raw=record,
    )


def to_order(record: models.Order, operation: str) -> Order:
    """Map an order."""
    number = whole(record.order_number)
    iccids = (text(sim.iccid) for sim in records(record.sims, models.OrderedSim, operation))
    return Order(
        provider=ID,
        number=identifier(None if number is None else str(number), operation),
        kind=text(record.order_type),
        status=text(record.order_status),
        placed_at=moment(record.order_date),
        iccids=tuple(iccid for iccid in iccids if iccid),
        raw=record,
    )


def to_product(record: models.Product, operation: str) -> Product:
    """Map a product; its prices and quantities are in `raw`."""
    number = whole(record.id)
    return Product(
        provider=ID,
        id=identifier(None if number is None else str(number), operation),
        name=text(record.product),
        raw=record,
    )


def order_number(headers: Mapping[str, str]) -> str:
    """Return the number at the end of the `Location` header, empty when there is none.

    Nothing else of the header is used: it may name another host, which is never to be called.
    """
    found = _ORDER_NUMBER.search(headers.get("location", "").strip())
    return found.group(1) if found else ""

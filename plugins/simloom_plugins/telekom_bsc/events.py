"""Webhooks of Business Smart Connect (guide 4.1 and 4.2): delivery reports, messages from SIMs.

The guide's examples have single quotes and comments, which is no JSON; real bodies are taken for
JSON. A payload is shown as text. How 8-bit data would be written is not documented: each character
is taken for an octet, and `raw.payload` has what came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.errors import DecodeError
from simloom.events.smsparts import MOST_PARTS
from simloom.events.smstext import Alphabet, alphabet_of, octets_of
from simloom.events.types import SmsDelivery, SmsReceived, UnknownEvent
from simloom.plugins.values import count, moment, part, text
from simloom.runtime.decoding import convert
from simloom_clients.telekom_bsc import models
from simloom_plugins.telekom_bsc.mapping import ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.events.types import Event

METHODS = frozenset({"PATCH", "POST"})
_DELIVERED = "4"
"""The one status number that the vendor explains (guide 4.1)."""


def read_webhook(method: str, raw: Mapping[str, Any]) -> Event:
    """Return a delivery report (PATCH) or a message from a SIM (POST)."""
    reader = {"PATCH": _delivery, "POST": _message}.get(method)
    try:
        event = reader(raw) if reader else None
    except DecodeError:
        event = None
    return event or UnknownEvent(provider=ID, type=method, raw=raw)


def _delivery(raw: Mapping[str, Any]) -> Event | None:
    """Map a report. A message may have several, so the id has the status in it."""
    report = convert(raw, models.SmsDeliveryReport)
    sms_id = text(report.id)
    if not sms_id:
        return None
    status = part(report.status, models.SmsDeliveryStatus)
    number = word = None
    if status is not None:
        number = text(status.id)
        word = text(status.status) or text(status.description)
    return SmsDelivery(
        provider=ID,
        id=f"{sms_id}/{number or word or ''}",
        type="sms_delivery_report",
        time=moment(report.final_date) or moment(report.submit_date),
        partner=_partner(report.organisation),
        raw=report,
        sms_id=sms_id,
        iccid=_iccid(report.endpoint),
        status=word or number,
        delivered=None if number is None else number == _DELIVERED,
        submitted_at=moment(report.submit_date) or text(report.submit_date),
        final_at=moment(report.final_date) or text(report.final_date),
    )


def _message(raw: Mapping[str, Any]) -> Event | None:
    """Map a message or a part of one. Whether parts have ids of their own is not documented."""
    message = convert(raw, models.ForwardedSms)
    sms_id = text(message.id)
    if not sms_id:
        return None
    number, total, reference = _place(message)
    payload = text(message.payload)
    is_data = alphabet_of(count(message.dcs, written=True) or 0) is Alphabet.DATA
    return SmsReceived(
        provider=ID,
        id=sms_id if number is None else f"{sms_id}/{number}",
        type="forwarded_sms",
        time=moment(message.submit_date),
        partner=_partner(message.organisation) or _partner(message.organisiation),
        raw=message,
        sms_id=sms_id,
        iccid=_iccid(message.endpoint),
        msisdn=text(message.source_address),
        text=None if is_data else payload,
        payload=octets_of(payload) if is_data and payload is not None else None,
        submitted_at=moment(message.submit_date) or text(message.submit_date),
        part=number,
        parts=total,
        reference=reference,
    )


def _place(message: models.ForwardedSms) -> tuple[int | None, int | None, str | None]:
    """Return which part of how many it is, and their reference; nothing for a whole message."""
    info = part(message.multi_part_info, models.SmsMultiPartInfo)
    if info is None:
        return None, None, None
    number, total = count(info.partno, written=True), count(info.total, written=True)
    reference = text(info.identifier)
    if not number or not total or not reference or not 2 <= total <= MOST_PARTS or number > total:
        return None, None, None
    return number, total, reference


def _iccid(endpoint: object) -> str | None:
    found = part(endpoint, models.SmsEndpoint)
    return None if found is None else text(found.name)


def _partner(organisation: object) -> str | None:
    found = part(organisation, models.SmsOrganisation)
    return None if found is None else text(found.id)

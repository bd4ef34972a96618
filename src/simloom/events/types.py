"""The kinds of events, the same for every vendor and for streams and webhooks.

What a vendor does not tell is None; its own typed model is in `raw`, outside of equality and repr.
IMSI and MSISDN are kept out of the repr, because events get logged.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (attrs models: tools resolve their annotations)
from decimal import Decimal  # noqa: TC003
from enum import StrEnum

from attrs import field, frozen

from simloom.models import Event, SimStatus, UnknownEvent

__all__ = [
    "CostLimit",
    "Event",
    "PinBlocked",
    "PinReset",
    "PoolLimit",
    "ProfileNotification",
    "SimAction",
    "SimCreated",
    "SimDeleted",
    "SimStateChanged",
    "SimTransfer",
    "SmsDelivery",
    "SmsReceived",
    "TransferStep",
    "UnknownEvent",
]


class TransferStep(StrEnum):
    """What happened to a transfer of SIMs."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class SimAction(Event):
    """A workflow has ended; which SIMs it changed, the status of the action tells."""

    signup_id: str | None = None
    message: str | None = None


@frozen(kw_only=True)
class SimTransfer(Event):
    """A hand-over of SIMs between partners has come a step further."""

    transaction_id: str
    signup_id: str | None = None
    step: TransferStep = TransferStep.UNKNOWN
    message: str | None = None


@frozen(kw_only=True)
class ProfileNotification(Event):
    """A SIM met a condition of its limit or fraud profile.

    `level` 1 is a warning, 2 an alarm; `allowed` and `detected` are in the condition's own unit.
    `apn` is there where the profile is one of an APN.
    """

    iccid: str | None = None
    restriction: str | None = None
    condition: str | None = None
    profile: str | None = None
    level: int | None = None
    allowed: str | None = None
    detected: str | None = None
    note: str | None = None
    apn: str | None = None
    apn_restriction: str | None = None


@frozen(kw_only=True)
class PoolLimit(Event):
    """A pool reached a level of its limit; `limit` is in percent."""

    pool: str | None = None
    offering: str | None = None
    offering_id: str | None = None
    threshold: str | None = None
    limit: Decimal | None = None
    reached_at: dt.datetime | str | None = None


@frozen(kw_only=True)
class CostLimit(Event):
    """A SIM reached a level of its cost limit; `limit` is in the contract's currency."""

    iccid: str | None = None
    eid: str | None = None
    imsi: str | None = field(default=None, repr=False)
    msisdn: str | None = field(default=None, repr=False)
    offering: str | None = None
    offering_id: str | None = None
    threshold: str | None = None
    limit: Decimal | None = None
    reached_at: dt.datetime | str | None = None
    profile: str | None = None
    profile_id: str | None = None


@frozen(kw_only=True)
class SmsDelivery(Event):
    """What became of a message to a SIM; `status` is the vendor's word, such as `DELIVERED`."""

    sms_id: str
    iccid: str | None = None
    status: str | None = None
    delivered: bool | None = None
    submitted_at: dt.datetime | str | None = None
    final_at: dt.datetime | str | None = None


@frozen(kw_only=True)
class SmsReceived(Event):
    """A message from a SIM: `text`, or `payload` where it is 8-bit data (3GPP TS 23.038).

    A part of a longer message says which it is, from 1; all parts have one `reference`. In a whole
    message `part` is None.
    """

    sms_id: str
    iccid: str | None = None
    msisdn: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    payload: bytes | None = field(default=None, repr=False)
    submitted_at: dt.datetime | str | None = None
    part: int | None = None
    parts: int | None = None
    reference: str | None = None


@frozen(kw_only=True)
class SimCreated(Event):
    """A SIM was added to the vendor's inventory."""

    iccid: str
    status: SimStatus = SimStatus.UNKNOWN
    vendor_status: str = ""


@frozen(kw_only=True)
class SimStateChanged(Event):
    """A SIM has another state; `reason` is what was given with the change."""

    iccid: str
    status: SimStatus = SimStatus.UNKNOWN
    vendor_status: str = ""
    previous_status: SimStatus = SimStatus.UNKNOWN
    previous_vendor_status: str = ""
    reason: str | None = None


@frozen(kw_only=True)
class SimDeleted(Event):
    """A SIM was deleted from the vendor's inventory."""

    iccid: str


@frozen(kw_only=True)
class PinReset(Event):
    """A PIN of a SIM was changed; `pin` names which, such as `PIN1`."""

    iccid: str
    pin: str | None = None


@frozen(kw_only=True)
class PinBlocked(Event):
    """A PIN of a SIM is blocked after too many wrong tries; `pin` names which."""

    iccid: str
    pin: str | None = None

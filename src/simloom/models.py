"""Provider-neutral models: what every vendor's answers become.

Each keeps the vendor's own typed model in `raw`, outside of equality and repr. What a vendor does
not tell is None. Volumes are bytes, times are aware UTC datetimes, unless the docstring says
otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from attrs import field, frozen

T = TypeVar("T")


class SimStatus(StrEnum):
    """The life of a SIM, common to all vendors; `Sim.vendor_status` has the vendor's own word."""

    ORDERED = "ordered"
    INVENTORY = "inventory"
    READY = "ready"
    TEST = "test"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    BLOCKED = "blocked"
    TERMINATED = "terminated"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class ActionStatus(StrEnum):
    """Where an action is that the vendor carries out in the background."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self in {ActionStatus.DONE, ActionStatus.FAILED, ActionStatus.CANCELLED}


@frozen(kw_only=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 1, `more` tells whether another one follows.

    `total_pages` and `total` are None where the vendor does not tell; with `total_pages`, pages may
    be read ahead.
    """

    items: list[T]
    number: int
    more: bool
    total_pages: int | None = None
    total: int | None = None


@frozen(kw_only=True)
class Sim:
    """One SIM card or eSIM profile."""

    provider: str
    iccid: str
    eid: str | None = None
    imsi: str | None = None
    msisdn: str | None = None
    imei: str | None = None
    status: SimStatus = SimStatus.UNKNOWN
    vendor_status: str = ""
    label: str | None = None
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    activated_at: dt.datetime | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class ActionState:
    """What a write came to, or where it is on its way.

    `id` is the vendor's (M2M signup id, Infobip action id); empty where the vendor gives none.
    `iccids` are the SIMs it was asked for, `expected` the status that ends it where progress shows
    only in the SIM itself. A pending action without an id and without `expected` stays unknown. An
    action from a list (`actions()`) has the vendor's own word as `verb` where it is no unified one,
    and its `iccids` only where the vendor tells them.
    """

    provider: str
    verb: str
    id: str = ""
    status: ActionStatus = ActionStatus.PENDING
    message: str | None = None
    iccids: tuple[str, ...] = ()
    expected: SimStatus | None = None
    cancellable: bool = False
    requested_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    sims: Mapping[str, tuple[ActionStatus, str | None]] = field(factory=dict, repr=False)
    """Status and the vendor's text per ICCID, as far as the vendor tells them."""
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Usage:
    """What a SIM used in a period; None is "not told", not zero."""

    provider: str
    iccid: str
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    data_bytes: int | None = None
    data_bytes_received: int | None = None
    data_bytes_sent: int | None = None
    sms_received: int | None = None
    sms_sent: int | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Sms:
    """A short message; `direction` is `mt` (to the SIM) or `mo` (from it), 3GPP TS 23.040."""

    provider: str
    iccid: str
    id: str | None = None
    text: str | None = None
    direction: str | None = None
    status: str | None = None
    submitted_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Connectivity:
    """How a SIM is attached right now; `online` is None where the vendor does not tell."""

    provider: str
    iccid: str
    online: bool | None = None
    network: str | None = None
    mcc: str | None = None
    mnc: str | None = None
    cell_id: int | None = None
    session_start: dt.datetime | None = None
    bytes_received: int | None = None
    bytes_sent: int | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class SessionEvent:
    """One entry of a SIM's history: a data session or a network event."""

    provider: str
    iccid: str
    at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    kind: str | None = None
    network: str | None = None
    country: str | None = None
    bytes_received: int | None = None
    bytes_sent: int | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Quota:
    """An allowance: `remaining` and `total` in `unit`, as the vendor counts (`MB`, `sms`)."""

    provider: str
    iccid: str
    kind: str
    unit: str
    remaining: Decimal | None = None
    total: Decimal | None = None
    expires_at: dt.datetime | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class PoolUsage:
    """How much of a shared pool is used, in `unit` as the vendor names it."""

    provider: str
    name: str | None = None
    kind: str | None = None
    used: Decimal | None = None
    total: Decimal | None = None
    unit: str | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Order:
    """An order of SIMs or of volume."""

    provider: str
    number: str
    kind: str | None = None
    status: str | None = None
    placed_at: dt.datetime | None = None
    iccids: tuple[str, ...] = ()
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Product:
    """Something that can be ordered."""

    provider: str
    id: str
    name: str | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Transfer:
    """A hand-over of SIMs between two partners of a vendor."""

    provider: str
    id: str
    status: str | None = None
    iccids: tuple[str, ...] = ()
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class PinResult:
    """The outcome of a PIN reset or unblocking."""

    provider: str
    iccid: str
    success: bool
    remaining_attempts: int | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class Event:
    """Something that a vendor tells of its own accord; `simloom.events.types` has the kinds.

    `type` and `source` are the vendor's words, `time` text where it cannot be read, `id` empty
    where the vendor gives none. An event is a hint: read the SIM or the action before acting on it.
    """

    provider: str
    id: str = ""
    type: str = ""
    source: str | None = None
    time: dt.datetime | str | None = None
    partner: str | None = None
    raw: Any = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class UnknownEvent(Event):
    """An event of a type that the provider does not know; `raw` is the parsed JSON."""

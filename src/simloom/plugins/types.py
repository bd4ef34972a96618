"""What hooks return: small typed records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import field, frozen

API_VERSION = "1.0"
"""Version of the surface plugins stand on; a plugin made for another major version is refused."""


class EventTransport(StrEnum):
    """How a vendor's events arrive."""

    SSE = "sse"
    WEBHOOK = "webhook"


@frozen(kw_only=True)
class EventSource:
    """Where a provider's events come from: stream URLs by event type, or webhooks we receive."""

    transport: EventTransport
    urls: Mapping[str, str] = field(factory=dict)


class OnReject(StrEnum):
    """What to do when a vendor rejects a whole bulk request for some of its SIMs."""

    DROP_NAMED = "drop-named"
    BISECT = "bisect"
    SINGLES = "singles"


@frozen(kw_only=True)
class ChunkPolicy:
    """How many SIMs go into one request, whether it is all or nothing, what a reject leads to."""

    size: int
    atomic: bool
    on_reject: Sequence[OnReject] = (OnReject.DROP_NAMED, OnReject.BISECT)


class Lookup(StrEnum):
    """How an identifier becomes an ICCID."""

    NATIVE = "native"
    REQUEST = "request"
    SCAN = "scan"


@frozen(kw_only=True)
class ResolutionPlan:
    """How one identifier is resolved: sent as it is, looked up with a request, or by a scan."""

    lookup: Lookup
    cost: int = 1
    arguments: Mapping[str, Any] = field(factory=dict)

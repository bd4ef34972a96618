"""The event types of the M2M Service Portal and the demo subscriptions.

Types and sources are those of the document's examples. A SIM transfer notification has the type of
a SIM action; that it has a subscription of its own, called `simtransfer.v1`, is assumed, and the
switch `m2m_transfer_events` sends it to the other one instead.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.seeds import Draw

PROVIDER = "telekom-m2m"
PATH = f"/{PROVIDER}/horizon/sse/v1"

STREAMS = defaultdict[str, tuple[str, ...]](tuple, {PROVIDER: ("open_event_stream",)})
"""Per provider, the names of operations that no specification has, for journal and faults."""

SIM_ACTION = "simaction.v1"
SIM_TRANSFER = "simtransfer.v1"
PROFILE = "profilenotification.v1"
POOL_LIMIT = "poollimitnotification.v1"
COST_LIMIT = "costlimitnotification.v1"


@frozen
class EventKind:
    """What the envelope of an event says of its kind."""

    type: str
    source: str


EVENT_KINDS: Mapping[str, EventKind] = {
    SIM_ACTION: EventKind("simaction.v1", "/v1/partners/simaction"),
    SIM_TRANSFER: EventKind("simaction.v1", "/v1/partners/simaction"),
    PROFILE: EventKind("profilenotification.v1", "/notification/limit"),
    POOL_LIMIT: EventKind("poollimitnotification.v1", "/notification/poollimit"),
    COST_LIMIT: EventKind("costlimitnotification.v1", "/notification/costlimit"),
}
"""By the event type in the address of a subscription."""


def subscription_ids(draw: Draw, application: str) -> dict[str, str]:
    """Return the demo subscription of an application for each event type."""
    return {
        name: draw.uuid(number, f"subscription of {application}")
        for number, name in enumerate(EVENT_KINDS)
    }


def event_urls(draw: Draw, application: str, url: str) -> dict[str, str]:
    """Return the address of each of them, if the sandbox itself is at `url`."""
    found = subscription_ids(draw, application)
    return {name: f"{url}{PATH}/{name}/{number}" for name, number in found.items()}

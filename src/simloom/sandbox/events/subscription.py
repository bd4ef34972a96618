"""One subscription: the events in it, which of them were delivered, and the streams open on it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from attrs import define, field

from simloom.sandbox.events.catalogue import subscription_ids
from simloom.sandbox.vendors.telekom_m2m.applications import APPLICATIONS

if TYPE_CHECKING:
    from datetime import datetime

    from simloom.sandbox.events.connection import Connection
    from simloom.sandbox.events.render import Event
    from simloom.sandbox.seeds import Draw

BATCH = 100
"""How many events the server fetches at once; the source says 50 to 100."""


@define(kw_only=True, eq=False)
class Entry:
    """An event in one subscription. `offset` is what `Last-Event-ID` takes."""

    event: Event
    subscription: str
    offset: str
    timestamp: datetime
    at: float
    """When it came, on the stopwatch."""
    taken: set[int] = field(factory=set)
    """The numbers of the streams that have got hold of it."""
    delivered: list[dict[str, Any]] = field(factory=list)

    def shown(self) -> dict[str, Any]:
        """Return it for the admin surface."""
        return {
            "subscriptionId": self.subscription,
            "offset": self.offset,
            "timestamp": self.timestamp.isoformat(),
            "deliveries": list(self.delivered),
        }


@define(kw_only=True, eq=False)
class Subscription:
    """Who gets which events. With `partners` None it hears of every partner."""

    id: str
    event_type: str
    application: str
    partners: tuple[str, ...] | None = None
    entries: list[Entry] = field(factory=list)
    """Those that have not expired, by timestamp."""
    undelivered: dict[int, Entry] = field(factory=dict)
    offsets: dict[str, datetime] = field(factory=dict)
    live: list[Connection] = field(factory=list)
    connections: int = 0
    """How many streams there ever were."""

    def wants(self, stream: str, partner: str | None) -> bool:
        """Tell whether an event of this type, about this partner, belongs here."""
        return stream == self.event_type and (
            partner is None or self.partners is None or partner in self.partners
        )

    def put(self, entry: Entry) -> None:
        """Add an event and wake the streams."""
        self.entries.append(entry)
        self.undelivered[entry.event.number] = entry
        self.offsets[entry.offset] = entry.timestamp
        for connection in self.live:
            connection.bell.ring()

    def pick(self, connection: Connection) -> list[Entry]:
        """Return what a stream is to be given next: what was never delivered, or its replay."""
        if connection.is_silent:
            return []
        if connection.cursor is not None:
            after = bisect_right(self.entries, connection.cursor, key=lambda entry: entry.timestamp)
            batch = self.entries[after : after + BATCH]
            if batch:
                connection.cursor = batch[-1].timestamp
        else:
            number = connection.number
            found = [entry for entry in self._candidates(connection) if number not in entry.taken]
            batch = found[:BATCH]
        for entry in batch:
            entry.taken.add(connection.number)
        return batch

    def end(self, why: str) -> None:
        """Tell every stream that it has to end."""
        for connection in self.live:
            connection.end = connection.end or why
            connection.bell.ring()

    def expire(self, horizon: datetime) -> None:
        """Forget what is older."""
        old = 0
        while old < len(self.entries) and self.entries[old].timestamp < horizon:
            entry = self.entries[old]
            self.undelivered.pop(entry.event.number, None)
            self.offsets.pop(entry.offset, None)
            old += 1
        del self.entries[:old]

    def shown(self) -> dict[str, Any]:
        """Return it for the admin surface."""
        return {
            "subscriptionId": self.id,
            "eventType": self.event_type,
            "application": self.application,
            "partners": None if self.partners is None else list(self.partners),
            "connections": self.connections,
            "open": len(self.live),
            "undelivered": len(self.undelivered),
        }

    def _candidates(self, connection: Connection) -> list[Entry]:
        if connection.shared is None:
            return list(self.undelivered.values())
        # What came while two streams were open may go to both.
        since, until = connection.shared
        return [
            entry
            for entry in self.entries
            if entry.event.number in self.undelivered or since <= entry.at < until
        ]


def demo_subscriptions(draw: Draw) -> dict[str, Subscription]:
    """Return those that are always there, by id: one per demo application and event type."""
    return {
        number: Subscription(
            id=number, event_type=event_type, application=item.client_id, partners=item.partners
        )
        for item in APPLICATIONS
        for event_type, number in subscription_ids(draw, item.client_id).items()
    }

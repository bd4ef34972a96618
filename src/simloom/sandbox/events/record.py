"""An event with those who may hear of it, for the admin surface and for the file of a state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from simloom.sandbox.clock import at_monotonic
from simloom.sandbox.events.render import Event, envelope
from simloom.sandbox.events.subscription import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from simloom.sandbox.clock import Clock
    from simloom.sandbox.events.subscription import Subscription
    from simloom.sandbox.quirks import Quirks

_PLAIN = ("stream", "id", "type", "source", "partner")


def shown(event: Event, entries: list[Entry], quirks: Quirks) -> dict[str, Any]:
    """Return an event as the admin surface has it."""
    return {
        "number": event.number,
        "eventType": event.stream,
        "partnerID": event.partner,
        "event": envelope(event, quirks),
        "subscriptions": [entry.shown() for entry in entries],
    }


def saved(
    events: Collection[tuple[Event, list[Entry]]], subscriptions: Mapping[str, Subscription]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield one row per event, the oldest first.

    There are more in subscriptions than the admin surface shows.
    """
    known = {event.number for event, _ in events}
    older: dict[int, tuple[Event, list[Entry]]] = {}
    for subscription in subscriptions.values():
        for entry in subscription.entries:
            if entry.event.number not in known:
                older.setdefault(entry.event.number, (entry.event, []))[1].append(entry)
    for event, entries in (*(older[number] for number in sorted(older)), *events):
        yield (
            str(event.number),
            {
                **{name: getattr(event, name) for name in _PLAIN},
                "time": event.time.isoformat(),
                "data": dict(event.data),
                "entries": [_saved_entry(entry, subscriptions) for entry in entries],
            },
        )


def _saved_entry(entry: Entry, subscriptions: Mapping[str, Subscription]) -> dict[str, Any]:
    return {
        "subscription": entry.subscription,
        "offset": entry.offset,
        "timestamp": entry.timestamp.isoformat(),
        "delivered": list(entry.delivered),
        "waits": entry.event.number in subscriptions[entry.subscription].undelivered,
    }


def restored(
    number: str, row: Mapping[str, Any], subscriptions: Mapping[str, Subscription], clock: Clock
) -> tuple[Event, list[Entry]]:
    """Put what was saved back into its subscriptions. Raises KeyError, TypeError or ValueError."""
    event = Event(
        **{name: row[name] for name in _PLAIN},
        number=int(number),
        time=datetime.fromisoformat(row["time"]),
        data=dict(row["data"]),
    )
    entries = []
    for one in row["entries"]:
        entry = Entry(
            event=event,
            subscription=one["subscription"],
            offset=one["offset"],
            timestamp=datetime.fromisoformat(one["timestamp"]),
            at=at_monotonic(clock, one["timestamp"]),
            delivered=list(one["delivered"]),
        )
        subscription = subscriptions[entry.subscription]
        subscription.put(entry)
        if not one["waits"]:
            del subscription.undelivered[event.number]
        entries.append(entry)
    return event, entries

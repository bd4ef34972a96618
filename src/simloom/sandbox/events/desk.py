"""Every event of the M2M Service Portal, every subscription and every stream."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from simloom.sandbox.events.bells import Bells
from simloom.sandbox.events.catalogue import (
    EVENT_KINDS,
    PROVIDER,
    SIM_ACTION,
    SIM_TRANSFER,
)
from simloom.sandbox.events.connection import OVERLAP, Connection
from simloom.sandbox.events.record import restored, saved, shown
from simloom.sandbox.events.render import Event
from simloom.sandbox.events.subscription import Entry, Subscription, demo_subscriptions
from simloom.sandbox.seeds import Draw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simloom.sandbox.outbox import Happening
    from simloom.sandbox.parts import Rows
    from simloom.sandbox.vendor import World

_KEPT = 10_000
_TICK = timedelta(milliseconds=1)
_SAVED = ("idle", "retention", "most", "_count", "_opened")


class EventDesk:
    """Publishes events, hands them out, and knows who was given which. Safe to use from threads.

    `idle` and `retention` are seconds of the sandbox's clock, `most` is how many streams may be
    open at once. They may be changed at any time; open streams keep their idle time.
    """

    def __init__(self, world: World, tell: Callable[[str, Mapping[str, Any]], None]) -> None:
        self.bells: Bells = Bells()
        self._world = world
        self._tell = tell
        self._draw = Draw(world.seed, PROVIDER)
        self._lock = Lock()
        self._stamped: datetime | None
        self._first = 700_000_000 + self._draw.number(0, "event first", 9_000_000)
        self._start()
        world.outbox.listen(self._hear)
        world.clock.on_advance(self.bells.ring)

    def subscribe(
        self, event_type: str, number: str, application: str, partners: tuple[str, ...] | None
    ) -> Subscription:
        """Add a subscription. Raises ValueError for one that exists and for other event types."""
        if event_type not in EVENT_KINDS:
            raise ValueError(f"eventType is one of {', '.join(EVENT_KINDS)}")
        with self._lock:
            if number in self._subscriptions:
                raise ValueError("there is a subscription with this id")
            made = self._subscriptions[number] = Subscription(
                id=number, event_type=event_type, application=application, partners=partners
            )
        return made

    def subscription(self, number: str) -> Subscription | None:
        """Return a subscription by its id."""
        return self._subscriptions.get(number)

    def subscriptions(self) -> list[Subscription]:
        """Return all of them."""
        with self._lock:
            return list(self._subscriptions.values())

    def publish(
        self,
        stream: str,
        data: Mapping[str, Any],
        *,
        moment: datetime | None = None,
        partner: str | None = None,
        only: str | None = None,
        **replaced: str,
    ) -> Event:
        """Give an event to every subscription that may hear of it, or to one `only`.

        `id`, `type` and `source` replace what the envelope would have. Raises KeyError for a
        stream that does not exist.
        """
        kind, clock = EVENT_KINDS[stream], self._world.clock
        with self._lock:
            self._count += 1
            number = self._first + self._count
            event = Event(
                number=self._count,
                stream=stream,
                id=replaced.get("id", f"00000000-0000-1000-a000-{number:012d}"),
                type=replaced.get("type", kind.type),
                source=replaced.get("source", kind.source),
                time=moment or clock.now(),
                data=data,
                partner=partner,
            )
            timestamp = self._stamp()
            entries = []
            for item in self._subscriptions.values():
                if not item.wants(stream, partner) or only not in (None, item.id):
                    continue
                entry = Entry(
                    event=event,
                    subscription=item.id,
                    offset=self._draw.uuid(event.number, f"offset {item.id}"),
                    timestamp=timestamp,
                    at=clock.monotonic(),
                )
                item.expire(self._horizon())
                item.put(entry)
                entries.append(entry)
            self._events.append((event, entries))
        return event

    @property
    def is_full(self) -> bool:
        """Tell whether as many streams are open as may be."""
        with self._lock:
            return sum(len(item.live) for item in self._subscriptions.values()) >= self.most

    def open(self, subscription: Subscription, **wanted: Any) -> Connection:
        """Open a stream, which cuts the one that is there.

        `wanted` is what else a `Connection` says of the request.
        """
        clock = self._world.clock
        with self._lock:
            self._opened += 1
            now = clock.monotonic()
            made = Connection(
                number=self._opened,
                subscription=subscription.id,
                event_type=subscription.event_type,
                opened=clock.now(),
                started=now,
                idle=self.idle,
                **wanted,
            )
            self._place(made)
            if self._world.quirks.m2m_stream_overlap == "second":
                for other in subscription.live:
                    other.cut_at = now + OVERLAP
                    other.shared = made.shared = (now, now + OVERLAP)
                    other.bell.ring()
            else:
                subscription.end("cut")
            subscription.live.append(made)
            subscription.connections += 1
        self._tell("stream-opened", made.shown())
        return made

    def pick(self, connection: Connection) -> list[Entry]:
        """Return what the stream is to be given next, at most a hundred events."""
        with self._lock:
            subscription = self._subscriptions.get(connection.subscription)
            if subscription is None:
                return []
            subscription.expire(self._horizon())
            batch = subscription.pick(connection)
        return batch[::-1] if self._world.quirks.m2m_event_order == "reversed" else batch

    def delivered(self, entry: Entry, connection: Connection, how: str = "sent") -> None:
        """Note that a stream was given an event, so that the next one will not be."""
        with self._lock:
            time = self._world.clock.now().isoformat()
            entry.delivered.append({"connection": connection.number, "time": time, "how": how})
            subscription = self._subscriptions.get(entry.subscription)
            if subscription is not None:
                subscription.undelivered.pop(entry.event.number, None)

    def terminate(self, subscription: Subscription) -> None:
        """End the streams of a subscription."""
        with self._lock:
            subscription.end("terminated")

    def close(self, connection: Connection, end: str) -> None:
        """Note that a stream has ended, and why."""
        with self._lock:
            connection.end, connection.closed = end, self._world.clock.now()
            subscription = self._subscriptions.get(connection.subscription)
            if subscription is not None and connection in subscription.live:
                subscription.live.remove(connection)
                self._closed.append(connection)
        self._tell("stream-closed", connection.shown())

    def events(self) -> dict[str, Any]:
        """Return every event with its deliveries, oldest first; the last 10,000."""
        with self._lock:
            listed = [shown(event, entries, self._world.quirks) for event, entries in self._events]
            return {"events": listed, "dropped": self._count - len(listed)}

    def streams(self) -> dict[str, Any]:
        """Return the open streams, the last thousand closed ones, and every subscription."""
        with self._lock:
            found = list(self._subscriptions.values())
            return {
                "open": [item.shown() for one in found for item in one.live],
                "closed": [item.shown() for item in self._closed],
                "subscriptions": [item.shown() for item in found],
                "settings": {
                    "idle": self.idle,
                    "retention": self.retention,
                    "maxConnections": self.most,
                },
            }

    def connections(self) -> dict[str, int]:
        """Return how many streams each subscription ever had, for those that had any."""
        with self._lock:
            found = self._subscriptions.values()
            return {item.id: item.connections for item in found if item.connections}

    def reset(self) -> None:
        """Forget events, added subscriptions and changed settings, and end every stream."""
        with self._lock:
            for subscription in self._subscriptions.values():
                subscription.end("reset")
            self._start()

    def save(self) -> Rows:
        """Return the settings and every event that can still be asked for; no stream."""
        with self._lock:
            known = self._subscriptions
            settings = {
                **{name: getattr(self, name) for name in _SAVED},
                "stamped": self._stamped and self._stamped.isoformat(),
                "connections": {name: item.connections for name, item in known.items()},
            }
            return [("", settings), *saved(self._events, known)]

    def restore(self, rows: Rows) -> None:
        """Take over what `save` returned. Raises KeyError, TypeError or ValueError."""
        with self._lock:
            for key, row in rows:
                if key:
                    found = restored(key, row, self._subscriptions, self._world.clock)
                    self._events.append(found)
                    continue
                for name in _SAVED:
                    setattr(self, name, type(getattr(self, name))(row[name]))
                stamped = row["stamped"]
                self._stamped = datetime.fromisoformat(stamped) if stamped else None
                for name, connections in row["connections"].items():
                    self._subscriptions[name].connections = connections

    def _start(self) -> None:
        self.idle: float = 60.0
        self.retention: float = 7 * 86_400.0
        self.most: int = 500
        self._count = self._opened = 0
        self._stamped = None
        self._events: deque[tuple[Event, list[Entry]]] = deque(maxlen=_KEPT)
        self._closed: deque[Connection] = deque(maxlen=1000)
        self._subscriptions: dict[str, Subscription] = demo_subscriptions(self._draw)

    def _hear(self, happening: Happening) -> None:
        stream = happening.kind
        if happening.provider != PROVIDER or stream not in EVENT_KINDS:
            return
        if stream == SIM_TRANSFER and self._world.quirks.m2m_transfer_events == "simaction":
            stream = SIM_ACTION
        self.publish(stream, happening.data, moment=happening.moment, partner=happening.scope)

    def _stamp(self) -> datetime:
        now = self._world.clock.now()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        if self._stamped is not None:
            distinct = self._world.quirks.m2m_event_timestamps == "distinct"
            now = max(now, self._stamped + _TICK if distinct else self._stamped)
        self._stamped = now
        return now

    def _place(self, connection: Connection) -> None:
        """Find where a replay starts."""
        wanted = connection.last_event_id
        if not wanted:
            return
        for subscription in self._subscriptions.values():
            subscription.expire(self._horizon())
            known = subscription.offsets.get(wanted)
            if known is not None:
                connection.cursor = known
                return
        connection.is_silent = self._world.quirks.m2m_unknown_offset == "silent"

    def _horizon(self) -> datetime:
        return self._world.clock.now() - timedelta(seconds=self.retention)

"""One stream from request to events, without I/O: shells send, read and report to it."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from attrs import frozen

from simloom.errors import DecodeError, EventStreamError
from simloom.events.checkpoints import LAG, Trail
from simloom.events.jsontext import without_trailing_commas
from simloom.events.policy import Ending, Reconnecting, StreamPolicy
from simloom.events.sse import EVENT_STREAM, JSON_STREAMS, EventDecoder, Fault
from simloom.models import Event, UnknownEvent
from simloom.plugins.places import kind_of, place_of
from simloom.runtime.answers import read_error
from simloom.runtime.decoding import parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from simloom.errors import ApiError
    from simloom.events.actionwatch import ActionWatch
    from simloom.events.checkpoints import Handled
    from simloom.events.sources import Subscription
    from simloom.events.sse import ServerSentEvent
    from simloom.plugins.provider import Provider

log: logging.Logger = logging.getLogger("simloom.events")

_WITH_HEADERS = "includeHttpHeaders=true"
_READABLE = JSON_STREAMS | {EVENT_STREAM, "application/json", ""}


@frozen
class Delivery:
    """An event on its way to its handler, and what to write down once that has returned."""

    event: Event
    handled: Handled
    offset: str | None

    def done(self) -> None:
        """Write down that the event was handled."""
        self.handled.add(self.event.id, self.offset)


@frozen
class Trouble:
    """Something to tell, behind which the stream goes on."""

    error: Exception


class Listening:
    """A stream's state over all its connections.

    `since` is an offset to begin behind, which wins over the checkpoint, or a time before which
    events are dropped.
    """

    def __init__(
        self,
        subscription: Subscription,
        provider: Provider,
        handled: Handled,
        *,
        policy: StreamPolicy,
        since: dt.datetime | str | None = None,
        watch: ActionWatch | None = None,
    ) -> None:
        self.stream: str = subscription.stream
        self.reconnecting: Reconnecting = Reconnecting(subscription.stream, policy)
        self._subscription = subscription
        self._provider = provider
        self._handled = handled
        self._trail = Trail(since if isinstance(since, str) else handled.offset)
        self._lag = LAG
        self._is_new = True
        self._since = since if isinstance(since, dt.datetime) else None
        self._watch = watch
        self._may_have_missed = False
        self._ask_for_headers = True
        self._decoder = EventDecoder(EVENT_STREAM)
        self._faults = 0

    def request(self) -> tuple[str, dict[str, str]]:
        """Return address and headers of the next connection.

        The server compares Accept as a whole, so it is one bare media type. Without an offset, the
        events' headers are asked for, because an offset comes with them.
        """
        if self._watch is not None:
            self._watch.joined(self, missed=self._may_have_missed)
        self._may_have_missed = True
        # One that broke off among known events would do so again: each time from further on.
        self._lag = LAG if self._is_new else self._lag // 2
        self._is_new = False
        offset = self._trail.behind(self._lag)
        headers = {"accept": EVENT_STREAM}
        url = self._subscription.url
        if offset is not None:
            headers["last-event-id"] = offset
        elif self._ask_for_headers:
            parts = urlsplit(url)
            query = f"{parts.query}&{_WITH_HEADERS}" if parts.query else _WITH_HEADERS
            url = urlunsplit(parts._replace(query=query))
        return url, headers

    def answered(self, status: int, headers: Mapping[str, str]) -> Ending | None:
        """Take the beginning of a 2xx or 504; None means that there is something to read."""
        if status == 504:
            self._may_have_missed = False
            return Ending.IDLE
        if status == 204:
            return Ending.NOTHING
        self.reconnecting.begin()
        content_type = headers.get("content-type", "")
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type not in _READABLE:
            raise EventStreamError(
                self.stream, f"the answer is {media_type!r}; is this the address of a stream?"
            )
        self._decoder = EventDecoder(content_type)
        self._faults = 0
        return None

    def refused(self, status: int, headers: Mapping[str, str], content: bytes) -> ApiError | None:
        """Return the error of a refusal; None when it is worth asking in plainer words."""
        if status == 400 and self._ask_for_headers and self._trail.behind() is None:
            self._ask_for_headers = False
            return None
        return read_error(f"event stream {self.stream}", {}, status, headers, content)

    def feed(self, chunk: bytes) -> list[Delivery | Trouble]:
        """Return what a piece of the answer brings, without what came before."""
        return self._deliveries(self._decoder.feed(chunk))

    def finish(self) -> list[Delivery | Trouble]:
        """End the answer."""
        return self._deliveries(self._decoder.close())

    def leave(self) -> None:
        """Note that there will be no more connections."""
        if self._watch is not None:
            self._watch.left(self)

    def _deliveries(self, received: list[ServerSentEvent]) -> list[Delivery | Trouble]:
        found = self._trouble()
        for one in received:
            try:
                delivery = self._delivery(one)
            except DecodeError as error:
                found.append(Trouble(EventStreamError(self.stream, f"skipped: {error}")))
            else:
                if delivery is not None:
                    found.append(delivery)
        return found

    def _trouble(self) -> list[Delivery | Trouble]:
        """Return the faults since the last time; commas are repaired and not worth a word."""
        total = sum(self._decoder.counts.values())
        fresh, self._faults = total - self._faults, total
        faults = self._decoder.errors[-fresh:] if fresh else []
        return [
            Trouble(EventStreamError(self.stream, f"part of the stream is odd: {fault}"))
            for fault in faults
            if fault is not Fault.TRAILING_COMMA
        ]

    def _delivery(self, received: ServerSentEvent) -> Delivery | None:
        raw = _parsed(received.data)
        event, offset = self._read(raw)
        if self._watch is not None:
            self._watch.heard(event)
        offset = received.id or offset
        if offset is not None and not _is_header(offset):
            offset = None
        named = event.id or offset
        if named:
            if named in self._handled.ids:
                return None
            self._handled.ids.add(named)
        self._is_new = True
        if offset is not None:
            self._trail.add(offset)
        if self._is_past(event):
            return None
        return Delivery(event, self._handled, offset)

    def _read(self, raw: dict[str, Any]) -> tuple[Event, str | None]:
        """Ask the provider; what it fails on is still an event."""
        try:
            event: object = self._provider.read_event(raw)
            offset: object = self._provider.event_offset(raw)
        except Exception:
            log.exception("%s failed to read an event", type(self._provider).__name__)
            return UnknownEvent(provider=self._provider.id, raw=raw), None
        if not isinstance(event, Event):
            what = "%s has to return a simloom.models.Event, it returned %s"
            log.error(what, place_of(self._provider.read_event), kind_of(event))
            event = UnknownEvent(provider=self._provider.id, raw=raw)
        if not isinstance(offset, str | None):
            what = "%s has to return text or None, it returned %s"
            log.error(what, place_of(self._provider.event_offset), kind_of(offset))
            offset = None
        return event, offset

    def _is_past(self, event: Event) -> bool:
        moment = event.time
        return self._since is not None and isinstance(moment, dt.datetime) and moment < self._since


def _parsed(text: str) -> dict[str, Any]:
    try:
        raw = parse_json(text.encode("utf-8", "replace"))
    except DecodeError:
        repaired = without_trailing_commas(text)
        if repaired is None:
            raise
        raw = parse_json(repaired.encode("utf-8", "replace"))
    if not isinstance(raw, dict):
        raise DecodeError("an event is not a JSON object")
    return raw


def _is_header(offset: str) -> bool:
    """Tell whether an offset can be sent back: it came from outside and goes into a header."""
    return offset.isascii() and offset.isprintable() and 0 < len(offset) <= 512

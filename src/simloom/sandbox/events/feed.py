"""`GET /_sandbox/stream`: everything that happens here, for a page in a browser.

Unlike the vendor's, this is a stream by the book (WHATWG HTML, 9.2): each event has an id, a type
and one line of JSON, a comment comes every 15 seconds, and `Last-Event-ID` goes on where the
browser lost it. Types: `request`, `effect`, `event`, `stream-opened`, `stream-closed`, `webhook`,
`reset`, and `gap` with `missed` if a reader was too slow.
"""

from __future__ import annotations

import json
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any

from simloom.sandbox.events.bells import Bells
from simloom.sandbox.events.serving import finish, watching

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import Receive, Scope, Send

    from simloom.sandbox.outbox import Happening

_KEPT = 2000
_HEARTBEAT = 15.0  # real seconds: proxies and browsers have no other clock
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


class Feed:
    """The last 2000 things that happened. Safe to use from several threads."""

    def __init__(self) -> None:
        self.bells: Bells = Bells()
        self._lock = Lock()
        self._count = 0
        self._told: deque[tuple[int, str, Mapping[str, Any]]] = deque(maxlen=_KEPT)

    @property
    def count(self) -> int:
        """The number of the last thing."""
        return self._count

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """Add something. `data` is JSON and must not change any more."""
        with self._lock:
            self._count += 1
            self._told.append((self._count, kind, data))
        if self.bells.waiting:
            self.bells.ring()

    def hear(self, happening: Happening) -> None:
        """Add what a vendor has published."""
        data = {
            "provider": happening.provider,
            "event": happening.kind,
            "time": happening.moment.isoformat(),
            "scope": happening.scope,
            "data": happening.data,
        }
        self.tell("event", data)

    def after(self, number: int) -> list[tuple[int, str, Mapping[str, Any]]]:
        """Return what came after, oldest first; a `gap` stands for what is no longer kept."""
        with self._lock:
            found = []
            for told in reversed(self._told):
                if told[0] <= number:
                    break
                found.append(told)
            missed = self._count - number - len(found)
        found.reverse()
        if missed > 0:
            return [(number + missed, "gap", {"missed": missed}), *found]
        return found


class FeedStream:
    """Serves the feed to one reader."""

    def __init__(self, feed: Feed, last_event_id: str | None) -> None:
        self._feed = feed
        self._place = feed.count
        if last_event_id and last_event_id.isascii() and last_event_id.isdigit():
            self._place = min(self._place, int(last_event_id[:18]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the reader goes or the server stops, as ASGI wants it."""
        bells = self._feed.bells
        with bells.bell() as bell:
            async with watching(scope, receive, bell) as reader:
                await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                await _more(send, b"retry: 1000\n\n")
                while not (reader.gone or bells.closed):
                    frames = b"".join(self._frames())
                    if frames:
                        await _more(send, frames)
                        continue
                    if not await bell.wait(_HEARTBEAT):
                        await _more(send, b": still here\n\n")
                await finish(send)

    def _frames(self) -> Iterator[bytes]:
        for number, kind, data in self._feed.after(self._place):
            text = json.dumps(data, ensure_ascii=False)
            yield f"id: {number}\nevent: {kind}\ndata: {text}\n\n".encode("utf-8", "replace")
            self._place = number


async def _more(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})

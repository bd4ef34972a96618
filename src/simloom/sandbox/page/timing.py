"""How long the vendors' answers took, from the request's arrival to the last byte of the answer.

The journal notes a request before its answer is sent, so it cannot know. Real milliseconds, on any
clock of the sandbox.
"""

from __future__ import annotations

import time
from collections import deque
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import define

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_KEPT = 2000


@define
class _Asked:
    """A request that is being answered, and its number in the journal as soon as it has one."""

    number: int | None = None


_PRESENT: ContextVar[_Asked | None] = ContextVar("request", default=None)


class Timings:
    """The last 2000 durations. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: deque[tuple[int, int, float]] = deque(maxlen=_KEPT)
        self._count = 0
        self._lock = Lock()

    def hear(self, entry: dict[str, Any]) -> None:
        """Take the number of a new entry of the journal, made while the request is answered."""
        if entry["number"] == 1:  # the sandbox was reset
            with self._lock:
                self._known.clear()
        present = _PRESENT.get()
        if present is not None:
            present.number = entry["number"]

    def add(self, number: int, milliseconds: float) -> None:
        """Note how long a request took."""
        with self._lock:
            self._count += 1
            self._known.append((self._count, number, round(milliseconds, 1)))

    def after(self, place: int) -> dict[str, Any]:
        """Return what came after a place: pairs of journal number and milliseconds, and `place`.

        A request that is answered later than the next one comes behind it.
        """
        with self._lock:
            found = [[number, took] for at, number, took in self._known if at > place]
            return {"place": self._count, "took": found}


class Timed:
    """Wraps the application and measures what ends up in the journal."""

    def __init__(self, app: ASGIApp, timings: Timings) -> None:
        self._app = app
        self._timings = timings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI wants it."""
        asked, began = _Asked(), time.perf_counter()
        token = _PRESENT.set(asked)
        try:
            await self._app(scope, receive, send)
        finally:
            _PRESENT.reset(token)
            if asked.number is not None:
                self._timings.add(asked.number, (time.perf_counter() - began) * 1000)

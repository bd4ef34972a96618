"""Who waits for an action, and which streams may tell that it is over. No I/O, any thread.

An event only wakes the one who waits: he asks the vendor then. Events can be lost, so everybody is
woken when a stream was broken off, too, and looks by himself every few minutes.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simloom.models import Event


class ActionWatch:
    """One per client: streams call `joined`, `heard`, `left`; actions `waiting`; jobs `hearing`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: set[object] = set()
        self._waiting: dict[str, list[Callable[[], None]]] = {}
        self._hearing: list[Callable[[str], None]] = []

    @property
    def is_live(self) -> bool:
        """Whether a stream is open that tells when actions are over."""
        return bool(self._streams)

    @contextmanager
    def waiting(self, action_id: str, ring: Callable[[], None]) -> Iterator[None]:
        """Have `ring` called, from whatever thread, while somebody waits for an action."""
        with self._lock:
            self._waiting.setdefault(action_id, []).append(ring)
        try:
            yield
        finally:
            with self._lock:
                bells = self._waiting[action_id]
                bells.remove(ring)
                if not bells:
                    del self._waiting[action_id]

    @contextmanager
    def hearing(self, tell: Callable[[str], None]) -> Iterator[None]:
        """Have `tell` called, from whatever thread, with the action of every event meanwhile."""
        with self._lock:
            self._hearing.append(tell)
        try:
            yield
        finally:
            with self._lock:
                self._hearing.remove(tell)

    def joined(self, stream: object, *, missed: bool) -> None:
        """Note that a stream connects; with `missed`, something may have been lost before."""
        self._streams.add(stream)
        if missed:
            self._ring_all()

    def left(self, stream: object) -> None:
        """Note that a stream has ended for good."""
        if stream in self._streams:
            self._streams.discard(stream)
            self._ring_all()

    def heard(self, event: Event) -> None:
        """Wake those who wait for the action of an event."""
        action_id = getattr(event, "signup_id", None)
        if not action_id:
            return
        with self._lock:
            bells = list(self._waiting.get(action_id, ()))
            hearing = list(self._hearing)
        for ring in bells:
            ring()
        for tell in hearing:
            tell(action_id)

    def _ring_all(self) -> None:
        with self._lock:
            bells = [ring for rings in self._waiting.values() for ring in rings]
        for ring in bells:
            ring()

"""Waking up whoever waits in an event loop, from any thread."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Bell:
    """Belongs to the event loop in which it was made; may be rung in any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake up who waits. Rung before somebody waits, it wakes the next one at once."""
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float | None) -> bool:
        """Return True when it was rung, False after so many real seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung


class Bells:
    """All bells of those who wait now. Closing it tells them to go home."""

    def __init__(self) -> None:
        self._bells: set[Bell] = set()
        self.closed: bool = False

    @property
    def waiting(self) -> int:
        """How many there are."""
        return len(self._bells)

    @contextmanager
    def bell(self) -> Iterator[Bell]:
        """Have a bell of one's own for as long as the context lasts."""
        bell = Bell()
        self._bells.add(bell)
        try:
            yield bell
        finally:
            self._bells.discard(bell)

    def ring(self) -> None:
        """Wake everybody."""
        for bell in tuple(self._bells):
            bell.ring()

    def close(self) -> None:
        """Tell everybody that the server stops."""
        self.closed = True
        self.ring()

    def open(self) -> None:
        """Let people wait again."""
        self.closed = False

"""Where the sandbox reads the time. Nothing in it asks the operating system directly."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Two clocks in one: a calendar for what is shown, a stopwatch for what expires."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; they never run backwards."""
        ...


class SystemClock:
    """The clocks of the machine."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's stopwatch, in seconds."""
        return time.monotonic()


class ManualClock:
    """Stands still until it is told to move. For tests: a token of an hour expires at once."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        if start.tzinfo is None:
            raise ValueError("start needs a time zone, for instance datetime.UTC")
        self._now = start.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        """Return the time that was set."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds by which the clock was moved so far."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both clocks forward. A negative step is refused: the stopwatch cannot go back."""
        if seconds < 0:
            raise ValueError(f"cannot go back by {-seconds} s")
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

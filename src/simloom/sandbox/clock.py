"""Where the sandbox reads the time. Nothing in it asks the operating system directly."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock(Protocol):
    """Two clocks in one: a calendar for what is shown, a stopwatch for what expires."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; they never run backwards."""
        ...

    def advance(self, seconds: float) -> None:
        """Move both clocks forward by so many seconds. Raises ValueError for a step back."""
        ...

    def on_advance(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call a listener, which must not block, after every `advance`. Returns what ends that."""
        ...


class _Movable(ABC):
    """What both clocks share: who wants to know that time was moved."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def on_advance(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call a listener, which must not block, after every `advance`. Returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def advance(self, seconds: float) -> None:
        """Move both clocks forward. A negative step is refused: the stopwatch cannot go back."""
        if not seconds >= 0:
            raise ValueError(f"cannot go back by {-seconds} s")
        self._move(seconds)
        for listener in list(self._listeners):
            listener()

    @abstractmethod
    def _move(self, seconds: float) -> None:
        """Move both clocks."""


class SystemClock(_Movable):
    """The clocks of the machine, ahead of them by what they were advanced."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = 0.0

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        """Return the machine's stopwatch, in seconds."""
        return time.monotonic() + self._ahead

    def _move(self, seconds: float) -> None:
        self._ahead += seconds


class ManualClock(_Movable):
    """Stands still until it is told to move. For tests: a token of an hour expires at once."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        if start.tzinfo is None:
            raise ValueError("start needs a time zone, for instance datetime.UTC")
        super().__init__()
        self._now = start.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        """Return the time that was set."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds by which the clock was moved so far."""
        return self._monotonic

    def _move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds


def moment_of(clock: Clock, at: float) -> datetime:
    """Return the time of day at which the stopwatch shows, showed or will show `at`."""
    return clock.now() + timedelta(seconds=at - clock.monotonic())


def seconds_until(clock: Clock, moment: str) -> float:
    """Return how far an ISO 8601 time of day is ahead; negative for one that has passed."""
    return (datetime.fromisoformat(moment) - clock.now()).total_seconds()


def at_monotonic(clock: Clock, moment: str) -> float:
    """Return what the stopwatch shows, showed or would have shown at an ISO 8601 time of day."""
    return clock.monotonic() + seconds_until(clock, moment)

"""What a vendor has promised to do later, done when its time has come."""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from simloom.sandbox.clock import at_monotonic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from simloom.sandbox.clock import Clock

    Work = Callable[[datetime, Any], None]


class Agenda:
    """Jobs by due time. Nothing runs by itself: whoever wants to see the effects calls `settle`.

    A job is the name of a piece of work and JSON data for it, so that it can be written down. It is
    told the time at which it was due, not the time at which somebody looked.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._work: dict[str, Work] = {}
        self._jobs: list[tuple[float, int, datetime, str, Any]] = []
        self._numbers = count()

    def can(self, name: str, work: Work) -> None:
        """Say how a job with this name is done: `work(moment, data)`."""
        self._work[name] = work

    def after(self, delay: float, name: str, data: Any) -> None:
        """Do the job in so many seconds. Without a delay it is done before this returns."""
        moment = self._clock.now() + timedelta(seconds=delay)
        if delay <= 0:
            self._work[name](moment, data)
            return
        self._add(self._clock.monotonic() + delay, moment, name, data)

    def settle(self) -> None:
        """Do everything that is due, in order."""
        while self._jobs and self._jobs[0][0] <= self._clock.monotonic():
            _, _, moment, name, data = heapq.heappop(self._jobs)
            self._work[name](moment, data)

    def reset(self) -> None:
        """Forget what was promised."""
        self._jobs.clear()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return what is promised, the earliest first."""
        for number, (_, _, moment, name, data) in enumerate(
            sorted(self._jobs, key=lambda j: j[:2])
        ):
            yield str(number), {"moment": moment.isoformat(), "name": name, "data": data}

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for _, row in rows:
            moment = datetime.fromisoformat(row["moment"])
            self._add(at_monotonic(self._clock, row["moment"]), moment, row["name"], row["data"])

    def _add(self, due: float, moment: datetime, name: str, data: Any) -> None:
        heapq.heappush(self._jobs, (due, next(self._numbers), moment, name, data))

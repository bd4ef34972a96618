"""What a vendor has promised to do later, done when its time has come."""

from __future__ import annotations

import heapq
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simloom.sandbox.clock import Clock

    Job = Callable[[datetime], None]


class Agenda:
    """Jobs by due time. Nothing runs by itself: whoever wants to see the effects calls `settle`.

    A job is told the time at which it was due, not the time at which somebody looked.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._jobs: list[tuple[float, int, datetime, Job]] = []
        self._numbers = count()

    def after(self, delay: float, job: Job) -> None:
        """Do the job in so many seconds. Without a delay it is done before this returns."""
        moment = self._clock.now() + timedelta(seconds=delay)
        if delay <= 0:
            job(moment)
            return
        due = self._clock.monotonic() + delay
        heapq.heappush(self._jobs, (due, next(self._numbers), moment, job))

    def settle(self) -> None:
        """Do everything that is due, in order."""
        while self._jobs and self._jobs[0][0] <= self._clock.monotonic():
            _, _, moment, job = heapq.heappop(self._jobs)
            job(moment)

    def reset(self) -> None:
        """Forget what was promised."""
        self._jobs.clear()

"""A job while it runs: a line on stderr with outcomes, rate and the time that is left."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simloom.bulk.estimate import span
from simloom.cli.consoles import console_of
from simloom.cli.jobsjournal import Origin, Summary, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from simloom.bulk.outcomes import Outcome
    from simloom.cli.jobsplan import Pace

_RECOUNT = 5.0
"""Seconds between two counts in the journal; SIMs that are left out are seen there only."""


class Tally:
    """What was heard since the run began."""

    def __init__(self, left: int, pace: Pace, clock: Callable[[], float]) -> None:
        self.left: int = left
        self._pace = pace
        self._clock = clock
        self._began = clock()
        self._heard: Counter[str] = Counter()

    def hear(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self._heard[outcome.status.value] += 1
        self.left -= 1

    def line(self) -> str:
        """Return outcomes, rate and the time left: by a limit of SIMs, else by our own rate."""
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self._heard.items()))
        passed = self._clock() - self._began
        done = sum(self._heard.values())
        if not done or not passed:
            return counts or "nothing yet"
        rate = done / passed
        limited = self._pace.seconds(self.left) if self._pace.by_sim else None
        seconds = self.left / rate if limited is None else limited
        return f"{counts}; {rate:.1f} SIMs/s; {span(seconds)} left"


@contextmanager
def live(before: Summary, path: Path, color: str) -> Iterator[Callable[[Outcome], None]]:
    """Give what hears outcomes; on a terminal a line shows them while the block runs."""
    with reading(path) as (book, job):
        tally = Tally(before.left, Origin.of(job).pace, time.monotonic)
        if not sys.stderr.isatty():
            yield tally.hear
            return
        from rich.progress import (  # noqa: PLC0415  (only when one is shown)
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[told]}"),
        )
        with Progress(*columns, console=console_of(sys.stderr, color)) as bar:
            done = before.sims - before.left
            task = bar.add_task(before.verb, total=before.sims, completed=done, told="")
            counted = time.monotonic()

            def hear(outcome: Outcome) -> None:
                nonlocal counted
                tally.hear(outcome)
                if time.monotonic() - counted > _RECOUNT:
                    tally.left = book.results.open()
                    counted = time.monotonic()
                bar.update(task, completed=before.sims - tally.left, told=tally.line())

            yield hear

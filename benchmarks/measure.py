"""Times candidates against one another: all of them in every round, in random order.

A shared machine is never twice as fast as before, so only ratios within one round mean anything.
CPU time of the thread is taken, and garbage is collected as it always is.
"""

from __future__ import annotations

import gc
import statistics
import time
from random import Random
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

METHOD = "CPU time, lower quarter point; ratios within each round, median and quarter points"
_ORDER_SEED = 20
_MOST_CALLS = 10_000
"""Where the clock is coarse, one call may seem to take nothing."""


class BenchmarkError(Exception):
    """Something cannot be measured; the text says what stood in the way."""


@frozen
class Candidate:
    """A name for the table and the call to time; what the call returns is thrown away."""

    name: str
    call: Callable[[], object]
    target: str = ""


@frozen
class Effort:
    """How long to measure: rounds, and nanoseconds that one block of calls should take."""

    rounds: int
    block_ns: int


QUICK = Effort(rounds=5, block_ns=4_000_000)
THOROUGH = Effort(rounds=60, block_ns=25_000_000)


@frozen
class Spread:
    """The quarter points of several figures."""

    q25: float
    median: float
    q75: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """Return the quarter points of at least one figure."""
        if len(figures) == 1:
            return cls(figures[0], figures[0], figures[0])
        q25, median, q75 = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(q25, median, q75)


@frozen
class Timed:
    """One candidate's result: nanoseconds of CPU per call, and the ratios to the baseline."""

    candidate: Candidate
    ns: Spread
    ratio: Spread


def compare(
    candidates: Sequence[Candidate], effort: Effort, tell: Callable[[str], None]
) -> list[Timed]:
    """Time all candidates; the first one is the baseline of the ratios."""
    calls = {candidate.name: _calls_per_block(candidate, effort) for candidate in candidates}
    found: dict[str, list[float]] = {candidate.name: [] for candidate in candidates}
    random = Random(_ORDER_SEED)
    for number in range(effort.rounds):
        tell(f"round {number + 1} of {effort.rounds}")
        for candidate in random.sample(candidates, len(candidates)):
            count = calls[candidate.name]
            found[candidate.name].append(_block(candidate.call, count) / count)
    baseline = found[candidates[0].name]
    return [
        Timed(
            candidate,
            Spread.of(found[candidate.name]),
            ratios(found[candidate.name], baseline),
        )
        for candidate in candidates
    ]


def ratios(figures: Sequence[float], baseline: Sequence[float]) -> Spread:
    """Return the spread of the ratios within each round."""
    return Spread.of([one / base for one, base in zip(figures, baseline, strict=True)])


def _calls_per_block(candidate: Candidate, effort: Effort) -> int:
    candidate.call()  # builds what is built once
    once = min(_block(candidate.call, 1) for _ in range(3))
    return min(max(1, round(effort.block_ns / max(once, 1))), _MOST_CALLS)


def _block(call: Callable[[], object], count: int) -> int:
    gc.collect()  # nobody pays for the garbage of the one before
    start = time.thread_time_ns()
    for _ in range(count):
        call()
    return time.thread_time_ns() - start

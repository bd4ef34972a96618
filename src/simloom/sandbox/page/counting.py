"""How many SIMs have a status, and which is the nth of them, without looking at each.

The seed deals statuses in turn, so any number of untouched SIMs is a formula. What was changed,
created or deleted since is kept as sorted exceptions to it.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simloom.sandbox.overlay import LiveSims

# After a bulk change of a million SIMs this is not done again at once: seconds that one update may
# take, and how many times as long it then holds.
_QUICK = 0.05
_HOLDS = 10


class Census:
    """Counts the SIMs of one vendor by status."""

    def __init__(self, live: LiveSims, clock: Callable[[], float] = time.monotonic) -> None:
        self._live = live
        self._clock = clock
        self._cycle = live.seeded.statuses
        self._prefixes = _prefixes(self._cycle.options, self._cycle.first)
        self._revision = -1
        self._again_at = 0.0
        self._left: dict[str | None, list[int]] = {}
        self._joined: dict[str | None, list[int]] = {}

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status that a SIM has, those of the seed first."""
        seeded = dict.fromkeys(self._cycle.options)
        added = dict.fromkeys(status for status in self._joined if status is not None)
        return tuple(seeded | added)

    @property
    def is_late(self) -> bool:
        """Tell whether there are changes that it has not counted yet."""
        return self._revision != self._live.revision

    def update(self) -> None:
        """Take over what has changed."""
        began = self._clock()
        if not self.is_late or began < self._again_at:
            return
        live, seeded = self._live, self._live.seeded
        left: dict[str | None, list[int]] = {}
        joined: dict[str | None, list[int]] = {}
        for index in live.changed:
            old, new = seeded.state_of(index), live.state(index)
            if old != new and index not in live.deleted:
                left.setdefault(old, []).append(index)
                joined.setdefault(new, []).append(index)
        for index in live.deleted:
            if index < seeded.count:
                left.setdefault(None, []).append(index)
                left.setdefault(seeded.state_of(index), []).append(index)
        for index in live.created:
            if index not in live.deleted:
                joined.setdefault(None, []).append(index)
                joined.setdefault(live.state(index), []).append(index)
        for indexes in (*left.values(), *joined.values()):
            indexes.sort()
        self._left, self._joined, self._revision = left, joined, live.revision
        took = self._clock() - began
        self._again_at = began + took * _HOLDS if took > _QUICK else 0.0

    def count(self, status: str | None = None) -> int:
        """Return how many SIMs have a status, or how many there are."""
        return self._before(self._end, status)

    def nth(self, place: int, status: str | None = None) -> int:
        """Return the index of the SIM at a place, from 0, among those with a status."""
        low, high = 0, self._end
        while low < high:
            middle = (low + high) // 2
            if self._before(middle + 1, status) > place:
                high = middle
            else:
                low = middle + 1
        return low

    @property
    def _end(self) -> int:
        return self._live.seeded.count + len(self._live.created)

    def _before(self, index: int, status: str | None) -> int:
        """Return how many of the SIMs below an index have a status."""
        return (
            self._seeded_before(min(index, self._live.seeded.count), status)
            - bisect_left(self._left.get(status, ()), index)
            + bisect_left(self._joined.get(status, ()), index)
        )

    def _seeded_before(self, index: int, status: str | None) -> int:
        if status is None:
            return index
        rounds, rest = divmod(index, len(self._cycle.options))
        last = self._prefixes[-1]
        return rounds * last.get(status, 0) + self._prefixes[rest].get(status, 0)


def _prefixes(options: Sequence[str], first: int) -> list[Counter[str]]:
    """Return how often each option comes in the first 0, 1, ... SIMs of a round."""
    counts: list[Counter[str]] = [Counter()]
    for place in range(len(options)):
        counts.append(counts[-1] + Counter([options[(first + place) % len(options)]]))
    return counts

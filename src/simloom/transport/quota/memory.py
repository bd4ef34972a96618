"""The ledger's store in memory: for one process, all its threads and tasks."""

from __future__ import annotations

import itertools
import secrets
import threading
from bisect import bisect_right
from itertools import takewhile
from typing import TYPE_CHECKING

from attrs import define, field

from simloom.transport.quota.clock import moved_on
from simloom.transport.quota.decision import granted, queued, seconds_to_wait, state
from simloom.transport.quota.rules import Closure, Held, closed

if TYPE_CHECKING:
    from simloom.transport.quota.buckets import Bucket
    from simloom.transport.quota.clock import QuotaClock, TimeMark
    from simloom.transport.quota.store import Ask, Grant, Usage, Wait


@define
class _Page:
    """One bucket: grants under way by number; those answered in the order of their ends.

    The ledger's time never goes back, so the answered ones are sorted as they come, each with the
    sum of all costs up to it: what is used since a time is the difference of two sums. `queue` has
    cost and end of lease of each question by ticket.
    """

    under_way: dict[int, Held] = field(factory=dict)
    under_way_cost: int = 0
    ends: list[float] = field(factory=list)
    sums: list[int] = field(factory=lambda: [0])
    answered: list[int] = field(factory=list)
    known: set[int] = field(factory=set)
    queue: dict[int, tuple[int, float]] = field(factory=dict)
    closure: Closure | None = None

    def used(self, after: float) -> int:
        done = self.sums[-1] - self.sums[bisect_right(self.ends, after)]
        first = next(iter(self.under_way.values()), None)
        if first is None or first.ends > after:  # they are in the order of their ends
            return done + self.under_way_cost
        return done + sum(each.cost for each in self.under_way.values() if each.ends > after)

    def begin(self, number: int, held: Held) -> None:
        """Note a grant that is under way."""
        self.under_way[number] = held
        self.under_way_cost += held.cost

    def forget(self, number: int) -> None:
        """Note that a grant is no longer under way."""
        held = self.under_way.pop(number, None)
        if held is not None:
            self.under_way_cost -= held.cost

    def held(self, after: float) -> list[Held]:
        done = [
            Held(self.ends[at], answered=True, cost=self.sums[at + 1] - self.sums[at])
            for at in range(bisect_right(self.ends, after), len(self.ends))
        ]
        return done + [each for each in self.under_way.values() if each.ends > after]

    def waiting(self, before: int | None) -> int:
        return sum(
            cost for ticket, (cost, _) in self.queue.items() if before is None or ticket < before
        )

    def settle(self, number: int, cost: int, now: float) -> None:
        """Let a grant end, also one that was forgotten; but once."""
        self.forget(number)
        if number not in self.known:
            self.known.add(number)
            self.answered.append(number)
            self.ends.append(now)
            self.sums.append(self.sums[-1] + cost)

    def tidy(self, now: float, longest: float) -> None:
        """Forget grants that count no more, and questions that were not repeated in time."""
        if self.queue:
            self.queue = {at: each for at, each in self.queue.items() if each[1] >= now}
        old = now - longest - 1
        lapsed = takewhile(lambda each: each[1].ends <= old, self.under_way.items())
        for number in [number for number, _ in lapsed]:
            self.forget(number)
        gone = bisect_right(self.ends, old)
        if gone > len(self.ends) // 2:
            self.known.difference_update(self.answered[:gone])
            del self.ends[:gone], self.sums[:gone], self.answered[:gone]


class MemoryStore:
    """Grants of this process, gone when it ends: for tests, and for limits of a few seconds."""

    blocking = False

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._mark: TimeMark | None = None
        self._pages: dict[str, _Page] = {}

    @property
    def salt(self) -> bytes:
        """Random bytes of this object."""
        return self._salt

    def ask(self, ask: Ask, clock: QuotaClock) -> Grant | Wait:
        """Grant, or queue the question."""
        with self._lock:
            now = self._now(clock)
            page = self._page(ask.bucket.key)
            page.tidy(now, ask.bucket.longest)
            ticket = ask.ticket or next(self._numbers)
            page.queue.pop(ticket, None)
            seconds = seconds_to_wait(ask, ticket, page, now)
            if seconds:
                page.queue[ticket] = ask.cost, now + ask.lease
                return queued(ask, ticket, seconds)
            grant = granted(ask, next(self._numbers), now)
            page.begin(grant.number, Held(grant.ends, answered=False, cost=grant.cost))
            return grant

    def settle(self, grant: Grant, clock: QuotaClock) -> None:
        """Let a grant end now."""
        with self._lock:
            self._page(grant.bucket).settle(grant.number, grant.cost, self._now(clock))

    def give_back(self, grant: Grant) -> None:
        """Forget a grant."""
        with self._lock:
            self._page(grant.bucket).forget(grant.number)

    def leave(self, ticket: int) -> None:
        """Take a question out of the queue."""
        with self._lock:
            for page in self._pages.values():
                page.queue.pop(ticket, None)

    def close(self, bucket: Bucket, seconds: float | None, clock: QuotaClock) -> Closure:
        """Note a refusal."""
        with self._lock:
            page = self._page(bucket.key)
            page.closure = closed(page.closure, bucket.windows, self._now(clock), seconds)
            return page.closure

    def usage(self, bucket: Bucket, clock: QuotaClock) -> Usage:
        """Return the state of a bucket."""
        with self._lock:
            now = self._now(clock)
            page = self._page(bucket.key)
            page.tidy(now, bucket.longest)
            return state(bucket, page, now)

    def _now(self, clock: QuotaClock) -> float:
        self._mark = moved_on(self._mark, clock)
        return self._mark.latest

    def _page(self, key: str) -> _Page:
        page = self._pages.get(key)
        return self._pages.setdefault(key, _Page()) if page is None else page

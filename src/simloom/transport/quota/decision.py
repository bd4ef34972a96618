"""From the facts of a bucket to an answer: the part that every store shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simloom.transport.quota.rules import counts_from, earliest, fits
from simloom.transport.quota.store import Grant, Usage, Wait, WindowUse

if TYPE_CHECKING:
    from simloom.transport.quota.buckets import Bucket
    from simloom.transport.quota.rules import Closure, Held
    from simloom.transport.quota.store import Ask

_SHORTEST = 0.02
"""Seconds after which to ask again when only those who asked before are in the way."""


class Facts(Protocol):
    """What a store knows of one bucket at one moment, within its transaction."""

    @property
    def closure(self) -> Closure | None:
        """The last closure, if there ever was one."""
        ...

    def used(self, after: float) -> int:
        """Return the sum of the grants that end after a time."""
        ...

    def held(self, after: float) -> list[Held]:
        """Return the grants that end after a time."""
        ...

    def waiting(self, before: int | None) -> int:
        """Return the sum of the questions in the queue; with `before`, of smaller tickets."""
        ...


def seconds_to_wait(ask: Ask, ticket: int, facts: Facts, now: float) -> float:
    """Return 0 when the question can be granted, else how long nothing can be granted."""
    windows = ask.bucket.windows
    wanted = ask.cost + facts.waiting(ticket)
    opens = facts.closure.until if facts.closure is not None else now
    used = [facts.used(counts_from(window, now)) for window in windows]
    if opens <= now and fits(windows, used, wanted):
        return 0.0
    held = facts.held(counts_from(windows[-1], now))
    return max(opens - now, earliest(windows, held, wanted, now) - now, _SHORTEST)


def granted(ask: Ask, number: int, now: float) -> Grant:
    """Return the grant of a question."""
    return Grant(
        number=number, bucket=ask.bucket.key, cost=ask.cost, begun=now, ends=now + ask.hold
    )


def queued(ask: Ask, ticket: int, seconds: float) -> Wait:
    """Return the answer for a question that has to wait."""
    return Wait(seconds=seconds, again_in=min(seconds, ask.lease / 2), ticket=ticket)


def state(bucket: Bucket, facts: Facts, now: float) -> Usage:
    """Return the state of a bucket."""
    closure = facts.closure
    held = facts.held(counts_from(bucket.windows[-1], now))
    return Usage(
        bucket=bucket.key,
        windows=tuple(
            WindowUse(
                limit=each.limit, seconds=each.seconds, used=facts.used(counts_from(each, now))
            )
            for each in bucket.windows
        ),
        under_way=sum(each.cost for each in held if not each.answered),
        waiting=facts.waiting(None),
        closed_for=max(0.0, closure.until - now) if closure else 0.0,
        refusals=closure.refusals if closure else 0,
    )

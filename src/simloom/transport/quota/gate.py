"""The ledger for threads: waits, grants, and ends each grant as its request ended."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from simloom.errors import ApiError, QuotaStoreError, QuotaWaitTooLong
from simloom.transport.quota.buckets import Window
from simloom.transport.quota.endings import Ending, ending_of
from simloom.transport.quota.store import Grant, Wait
from simloom.transport.quota.turns import Turns
from simloom.transport.retry import retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simloom.transport.quota.buckets import Bucket
    from simloom.transport.quota.ledger import Ledger

log: logging.Logger = logging.getLogger("simloom.quota")

_TOO_MANY = 429
_BLINK, _SHORT, _LONGEST = 0.01, 10.0, 3600.0
"""Seconds: the shortest closure, limits that a refusal without a time closes, the longest."""


@define
class Patience:
    """How long one caller has waited, and whether it may go on. Does no I/O.

    `longest` is the most seconds to wait, None for as long as it takes; `tell` hears, once, how
    long the first wait will be at least, when it is a second or more.
    """

    bucket: Bucket
    longest: float | None
    clock: Callable[[], float]
    tell: Callable[[Bucket, float], None] | None = None
    _began: float = field(init=False)
    _told: bool = field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        self._began = self.clock()

    @property
    def left(self) -> float | None:
        """The seconds of patience that are left."""
        return None if self.longest is None else self._began + self.longest - self.clock()

    def sleep_for(self, wait: Wait) -> float:
        """Return how long to sleep before asking again; raise when the wait is too long."""
        left = self.left
        if left is not None and self.longest is not None and wait.seconds > left:
            raise QuotaWaitTooLong(self.bucket.key, wait.seconds, self.longest)
        if not self._told and wait.seconds >= 1:
            self._told = True
            log.info("%s: %.0f s until there is room", self.bucket.key, wait.seconds)
            if self.tell is not None:
                self.tell(self.bucket, wait.seconds)
        return wait.again_in

    def no_turn(self) -> QuotaWaitTooLong:
        """Return the error for a caller whose turn did not come in time."""
        longest = self.longest or 0.0
        return QuotaWaitTooLong(self.bucket.key, longest, longest)


class QuotaGate:
    """What a blocking client goes through before every attempt.

    with gate.hold(bucket, cost, operation=request.operation.id):
        response = client.send_detailed(request)

    Threads are served in their order, processes by the store's queue.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        longest: float | None = None,
        tell: Callable[[Bucket, float], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ledger = ledger
        self._longest = longest
        self._tell = tell
        self._sleep = sleep
        self._clock = clock
        self._mutex = threading.Lock()
        self._turns: dict[str, Turns] = {}

    @contextmanager
    def hold(
        self, bucket: Bucket, cost: int = 1, *, operation: str = "", longest: float | None = None
    ) -> Iterator[Grant]:
        """Wait for room, then hold the grant while the request in the `with` block is under way.

        The block sends one request, of `operation`, once. What it raises tells how it ended and is
        passed on. `longest` overrides the gate's. Errors before anything is sent:
        `QuotaWaitTooLong`, `QuotaCostTooLarge`, `QuotaStoreError`.
        """
        grant = self.acquire(bucket, cost, longest=longest)
        try:
            yield grant
        except BaseException as error:
            self.end(bucket, grant, error, operation)
            raise
        self.end(bucket, grant, None, operation)

    def acquire(self, bucket: Bucket, cost: int = 1, *, longest: float | None = None) -> Grant:
        """Wait for a grant; `end` it whatever happens."""
        turns = self._turns.get(bucket.key)
        if not self.ledger.store.blocking and (turns is None or turns.is_free):
            # Nobody waits and the answer is at once: the usual case, which has to be cheap.
            answer = self.ledger.acquire(bucket, cost)
            if isinstance(answer, Grant):
                return answer
            self.ledger.withdraw(answer)
        self.ledger.check(bucket, cost)
        patience = Patience(
            bucket, self._longest if longest is None else longest, self._clock, self._tell
        )
        with self._mutex:
            turns = self._turns.setdefault(bucket.key, Turns())
        if not turns.take(patience.left):
            raise patience.no_turn()
        try:
            return self._granted(bucket, cost, patience)
        finally:
            turns.pass_on()

    def _granted(self, bucket: Bucket, cost: int, patience: Patience) -> Grant:
        answer = self.ledger.acquire(bucket, cost)
        while isinstance(answer, Wait):
            try:
                self._sleep(patience.sleep_for(answer))
            except BaseException:
                self.ledger.withdraw(answer)
                raise
            answer = self.ledger.acquire(bucket, cost, ticket=answer.ticket)
        return answer

    def end(
        self, bucket: Bucket, grant: Grant, error: BaseException | None, operation: str = ""
    ) -> Ending:
        """End a grant as its request ended."""
        return end_grant(self.ledger, bucket, grant, error, operation)


def end_grant(
    ledger: Ledger, bucket: Bucket, grant: Grant, error: BaseException | None, operation: str
) -> Ending:
    """Settle a grant, give it back or leave it; close the bucket after a refusal.

    The request is over, and its answer must not be lost to a full disk: a store that fails here is
    logged. The grant is then held for longer than need be.
    """
    ending = ending_of(error, operation)
    try:
        if ending is Ending.UNSENT:
            ledger.give_back(grant)
        elif ending is not Ending.LOST:
            ledger.settle(grant)
        if ending is Ending.REFUSED and isinstance(error, ApiError):
            _close(ledger, bucket, error)
    except QuotaStoreError as failure:
        log.warning("%s; the grant stays held", failure)
    return ending


def _close(ledger: Ledger, bucket: Bucket, error: ApiError) -> None:
    """Close a bucket after a refusal.

    A 429 is the word of a gateway, which knows when it lets through again: the bucket is closed
    for just that long, and not at all when it does not say and the limit is one of minutes.
    """
    asked = retry_after(error.headers, dt.datetime.now(dt.UTC))
    if error.status != _TOO_MANY:
        ledger.close(bucket, seconds=asked)
        return
    seconds = bucket.windows[0].seconds if asked is None else asked
    if asked is not None or seconds <= _SHORT:
        window = Window(1, min(max(seconds, _BLINK), _LONGEST))
        ledger.close(evolve(bucket, windows=(window,)))

"""The ledger for tasks: the same gate, awaited."""

from __future__ import annotations

import asyncio
import functools
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from simloom.transport.quota.gate import Patience, end_grant
from simloom.transport.quota.store import Grant, Wait

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from simloom.transport.quota.buckets import Bucket
    from simloom.transport.quota.endings import Ending
    from simloom.transport.quota.ledger import Ledger

T = TypeVar("T")


class AsyncQuotaGate:
    """What an awaited client goes through before every attempt; see `QuotaGate`.

    A store that waits for a disk is called in one thread of its own, so the event loop goes on.
    Tasks are served in their order.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        longest: float | None = None,
        tell: Callable[[Bucket, float], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ledger = ledger
        self._longest = longest
        self._tell = tell
        self._sleep = sleep
        self._clock = clock
        self._thread: ThreadPoolExecutor | None = None
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Lock]] = (
            WeakKeyDictionary()
        )

    @asynccontextmanager
    async def hold(
        self, bucket: Bucket, cost: int = 1, *, operation: str = "", longest: float | None = None
    ) -> AsyncIterator[Grant]:
        """Wait for room, then hold the grant while the request in the block is under way."""
        grant = await self.acquire(bucket, cost, longest=longest)
        try:
            yield grant
        except BaseException as error:
            await self.end(bucket, grant, error, operation)
            raise
        await self.end(bucket, grant, None, operation)

    async def acquire(
        self, bucket: Bucket, cost: int = 1, *, longest: float | None = None
    ) -> Grant:
        """Wait for a grant; a task that is cancelled meanwhile holds nothing."""
        self.ledger.check(bucket, cost)
        patience = Patience(
            bucket, self._longest if longest is None else longest, self._clock, self._tell
        )
        turns = self._turns.setdefault(asyncio.get_running_loop(), {})
        turn = turns.get(bucket.key) or turns.setdefault(bucket.key, asyncio.Lock())
        if not (self.ledger.store.blocking or turn.locked()):
            # Nobody waits and the answer is at once: the usual case, which has to be cheap.
            answer = self.ledger.acquire(bucket, cost)
            if isinstance(answer, Grant):
                return answer
            self.ledger.withdraw(answer)
        try:
            async with asyncio.timeout(patience.left):
                await turn.acquire()
        except TimeoutError:
            raise patience.no_turn() from None
        try:
            return await self._granted(bucket, cost, patience)
        finally:
            turn.release()

    async def _granted(self, bucket: Bucket, cost: int, patience: Patience) -> Grant:
        answer = await self._asked(bucket, cost, None)
        while isinstance(answer, Wait):
            try:
                await self._sleep(patience.sleep_for(answer))
            except BaseException:
                await self._call(self.ledger.withdraw, answer)
                raise
            answer = await self._asked(bucket, cost, answer.ticket)
        return answer

    async def _asked(self, bucket: Bucket, cost: int, ticket: int | None) -> Grant | Wait:
        """Ask the store; what it grants to a task that is gone is given back."""
        ask = functools.partial(self.ledger.acquire, bucket, cost, ticket=ticket)
        if not self.ledger.store.blocking:
            return ask()
        asked = self._in_thread(ask)
        try:
            return await asyncio.shield(asyncio.wrap_future(asked))
        except asyncio.CancelledError:
            asked.add_done_callback(self._undo)
            raise

    def _undo(self, asked: Future[Grant | Wait]) -> None:
        """Undo an answer that nobody waits for; runs in the store's thread."""
        if asked.cancelled() or asked.exception() is not None:
            return
        answer = asked.result()
        if isinstance(answer, Wait):
            self.ledger.withdraw(answer)
        else:
            self.ledger.give_back(answer)

    async def end(
        self, bucket: Bucket, grant: Grant, error: BaseException | None, operation: str = ""
    ) -> Ending:
        """End a grant as its request ended."""
        return await self._call(end_grant, self.ledger, bucket, grant, error, operation)

    async def _call(self, work: Callable[..., T], *arguments: Any) -> T:
        """Call the store; the call is carried out even if the task is cancelled meanwhile."""
        if not self.ledger.store.blocking:
            return work(*arguments)
        called = self._in_thread(functools.partial(work, *arguments))
        return await asyncio.shield(asyncio.wrap_future(called))

    def _in_thread(self, work: Callable[[], T]) -> Future[T]:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="simloom-quota")
        return self._thread.submit(work)

    def shut(self) -> None:
        """End the store's thread, after what it has to do."""
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None

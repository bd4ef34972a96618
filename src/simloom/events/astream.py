"""Events to iterate over in a coroutine; `simloom.events.stream` is the blocking twin.

    async with client.events() as events:
        async for event in events:
            await handle(event)

Each stream is read by a task. The tasks end when the stream or its client is closed.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Self

from simloom.errors import SimloomError
from simloom.events.listening import Delivery, Listening, Trouble
from simloom.events.plan import MOST_WAITING, Plan, log
from simloom.events.policy import Ending
from simloom.events.stream import Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from simloom.models import Event
    from simloom.transport.streaming import AsyncStreamOpener


class AsyncEventStream:
    """An iterator over events. Nothing is sent before the first one is asked for.

    An event counts as handled when the next one is asked for; only then its checkpoint is written,
    in a thread. Errors are those of `EventStream`.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._jitter = jitter
        self._items: asyncio.Queue[Delivery | Trouble | Failure | None] = asyncio.Queue(
            MOST_WAITING
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._leased = False
        self._started = False
        self._closed = False
        self._unfinished: Delivery | None = None

    def __aiter__(self) -> Self:
        return self

    async def check_off(self) -> None:
        """Note that the last event was handled, without asking for another one."""
        if self._unfinished is not None:
            await asyncio.to_thread(self._unfinished.done)
            self._unfinished = None  # not before: what could not be noted is tried again

    async def __anext__(self) -> Event:
        await self.check_off()
        await self._start()
        while not self._closed:
            item = await self._items.get()
            if item is None:
                break
            if isinstance(item, Trouble):
                self._plan.on_error(item.error)
            elif isinstance(item, Failure):
                await self.aclose()
                raise item.error
            else:
                self._unfinished = item
                self._plan.hooks.event(item.event)
                return item.event
        raise StopAsyncIteration

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the streams and their tasks; a second time does nothing."""
        self._closed = True
        await self._end_tasks()
        while not self._items.empty():
            self._items.get_nowait()
        self._items.put_nowait(None)  # wakes the one who waits for an event

    async def _start(self) -> None:
        """Open the streams; after an error, or being cancelled, it can be tried again."""
        if self._started or self._closed:
            return
        self._started = True
        try:
            await self._acquire()
            for subscription in self._plan.subscriptions:
                state = await asyncio.to_thread(self._plan.listening, subscription)
                self._tasks.append(asyncio.create_task(self._run(state, subscription.url)))
        except BaseException:
            self._started = False
            await self._end_tasks()
            raise
        if self._ended():  # in the meantime
            await self._end_tasks()

    async def _acquire(self) -> None:
        """Take the leases; a thread that goes on after a cancellation gives them back."""
        taking = asyncio.ensure_future(asyncio.to_thread(self._plan.acquire))
        try:
            await asyncio.shield(taking)
        except asyncio.CancelledError:
            taking.add_done_callback(self._give_back)
            raise
        self._leased = True

    def _give_back(self, taken: asyncio.Future[None]) -> None:
        if not taken.cancelled() and taken.exception() is None:
            self._plan.release()

    async def _end_tasks(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        leased, self._leased = self._leased, False
        if leased:
            self._plan.release()

    def _ended(self) -> bool:
        return self._closed  # a call: it may change while something is awaited

    async def _run(self, listening: Listening, url: str) -> None:
        """Connect until the stream is closed or cannot go on."""
        from simloom.transport.streaming import AsyncStreamOpener  # noqa: PLC0415  (loads httpx)

        opener = AsyncStreamOpener(f"event stream {listening.stream}", url, self._plan.settings())
        try:
            while True:
                delay = await self._connection(listening, opener)
                await asyncio.sleep(delay)
        except Exception as error:  # noqa: BLE001  (it is raised where the events are read)
            await self._items.put(Failure(error))
        finally:
            listening.leave()
            await opener.aclose()

    async def _connection(self, listening: Listening, opener: AsyncStreamOpener) -> float:
        """Read one connection to its end; return the seconds until the next."""
        again = listening.reconnecting
        again.ask(self._clock())
        try:
            ending = await self._read(listening, opener)
        except SimloomError as error:
            delay = again.failed(error, self._jitter())
            await self._items.put(Trouble(error))
            return delay
        if ending is None:
            return 0.0
        log.debug("event stream %r: %s", listening.stream, ending.value)
        return again.ended(ending, self._clock(), self._jitter())

    async def _read(self, listening: Listening, opener: AsyncStreamOpener) -> Ending | None:
        """Return how the answer ended; None to ask again at once."""
        url, headers = listening.request()
        async with opener.open(url, headers) as answer:
            if answer.status >= 300 and answer.status != 504:
                content = await answer.acontent()
                error = listening.refused(answer.status, answer.headers, content)
                if error is not None:
                    raise error
                return None
            ending = listening.answered(answer.status, answer.headers)
            if ending is not None:
                return ending
            async for chunk in answer.achunks():
                for item in listening.feed(chunk):
                    await self._items.put(item)
            for item in listening.finish():
                await self._items.put(item)
            return Ending.END

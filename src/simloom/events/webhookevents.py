"""Stored webhooks to iterate over, as events; blocking and awaited.

    with SqliteWebhooks("webhooks.db") as store, WebhookEvents(store) as events:
        for event in events:
            handle(event)

An event counts as handled when the next one is asked for. Until then it stays in the store: if the
handler raises, or the process dies in it, the event comes again.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Self

from simloom.events.lease import FileLeases
from simloom.events.smsparts import join
from simloom.events.types import SmsReceived
from simloom.events.webhooks import event_of

if TYPE_CHECKING:
    from types import TracebackType

    from simloom.events.lease import Leases
    from simloom.events.webhookstore import Handout, SqliteWebhooks
    from simloom.models import Event

_BATCH = 100


class _Reading:
    """What both kinds do: one handler per store, one event at a time."""

    def __init__(
        self, store: SqliteWebhooks, *, poll: float = 0.5, leases: Leases | None = None
    ) -> None:
        self._store = store
        self._poll = poll
        self._leases = FileLeases(store.path.parent) if leases is None else leases
        self._key = f"webhooks/{store.path.resolve()}"
        self._leased = False
        self._closed = threading.Event()
        self._batch: list[Handout] = []
        self._unfinished: Handout | None = None

    def _check_off(self) -> None:
        if self._unfinished is not None:
            self._store.done(self._unfinished)
            self._unfinished = None  # not before: what could not be noted is tried again

    def _next(self) -> Event | None:
        """Finish the event before; return the next one, None if there is none yet."""
        self._check_off()  # also when it was closed meanwhile: the handler is done with it
        if self._closed.is_set():
            return None
        if not self._leased:
            self._leases.acquire(self._key, self._store.path.name)
            self._leased = True
        if not self._batch:
            self._batch = self._store.take(_BATCH)[::-1]
        if not self._batch:
            return None
        self._unfinished = self._batch.pop()
        return read_handout(self._unfinished)

    def _end(self) -> None:
        self._closed.set()
        self._store.wake()
        leased, self._leased = self._leased, False
        if leased:
            self._leases.release(self._key)


class WebhookEvents(_Reading):
    """An iterator over events that ends when it is closed.

    `poll` is how often, in seconds, the store is looked at for what another process has added.
    Raises `SubscriptionInUse` while another process handles the events of this store,
    `WebhookStoreError` when the file cannot be used.
    """

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        while True:
            event = self._next()
            if event is not None:
                return event
            if self._closed.is_set():
                raise StopIteration
            self._store.wait(self._poll)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the iteration; the event being handled is not done. Safe from any thread."""
        self._end()


class AsyncWebhookEvents(_Reading):
    """The awaited twin of `WebhookEvents`; the file is read and written in a thread."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while True:
            event = await asyncio.to_thread(self._next)
            if event is not None:
                return event
            if self._closed.is_set():
                raise StopAsyncIteration
            await asyncio.sleep(self._poll)

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
        """End the iteration; the event being handled is not done."""
        self._end()


def read_handout(handout: Handout) -> Event:
    """Return the event of what a store hands out: the parts of a message as one."""
    events = [event_of(webhook) for webhook in handout.webhooks]
    parts = [event for event in events if isinstance(event, SmsReceived)]
    return join(parts) if len(parts) == len(events) > 1 else events[0]

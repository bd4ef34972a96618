"""Events to iterate over, from one stream or several, each read by a thread of its own.

    with client.events() as events:
        for event in events:
            handle(event)

The threads end when the stream is closed, also from another thread or by leaving the client.
"""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, Self

from attrs import frozen

from simloom.errors import SimloomError
from simloom.events.listening import Delivery, Listening, Trouble
from simloom.events.mailbox import Mailbox
from simloom.events.plan import MOST_WAITING, Plan, log
from simloom.events.policy import Ending

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from simloom.models import Event
    from simloom.transport.streaming import StreamOpener


@frozen
class Failure:
    """What ended a stream for good."""

    error: BaseException


class EventStream:
    """An iterator over events. Nothing is sent before the first one is asked for.

    An event counts as handled when the next one is asked for; only then its checkpoint is written.
    Raises `PermissionDenied`, `NotFound`, `AuthenticationError`, `StreamEnded`, `StreamStolen`,
    `SubscriptionInUse`, `CheckpointError`.
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
        self._mailbox: Mailbox[Delivery | Trouble | Failure] = Mailbox(MOST_WAITING)
        self._closing = threading.Event()
        self._lock = threading.RLock()
        self._readers: list[_Reader] = []
        self._started = False
        self._leased = False
        self._unfinished: Delivery | None = None

    def __iter__(self) -> Self:
        return self

    def check_off(self) -> None:
        """Note that the last event was handled, without asking for another one."""
        if self._unfinished is not None:
            self._unfinished.done()
            self._unfinished = None  # not before: what could not be noted is tried again

    def __next__(self) -> Event:
        self.check_off()
        self._start()
        while True:
            item = self._mailbox.get()
            if item is None:
                raise StopIteration
            if isinstance(item, Trouble):
                self._plan.on_error(item.error)
            elif isinstance(item, Failure):
                self.close()
                raise item.error
            else:
                self._unfinished = item
                self._plan.hooks.event(item.event)
                return item.event

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self._stop()
        self._release()

    def close(self) -> None:
        """End the streams and their threads; safe from any thread, and twice."""
        self._stop()
        with self._lock:  # one that is being opened is waited for
            readers = list(self._readers)
        self._stop()
        for reader in readers:
            if reader is not threading.current_thread():
                reader.join()
        self._release()

    def _release(self) -> None:
        with self._lock:
            leased, self._leased = self._leased, False
        if leased:
            self._plan.release()

    def _start(self) -> None:
        with self._lock:
            if self._started or self._closing.is_set():
                return
            self._plan.acquire()
            self._leased = self._started = True
            try:
                plan = self._plan
                made = [self._reader(plan.listening(each), each.url) for each in plan.subscriptions]
            except BaseException:  # it can be tried again
                self._started = False
                self._release()
                raise
            for reader in made:
                reader.start()
                self._readers.append(reader)

    def _reader(self, listening: Listening, url: str) -> _Reader:
        from simloom.transport.streaming import StreamOpener  # noqa: PLC0415  (loads httpx)

        opener = StreamOpener(f"event stream {listening.stream}", url, self._plan.settings())
        return _Reader(listening, opener, self._mailbox, self._closing, self._clock, self._jitter)

    def _stop(self) -> None:
        self._closing.set()
        self._mailbox.close()
        for reader in self._readers:
            reader.opener.break_off()


class _Reader(threading.Thread):
    """Reads one stream. It knows nothing of the iterator, which may then be forgotten unclosed."""

    def __init__(
        self,
        listening: Listening,
        opener: StreamOpener,
        mailbox: Mailbox[Delivery | Trouble | Failure],
        closing: threading.Event,
        clock: Callable[[], float],
        jitter: Callable[[], float],
    ) -> None:
        super().__init__(name=f"simloom-events-{listening.stream}", daemon=True)
        self.opener = opener
        self._listening = listening
        self._mailbox = mailbox
        self._closing = closing
        self._clock = clock
        self._jitter = jitter

    def run(self) -> None:
        """Connect until the stream is closed or cannot go on."""
        try:
            while not self._closing.is_set():
                self._closing.wait(self._connection())
        except BaseException as error:  # noqa: BLE001  (it is raised where the events are read)
            self._mailbox.put(Failure(error))
        finally:
            self._listening.leave()
            self.opener.close()

    def _connection(self) -> float:
        """Read one connection to its end; return the seconds until the next."""
        again = self._listening.reconnecting
        again.ask(self._clock())
        try:
            ending = self._read()
        except SimloomError as error:
            if self._closing.is_set():
                return 0.0
            delay = again.failed(error, self._jitter())
            self._mailbox.put(Trouble(error))
            return delay
        if ending is None or self._closing.is_set():
            return 0.0
        log.debug("event stream %r: %s", self._listening.stream, ending.value)
        return again.ended(ending, self._clock(), self._jitter())

    def _read(self) -> Ending | None:
        """Return how the answer ended; None to ask again at once."""
        listening = self._listening
        url, headers = listening.request()
        with self.opener.open(url, headers) as answer:
            if answer.status >= 300 and answer.status != 504:
                error = listening.refused(answer.status, answer.headers, answer.content())
                if error is not None:
                    raise error
                return None
            ending = listening.answered(answer.status, answer.headers)
            if ending is not None:
                return ending
            for chunk in answer.chunks():
                if not self._pass_on(listening.feed(chunk)):
                    return None
            self._pass_on(listening.finish())
            return Ending.END

    def _pass_on(self, found: list[Delivery | Trouble]) -> bool:
        return all(self._mailbox.put(item) for item in found)

"""One token request for any number of threads and tasks, without a thread or a loop of its own.

The first caller asks for the token itself. Those who come meanwhile wait for it and share what came
of it. A waiting task that is cancelled disturbs nobody; when the one that asks is cancelled, one of
those who wait asks instead.
"""

from __future__ import annotations

import asyncio
import copy
from concurrent.futures import Future
from threading import Lock, get_ident
from typing import TYPE_CHECKING

from attrs import define, field, frozen

if TYPE_CHECKING:
    from simloom.runtime.errors import SimloomError
    from simloom.runtime.secret import Secret


@frozen
class Outcome:
    """What came of a token request: a token, or an error; neither when the caller was cancelled."""

    token: Secret | None = None
    error: SimloomError | None = None

    def result(self) -> Secret | None:
        """Return the token, or raise the error; each caller gets its own copy of it."""
        if self.error is not None:
            raise copy.copy(self.error)
        return self.token


def _open_future() -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_running_or_notify_cancel()  # from here on, a cancelled waiter cannot cancel it
    return future


@define(eq=False)
class Flight:
    """A token request under way. `thread` is the one whose caller makes it."""

    thread: int = field(factory=get_ident)
    outcome: Future[Outcome] = field(factory=_open_future)

    @property
    def is_of_this_thread(self) -> bool:
        """Tell whether a caller that blocks this thread would wait for ever."""
        return self.thread == get_ident()

    def wait(self) -> Outcome:
        """Block until it is known what came of it."""
        return self.outcome.result()

    async def wait_async(self) -> Outcome:
        """Wait without blocking the event loop."""
        return await asyncio.wrap_future(self.outcome)


@define(eq=False)
class SingleFlight:
    """At most one token request at a time; its lock is never held while one is made."""

    flight: Flight | None = None
    _lock: Lock = field(factory=Lock, repr=False)

    def join(self) -> tuple[Flight, bool]:
        """Return the token request under way; with True, it is a new one and the caller's."""
        with self._lock:
            if self.flight is not None:
                return self.flight, False
            self.flight = Flight()
            return self.flight, True

    def finish(self, flight: Flight, outcome: Outcome) -> None:
        """End a token request and wake all who wait for it."""
        with self._lock:
            if self.flight is flight:
                self.flight = None
        flight.outcome.set_result(outcome)

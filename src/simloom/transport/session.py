"""Sending with retries: one state machine for an exchange, two shells that sleep and send."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import secrets
import time
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from simloom.capabilities import RetryClass
from simloom.errors import ApiError, DecodeError, OutcomeUnknown, RequestTimeout, SimloomError
from simloom.transport.retry import RetryBudget, RetryPolicy, Verdict, decide

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType

    from simloom.runtime import Request, Response
    from simloom.runtime.client import AsyncClient, Client
    from simloom.transport.quota.metering import AsyncSessionMeter, Held, SessionMeter
    from simloom.transport.quota.store import Grant

T = TypeVar("T")
log: logging.Logger = logging.getLogger("simloom.http")

_CHECK = "look up the SIM's state, its messages or the orders before doing it again"


class Observer(Protocol):
    """Who is told of every attempt; must not raise and must not block."""

    def requested(self, request: Request[Any], attempt: int) -> None:
        """Hear that an attempt begins."""
        ...

    def answered(self, request: Request[Any], attempt: int, status: int, seconds: float) -> None:
        """Hear that an answer arrived; `status` 0 means that none did."""
        ...


class Exchange:
    """One request and its attempts. Does no I/O: shells report to it and obey.

    `wall` gives seconds since the epoch, `clock` seconds that never jump.
    """

    def __init__(
        self,
        request: Request[Any],
        *,
        policy: RetryPolicy,
        budget: RetryBudget,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
        observer: Observer | None = None,
    ) -> None:
        self.request = request
        self.attempt: int = 0
        self._policy = policy
        self._budget = budget
        self._clock = clock
        self._wall = wall
        self._jitter = jitter
        self._observer = observer
        self._began = clock()
        self._began_wall = wall()
        self._attempt_began = self._began
        self._spent = 0

    def begin(self) -> None:
        """Start an attempt."""
        self.attempt += 1
        self._attempt_began = self._clock()
        if self._observer is not None:
            self._observer.requested(self.request, self.attempt)

    def succeeded(self, status: int) -> None:
        """End with an answer."""
        self._tell(status)
        self._budget.give(self._spent or 1)

    def failed(self, error: SimloomError) -> float:
        """Return the seconds to wait before the next attempt, or raise what the caller gets."""
        self._tell(error.status or 0 if isinstance(error, (ApiError, DecodeError)) else 0)
        operation = self.request.operation
        # An error of the token request: nothing of this one was sent, so it may be repeated.
        foreign = getattr(error, "operation", operation.id) not in {"", operation.id}
        decision = decide(
            error,
            retry=RetryClass.READ if foreign else operation.retry,
            attempt=self.attempt,
            elapsed=self._clock() - self._began,
            jitter=self._jitter(),
            policy=self._policy,
            now=dt.datetime.fromtimestamp(self._wall(), dt.UTC),
        )
        if decision.verdict is Verdict.AGAIN:
            cost = 10 if isinstance(error, RequestTimeout) else 5
            if self._budget.take(cost):
                self._spent += cost
                return decision.delay
        if decision.verdict is Verdict.UNKNOWN:
            raise OutcomeUnknown(
                operation=self.request.operation.id,
                intent=secrets.token_hex(8),
                started=self._began_wall,
                ended=self._wall(),
                check=_CHECK,
                why=type(error).__name__,
            ) from error
        raise error

    def _tell(self, status: int) -> None:
        seconds = self._clock() - self._attempt_began
        operation = self.request.operation
        log.info(
            "%s %s %s %.0f ms attempt %d",
            operation.method,
            operation.path,
            status or "no answer",
            seconds * 1000,
            self.attempt,
        )
        if self._observer is not None:
            self._observer.answered(self.request, self.attempt, status, seconds)


class Session:
    """Sends requests of a blocking client by the retry rules."""

    def __init__(
        self,
        client: Client,
        *,
        policy: RetryPolicy | None = None,
        observer: Observer | None = None,
        meter: SessionMeter | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client = client
        self.meter = meter
        self._policy = policy or RetryPolicy()
        self._budget = RetryBudget()
        self._observer = observer
        self._sleep = sleep

    def send(self, request: Request[T], /) -> T:
        """Send a request and return the parsed answer."""
        return self.send_detailed(request).parsed

    def send_detailed(self, request: Request[T], /, *, grant: Grant | None = None) -> Response[T]:
        """Send a request, again where that is safe, and return the whole answer.

        Every attempt waits for room in the vendor's limit; `grant` is room that the caller has got
        for the first one. Raises `QuotaWaitTooLong` with nothing sent.
        """
        exchange = Exchange(
            request, policy=self._policy, budget=self._budget, observer=self._observer
        )
        while True:
            held = None if self.meter is None else self.meter.begin(request, grant)
            grant = None
            exchange.begin()
            try:
                response = self._attempt(request, held)
            except SimloomError as error:
                self._sleep(exchange.failed(error))
            else:
                exchange.succeeded(response.status)
                return response

    def _attempt(self, request: Request[T], held: Held | None) -> Response[T]:
        if held is None or self.meter is None:
            return self.client.send_detailed(request)
        try:
            response = self.client.send_detailed(request)
        except BaseException as error:
            self.meter.end(held, error, request.operation.id)
            raise
        self.meter.end(held, None, request.operation.id)
        return response

    def release(self, grant: Grant | None) -> None:
        """Give back room in the vendor's limit that nothing was sent with."""
        if grant is not None and self.meter is not None:
            self.meter.meter.ledger.give_back(grant)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncSession:
    """Sends requests of an awaited client by the retry rules."""

    def __init__(
        self,
        client: AsyncClient,
        *,
        policy: RetryPolicy | None = None,
        observer: Observer | None = None,
        meter: AsyncSessionMeter | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.client = client
        self.meter = meter
        self._policy = policy or RetryPolicy()
        self._budget = RetryBudget()
        self._observer = observer
        self._sleep = sleep

    async def send(self, request: Request[T], /) -> T:
        """Send a request and return the parsed answer."""
        return (await self.send_detailed(request)).parsed

    async def send_detailed(
        self, request: Request[T], /, *, grant: Grant | None = None
    ) -> Response[T]:
        """Send a request, again where that is safe; see `Session.send_detailed`."""
        exchange = Exchange(
            request, policy=self._policy, budget=self._budget, observer=self._observer
        )
        while True:
            held = None if self.meter is None else await self.meter.begin(request, grant)
            grant = None
            exchange.begin()
            try:
                response = await self._attempt(request, held)
            except SimloomError as error:
                await self._sleep(exchange.failed(error))
            else:
                exchange.succeeded(response.status)
                return response

    async def _attempt(self, request: Request[T], held: Held | None) -> Response[T]:
        if held is None or self.meter is None:
            return await self.client.send_detailed(request)
        try:
            response = await self.client.send_detailed(request)
        except BaseException as error:
            await self.meter.end(held, error, request.operation.id)
            raise
        await self.meter.end(held, None, request.operation.id)
        return response

    def release(self, grant: Grant | None) -> None:
        """Give back room in the vendor's limit that nothing was sent with."""
        if grant is not None and self.meter is not None:
            self.meter.meter.ledger.give_back(grant)

    async def aclose(self) -> None:
        """Close the connections."""
        if self.meter is not None:
            self.meter.shut()
        await self.client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

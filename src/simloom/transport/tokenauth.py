"""Tokens as an `httpx.Auth` flow: one implementation for blocking and awaited clients.

Token requests are yielded inside the flow, so they travel over the same connections and appear in
recordings like any other request. The flow itself does no I/O: two shells send, read and wait.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import httpx

from simloom.runtime.answers import read_answer, read_error
from simloom.runtime.client import OPERATION, http_parts, transport_error
from simloom.runtime.errors import (
    AuthenticationError,
    BadRequest,
    ConnectionFailed,
    DecodeError,
    PermissionDenied,
    SimloomError,
)
from simloom.transport.flights import Flight, Outcome
from simloom.transport.reading import Reading
from simloom.transport.tokencache import HeldToken, TokenCache
from simloom.transport.tokens import Token, TokenState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping

    from simloom.runtime.errors import ApiError
    from simloom.runtime.operation import Request
    from simloom.runtime.secret import Secret

T = TypeVar("T")
log: logging.Logger = logging.getLogger("simloom.http")


class _NoAnswer(Exception):
    """httpx gave the flow up: the request that it sent last was not answered."""


_Step: TypeAlias = httpx.Request | Reading | Flight
"""What a flow wants of its shell: send this, read this, wait for this."""

_Steps: TypeAlias = "Generator[_Step, httpx.Response | None, T]"


class TokenAuth(httpx.Auth, Generic[T]):
    """Gets a token with a generated request, sends it as bearer, renews it early and after a 401.

    `request` builds the token request, `url` is where it goes, `read` takes the token out of the
    typed answer. `login`, if given, signs the token request itself (HTTP Basic). Any number of
    threads and tasks that find the token invalid cause one token request and share what comes of
    it, an error too; while it is only stale, one caller renews it and the others use it on. When
    renewing fails by an answer of the vendor's, that caller uses it on as well. A request that met
    a 401 is sent once more with a new token; when that is refused too, 401s are passed on as they
    are for 5 to 30 seconds.

    A token request that fails counts as never sent for the request that waits for it, so a
    `Session` repeats both by its policy: three tries in all, with full jitter.

    `fallback` is a second form of the token request; when the vendor's refusal of the first is one
    that `falls_back` recognises, the second is sent once and from then on. `denied` recognises
    refusals that mean wrong credentials although their status is not 401. `chance` gives random
    numbers in [0, 1).
    """

    def __init__(  # noqa: PLR0913  (keywords, most of them optional)
        self,
        *,
        request: Callable[[], Request[T]],
        url: str,
        read: Callable[[T], Token],
        default_lifetime: float,
        login: httpx.BasicAuth | None = None,
        fallback: Callable[[], Request[T]] | None = None,
        falls_back: Callable[[ApiError], bool] = lambda _: False,
        denied: Callable[[ApiError], bool] = lambda _: False,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._request = request
        self._fallback = fallback
        self._falls_back = falls_back
        self._denied = denied
        self._url = url
        self._read = read
        self._login = login
        self._clock = clock
        self._chance = chance
        self._held = HeldToken(TokenState(default_lifetime))

    def share(self, cache: TokenCache) -> None:
        """Use one token together with every other `TokenAuth` of the same credentials and URL.

        Call it before the first request.
        """
        _, made = self._token_request({})
        self._held = cache.held(made, self._held)

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request of a blocking client."""
        steps = self._steps(request, blocking=True)
        try:
            step = next(steps)
            while True:
                answer = None
                try:
                    if isinstance(step, httpx.Request):
                        answer = yield step
                    elif isinstance(step, Reading):
                        step.read()
                    else:
                        step.wait()
                except GeneratorExit as closing:
                    if isinstance(closing.__context__, Exception):
                        _tell_no_answer(steps)
                    raise
                except Exception as error:  # noqa: BLE001  (the flow decides what to do with it)
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration:
            return
        finally:
            steps.close()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign a request of an awaited client."""
        steps = self._steps(request, blocking=False)
        try:
            step = next(steps)
            while True:
                answer = None
                try:
                    if isinstance(step, httpx.Request):
                        answer = yield step
                    elif isinstance(step, Reading):
                        await step.aread()
                    else:
                        await step.wait_async()
                except GeneratorExit:
                    task = asyncio.current_task()
                    if task is not None and not task.cancelling():
                        _tell_no_answer(steps)
                    raise
                except Exception as error:  # noqa: BLE001  (the flow decides what to do with it)
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration:
            return
        finally:
            steps.close()

    def _steps(self, request: httpx.Request, *, blocking: bool) -> _Steps[None]:
        """Sign a request and, after a 401, sign it once more with another token."""
        token = yield from self._token(request, blocking=blocking)
        answer = yield _signed(request, token)
        if _status(answer) != httpx.codes.UNAUTHORIZED:
            return
        if not self._held.reject(token, self._clock()):
            return
        if answer is not None:
            yield Reading(answer, "")
        token = yield from self._token(request, blocking=blocking)
        answer = yield _signed(request, token)
        if _status(answer) == httpx.codes.UNAUTHORIZED:
            self._held.distrust(token, self._clock(), self._chance())

    def _token(self, request: httpx.Request, *, blocking: bool) -> _Steps[Secret]:
        """Get a token that may be used: the present one, or what a token request brings."""
        while True:
            token, due = self._held.present(self._clock())
            if token is not None and not due:
                return token
            flight, mine = self._held.flights.join()
            if mine:
                return (yield from self._fly(request, flight))
            if token is not None:
                return token
            if blocking and flight.is_of_this_thread:  # a task of a loop that this call holds up
                return (yield from self._ask(request, self._clock()))
            yield flight
            found = flight.outcome.result().result()
            if found is not None:
                return found

    def _fly(self, request: httpx.Request, flight: Flight) -> _Steps[Secret]:
        """Make the token request that others wait for; a usable token survives its failure."""
        outcome = Outcome()
        try:
            now = self._clock()
            token, due = self._held.present(now)
            if token is None or due:
                token = yield from self._ask(request, now)
            outcome = Outcome(token)
        except (SimloomError, httpx.HTTPError, _NoAnswer) as error:
            token = self._held.make_do(self._clock(), self._chance())
            outcome = Outcome(token, self._shared(error) if token is None else None)
            if token is None or isinstance(error, _NoAnswer):
                raise
            log.warning("renewing the token failed (%s), it is used on", type(error).__name__)
        finally:
            self._held.flights.finish(flight, outcome)
        return token

    def _shared(self, error: Exception) -> SimloomError:
        """Return what those get who waited for a token request that failed."""
        if isinstance(error, SimloomError):
            return error
        operation = self._request().operation.id
        if isinstance(error, httpx.HTTPError):
            return transport_error(error, operation)
        why = "the token request that this one waited for was not answered"
        return ConnectionFailed(why, operation=operation, sent=False)

    def _ask(self, request: httpx.Request, asked: float) -> _Steps[Secret]:
        """Send the token request, and its other form where the vendor wants that."""
        refusal = self._held.known_refusal(asked)
        if refusal is not None:
            raise copy.copy(refusal)
        timeouts = request.extensions.get("timeout", {})
        while True:
            asking, made = self._token_request(timeouts)
            answer = yield made
            if answer is None:
                raise _NoAnswer
            yield Reading(answer, asking.operation.id)
            if not self._switched(asking, answer):
                return self._take(asking, answer, asked)

    def _token_request(self, timeouts: Mapping[str, Any]) -> tuple[Request[T], httpx.Request]:
        """Build the token request; it has the time-outs of the request that waits for it."""
        asking = self._request()
        method, _, arguments = http_parts(asking, self._url)
        arguments["extensions"] = {"timeout": timeouts, OPERATION: asking.operation.id}
        made = httpx.Request(method, self._url, **arguments)
        if self._login is not None:
            made = next(self._login.auth_flow(made))
        return asking, made

    def _switched(self, asking: Request[T], answer: httpx.Response) -> bool:
        """Tell whether the other form of the token request is to be sent now, and from now on."""
        if self._fallback is None or answer.is_success:
            return False
        if not self._falls_back(_error(asking, answer)):
            return False
        self._request, self._fallback = self._fallback, None
        return True

    def _take(self, asking: Request[T], answer: httpx.Response, asked: float) -> Secret:
        if not answer.is_success:
            error = _error(asking, answer)
            if self._denied(error):
                error = error.as_class(AuthenticationError)
            if isinstance(error, (AuthenticationError, PermissionDenied, BadRequest)):
                self._held.refuse(error, self._clock())
            raise error
        parsed = read_answer(asking, answer.status_code, dict(answer.headers), answer.content)
        token = self._read(parsed.parsed)
        if not token.value:  # null or empty, whatever the document says
            raise DecodeError(
                "the answer holds no token", operation=asking.operation.id, status=parsed.status
            )
        self._held.store(token, asked, self._chance())
        return token.value


def _tell_no_answer(steps: _Steps[None]) -> None:
    with suppress(_NoAnswer, StopIteration):
        steps.throw(_NoAnswer())


def _status(answer: httpx.Response | None) -> int:
    return 0 if answer is None else answer.status_code


def _error(asking: Request[Any], answer: httpx.Response) -> ApiError:
    operation = asking.operation
    headers = dict(answer.headers)
    return read_error(operation.id, operation.errors, answer.status_code, headers, answer.content)


def _signed(request: httpx.Request, token: Secret) -> httpx.Request:
    request.headers["authorization"] = f"Bearer {token.reveal()}"
    return request

"""Authentication as `httpx.Auth` flows: one implementation for blocking and awaited clients.

Token requests are yielded inside the flow, so they travel over the same connections and appear in
recordings like any other request.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx
from attrs import define, frozen

from simloom.runtime.answers import read_answer, read_error
from simloom.runtime.client import OPERATION, http_parts
from simloom.runtime.errors import (
    AuthenticationError,
    BadRequest,
    DecodeError,
    PermissionDenied,
)
from simloom.runtime.parameters import encode_headers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from simloom.runtime.errors import ApiError
    from simloom.runtime.operation import Request
    from simloom.runtime.secret import Secret

T = TypeVar("T")

LONGEST_LIFETIME = 86_400.0
"""Seconds that a token is kept at most, whatever the vendor says."""

REFUSED_FOR = 60.0
"""Seconds for which refused credentials are not offered again: a loop would lock the account."""


@frozen
class Token:
    """An access token and its lifetime in seconds, None when the vendor does not say."""

    value: Secret
    lifetime: float | None = None


def is_auth(candidate: object) -> bool:
    """Tell whether an object can sign requests: it is an `httpx.Auth`."""
    return isinstance(candidate, httpx.Auth)


class BearerAuth(httpx.Auth):
    """Sends a fixed API key as `Authorization: <scheme> <key>`; `App` is Infobip's scheme.

    Raises `InvalidParameter`, without the key, for one that no header can hold.
    """

    def __init__(self, key: Secret, *, scheme: str = "Bearer") -> None:
        encode_headers({"api_key": key})
        self._key = key
        self._scheme = scheme

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["authorization"] = f"{self._scheme} {self._key.reveal()}"
        yield request


class BasicAuth(httpx.BasicAuth):
    """Sends user name and password as HTTP Basic (RFC 7617)."""

    def __init__(self, username: str, password: Secret) -> None:
        super().__init__(username, password.reveal())


@define
class TokenState:
    """What is known of the present token; pure, the clock is an argument.

    The lifetime counts from just before the token was asked for, on a monotonic clock, and the
    token counts as expired a little early: a tenth of its lifetime, at least 5 and at most 60
    seconds, but never more than half (RFC 6749, section 5.1, for `expires_in`). No token is kept
    for more than a day. Refused credentials are not offered again for a minute.
    """

    default_lifetime: float
    token: Secret | None = None
    expires: float = 0.0
    refusal: ApiError | None = None
    refused_until: float = 0.0

    def refuse(self, error: ApiError, now: float) -> None:
        """Remember that the vendor does not accept these credentials."""
        self.refusal, self.refused_until = error, now + REFUSED_FOR

    def known_refusal(self, now: float) -> ApiError | None:
        """Return the refusal that a new token request would only repeat."""
        return self.refusal if now < self.refused_until else None

    def fresh(self, now: float) -> Secret | None:
        """Return the token if it may still be used."""
        return self.token if now < self.expires else None

    def store(self, token: Token, asked: float) -> None:
        """Keep a token that was asked for at `asked`."""
        told = self.default_lifetime if token.lifetime is None else max(token.lifetime, 0.0)
        lifetime = min(told, LONGEST_LIFETIME)
        early = min(60.0, max(5.0, lifetime / 10), lifetime / 2)
        self.token, self.expires = token.value, asked + lifetime - early

    def reject(self, token: Secret) -> None:
        """Forget a token that the vendor refused, unless it was already replaced."""
        if self.token is not None and self.token == token:
            self.expires = 0.0


class TokenAuth(httpx.Auth, Generic[T]):
    """Gets a token with a generated request, sends it as bearer, renews it early and after a 401.

    `request` builds the token request, `url` is where it goes, `read` takes the token out of the
    typed answer. `login`, if given, signs the token request itself (HTTP Basic). Any number of
    threads or tasks that find the token expired cause one token request. A request that met a 401
    is sent once more with a new token.

    `fallback` is a second form of the token request; when the vendor's refusal of the first is one
    that `falls_back` recognises, the second is sent once and from then on. `denied` recognises
    refusals that mean wrong credentials although their status is not 401.
    """

    def __init__(
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
    ) -> None:
        self._request = request
        self._fallback = fallback
        self._falls_back = falls_back
        self._denied = denied
        self._url = url
        self._read = read
        self._login = login
        self._clock = clock
        self._state = TokenState(default_lifetime)
        self._thread_lock = threading.Lock()
        self._task_locks: dict[asyncio.AbstractEventLoop, asyncio.Lock] = {}

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request of a blocking client."""
        for attempt in (1, 2):
            token = self._state.fresh(self._clock())
            if token is None:
                with self._thread_lock:
                    token = self._state.fresh(self._clock())
                    if token is None:
                        asked = self._clock()
                        self._raise_known_refusal(asked)
                        asking, made = self._token_request(request)
                        answer = yield made
                        answer.read()
                        if self._switched(asking, answer):
                            asking, made = self._token_request(request)
                            answer = yield made
                            answer.read()
                        token = self._take(asking, answer, asked)
            response = yield _signed(request, token)
            if response.status_code != httpx.codes.UNAUTHORIZED or attempt == 2:
                return
            with self._thread_lock:
                self._state.reject(token)

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign a request of an awaited client."""
        for attempt in (1, 2):
            token = self._state.fresh(self._clock())
            if token is None:
                async with self._task_lock():
                    token = self._state.fresh(self._clock())
                    if token is None:
                        asked = self._clock()
                        self._raise_known_refusal(asked)
                        asking, made = self._token_request(request)
                        answer = yield made
                        await answer.aread()
                        if self._switched(asking, answer):
                            asking, made = self._token_request(request)
                            answer = yield made
                            await answer.aread()
                        token = self._take(asking, answer, asked)
            response = yield _signed(request, token)
            if response.status_code != httpx.codes.UNAUTHORIZED or attempt == 2:
                return
            self._state.reject(token)

    def _token_request(self, waiting: httpx.Request) -> tuple[Request[T], httpx.Request]:
        """Build the token request; it has the time-outs of the request that waits for it."""
        asking = self._request()
        method, _, arguments = http_parts(asking, self._url)
        arguments["extensions"] = {
            "timeout": waiting.extensions.get("timeout", {}),
            OPERATION: asking.operation.id,
        }
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

    def _raise_known_refusal(self, now: float) -> None:
        refusal = self._state.known_refusal(now)
        if refusal is not None:
            raise refusal.with_traceback(None)

    def _take(self, asking: Request[T], answer: httpx.Response, asked: float) -> Secret:
        if not answer.is_success:
            error = _error(asking, answer)
            if self._denied(error):
                error = error.as_class(AuthenticationError)
            if isinstance(error, (AuthenticationError, PermissionDenied, BadRequest)):
                self._state.refuse(error, self._clock())
            raise error
        parsed = read_answer(asking, answer.status_code, dict(answer.headers), answer.content)
        token = self._read(parsed.parsed)
        if not token.value:  # null or empty, whatever the document says
            raise DecodeError(
                "the answer holds no token", operation=asking.operation.id, status=parsed.status
            )
        self._state.store(token, asked)
        return token.value

    def _task_lock(self) -> asyncio.Lock:
        """Return the lock of the running loop: asyncio locks belong to one loop."""
        for loop in list(self._task_locks):
            if loop.is_closed():
                self._task_locks.pop(loop, None)
        return self._task_locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())


def _error(asking: Request[Any], answer: httpx.Response) -> ApiError:
    operation = asking.operation
    headers = dict(answer.headers)
    return read_error(operation.id, operation.errors, answer.status_code, headers, answer.content)


def _signed(request: httpx.Request, token: Secret) -> httpx.Request:
    request.headers["authorization"] = f"Bearer {token.reveal()}"
    return request


def lifetime_of(value: Any) -> float | None:
    """Read `expires_in`, which vendors send as a number or as text; None when it is neither."""
    try:
        lifetime = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return lifetime if math.isfinite(lifetime) else None

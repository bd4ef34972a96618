"""Two small HTTP clients for generated operations: one blocks, one is awaited.

They decide nothing: no retries, no quota, no identifiers. They send to one origin only, follow no
redirect, always have a time-out, and stop reading an answer that grows beyond its cap.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from simloom.runtime.answers import read_answer
from simloom.runtime.cookieless import CookielessAsyncClient, CookielessClient
from simloom.runtime.encoding import encode_body
from simloom.runtime.errors import (
    ClientClosed,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    RequestTimeout,
    TransportError,
)
from simloom.runtime.masking import Unshown, safe_text
from simloom.runtime.parameters import encode_headers
from simloom.runtime.querylog import query_not_logged
from simloom.runtime.unset import UNSET

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from simloom.runtime.operation import Request, Response

T = TypeVar("T")

DEFAULT_TIMEOUT = 30.0
"""Seconds for each of connect, read, write and waiting for a connection."""

OPERATION = "simloom.operation"
"""Extension of an httpx request that names the operation, on the requests an auth flow adds."""

DEFAULT_MAX_BYTES = 32 * 1024 * 1024
"""Cap on one decoded answer; 300 KB of gzip can hold 300 MB."""


class _Base:
    """What both clients share: the base URL, the options of httpx, building requests."""

    def __init__(
        self,
        base_url: str,
        *,
        auth: httpx.Auth | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_bytes: int = DEFAULT_MAX_BYTES,
        verify: ssl.SSLContext | None = None,
        proxy: str | None = None,
        transport: Callable[[ssl.SSLContext | bool], Any] | None = None,
        allow_insecure_http: bool = False,
    ) -> None:
        self.base_url: str = check_base_url(base_url, allow_insecure_http=allow_insecure_http)
        self.max_bytes = max_bytes
        self._closed = False
        self._auth = auth
        self._verify = verify
        self._transport = transport
        self._options: dict[str, Any] = {
            "headers": {"user-agent": "simloom", **encode_headers(headers or {})},
            "timeout": timeout,
            "proxy": proxy,
            "follow_redirects": False,
            "trust_env": False,
        }

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}>"

    def _check_open(self, operation: str) -> None:
        if self._closed:
            raise ClientClosed(f"{operation}: the client was closed; nothing was sent")

    def _httpx_options(self) -> dict[str, Any]:
        """Return the options of the httpx client; TLS is set up only where it is used."""
        plain = self.base_url.startswith("http://")
        verify = False if plain else self._verify or default_tls()
        options = {**self._options, "auth": self._auth}
        if self._transport is not None:
            return {**options, "proxy": None, "transport": self._transport(verify)}
        return {**options, "verify": verify}


class Client(_Base):
    """Sends generated requests and blocks until the answer is there. Use as a context manager.

    `base_url` is https, or http on loopback. `auth` is an `httpx.Auth`. Errors: `ApiError` for
    error statuses, `ConnectionFailed`, `RequestTimeout`, `DecodeError`.
    """

    _client: httpx.Client | None = None
    _opening = Lock()

    def send(self, request: Request[T], /) -> T:
        """Send a request and return the parsed answer."""
        return self.send_detailed(request).parsed

    def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send a request and return status, headers, raw bytes and the parsed answer."""
        method, url, arguments = http_parts(request, self.base_url)
        name = request.operation.id
        try:
            opened = self._opened(name)
            with query_not_logged(), opened.stream(method, url, **arguments) as answer:
                content = Limited(name, self.max_bytes)
                for chunk in answer.iter_bytes():
                    content.add(chunk)
        except (httpx.LocalProtocolError, httpx.InvalidURL):
            raise unsendable(name) from None
        except httpx.HTTPError as error:
            raise transport_error(error, name) from error
        headers = dict(answer.headers.items())  # dict(headers) searches the list for every name
        return read_answer(request, answer.status_code, headers, content.bytes())

    def _opened(self, operation: str = "") -> httpx.Client:
        with self._opening:  # two threads would make two, and one would never be closed
            self._check_open(operation)
            if self._client is None:
                self._client = CookielessClient(**self._httpx_options())
            return self._client

    def close(self) -> None:
        """Close the connections; what is sent after that raises `ClientClosed`."""
        with self._opening:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient(_Base):
    """Sends generated requests from a coroutine. Use as an async context manager.

    Arguments and errors are those of `Client`.
    """

    _client: httpx.AsyncClient | None = None

    async def send(self, request: Request[T], /) -> T:
        """Send a request and return the parsed answer."""
        return (await self.send_detailed(request)).parsed

    async def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send a request and return status, headers, raw bytes and the parsed answer."""
        method, url, arguments = http_parts(request, self.base_url)
        name = request.operation.id
        self._check_open(name)
        if self._client is None:
            self._client = CookielessAsyncClient(**self._httpx_options())
        try:
            with query_not_logged():
                async with self._client.stream(method, url, **arguments) as answer:
                    content = Limited(name, self.max_bytes)
                    async for chunk in answer.aiter_bytes():
                        content.add(chunk)
        except (httpx.LocalProtocolError, httpx.InvalidURL):
            raise unsendable(name) from None
        except httpx.HTTPError as error:
            raise transport_error(error, name) from error
        headers = dict(answer.headers.items())  # dict(headers) searches the list for every name
        return read_answer(request, answer.status_code, headers, content.bytes())

    async def aclose(self) -> None:
        """Close the connections; what is sent after that raises `ClientClosed`."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


def http_parts(request: Request[Any], base_url: str) -> tuple[str, str, dict[str, Any]]:
    """Return method, URL and the remaining arguments of an httpx request."""
    operation = request.operation
    headers = {"accept": request.accept, **request.headers}
    arguments = Unshown(headers=headers)  # a traceback with local variables would show the body
    if request.body is not UNSET and request.media_type is not None:
        content, headers["content-type"] = encode_body(request.body, request.media_type)
        arguments["content"] = content
    if request.query:
        arguments["params"] = list(request.query)
    return operation.method, f"{base_url.rstrip('/')}{request.path}", arguments


class Limited:
    """Collects the chunks of an answer up to a cap."""

    def __init__(self, operation: str, limit: int) -> None:
        self._operation = operation
        self._limit = limit
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Add a chunk; raise `DecodeError` once the cap is passed."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise DecodeError(
                f"the answer is larger than {self._limit:,} bytes", operation=self._operation
            )
        self._chunks.append(chunk)

    def bytes(self) -> bytes:
        """Return what was collected."""
        return b"".join(self._chunks)


@cache
def default_tls() -> ssl.SSLContext:
    """Return the one TLS context of this process: making it costs as much as importing httpx."""
    return httpx.create_ssl_context(trust_env=False)


def check_base_url(base_url: str, *, allow_insecure_http: bool = False) -> str:
    """Return the URL without a trailing slash; refuse what would send credentials in the clear."""
    if any(mark in base_url for mark in "@?#"):  # empty ones too: the path would end up in them
        raise InvalidParameter("base_url holds user information, a query or a fragment")
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise InvalidParameter(f"base_url {base_url!r}: {error}") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise InvalidParameter(f"base_url {base_url!r} is not an http(s) URL")
    if url.scheme == "http" and not (allow_insecure_http or is_loopback(url.host)):
        raise InvalidParameter(
            f"base_url {base_url!r} is plain http: credentials would be readable on the way"
        )
    return base_url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def transport_error(error: httpx.HTTPError, operation: str) -> TransportError:
    """Translate what httpx raises; the text names no host parameter and no header."""
    with suppress(RuntimeError):  # httpx's way of saying that it does not know the request
        operation = error.request.extensions.get(OPERATION, operation)
    sent = not isinstance(error, _NEVER_SENT)
    if isinstance(error, httpx.TimeoutException):
        why = f"no answer in time ({type(error).__name__})"
        return RequestTimeout(why, operation=operation, sent=sent)
    if isinstance(error, httpx.DecodingError):
        return TransportError(f"the answer cannot be decompressed: {error}", operation=operation)
    why = f"{type(error).__name__}: {safe_text(str(error))}"
    return ConnectionFailed(why, operation=operation, sent=sent)


def unsendable(operation: str) -> InvalidParameter:
    """Return the error of a request that httpx refuses; httpx's own text quotes header values."""
    return InvalidParameter(
        f"{operation}: the URL is too long, or a header (a credential with a line break?) holds "
        "what HTTP cannot carry"
    )

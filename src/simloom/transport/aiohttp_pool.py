"""aiohttp's connections below httpx: the awaited client for many requests at the same time.

httpx's own pool costs several times the processor time at 10 to 50 requests at once. Only the
connections are aiohttp's: URL, headers, signing, decompression and caps stay httpx's, and
instrumentation of `httpx.AsyncHTTPTransport` sees every request.

The package `httpx-aiohttp` (0.2.0) is not used, because a write could happen twice with it. When
the server closes a connection after the request, it says `ConnectTimeout`, as if nothing had been
sent; and it lets aiohttp repeat GET, PUT and DELETE. It also re-quotes paths, and keeps cookies.
"""

from __future__ import annotations

import asyncio
import io
import re
from typing import TYPE_CHECKING, Any, Self

import httpcore
import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    import aiohttp

CONNECTIONS = 100
KEEP_ALIVE = 5.0
"""Seconds for which an unused connection is kept, as httpx does it."""

LARGE = 1024 * 1024
"""Bytes of a body from which on aiohttp wants a file, so that the loop is not held up."""

LONGEST_LINE = 65_536
"""Bytes of one header line of an answer."""

CHUNK = 16 * 1024
"""Bytes that are decompressed at once; gzip can make 1,000 times as many of them."""

_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class AiohttpTransport(httpx.AsyncHTTPTransport):
    """`httpx.AsyncHTTPTransport` over aiohttp; takes no proxy.

    Errors are httpx's. `ConnectError`, `ConnectTimeout` and `PoolTimeout` mean that nothing was
    sent; nothing is ever sent twice.
    """

    def __init__(self, *, verify: ssl.SSLContext | bool) -> None:
        super().__init__(verify=verify, trust_env=False)
        self._pool: Any = AiohttpPool(verify)  # in place of httpcore's, which has no connection yet


class AiohttpPool:
    """What `httpx.AsyncHTTPTransport` needs of a connection pool, by aiohttp.

    It belongs to the event loop of its first request.
    """

    def __init__(self, verify: ssl.SSLContext | bool) -> None:
        self._verify = verify
        self._session: aiohttp.ClientSession | None = None

    def _opened(self) -> aiohttp.ClientSession:
        import aiohttp  # noqa: PLC0415  (an extra; and its import takes as long as httpx's)

        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=CONNECTIONS,
                keepalive_timeout=KEEP_ALIVE,
                ssl=self._verify,
                resolver=aiohttp.ThreadedResolver(),
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                max_line_size=LONGEST_LINE,
                max_field_size=LONGEST_LINE,
                skip_auto_headers=("accept", "accept-encoding", "content-type", "user-agent"),
                middlewares=(_once,),
            )
        return self._session

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request and return its answer, whose body is yet to be read."""
        import aiohttp  # noqa: PLC0415
        import yarl  # noqa: PLC0415

        path, _, query = request.url.target.decode("ascii").partition("?")
        host = request.url.host.decode("ascii")
        origin = request.url.origin
        url = yarl.URL.build(
            scheme=request.url.scheme.decode("ascii"),
            authority=f"{f'[{host}]' if ':' in host else host}:{origin.port}",
            path=path,
            query_string=query,
            encoded=True,  # or `%2F`, `+` and `..` would be written anew
        )
        waits = request.extensions.get("timeout", {})
        until_sent = _sum(waits.get("pool"), waits.get("connect"))
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=until_sent,
            sock_connect=waits.get("connect"),
            sock_read=waits.get("read"),
        )
        body = b"".join([part async for part in request.stream])  # type: ignore[union-attr]
        headers = _headers(request.headers)
        in_all = _sum(until_sent, waits.get("write"), waits.get("read"))
        failed: Exception
        try:
            async with asyncio.timeout(in_all):  # aiohttp has no time-out for writing
                answer = await self._opened().request(
                    request.method.decode("ascii"),
                    url,
                    headers=headers,
                    data=(body if len(body) < LARGE else io.BytesIO(body)) or None,
                    timeout=timeout,
                    allow_redirects=False,
                )
        except TimeoutError:
            failed = httpcore.WriteTimeout("the request could not be written in time")
        except aiohttp.ClientError as error:  # before `_once` is called
            failed = httpcore.LocalProtocolError(type(error).__name__)
        else:
            return _response(answer)
        raise failed

    async def aclose(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def _once(
    request: aiohttp.ClientRequest,
    send: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]],
) -> aiohttp.ClientResponse:
    """Send a request; aiohttp would repeat some after errors that it knows, so it gets others."""
    import aiohttp  # noqa: PLC0415

    try:
        return await send(request)
    except (aiohttp.ClientError, OSError) as error:
        failed = _translated(error)
    raise failed  # outside the handler: aiohttp's errors hold the request with its credentials


def _response(answer: aiohttp.ClientResponse) -> httpcore.Response:
    reason = (answer.reason or "").encode("ascii", "replace")
    return httpcore.Response(
        answer.status,
        headers=answer.raw_headers,
        content=_Body(answer),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": reason},
    )


class _Body:
    """The body of an answer, as it was sent."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        import aiohttp  # noqa: PLC0415

        failed: Exception | None = None
        try:
            async for chunk in self._answer.content.iter_chunked(CHUNK):
                yield chunk
        except (aiohttp.ClientError, OSError) as error:
            failed = _translated(error)
        if failed is not None:
            raise failed

    async def aclose(self) -> None:
        """Give the connection back; one with an unread rest is closed (nothing is left to read)."""
        self._answer.close()


def _headers(raw: list[tuple[bytes, bytes]]) -> Any:
    """Return the headers for aiohttp, which writes them as UTF-8."""
    import multidict  # noqa: PLC0415

    if any(_CONTROL.search(value) for _, value in raw):
        raise httpcore.LocalProtocolError("a header holds a control character")
    try:
        pairs = [(name.decode(), value.decode()) for name, value in raw]
    except UnicodeDecodeError:
        raise httpcore.LocalProtocolError("a header is not UTF-8") from None
    return multidict.CIMultiDict(pairs)


def _translated(error: Exception) -> Exception:
    """Return what httpcore would raise."""
    import aiohttp  # noqa: PLC0415

    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return httpcore.ConnectTimeout("no connection in time")
    if isinstance(error, aiohttp.ClientConnectorError):
        return httpcore.ConnectError(str(error.os_error))
    if isinstance(error, TimeoutError):
        return httpcore.ReadTimeout("no data in time")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return httpcore.RemoteProtocolError("Server disconnected without sending a response.")
    if isinstance(error, aiohttp.ClientPayloadError):
        return httpcore.RemoteProtocolError("the answer was cut off, or is broken")
    if isinstance(error, aiohttp.ClientResponseError):
        return httpcore.RemoteProtocolError("the answer is not HTTP")
    return httpcore.ReadError(f"the connection broke ({type(error).__name__})")


def _sum(*seconds: float | None) -> float | None:
    """Return the sum; no limit when one of them is none."""
    known = [one for one in seconds if one is not None]
    return sum(known) if len(known) == len(seconds) else None

"""One connection per pool instead of many in one.

httpcore looks through all connections of a pool, asking the operating system about each idle one,
for every request and once more after it: the time per request grows with the concurrency. A pool of
one has nothing to look through. Which pool is free is kept here, and whoever finds none free waits
for the next one, not behind a chosen one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

CONNECTIONS = 64
"""The most connections at once."""

_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


class ShardedAsyncTransport(httpx.AsyncBaseTransport):
    """Spreads requests over `httpx.AsyncHTTPTransport` of one connection each, made when needed.

    Requests beyond `connections` wait as long as the request's own time-out for a connection allows
    (`httpx.PoolTimeout`).
    """

    def __init__(
        self,
        *,
        verify: ssl.SSLContext | bool,
        proxy: str | None = None,
        connections: int = CONNECTIONS,
    ) -> None:
        self._verify = verify
        self._proxy = proxy
        self._room = asyncio.Semaphore(connections)
        self._all: list[httpx.AsyncHTTPTransport] = []
        self._free: list[httpx.AsyncHTTPTransport] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send through a free connection, the one used last if there is a choice."""
        await self._wait_for_room(request)
        chosen = self._free.pop() if self._free else self._another()
        try:
            response = await chosen.handle_async_request(request)
        except BaseException:
            self._give_back(chosen)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  (httpx's promise)
        response.stream = _Returning(response.stream, lambda: self._give_back(chosen))
        return response

    async def _wait_for_room(self, request: httpx.Request) -> None:
        if not self._room.locked():
            await self._room.acquire()  # does not wait, and needs no timer
            return
        try:
            async with asyncio.timeout(request.extensions.get("timeout", {}).get("pool")):
                await self._room.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("all connections are in use", request=request) from None

    def _another(self) -> httpx.AsyncHTTPTransport:
        if isinstance(self._verify, bool):  # one context for all of them
            self._verify = httpx.create_ssl_context(verify=self._verify, trust_env=False)
        made = httpx.AsyncHTTPTransport(verify=self._verify, limits=_ONE, proxy=self._proxy)
        self._all.append(made)
        return made

    def _give_back(self, used: httpx.AsyncHTTPTransport) -> None:
        self._free.append(used)
        self._room.release()

    async def aclose(self) -> None:
        """Close every connection."""
        for transport in self._all:
            await transport.aclose()


class _Returning(httpx.AsyncByteStream):
    """A response body that gives its connection back when it is finished with."""

    def __init__(self, stream: httpx.AsyncByteStream, give_back: Callable[[], None]) -> None:
        self._stream = stream
        self._give_back = give_back
        self._open = True

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._stream.__aiter__()

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            if self._open:
                self._open = False
                self._give_back()

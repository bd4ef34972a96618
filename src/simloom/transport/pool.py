"""Many small connection pools instead of one large one.

httpcore looks through all its connections for every request, so the time per request grows with the
square of the concurrency. Pools of eight keep that list short; each request goes to the pool with
the fewest requests under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    import ssl

POOL_SIZE = 8
SHARDS = 8


class ShardedAsyncTransport(httpx.AsyncBaseTransport):
    """Spreads requests over several `httpx.AsyncHTTPTransport`; shards are made when needed."""

    def __init__(
        self,
        *,
        verify: ssl.SSLContext | bool,
        proxy: str | None = None,
        shards: int = SHARDS,
        size: int = POOL_SIZE,
    ) -> None:
        self._verify = verify
        self._proxy = proxy
        self._limit = shards
        self._size = size
        self._shards: list[httpx.AsyncHTTPTransport] = []
        self._under_way: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send through the least busy pool."""
        index = self._choose()
        self._under_way[index] += 1
        try:
            response = await self._shards[index].handle_async_request(request)
        except BaseException:
            self._under_way[index] -= 1
            raise
        response.stream = _Counted(response.stream, self._under_way, index)
        return response

    def _choose(self) -> int:
        """Return the first pool with room, a new one if there may be one, else the least busy."""
        for index, busy in enumerate(self._under_way):
            if busy < self._size:
                return index
        if len(self._shards) < self._limit:
            limits = httpx.Limits(max_connections=self._size, max_keepalive_connections=self._size)
            self._shards.append(
                httpx.AsyncHTTPTransport(verify=self._verify, limits=limits, proxy=self._proxy)
            )
            self._under_way.append(0)
            return len(self._shards) - 1
        return min(range(len(self._shards)), key=self._under_way.__getitem__)

    async def aclose(self) -> None:
        """Close every pool."""
        for shard in self._shards:
            await shard.aclose()


class _Counted(httpx.AsyncByteStream):
    """A response body that tells its pool when it is finished with."""

    def __init__(self, stream: object, under_way: list[int], index: int) -> None:
        self._stream = stream
        self._under_way = under_way
        self._index = index
        self._open = True

    async def __aiter__(self) -> object:  # type: ignore[override]
        async for chunk in self._stream:  # type: ignore[attr-defined]
            yield chunk

    async def aclose(self) -> None:
        if self._open:
            self._open = False
            self._under_way[self._index] -= 1
        await self._stream.aclose()  # type: ignore[attr-defined]

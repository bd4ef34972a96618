"""Sharded pools: the least busy one takes the request, and none forgets to count."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from simloom.transport.pool import ShardedAsyncTransport


@asynccontextmanager
async def server(delay: float):
    """A keep-alive HTTP server that answers after a while and counts its connections."""
    opened: list[int] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(1)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(delay)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/", opened


async def many(transport: ShardedAsyncTransport, url: str, count: int) -> list[bytes]:
    async with httpx.AsyncClient(transport=transport) as client:
        answers = await asyncio.gather(*(client.get(url) for _ in range(count)))
    return [answer.content for answer in answers]


def test_every_request_is_answered_and_pools_grow_with_the_load() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, shards=3, size=2)
        async with server(0.01) as (url, opened):
            assert await many(transport, url, 20) == [b"ok"] * 20
        assert len(opened) == 6
        assert transport._under_way == [0, 0, 0]

    asyncio.run(run())


def test_requests_one_after_another_share_one_connection() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, shards=3, size=2)
        async with server(0) as (url, opened), httpx.AsyncClient(transport=transport) as client:
            for _ in range(5):
                assert (await client.get(url)).content == b"ok"
        assert len(transport._shards) == 1
        assert len(opened) == 1

    asyncio.run(run())


def test_a_failed_request_is_counted_back() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, shards=2, size=1)
        async with httpx.AsyncClient(transport=transport) as client:
            for _ in range(3):
                with pytest.raises(httpx.ConnectError):
                    await client.get("http://127.0.0.1:1/")
        assert transport._under_way == [0]

    asyncio.run(run())

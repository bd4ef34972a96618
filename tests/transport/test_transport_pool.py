"""Pools of one connection: none is lost, none is used twice, nobody waits behind a chosen one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from simloom.transport.pool import ShardedAsyncTransport


@asynccontextmanager
async def server(delay: float):
    """A keep-alive HTTP server that answers after a while, at once for `/now`; counts connections.

    `/never` is not answered at all, and sets the event.
    """
    opened: list[int] = []
    stuck = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(1)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if b"/never" in head:
                    stuck.set()
                    await reader.read()
                    return
                await asyncio.sleep(0 if b"/now" in head else delay)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/", opened, stuck


def free_and_all(transport: ShardedAsyncTransport) -> tuple[int, int]:
    return len(transport._free), len(transport._all)


def test_every_request_is_answered_and_connections_grow_with_the_load() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, connections=6)
        async with (
            server(0.01) as (url, opened, _),
            httpx.AsyncClient(transport=transport) as client,
        ):
            answers = await asyncio.gather(*(client.get(url) for _ in range(20)))
            assert [answer.content for answer in answers] == [b"ok"] * 20
            assert len(opened) == 6
            assert free_and_all(transport) == (6, 6)

    asyncio.run(run())


def test_requests_one_after_another_share_one_connection() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, connections=6)
        async with server(0) as (url, opened, _), httpx.AsyncClient(transport=transport) as client:
            for _ in range(5):
                assert (await client.get(url)).content == b"ok"
            assert len(opened) == 1
            assert free_and_all(transport) == (1, 1)

    asyncio.run(run())


def test_a_failed_request_gives_its_connection_back() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, connections=1)
        async with httpx.AsyncClient(transport=transport) as client:
            for _ in range(3):
                with pytest.raises(httpx.ConnectError):
                    await client.get("http://127.0.0.1:1/")
        assert free_and_all(transport) == (1, 1)

    asyncio.run(run())


def test_a_cancelled_request_gives_its_connection_back() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, connections=1)
        async with server(0) as (url, _, stuck), httpx.AsyncClient(transport=transport) as client:
            waiting = asyncio.create_task(client.get(url + "never"))
            await stuck.wait()
            behind = asyncio.create_task(client.get(url))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert (await behind).content == b"ok"
            assert free_and_all(transport) == (1, 1)

    asyncio.run(run())


def test_a_body_left_unread_gives_its_connection_back_once() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, connections=1)
        async with server(0) as (url, _, _), httpx.AsyncClient(transport=transport) as client:
            async with client.stream("GET", url) as answer:
                assert free_and_all(transport) == (0, 1)
                await answer.aclose()
                await answer.stream.aclose()
            assert free_and_all(transport) == (1, 1)
            assert (await client.get(url)).content == b"ok"

    asyncio.run(run())


def test_nobody_waits_behind_a_request_that_takes_long() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, connections=2)
        async with server(0) as (url, _, _), httpx.AsyncClient(transport=transport) as client:
            stuck = asyncio.create_task(client.get(url + "never"))
            quick = await asyncio.wait_for(
                asyncio.gather(*(client.get(url + "now") for _ in range(9))), 5
            )
            assert len(quick) == 9
            stuck.cancel()
            await asyncio.gather(stuck, return_exceptions=True)

    asyncio.run(run())


def test_waiting_for_a_connection_has_the_time_out_of_the_request() -> None:
    async def run() -> None:
        transport = ShardedAsyncTransport(verify=False, connections=1)
        timeout = httpx.Timeout(5, pool=0.01)
        client = httpx.AsyncClient(transport=transport, timeout=timeout)
        async with server(0) as (url, _, stuck), client:
            waiting = asyncio.create_task(client.get(url + "never"))
            await stuck.wait()
            with pytest.raises(httpx.PoolTimeout, match="in use"):
                await client.get(url)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            assert (await client.get(url)).content == b"ok"

    asyncio.run(run())

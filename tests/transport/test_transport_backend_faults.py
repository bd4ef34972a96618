"""The awaited client over both libraries: what breaks is told the same, and sent once."""

from __future__ import annotations

import asyncio
import gzip
import socket
from typing import Any

import httpx
import pytest
from rawserver import (
    GET,
    KEY,
    OK,
    answer,
    arrived,
    check,
    drop,
    never,
    opened,
    operation,
    play,
    reset,
    serving,
    then,
    unread,
)

from simloom.runtime import (
    AsyncClient,
    ConnectionFailed,
    DecodeError,
    RequestTimeout,
    Secret,
    TransportError,
)
from simloom.transport import aiohttp_pool
from simloom.transport.auth import BearerAuth
from simloom.transport.backend import async_transport
from simloom.transport.pool import ShardedAsyncTransport


def test_a_refused_connection_was_never_sent(engine):
    async def run() -> Any:
        async with serving() as server:
            url = server.url
        async with opened(engine, url, auth=BearerAuth(Secret(KEY))) as client:
            try:
                await client.send(GET)
            except TransportError as error:
                return error

    check(asyncio.run(run()), ConnectionFailed, sent=False)


def test_a_name_that_does_not_exist_was_never_sent(engine, monkeypatch):
    async def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    async def run() -> Any:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
        async with opened(engine, "https://vendor.example") as client:
            try:
                await client.send(GET)
            except TransportError as error:
                return error

    check(asyncio.run(run()), ConnectionFailed, sent=False)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST", "PATCH"])
@pytest.mark.parametrize("end", [drop, reset])
@pytest.mark.parametrize("kept", [False, True], ids=["first", "kept"])
def test_a_request_whose_connection_breaks_may_have_arrived_and_is_sent_once(
    engine, method, end, kept
):
    """aiohttp by itself repeats GET, PUT and DELETE on a kept connection."""
    request = operation(method).request(body="x") if method != "GET" else GET
    steps = [OK, end, OK] if kept else [end, OK]
    requests = [GET, request] if kept else [request]
    error, server = play(engine, *steps, requests=requests, auth=BearerAuth(Secret(KEY)))
    check(error, ConnectionFailed, sent=True)
    assert len(server.seen) == len(requests)


@pytest.mark.parametrize(
    "step",
    [
        never,
        then(b"HTTP/1.1 200 OK\r\n", never),
        then(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart", never),
    ],
    ids=["no answer", "in the head", "in the body"],
)
def test_an_answer_that_does_not_come_is_a_time_out(engine, step):
    error, server = play(engine, step, timeout=0.05, auth=BearerAuth(Secret(KEY)))
    check(error, RequestTimeout, sent=True)
    assert len(server.seen) == 1


def test_a_body_that_is_not_taken_is_a_time_out(engine):
    request = operation("PUT").request(body="x" * 40_000_000)
    error, _ = play(engine, unread, requests=[request], timeout=0.05)
    check(error, RequestTimeout, sent=True)


def test_no_free_connection_in_time_was_never_sent(engine, monkeypatch):
    monkeypatch.setattr(aiohttp_pool, "CONNECTIONS", 1)

    def small(verify: Any) -> Any:
        if engine == "aiohttp":
            return async_transport("aiohttp", verify=verify)
        return ShardedAsyncTransport(verify=verify, connections=1)

    async def run() -> tuple[Any, int]:
        async with (
            serving(never) as server,
            AsyncClient(server.url, transport=small, timeout=5) as client,
        ):
            first = asyncio.create_task(client.send(GET))
            await arrived(server)
            client._client.timeout = httpx.Timeout(5, pool=0.02, connect=0.02)
            try:
                await client.send(GET)
            except TransportError as error:
                first.cancel()
                await asyncio.gather(first, return_exceptions=True)
                return error, len(server.seen)

    error, seen = asyncio.run(run())
    check(error, RequestTimeout, sent=False)
    assert seen == 1


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\npart",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\npart\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"SSH-2.0-x\x1b[2J\r\n\r\n",
        b"\x00\xff\r\n\r\n",
    ],
)
@pytest.mark.parametrize("end", [drop, reset])
def test_an_answer_that_is_cut_off_or_broken(engine, content, end):
    error, server = play(engine, then(content, end), auth=BearerAuth(Secret(KEY)))
    check(error, ConnectionFailed, sent=True)
    assert len(server.seen) == 1


def test_a_gzip_bomb_is_cut_off(engine):
    bomb = answer(gzip.compress(bytes(64 << 20), 9), content_encoding="gzip")
    error, _ = play(engine, bomb, max_bytes=1_000_000)
    assert isinstance(error, DecodeError)
    assert "larger than 1,000,000 bytes" in str(error)


def test_after_an_answer_that_was_too_large_the_client_goes_on(engine):
    found, server = play(engine, answer(b"x" * 5000), OK, requests=[GET, GET], max_bytes=1000)
    assert found.parsed == "ok"
    assert len(server.seen) == 2


def test_gzip_is_unpacked_once(engine):
    found, _ = play(engine, answer(gzip.compress(b"unpacked"), content_encoding="gzip"))
    assert found.parsed == "unpacked"


def test_compression_that_is_broken(engine):
    error, _ = play(engine, answer(b"this is not gzip", content_encoding="gzip"))
    assert type(error) is TransportError
    assert "cannot be decompressed" in str(error)


def test_long_headers_are_taken(engine):
    found, _ = play(engine, answer(b"ok", x_long="y" * 20_000))
    assert len(found.headers["x-long"]) == 20_000

"""The awaited client over both libraries sends and reads the same, on raw sockets."""

from __future__ import annotations

import asyncio
import traceback

import httpx
import pytest
from rawserver import (
    GET,
    KEY,
    OK,
    answer,
    arrived,
    never,
    opened,
    operation,
    play,
    serving,
)

from simloom.runtime import (
    ApiError,
    InvalidParameter,
    Secret,
)
from simloom.transport.auth import BearerAuth
from simloom.transport.backend import async_transport


def test_a_request_and_its_answer(engine):
    request = operation("POST").request(body="hällo", query={"a": 1})
    answer, server = play(engine, requests=[request], auth=BearerAuth(Secret(KEY)))
    assert (answer.status, answer.parsed) == (200, "ok")
    head, _, body = server.seen[0].partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /sims?a=1 http/1.1"
    names = sorted(line.partition(":")[0] for line in lines[1:])
    assert names == [
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    ]
    assert "user-agent: simloom" in lines
    assert body == "hällo".encode()


def test_a_request_without_a_body_has_no_header_for_one(engine):
    _, server = play(engine)
    assert b"content-type" not in server.seen[0].lower()
    assert b"transfer-encoding" not in server.seen[0].lower()


@pytest.mark.parametrize(
    "path",
    [
        "/a%2Fb/c",
        "/a%2fb",
        "/%2E%2E/x",
        "/a+b/%20c",
        "//double//slash/",
        "/sub;v=1/(x)/@'!$&*~:",
        "/%C3%A4",
        "/sims?b=2&a=1&a=0",
        "/sims?x=%2B+%20&y=%2F/",
        "/sims?e=&f",
        "/%25zz",
    ],
)
def test_the_target_is_sent_as_it_is(engine, path):
    async def run() -> list[str]:
        async with serving() as server:
            transport = async_transport(engine, verify=False)
            async with httpx.AsyncClient(transport=transport) as client:
                await client.get(server.url + path)
            return server.targets

    assert asyncio.run(run()) == [path]


def test_ipv6(engine):
    async def run() -> str:
        async with serving(host="::1") as server, opened(engine, server.url) as client:
            return await client.send(GET)

    assert asyncio.run(run()) == "ok"


def test_connections_are_kept_and_closed(engine):
    answer, server = play(engine, requests=[GET] * 5)
    assert answer.parsed == "ok"
    assert (server.connections, len(server.seen)) == (1, 5)


def test_many_at_once(engine):
    async def run() -> tuple[list[str], int]:
        async with serving() as server, opened(engine, server.url) as client:
            return await asyncio.gather(*(client.send(GET) for _ in range(200))), len(server.seen)

    assert asyncio.run(run()) == (["ok"] * 200, 200)


def test_a_redirect_is_not_followed(engine):
    moved = b"HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n"
    error, server = play(engine, moved)
    assert isinstance(error, ApiError)
    assert error.status == 302
    assert server.targets == ["/sims"]


def test_cookies_are_not_kept(engine):
    _, server = play(engine, answer(b"ok", set_cookie="session=1; Path=/"), requests=[GET, GET])
    assert len(server.seen) == 2
    assert b"session" not in server.seen[1]


@pytest.mark.parametrize("end", ["\n", "\r\nx-other: y", "\x00"])
def test_a_header_that_http_cannot_carry_is_not_sent(engine, end):
    class Careless(httpx.Auth):
        def auth_flow(self, request):
            request.headers["authorization"] = f"Bearer {KEY}{end}"
            yield request

    error, server = play(engine, auth=Careless())
    assert isinstance(error, InvalidParameter)
    assert KEY not in "".join(traceback.format_exception(error))
    assert server.seen == []


def test_a_proxy_of_the_environment_is_not_used(engine, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    found, _ = play(engine)
    assert found.parsed == "ok"


def test_a_cancelled_request_leaves_the_client_usable(engine):
    async def run() -> str:
        async with serving(never, OK) as server, opened(engine, server.url) as client:
            task = asyncio.create_task(client.send(GET))
            await arrived(server)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return await client.send(GET)

    assert asyncio.run(run()) == "ok"

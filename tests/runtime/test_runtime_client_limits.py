"""What goes wrong on the way: time, connections, sizes, forbidden characters."""

from __future__ import annotations

import gzip
import logging
import socket
import traceback
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import httpx
import pytest

from simloom.runtime import (
    AsyncClient,
    Client,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    Json,
    Operation,
    RequestTimeout,
    Secret,
    TransportError,
)
from simloom.runtime.cookieless import CookielessClient
from simloom.transport.auth import BearerAuth

CANARY = "hunter2-2f1c"
GET: Operation[Any] = Operation(
    id="list_sims",
    method="GET",
    path="/sims",
    results={200: Json(lambda: dict[str, str])},
    media_type="application/json",
)
LIST = GET.request()


def test_a_vendor_that_never_answers(vendor, exchange):
    vendor.script = lambda handler: vendor.closing.wait(30) and handler.reset()
    with pytest.raises(RequestTimeout, match="list_sims: no answer in time") as caught:
        exchange(vendor.url, LIST, timeout=0.1)
    assert caught.value.operation == "list_sims"
    assert caught.value.sent


def test_a_vendor_that_stops_in_the_middle(vendor, exchange):
    def script(handler: Any) -> None:
        handler.reply(200, b'{"a":', content_length="100")
        vendor.closing.wait(30)

    vendor.script = script
    with pytest.raises(RequestTimeout):
        exchange(vendor.url, LIST, timeout=0.1)


@pytest.mark.parametrize("make", [Client, AsyncClient])
def test_there_is_always_a_time_out(make):
    assert make("https://a.example")._options["timeout"] == 30.0


def test_a_refused_connection(exchange):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionFailed, match="list_sims: ConnectError") as caught:
        exchange(f"http://127.0.0.1:{port}", LIST)
    assert not caught.value.sent


def test_a_connection_that_breaks_in_the_middle(vendor, exchange):
    def script(handler: Any) -> None:
        handler.reply(200, b'{"a":', content_length="100")
        handler.reset()

    vendor.script = script
    with pytest.raises(ConnectionFailed) as caught:
        exchange(vendor.url, LIST)
    assert caught.value.operation == "list_sims"


def test_a_connection_that_breaks_before_the_answer(vendor, exchange):
    vendor.script = lambda handler: handler.reset()
    with pytest.raises(ConnectionFailed) as caught:
        exchange(vendor.url, LIST)
    assert caught.value.sent


def test_what_is_not_http(vendor, exchange):
    def script(handler: Any) -> None:
        handler.wfile.write(b"SSH-2.0-x\x1b[2J\r\n" + b"y" * 5000)
        handler.reset()

    vendor.script = script
    with pytest.raises(ConnectionFailed) as caught:
        exchange(vendor.url, LIST)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def bomb(size: int) -> bytes:
    """Return a gzip file of zeros. After a full flush, each block is the same few bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = gzip.compress(b"")[:10]
    return head + block * (size >> 20)


def test_a_gzip_bomb_is_cut_off_with_little_memory(vendor, exchange):
    content = bomb(300 << 20)
    assert len(content) < 320_000
    vendor.answer(200, content, content_encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(DecodeError, match="larger than 1,000,000 bytes") as caught:
            exchange(vendor.url, LIST, max_bytes=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.operation == "list_sims"
    assert peak < 150 << 20


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
def test_the_cap_is_exact(vendor, exchange, size, fits):
    body = b'{"a":"' + b"x" * (size - 8) + b'"}'
    vendor.answer(200, gzip.compress(body), content_encoding="gzip")
    if fits:
        assert exchange(vendor.url, LIST, max_bytes=1000)[0].content == body
    else:
        with pytest.raises(DecodeError, match="larger than 1,000 bytes"):
            exchange(vendor.url, LIST, max_bytes=1000)


def test_the_cap_holds_for_errors_too(vendor, exchange):
    vendor.answer(500, b'"' + b"x" * 2000 + b'"')
    with pytest.raises(DecodeError, match="larger than"):
        exchange(vendor.url, LIST, max_bytes=1000)


def test_after_an_answer_that_was_too_large_the_client_goes_on(vendor):
    vendor.answer(200, b'{"a":"' + b"x" * 2000 + b'"}')
    with Client(vendor.url, max_bytes=1000) as client:
        with pytest.raises(DecodeError):
            client.send(LIST)
        vendor.answer(200, b"{}")
        assert client.send(LIST) == {}


def test_broken_compression(vendor, exchange):
    vendor.answer(200, b"this is not gzip", content_encoding="gzip")
    with pytest.raises(TransportError, match="cannot be decompressed"):
        exchange(vendor.url, LIST)


def shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("end", ["\n", "\r\nx: y", "\x00", "ä"])
def test_a_key_that_no_header_can_hold_is_refused_at_once_and_not_shown(end):
    with pytest.raises(InvalidParameter, match="header") as caught:
        BearerAuth(Secret(CANARY + end))
    assert CANARY not in shown(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\nx: y", "\x00"])
def test_a_credential_that_http_cannot_carry_is_not_shown(vendor, exchange, end):
    """The text of httpx's own error quotes the header."""

    class Careless(httpx.Auth):
        def auth_flow(self, request):
            request.headers["authorization"] = f"Bearer {CANARY}{end}"
            yield request

    with pytest.raises(InvalidParameter, match="list_sims: .* a header") as caught:
        exchange(vendor.url, LIST, auth=Careless())
    assert CANARY not in shown(caught.value)
    assert vendor.seen == []


def test_a_url_that_is_too_long(vendor, exchange):
    with pytest.raises(InvalidParameter, match="URL is too long"):
        exchange(vendor.url, GET.request(query={"q": "x" * 100_000}))
    assert vendor.seen == []


def test_what_cannot_be_encoded_is_not_sent(vendor, exchange):
    with pytest.raises(InvalidParameter):
        exchange(vendor.url, GET.request(body=object()))
    assert vendor.seen == []


def test_nothing_secret_is_logged(vendor, exchange, caplog):
    vendor.answer(200, f'{{"token":"{CANARY}"}}'.encode())
    with caplog.at_level(logging.DEBUG):
        exchange(
            vendor.url,
            GET.request(body={"pin": Secret(CANARY)}, headers={"x-api-key": Secret(CANARY)}),
            auth=BearerAuth(Secret(CANARY)),
        )
    assert len(vendor.seen) == 1
    assert vendor.seen[0].headers["x-api-key"] == CANARY
    assert "HTTP Request: GET" in caplog.text
    assert CANARY not in caplog.text


def test_threads_share_one_pool_of_connections(vendor, monkeypatch):
    made: list[httpx.Client] = []

    class Counted(CookielessClient):
        def __init__(self, **options: Any) -> None:
            made.append(self)
            super().__init__(**options)

    monkeypatch.setattr("simloom.runtime.client.CookielessClient", Counted)
    barrier = Barrier(16)

    def send(client: Client) -> Any:
        barrier.wait(timeout=30)
        return client.send(LIST)

    with Client(vendor.url) as client, ThreadPoolExecutor(16) as pool:
        assert list(pool.map(send, [client] * 16)) == [{}] * 16
    assert len(made) == 1
    assert made[0].is_closed

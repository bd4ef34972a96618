"""The awaited client over both libraries: the same promises, on raw sockets."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import gzip
import socket
import ssl
import struct
import traceback
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from typing import Any

import httpx
import pytest
from attrs import define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from simloom.errors import ConfigurationError
from simloom.runtime import (
    ApiError,
    AsyncClient,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    Operation,
    RequestTimeout,
    Secret,
    Text,
    TransportError,
)
from simloom.transport import aiohttp_pool, backend
from simloom.transport.auth import BearerAuth
from simloom.transport.backend import async_transport, chosen
from simloom.transport.pool import ShardedAsyncTransport

KEY = "key-canary-7d31"
ENDS = (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError, ssl.SSLError)
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def operation(method: str, path: str = "/sims") -> Operation[str]:
    return Operation(
        id="an_operation",
        method=method,
        path=path,
        results={200: Text()},
        media_type="text/plain",
    )


GET = operation("GET").request()


@define
class Server:
    """Answers each request on a connection with the next step: bytes, or what a coroutine does."""

    steps: list[Any]
    url: str = ""
    seen: list[bytes] = field(factory=list)
    connections: int = 0
    tasks: set[Any] = field(factory=set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.tasks.add(asyncio.current_task())
        try:
            await self.answer(reader, writer)
        finally:
            writer.transport.abort()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(*ENDS):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
                if step is not unread:
                    self.seen.append(head + await reader.readexactly(length))
                if isinstance(step, bytes):
                    writer.write(step)
                    await writer.drain()
                else:
                    await step(writer)
                    if writer.is_closing():
                        return

    @property
    def targets(self) -> list[str]:
        return [one.split(b" ", 2)[1].decode() for one in self.seen]


async def drop(writer: asyncio.StreamWriter) -> None:
    """Close the connection in good order, without an answer."""
    writer.close()
    await writer.wait_closed()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def never(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def unread(writer: asyncio.StreamWriter) -> None:
    """Do not even read the body."""
    await asyncio.sleep(30)


def then(content: bytes, end: Any) -> Any:
    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        await end(writer)

    return step


@asynccontextmanager
async def serving(*steps: Any, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"):
    server = Server(list(steps) or [OK])
    listening = await asyncio.start_server(server.handle, host, 0, ssl=tls, limit=1 << 20)
    port = listening.sockets[0].getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    server.url = f"http{'s' if tls else ''}://{name}:{port}"
    try:
        yield server
    finally:
        listening.close()
        for task in server.tasks:
            task.cancel()
        await asyncio.gather(*server.tasks)
        await asyncio.sleep(0)


async def arrived(server: Server) -> None:
    async with asyncio.timeout(10):
        while not server.seen:  # noqa: ASYNC110  (the server is told by a socket)
            await asyncio.sleep(0.001)


@pytest.fixture(params=["httpx", "aiohttp"])
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


def opened(engine: str, url: str, **options: Any) -> AsyncClient:
    return AsyncClient(
        url, transport=lambda verify: async_transport(engine, verify=verify), **options
    )


def play(engine: str, *steps: Any, requests: Any = (GET,), **options: Any) -> tuple[Any, Server]:
    """Send requests to a server with these steps; return the last result, or its error."""

    async def run() -> tuple[Any, Server]:
        async with serving(*steps) as server, opened(engine, server.url, **options) as client:
            result: Any = None
            for request in requests:
                try:
                    result = await client.send_detailed(request)
                except Exception as error:  # noqa: BLE001
                    result = error
            return result, server

    found = asyncio.run(run(), debug=False)
    gc.collect()  # what was left open warns, and warnings are errors
    return found


def everything(error: BaseException | None) -> str:
    parts = ["".join(traceback.format_exception(error))]
    while error is not None:
        parts += [repr(error), str(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "".join(parts)


def check(error: Any, kind: type[TransportError], *, sent: bool) -> None:
    assert type(error) is kind, error
    assert error.sent is sent
    assert error.operation == "an_operation"
    assert KEY not in everything(error)
    assert str(error).isprintable()


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


def answer(body: bytes, **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join(["HTTP/1.1 200 OK", f"content-length: {len(body)}", *lines])
    return head.encode() + b"\r\n\r\n" + body


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


def certificate(folder: Any) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return contexts of a server on 127.0.0.1 and of a client that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "vendor")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


@pytest.mark.parametrize("trusted", [True, False])
def test_tls(engine, tmp_path, trusted):
    server_side, client_side = certificate(tmp_path)

    async def run() -> tuple[Any, list[bytes]]:
        verify = client_side if trusted else None
        options = {"verify": verify, "auth": BearerAuth(Secret(KEY))}
        async with (
            serving(tls=server_side) as server,
            opened(engine, server.url, **options) as client,
        ):
            try:
                return await client.send(GET), server.seen
            except TransportError as error:
                return error, server.seen

    found, seen = asyncio.run(run())
    gc.collect()
    if trusted:
        assert (found, len(seen)) == ("ok", 1)
    else:
        check(found, ConnectionFailed, sent=False)
        assert "certificate" in str(found).lower()
        assert seen == []


def test_a_tls_handshake_that_does_not_come_was_never_sent(engine):
    async def run() -> Any:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            async with opened(engine, f"https://127.0.0.1:{port}", timeout=0.05) as client:
                try:
                    await client.send(GET)
                except TransportError as error:
                    return error

    check(asyncio.run(run()), RequestTimeout, sent=False)


def test_a_cancelled_request_leaves_the_client_usable(engine):
    async def run() -> str:
        async with serving(never, OK) as server, opened(engine, server.url) as client:
            task = asyncio.create_task(client.send(GET))
            await arrived(server)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return await client.send(GET)

    assert asyncio.run(run()) == "ok"


@pytest.mark.parametrize(
    ("wish", "installed", "proxy", "found"),
    [
        ("auto", True, None, "aiohttp"),
        ("auto", False, None, "httpx"),
        ("auto", True, "http://proxy:1", "httpx"),
        ("httpx", True, None, "httpx"),
        ("httpx", True, "http://proxy:1", "httpx"),
        ("aiohttp", True, None, "aiohttp"),
    ],
)
def test_which_library_it_is(monkeypatch, wish, installed, proxy, found):
    monkeypatch.setattr(backend, "has_aiohttp", lambda: installed)
    assert chosen(wish, proxy=proxy) == found


@pytest.mark.parametrize(
    ("installed", "proxy", "why"),
    [(False, None, "pip install"), (True, "http://me:pw@proxy:1", "takes no proxy")],
)
def test_aiohttp_where_it_cannot_be_used(monkeypatch, installed, proxy, why):
    monkeypatch.setattr(backend, "has_aiohttp", lambda: installed)
    with pytest.raises(ConfigurationError, match=why) as caught:
        chosen("aiohttp", proxy=proxy)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("version", "usable"),
    [("3.12.0", True), ("3.14.5", True), ("4.0.0a1", True), ("3.11.18", False), ("odd", False)],
)
def test_an_aiohttp_without_middlewares_is_not_used(monkeypatch, version, usable):
    """Without them it could not be kept from repeating requests."""
    monkeypatch.setattr(backend, "version", lambda _: version)
    backend.has_aiohttp.cache_clear()
    try:
        assert backend.has_aiohttp() is usable
    finally:
        backend.has_aiohttp.cache_clear()

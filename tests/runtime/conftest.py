"""A vendor on loopback that answers as a test scripts it, and both clients as one."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field

from simloom.runtime import AsyncClient, Client, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@define
class Seen:
    """A request that reached the server."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: tuple[str, int]


class Vendor(ThreadingHTTPServer):
    """Keeps what it was sent; answers with `script`, called with the handler, or with `{}`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.script: Callable[[Handler], None] | None = None
        self.closing = Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        """Script one fixed answer; `content_type="text/html"` becomes that header."""
        self.script = lambda handler: handler.reply(status, body, **headers)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Vendor

    def handle_one_request(self) -> None:
        with suppress(ConnectionError):
            super().handle_one_request()

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append(Seen(self.command, self.path, headers, body, self.client_address))
        if self.server.script is None:
            self.reply(200, b"{}")
        else:
            self.server.script(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        if "content_length" not in headers and status != 204:
            headers["content_length"] = str(len(body))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """Break the connection off."""
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with Vendor() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


@define
class Exchange:
    """Sends requests with one of the two clients, so that one test body covers both."""

    blocking: bool
    options: dict[str, Any] = field(factory=dict)

    def __call__(
        self, base_url: str, *requests: Request[Any], **options: Any
    ) -> list[Response[Any]]:
        """Open a client, send the requests one after another, close it."""
        if self.blocking:
            with Client(base_url, **options) as client:
                return [client.send_detailed(request) for request in requests]
        return asyncio.run(self._awaited(base_url, requests, options))

    async def _awaited(
        self, base_url: str, requests: tuple[Request[Any], ...], options: dict[str, Any]
    ) -> list[Response[Any]]:
        async with AsyncClient(base_url, **options) as client:
            return [await client.send_detailed(request) for request in requests]


@pytest.fixture(params=[True, False], ids=["blocking", "awaited"])
def exchange(request: pytest.FixtureRequest) -> Exchange:
    return Exchange(request.param)

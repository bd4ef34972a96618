"""A server of streams on loopback that follows a script, and both kinds of client as one."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import uvicorn
from attrs import define, field, frozen

import simloom
import simloom.aio
from simloom.events.lease import FileLeases
from simloom.events.policy import StreamPolicy
from simloom.events.webhookapp import Endpoint, WebhookApp
from simloom.events.webhookguard import Tokens
from simloom.events.webhookstore import SqliteWebhooks

FAST = StreamPolicy(shortest=0.001, longest=0.002)
STREAM = "simaction.v1"


def cloud_event(number: int, *, offset: str | None = None, **changes: Any) -> dict[str, Any]:
    event = {
        "id": f"event-{number}",
        "type": "simaction.v1",
        "source": "/v1/partners/simaction",
        "specversion": "1.0",
        "time": "2025-08-02T09:54:13.133Z",
        "data": {"partnerID": "100013", "signupID": str(number), "message": "done"},
        **changes,
    }
    return event if offset is None else {**event, "httpHeaders": {"X-Pubsub-Offset-Id": [offset]}}


def frame(*numbers: int, offsets: bool = False, **changes: Any) -> bytes:
    return b"".join(
        b"data: "
        + json.dumps(
            cloud_event(number, offset=f"offset-{number}" if offsets else None, **changes)
        ).encode()
        + b"\n\n"
        for number in numbers
    )


@frozen
class Stream:
    """One answer: what is sent, and how it ends (`end`, `reset`, or `hold` until the end)."""

    body: bytes = b""
    then: str = "end"
    status: int = 200
    headers: dict[str, str] = field(factory=dict)
    silent: bool = False  # not even a status line before the end


@frozen
class Asked:
    path: str
    headers: dict[str, str]


@define(slots=False)
class Portal:
    """Answers the connections of each path with its script; after it, nothing is said."""

    scripts: dict[str, list[Stream]] = field(factory=dict)
    asked: list[Asked] = field(factory=list)
    tokens: list[str] = field(factory=list)
    ending: threading.Event = field(factory=threading.Event)
    arrived: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    url: str = ""

    frame = staticmethod(frame)
    event = staticmethod(cloud_event)

    @staticmethod
    def stream(*numbers: int, offsets: bool = False, **how: Any) -> Stream:
        return Stream(body=how.pop("body", frame(*numbers, offsets=offsets)), **how)

    def script(self, *answers: Stream, stream: str = STREAM) -> None:
        self.scripts[f"/sse/{stream}/1"] = list(answers)

    @property
    def offsets(self) -> list[str | None]:
        return [one.headers.get("last-event-id") for one in self.asked]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: a client that is closed breaks its connections."""


def _handler(portal: Portal) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            token = f"token-{len(portal.tokens)}"
            portal.tokens.append(token)
            body = json.dumps({"access_token": token, "expires_in": 300, "token_type": "Bearer"})
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            portal.asked.append(Asked(self.path, headers))
            waiting = portal.scripts.get(self.path.partition("?")[0], [])
            answer = waiting.pop(0) if waiting else Stream(then="hold", silent=True)
            portal.arrived.release()
            if answer.silent:
                portal.ending.wait(5)
                return
            self.send_response(answer.status)
            for name, value in {"content-type": "text/event-stream", **answer.headers}.items():
                self.send_header(name, value)
            if answer.then == "reset":
                self.send_header("content-length", str(len(answer.body) + 1))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()
            if answer.then == "hold":
                portal.ending.wait(5)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def portal():
    portal = Portal()
    with _Server(("127.0.0.1", 0), _handler(portal)) as server:
        portal.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield portal
        portal.ending.set()
        server.shutdown()
        thread.join()


class Listener:
    """A stream of either kind, used like a blocking one."""

    def __init__(self, stream: Any, runner: asyncio.Runner | None) -> None:
        self.stream = stream
        self._runner = runner

    def __next__(self) -> Any:
        if self._runner is None:
            return next(self.stream)
        try:
            return self._runner.run(asyncio.wait_for(anext(self.stream), 5))
        except StopAsyncIteration:
            raise StopIteration from None

    def __iter__(self) -> Listener:
        return self

    def take(self, count: int) -> list[Any]:
        return [next(self) for _ in range(count)]

    def close(self) -> None:
        self.stream.close() if self._runner is None else self._runner.run(self.stream.aclose())


class Ears:
    """Makes clients and streams of one kind, on a fast policy and leases of its own."""

    def __init__(self, portal: Portal, runner: asyncio.Runner | None, folder: Any) -> None:
        self._portal = portal
        self._runner = runner
        self.leases = FileLeases(folder)
        self.clients: list[Any] = []

    def client(self, *streams: str, plugins: Any = (), **settings: Any) -> Any:
        url = self._portal.url
        given = {
            "client_id": "id",
            "client_secret": "secret",
            "partner_id": "100013",
            "base_url": f"{url}/api",
            "token_url": f"{url}/token",
            "event_urls": {name: f"{url}/sse/{name}/1" for name in streams or (STREAM,)},
            **settings,
        }
        module = simloom if self._runner is None else simloom.aio
        client = module.connect("telekom-m2m", plugins=plugins, **given)
        self.clients.append(client)
        return client

    def listen(self, *streams: str, client: Any = None, **wishes: Any) -> Listener:
        wishes = {"leases": self.leases, "policy": FAST, **wishes}
        client = client or self.client(*streams)
        return Listener(client.events(**wishes), self._runner)

    def finish(self, result: Any) -> Any:
        return result if self._runner is None else self._runner.run(result)

    def first(self, items: Any) -> Any:
        return next(items) if self._runner is None else self._runner.run(anext(items))

    def close(self, client: Any) -> None:
        client.close() if self._runner is None else self._runner.run(client.aclose())


@pytest.fixture(params=["blocking", "awaited"])
def ears(request, portal, tmp_path):
    runner = None if request.param == "blocking" else asyncio.Runner()
    ears = Ears(portal, runner, tmp_path / "leases")
    yield ears
    for client in ears.clients:
        ears.close(client)
    if runner is not None:
        runner.close()
    deadline = time.monotonic() + 1
    while names := [name for name in map(str, threading.enumerate()) if "simloom-events" in name]:
        assert time.monotonic() < deadline, names  # a forgotten stream takes a moment to end
        time.sleep(0.01)


TOKEN = "t" * 43
NOW = dt.datetime(2024, 1, 15, 12, tzinfo=dt.UTC)
DELETED = {
    "event": "sim.physical.deleted",
    "timestamp": "2024-01-15T10:35:00Z",
    "data": {"iccid": "89"},
}


class Receiver:
    """The application in a server of its own."""

    def __init__(self, app):
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="on", proxy_headers=False
        )
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        self.client = httpx.Client(base_url=self.url)

    def post(self, path=f"/hooks/telcoapi/{TOKEN}", method="POST", **how):
        how = how or {"json": DELETED}
        for _ in range(3):
            with contextlib.suppress(httpx.ReadError):
                return self.client.request(method, path, **how).status_code
        # Who is refused before the body was read may find the connection reset before the answer.
        raise AssertionError("reset three times")

    def close(self):
        self.client.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@pytest.fixture
def serve(tmp_path):
    receivers, stores = [], []

    def start(*endpoints, store=None, **how):
        if store is None:
            store = SqliteWebhooks(tmp_path / "webhooks.db")
            stores.append(store)
        made = [Endpoint(name, Tokens.of(TOKEN)) for name in ("telcoapi", "telekom-bsc")]
        app = WebhookApp(store, endpoints or made, **{"now": lambda: NOW, **how})
        receivers.append(Receiver(app))
        receivers[-1].store = store
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.close()
    for store in stores:
        store.close()

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from simloom.sandbox import ManualClock, Quirks, Sandbox
from simloom.sandbox.specs import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

PATIENCE = 5.0
SSE = "text/event-stream"
SUPERUNIT = "100013"


class Stream:
    """One open stream, read byte by byte as it comes."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        parts = urlsplit(url)
        self.connection = HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
        self.connection.putrequest("GET", f"{parts.path}?{parts.query}", skip_accept_encoding=True)
        for name, value in headers.items():
            self.connection.putheader(name, value)
        self.connection.endheaders()
        self.answer: Any = None

    def head(self) -> int:
        """Wait for the status line."""
        self.answer = self.connection.getresponse()
        return self.answer.status

    def header(self, name: str) -> str | None:
        return self.answer.getheader(name)

    def line(self) -> bytes:
        """Return the next line; nothing at the end of the body."""
        return self.answer.readline()

    def event(self) -> dict[str, Any]:
        """Return the next event, in whichever framing."""
        line = self.line()
        if line.startswith(b"data: "):
            assert self.line() == b"\n"
            line = line.removeprefix(b"data: ")
        return json.loads(line)

    def events(self, count: int) -> list[str]:
        return [self.event()["id"] for _ in range(count)]

    def rest(self) -> bytes:
        return self.answer.read()

    def close(self) -> None:
        if self.answer is not None:
            self.answer.close()
        self.connection.close()


class Place:
    """A sandbox with what the tests do there."""

    def __init__(self, sandbox: Sandbox, clock: ManualClock, stack: ExitStack) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.stack = stack
        self.settings = sandbox.provider("telekom-m2m").settings
        self.urls = self.settings["event_urls"]
        self.client = stack.enter_context(
            httpx.Client(base_url=sandbox.url, verify=False, trust_env=False)
        )

    def token(self, application: str | None = None) -> str:
        address = self.sandbox.provider("telekom-m2m")
        settings = address.applications[application] if application else address.settings
        form = {name: settings[name] for name in ("client_id", "client_secret")}
        form["grant_type"] = "client_credentials"
        return self.client.post(address.token_url, data=form).json()["access_token"]

    def request(
        self,
        stream: str = "simaction.v1",
        *,
        accept: str | None = SSE,
        query: str = "",
        url: str | None = None,
        token: str | None = None,
        **headers: str,
    ) -> Stream:
        """Ask for a stream; its status line may take its time."""
        given = {"Authorization": f"Bearer {token or self.token()}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            given["Accept"] = accept
        opened = Stream(f"{url or self.urls[stream]}?{query}", given)
        self.stack.callback(opened.close)
        return opened

    def open(self, stream: str = "simaction.v1", **options: Any) -> Stream:
        opened = self.request(stream, **options)
        assert opened.head() == 200, opened.rest()
        return opened

    def publish(self, stream: str = "simaction.v1", **members: Any) -> str:
        """Publish an event; returns its id."""
        answer = self.client.post("/_sandbox/events", json={"eventType": stream, **members})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def get(self, path: str) -> Any:
        return self.client.get(f"/_sandbox/{path}").json()

    def subscribe(self, number: str, **members: Any) -> str:
        body = {"eventType": "simaction.v1", "subscriptionId": number, **members}
        answer = self.client.post("/_sandbox/subscriptions", json=body)
        assert answer.status_code == 201, answer.text
        return f"{self.sandbox.url}{answer.json()['path']}"

    def ends(self) -> list[str]:
        return [item["end"] for item in self.get("streams")["closed"]]

    def wait_for(self, question: Callable[[], Any]) -> Any:
        """Ask until the answer is true."""
        deadline = time.monotonic() + PATIENCE
        while not (answer := question()):
            assert time.monotonic() < deadline, question
            time.sleep(0.005)
        return answer

    def wait_open(self, count: int = 1) -> None:
        self.wait_for(lambda: len(self.get("streams")["open"]) == count)


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[..., tuple[Sandbox, ManualClock]]]:
    """One running sandbox per set of switches."""
    running: dict[frozenset[Any], tuple[Sandbox, ManualClock]] = {}
    with ExitStack() as stack:

        def server(**quirks: str) -> tuple[Sandbox, ManualClock]:
            key = frozenset(quirks.items())
            if key not in running:
                clock = ManualClock()
                made = Sandbox(seed=7, sims=60, clock=clock, quirks=Quirks(**quirks))
                running[key] = stack.enter_context(made), clock
            return running[key]

        yield server


@pytest.fixture
def at(servers: Callable[..., tuple[Sandbox, ManualClock]]) -> Iterator[Callable[..., Place]]:
    """Return a sandbox with these switches, as it was at its start."""
    with ExitStack() as stack:

        def place(**quirks: str) -> Place:
            sandbox, clock = servers(**quirks)
            sandbox.emulator.reset()
            return Place(sandbox, clock, stack)

        yield place


@pytest.fixture
def place(at: Callable[..., Place]) -> Place:
    return at()


@pytest.fixture
def next_place(tmp_path: Path) -> Callable[[], AbstractContextManager[Place]]:
    """Return what starts a sandbox that goes on from where the last one stopped."""

    @contextmanager
    def started() -> Iterator[Place]:
        clock = ManualClock()
        with (
            Sandbox(sims=60, clock=clock, state=tmp_path / "state.db") as sandbox,
            ExitStack() as stack,
        ):
            yield Place(sandbox, clock, stack)

    return started


@pytest.fixture
def place_of() -> Iterator[Callable[[Sandbox, ManualClock], Place]]:
    with ExitStack() as stack:
        yield lambda sandbox, clock: Place(sandbox, clock, stack)


SCHEMAS = {
    "simaction.v1": "SimActionEvent",
    "simtransfer.v1": "SimTransferEvent",
    "profilenotification.v1": "ProfileNotificationEvent",
    "poollimitnotification.v1": "PoolLimitNotificationEvent",
    "costlimitnotification.v1": "CostLimitNotificationEvent",
}


def closed(node):
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {name: closed(value) for name, value in node.items()}
    if node.get("type") == "object" and "properties" in node:
        node.setdefault("additionalProperties", False)
    return node


def event_complaints(stream, event):
    components = closed(dict(load_spec("telekom-m2m").document)["components"])
    schema = components["schemas"][SCHEMAS[stream]]
    validator = OAS31Validator({**schema, "components": components})
    return [error.message for error in validator.iter_errors(event)]


@pytest.fixture(scope="session")
def complaints() -> Callable[[str, Any], list[str]]:
    """Return what is wrong with an event by the vendor's specification."""
    return event_complaints


class Portal:
    """The API of a place, as a client uses it."""

    def __init__(self, place):
        self.place = place
        self.root = place.sandbox.provider("telekom-m2m").base_url
        self.headers = {"Authorization": f"Bearer {place.token()}"}
        self.live = place.sandbox.emulator.visit("telekom-m2m", lambda vendor: vendor.live)

    def ask(self, method, path, body=None, partner=SUPERUNIT):
        url = f"{self.root}/partners/{partner}{path}"
        answer = self.place.client.request(method, url, json=body, headers=self.headers)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    def act(self, name, iccid, partner=SUPERUNIT, **body):
        return self.ask("POST", f"/sims/actions/{name}", {"sims": [{"iccid": iccid}], **body})

    def sim(self, **wanted):
        """Return a SIM of the superunit on which actions do not fail."""
        records = (self.live.record(number) for number in range(48) if number % 19 != 17)
        return next(record["iccid"] for record in records if wanted.items() <= record.items())


@pytest.fixture
def portal_of() -> type[Portal]:
    return Portal


@pytest.fixture
def portal(place):
    return Portal(place)


class Receiver:
    """An address of a customer: remembers what comes and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(size))
                assert self.headers["Content-Type"] == "application/json"
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                receiver.requests.append((self.command, self.path, body))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_PATCH = do_GET = answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def deaf() -> Iterator[str]:
    """Give an address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"

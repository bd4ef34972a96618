"""A small vendor on a loopback port, a provider for it, and both kinds of client as one."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, evolve, field, frozen

from simloom.aclient import AsyncSimClient
from simloom.capabilities import RetryClass, Verb
from simloom.client import SimClient
from simloom.config import Common
from simloom.connection import Connection
from simloom.models import ActionState, ActionStatus, Page, Sim, SimStatus, Sms
from simloom.plugins import Provider, call, operation
from simloom.plugins.manager import ClientHooks
from simloom.runtime import Operation, Secret, Text, to_secret
from simloom.sandbox import Sandbox
from simloom.testing.waited import Waited
from simloom.transport.auth import BearerAuth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ICCID = "8949000000000000001"
KEY = "acme-key-canary-91c2"


def _operation(name: str, method: str, path: str, retry: RetryClass) -> Any:
    described = Operation(
        id=name,
        method=method,
        path=path,
        results={200: Text()},
        media_type="text/plain",
        retry=retry,
    )
    return SimpleNamespace(OPERATION=described)


LIST = _operation("list_sims", "GET", "/sims", RetryClass.READ)
GET = _operation("get_sim", "GET", "/sims/{iccid}", RetryClass.READ)
SUSPEND = _operation("suspend_sim", "PUT", "/sims/{iccid}/status", RetryClass.SET_STATE)
SMS = _operation("send_sms", "POST", "/sims/{iccid}/sms", RetryClass.ADDITIVE)
ACTION = _operation("get_action", "GET", "/actions/{id}", RetryClass.READ)


@frozen(kw_only=True)
class Settings:
    base_url: str
    api_key: Secret = field(converter=to_secret, metadata={"secret": True})


class Acme(Provider):
    """Answers in text: a page is `3:a,b` (of three pages) or `more:a` or `a` (no total)."""

    id = "acme"
    title = "Acme"
    settings_class = Settings

    def auth(self) -> BearerAuth:
        return BearerAuth(self.settings.api_key)

    @operation(Verb.LIST, LIST)
    def list_page(self, number=1, *, size=None, status=None):
        query = {"page": number, "size": size}
        text = yield from call(LIST.OPERATION.request(query=query))
        head, _, names = text.rpartition(":")
        sims = [
            Sim(provider=self.id, iccid=name, status=SimStatus.ACTIVE if i % 2 else SimStatus.READY)
            for i, name in enumerate(filter(None, names.split(",")))
        ]
        pages = int(head) if head.isdigit() else None
        return Page(items=sims, number=number, more=head == "more", total_pages=pages)

    @operation(Verb.GET, GET)
    def get(self, iccid):
        text = yield from call(GET.OPERATION.request(path={"iccid": iccid}))
        return Sim(provider=self.id, iccid=iccid, label=text)

    @operation(Verb.SUSPEND, SUSPEND)
    def suspend(self, iccid):
        sent = SUSPEND.OPERATION.request(path={"iccid": iccid}, body="suspended")
        text = yield from call(sent)
        return ActionState(provider=self.id, verb="suspend", id=text, iccids=(iccid,))

    @operation(Verb.SEND_SMS, SMS)
    def send_sms(self, iccid, text):
        name = yield from call(SMS.OPERATION.request(path={"iccid": iccid}, body=text))
        return Sms(provider=self.id, iccid=iccid, id=name)

    def refresh(self, action):
        text = yield from call(ACTION.OPERATION.request(path={"id": action.id}))
        return ActionState(
            provider=self.id, verb=action.verb, id=action.id, status=ActionStatus(text)
        )


@frozen
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def page(self) -> int:
        return int(self.target.partition("page=")[2].partition("&")[0])


DROP = None
"""An answer that is none: the connection is closed when the request has arrived."""


@define(slots=False)
class Vendor:
    """Answers with what `answer` makes of a request: text, (status, headers, text), or DROP."""

    answer: Callable[[Asked], Any] = lambda _: "ok"
    asked: list[Asked] = field(factory=list)
    url: str = ""

    def script(self, *answers: Any) -> None:
        waiting = list(answers)
        self.answer = lambda _: waiting.pop(0)

    @property
    def targets(self) -> list[str]:
        return [one.target for one in self.asked]


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing: a client that stops early breaks its connections."""


def _handler(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            vendor.asked.append(asked)
            answer = vendor.answer(asked)
            if answer is DROP:
                return
            status, more, text = (200, {}, answer) if isinstance(answer, str) else answer
            content = text.encode() if isinstance(text, str) else text
            self.send_response(status)
            for name, value in {"content-type": "text/plain", **more}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = _do  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    vendor = Vendor()
    with _Server(("127.0.0.1", 0), _handler(vendor)) as server:
        vendor.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield vendor
        server.shutdown()
        thread.join()


class Both:
    """Makes clients of one kind; sleeping only moves the clock."""

    def __init__(self, runner: asyncio.Runner | None, backend: str = "auto") -> None:
        self._runner = runner
        self._backend = backend
        self._opened: list[Any] = []
        self.slept: list[float] = []
        self.now = 1000.0

    def client(self, connection: Connection) -> Any:
        if connection.common.http_backend == "auto" and connection.common.proxy is None:
            connection = evolve(
                connection, common=evolve(connection.common, http_backend=self._backend)
            )
        if self._runner is None:
            made: Any = SimClient(connection, sleep=self._sleep, clock=lambda: self.now)
        else:
            client = AsyncSimClient(connection, sleep=self._asleep, clock=lambda: self.now)
            made = Waited(client, self._runner)
        self._opened.append(made)
        return made

    def acme(self, vendor: Vendor, *, plugins: Any = (), ahead: int = 4, **common: Any) -> Any:
        provider = Acme(Settings(base_url=vendor.url, api_key=KEY))
        provider.pages_ahead = ahead
        return self.client(Connection(provider, ClientHooks(provider, plugins), Common(**common)))

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def _asleep(self, seconds: float) -> None:
        self._sleep(seconds)

    def close(self) -> None:
        for client in self._opened:
            client.close() if self._runner is None else client.aclose()
        if self._runner is not None:
            self._runner.close()


@pytest.fixture(params=["blocking", "awaited-httpx", "awaited-aiohttp"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    kind, _, backend = request.param.partition("-")
    both = Both(None if kind == "blocking" else asyncio.Runner(), backend or "auto")
    yield both
    both.close()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed=7, sims=230) as running:
        yield running


@pytest.fixture
def sandbox_settings(sandbox: Sandbox) -> Callable[[str], dict[str, Any]]:
    """Return what `connect` needs for a vendor of the sandbox; forget what was asked before."""
    sandbox.emulator.reset()

    def settings(provider: str) -> dict[str, Any]:
        address = sandbox.provider(provider)
        token = {"token_url": address.token_url} if provider == "telekom-m2m" else {}
        return {"base_url": address.base_url, **address.settings, **token}

    return settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch, tmp_path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("SIMLOOM_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SIMLOOM_CONFIG", str(tmp_path / "config.toml"))

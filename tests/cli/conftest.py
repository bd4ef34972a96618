"""The command line in this process, talking to the sandbox or to a scripted vendor."""

from __future__ import annotations

import json
import re
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from simloom.cli import main
from simloom.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ICCID = "8981100022152967705"
OTHER = "8981100022152967713"
SECRET = "canary-4711"


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Cli = "Callable[..., Result]"


@pytest.fixture(autouse=True)
def home(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A user without settings: what commands write on request is below the folder returned.

    What they keep by themselves is below `SIMLOOM_STATE`.
    """
    for name in ("SIMLOOM_PROVIDER", "SIMLOOM_PROFILE", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SIMLOOM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("SIMLOOM_STATE", str(tmp_path_factory.mktemp("state")))
    monkeypatch.setenv("SIMLOOM_AUDIT", str(tmp_path / "audit" / "audit.jsonl"))
    return tmp_path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    def call(*arguments: str) -> Result:
        code = main(list(arguments))
        return Result(int(code), *capsys.readouterr())

    return call


@pytest.fixture
def audit(home: Path) -> Callable[[], list[dict[str, Any]]]:
    def read() -> list[dict[str, Any]]:
        path = home / "audit" / "audit.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    return read


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox(seed=7, sims=25) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Any]]:
    """Point all providers to the sandbox; returns what reads the requests it has seen."""
    urllib.request.urlopen(
        urllib.request.Request(f"{running.url}/_sandbox/reset", method="POST"), timeout=10
    ).close()
    for name, address in running.providers.items():
        given = {**address.settings, "base_url": address.base_url}
        if address.token_url and name == "telekom-m2m":
            given["token_url"] = address.token_url
        for key, value in given.items():
            if not isinstance(value, str):
                continue  # addresses of events are a table, which no variable holds
            variable = f"SIMLOOM_{name}_{key}".upper().replace("-", "_")
            monkeypatch.setenv(variable, value)
    monkeypatch.setenv("SIMLOOM_PROVIDER", "infobip")

    def seen() -> list[Any]:
        with urllib.request.urlopen(f"{running.url}/_sandbox/requests", timeout=10) as answer:
            found = json.load(answer)
        return found["requests"] if isinstance(found, dict) else found

    return seen


class Vendor:
    """Answers by the first route that fits `METHOD /path`; remembers every request."""

    def __init__(self) -> None:
        self.routes: list[tuple[str, int, Any]] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.by_query: Callable[[str, str, Any, str], tuple[int, Any]] | None = None

    def on(self, pattern: str, status: int = 200, body: Any = None) -> None:
        self.routes.insert(0, (pattern, status, {} if body is None else body))

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        self.requests.append((method, path, body))
        for pattern, status, answer in self.routes:
            if re.fullmatch(pattern, f"{method} {path}"):
                return status, answer
        return 404, {"message": "no such thing"}

    @property
    def writes(self) -> list[tuple[str, str, Any]]:
        return [request for request in self.requests if request[0] != "GET"]


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """Point infobip and telcoapi to a vendor that answers as the test scripts it."""
    scripted = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            sent = json.loads(self.rfile.read(length)) if length else None
            path, _, query = self.path.partition("?")
            if scripted.by_query is not None:
                status, body = scripted.by_query(self.command, path, sent, query)
            else:
                status, body = scripted.answer(self.command, path, sent)
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.reply)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("SIMLOOM_PROVIDER", "infobip")
    monkeypatch.setenv("SIMLOOM_INFOBIP_BASE_URL", url)
    monkeypatch.setenv("SIMLOOM_INFOBIP_API_KEY", SECRET)
    monkeypatch.setenv("SIMLOOM_TELCOAPI_BASE_URL", url)
    monkeypatch.setenv("SIMLOOM_TELCOAPI_API_KEY", SECRET)
    yield scripted
    server.shutdown()
    thread.join()
    server.server_close()

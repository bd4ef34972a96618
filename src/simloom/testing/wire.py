"""A proxy between the client and the stand-in: it keeps what was sent, and spoils answers."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Lock, Thread
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

if TYPE_CHECKING:
    from types import TracebackType

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
)
_PATIENCE = 10.0
"""Seconds that the stand-in may take for an answer."""
_AT_ONCE = 4
"""Requests to the stand-in: many servers for tests keep only five callers waiting."""


@frozen
class Sent:
    """One request as it arrived; names of headers are in lower case."""

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@frozen
class Answer:
    """One answer; `lost` means that the connection ends instead."""

    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = field(default=b"", repr=False)
    lost: bool = False


Chosen = Callable[[Sent], bool]
Change = Callable[[Sent, Answer], Answer]


@frozen
class _Rule:
    chosen: Chosen
    change: Change
    instead: Answer | None


class Wire:
    """Listens on loopback in front of one origin, `http://host:port`."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._lock = Lock()
        self._few = BoundedSemaphore(_AT_ONCE)
        self._sent: list[Sent] = []
        self._rules: list[tuple[_Rule, list[int]]] = []
        self._open: set[socket.socket] = set()
        self.spoilt: bool = False
        """Whether a rule had a part in the answer before."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.wire = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="simloom-wire")

    @property
    def url(self) -> str:
        """Its own origin."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    def sent(self) -> list[Sent]:
        """Return what arrived since `reset`, oldest first."""
        with self._lock:
            return list(self._sent)

    def reset(self) -> None:
        """Forget what arrived, and every rule."""
        with self._lock:
            self._sent.clear()
            self._rules.clear()

    def relax(self) -> None:
        """Forget every rule, and keep what arrived."""
        with self._lock:
            self._rules.clear()

    def answer(self, answer: Answer, chosen: Chosen, *, times: int = 1_000_000) -> None:
        """Answer chosen requests, without asking the stand-in."""
        self._add(_Rule(chosen, lambda _, found: found, answer), times)

    def lose(self, chosen: Chosen, *, times: int = 1_000_000) -> None:
        """Pass chosen requests on to the stand-in, and lose its answers."""
        self._add(_Rule(chosen, lambda _, found: evolve(found, lost=True), None), times)

    def change(self, change: Change, chosen: Chosen) -> None:
        """Pass chosen requests on, and change the stand-in's answers."""
        self._add(_Rule(chosen, change, None), 1_000_000)

    def _add(self, rule: _Rule, times: int) -> None:
        with self._lock:
            self._rules.append((rule, [times]))

    def respond(self, sent: Sent) -> Answer:
        """Return what the client gets for a request."""
        with self._lock:
            self._sent.append(sent)
            rule = self._rule(sent)
            self.spoilt = rule is not None
        if rule is not None and rule.instead is not None:
            return rule.instead
        answer = self._pass_on(sent)
        return answer if rule is None else rule.change(sent, answer)

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, so that the end of the test ends it."""
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._lock:
            self._open.discard(connection)

    def _rule(self, sent: Sent) -> _Rule | None:
        for rule, left in self._rules:
            if left[0] and rule.chosen(sent):
                left[0] -= 1
                return rule
        return None

    def _pass_on(self, sent: Sent) -> Answer:
        with self._few:
            return self._exchange(sent)

    def _exchange(self, sent: Sent) -> Answer:
        connection = HTTPConnection(self._host, self._port, timeout=_PATIENCE)
        target = f"{sent.path}?{sent.query}" if sent.query else sent.path
        headers = {name: value for name, value in sent.headers.items() if name not in _HOP_BY_HOP}
        headers |= {"host": f"{self._host}:{self._port}", "accept-encoding": "identity"}
        try:
            connection.request(sent.method, target, sent.body or None, headers)
            found = connection.getresponse()
            kept = [pair for pair in found.getheaders() if pair[0].lower() not in _HOP_BY_HOP]
            return Answer(found.status, kept, found.read())
        except (HTTPException, OSError):
            return Answer(lost=True)
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # with the usual 5, callers at once wait a second for a connection
    daemon_threads = False
    block_on_close = True
    wire: Wire


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.wire.opened(self.connection)

    def finish(self) -> None:
        self.server.wire.closed(self.connection)
        super().finish()

    def handle(self) -> None:
        with suppress(ConnectionError):  # the client, or the end of the test, closed it
            super().handle()

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002  (the base class's name)
        """Say nothing: paths and queries hold identifiers."""

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.wire.respond(Sent(self.command, path, query, headers, body))
        if answer.lost:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        lines = [f"HTTP/1.1 {answer.status} -"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        lines.append(f"content-length: {len(answer.body)}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        with suppress(OSError):
            self.wfile.write(head + answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815

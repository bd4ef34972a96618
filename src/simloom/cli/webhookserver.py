"""What `simloom webhooks serve` runs: a server in this thread, a handler of events in another."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from simloom.cli.cells import json_line
from simloom.cli.eventrows import row_of
from simloom.cli.events import EVENT
from simloom.cli.exits import UsageProblem
from simloom.errors import InvalidParameter
from simloom.events.webhookapp import Endpoint, WebhookApp
from simloom.events.webhookevents import WebhookEvents
from simloom.events.webhookguard import Tokens, Verifier, networks
from simloom.events.webhookstore import SqliteWebhooks
from simloom.runtime.client import check_base_url
from simloom.transport.posting import Poster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from simloom.models import Event
    from simloom.plugins.provider import Provider

_AT_ONCE = 100
_TIMEOUT = 10.0
_SHORTEST, _LONGEST = 0.5, 60.0


class Served:
    """Endpoints over one store."""

    def __init__(
        self,
        store: Path,
        tokens: Sequence[str],
        providers: Sequence[type[Provider]],
        *,
        allow: Sequence[str],
        proxies: Sequence[str],
        verifiers: Mapping[str, Verifier],
    ) -> None:
        allowed = networks(allow)
        endpoints = [
            Endpoint(one, Tokens.of(*tokens), allowed=allowed, verifier=verifiers.get(one.id))
            for one in providers
        ]
        self._store = SqliteWebhooks(store)
        self._app = WebhookApp(self._store, endpoints, proxies=proxies)
        self._sockets: list[socket.socket] = []

    @contextlib.contextmanager
    def bound(self, host: str, port: int) -> Iterator[str]:
        """Take an address; return it as a URL. With port 0 the system chooses one."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with self._store, socket.create_server((host, port), family=family) as listener:
            self._sockets = [listener]
            shown = f"[{host}]" if ":" in host else host
            yield f"http://{shown}:{listener.getsockname()[1]}"

    def run(self, handle: Callable[[Event], Any]) -> None:
        """Serve and handle until a signal comes, or until an event cannot be handled at all."""
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,  # addresses hold the token
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_AT_ONCE,
        )
        server = uvicorn.Server(config)
        failures: list[BaseException] = []
        with WebhookEvents(self._store) as events:

            def work() -> None:
                try:
                    for event in events:
                        handle(event)
                except BaseException as error:  # noqa: BLE001  (it is raised below)
                    failures.append(error)
                    server.should_exit = True

            worker = threading.Thread(target=work, name="simloom-webhooks", daemon=True)
            worker.start()
            try:
                server.run(self._sockets)
            finally:
                end = getattr(handle, "end", None)
                if end is not None:
                    end()
                events.close()
                worker.join(_TIMEOUT)
        if failures and not isinstance(failures[0], _Ended):
            raise failures[0]


class _Ended(Exception):
    """An event was not passed on because everything ends."""


class Forwarder:
    """POSTs events as lines of JSON, each until it is taken, in their order."""

    def __init__(self, url: str) -> None:
        try:
            check_base_url(url.partition("?")[0])
        except InvalidParameter as error:
            why = str(error).removeprefix("base_url ")
            raise UsageProblem(f"--forward: {why}", "give https, or http on this machine") from None
        self._ending = threading.Event()
        self._poster = Poster(url)

    def __enter__(self) -> Self:
        self._poster.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._poster.__exit__(kind, error, traceback)

    def end(self) -> None:
        """Give up the event that is being passed on; it stays in the store."""
        self._ending.set()

    def __call__(self, event: Event) -> None:
        """Pass an event on; return when it was answered by 2xx."""
        row = row_of(event)
        line = json_line({name: getattr(row, name) for name in EVENT.names})
        wait = _SHORTEST
        while not self._ending.is_set():
            why = self._poster.refusal(f"{line}\n".encode())
            if why is None:
                return
            sys.stderr.write(f"not forwarded, trying again in {wait:g} s: {why}\n")
            self._ending.wait(wait)
            wait = min(2 * wait, _LONGEST)
        raise _Ended

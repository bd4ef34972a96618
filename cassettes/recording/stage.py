"""Where scenes are acted out: before a sandbox that is being recorded, or before a cassette."""

from __future__ import annotations

import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from attrs import frozen

from cassettes.recording.tape import RECEIVER
from simloom.client import SimClient
from simloom.connection import prepare
from simloom.sandbox import ManualClock, Sandbox
from simloom.sandbox.clients import settings_for
from simloom.sandbox.specs import load_spec
from simloom.sandbox.vendors import VENDORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from vcr.cassette import Cassette  # type: ignore[import-untyped]

SEED, SIMS = 7, 60
NAP = 2.0
"""Seconds that pass when a client sleeps; how long it would is partly left to chance."""
_PATIENCE = 10.0  # real seconds for webhooks to arrive; they take milliseconds
ALONE = {"share_tokens": False, "keep_index": False}
"""Settings of every client here. The token of another scene would leave out the login, and what an
index on this machine knows would leave out a search."""


@frozen
class Webhook:
    """A request that a vendor has sent to us."""

    method: str
    headers: Mapping[str, str]
    body: bytes


class Stage(Protocol):
    """What a scene may do besides sending requests. `clock` is the vendor's and the client's."""

    clock: ManualClock

    def connect(self, provider: str, application: str | None, **settings: Any) -> Any:
        """Return a client with the demo credentials."""
        ...

    def given(self, name: str, find: Callable[[Sandbox], Any]) -> Any:
        """Return something that the sandbox made up: found while recording, kept in the tape."""
        ...

    def behind(self, act: Callable[[Sandbox], object]) -> None:
        """Do something with the sandbox behind the client's back; nothing when played."""
        ...

    def pass_time(self, seconds: float) -> None:
        """Let time pass for the vendor."""
        ...

    def listen(self) -> None:
        """Let the vendor send its webhooks from now on."""
        ...

    def received(self, count: int) -> list[Webhook]:
        """Return the webhooks so far, of which there are so many."""
        ...


class RecordedStage:
    """A sandbox whose clock stands still, and an address for its webhooks."""

    def __init__(
        self, sandbox: Sandbox, clock: ManualClock, receiver: str, inbox: list[Webhook]
    ) -> None:
        self.origins = {sandbox.url: "https://sandbox.invalid", receiver: RECEIVER}
        for vendor in VENDORS:
            real = urlsplit(load_spec(vendor.id).document["servers"][0]["url"])
            self.origins[f"{sandbox.url}/{vendor.id}"] = f"{real.scheme}://{real.netloc}"
        self.tape: Cassette
        self._sandbox = sandbox
        self.clock = clock
        self._receiver = receiver
        self._inbox = inbox

    @classmethod
    @contextmanager
    def open(cls, start: datetime) -> Iterator[RecordedStage]:
        """Start a sandbox that nobody has used."""
        clock, inbox = ManualClock(start), list[Webhook]()
        with (
            _receiver(inbox) as receiver,
            Sandbox(seed=SEED, sims=SIMS, clock=clock) as sandbox,
        ):
            yield cls(sandbox, clock, receiver, inbox)

    def reset(self) -> bool:
        """Go back to the start; False if that is not possible, because time has passed."""
        if self.clock.monotonic():
            return False
        self._sandbox.emulator.reset()
        self._inbox.clear()
        return True

    def connect(self, provider: str, application: str | None, **settings: Any) -> Any:
        """Return a client of the sandbox; where it would sleep, the sandbox's time passes."""
        found = settings_for(self._sandbox, provider, application)
        return blocking(self.clock, provider, {**found, **ALONE, **settings})

    def given(self, name: str, find: Callable[[Sandbox], Any]) -> Any:
        """Find something and keep it."""
        kept = self.tape.get_metadata("given", {})
        if name not in kept:
            kept[name] = find(self._sandbox)
        return kept[name]

    def behind(self, act: Callable[[Sandbox], object]) -> None:
        """Do it."""
        act(self._sandbox)

    def pass_time(self, seconds: float) -> None:
        """Move the clock."""
        self.clock.advance(seconds)

    def listen(self) -> None:
        """Register our address."""
        for provider in ("telekom-bsc", "telcoapi"):
            self._sandbox.emulator.webhooks.register(
                provider, f"{self._receiver}/{provider}", None, allow_remote=False
            )

    def received(self, count: int) -> list[Webhook]:
        """Wait for the webhooks, and until the sandbox has heard that they arrived."""
        desk = self._sandbox.emulator.webhooks
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            states = [one["state"] for one in desk.deliveries()["deliveries"]]
            if len(states) >= count and set(states) == {"delivered"}:
                break
            time.sleep(0.005)
        if len(self._inbox) != count:
            raise RuntimeError(f"{len(self._inbox)} webhooks arrived instead of {count}")
        return list(self._inbox)


class PlayedStage:
    """A cassette, and clients that know nothing of it. There is no sandbox and no network."""

    def __init__(
        self, tape: Cassette, start: datetime, connect: Callable[..., Any] | None = None
    ) -> None:
        self.clock = ManualClock(start)
        self._tape = tape
        self._connect = connect or blocking

    def connect(self, provider: str, application: str | None, **settings: Any) -> Any:
        """Return a client of the vendor's own address, with demo credentials."""
        (vendor,) = (one for one in VENDORS if one.id == provider)
        known = vendor.settings if application is None else vendor.other_settings[application]
        return self._connect(self.clock, provider, {**known, **ALONE, **settings})

    def given(self, name: str, find: Callable[[Sandbox], Any]) -> Any:  # noqa: ARG002
        """Return what was kept."""
        return self._tape.get_metadata("given", {})[name]

    def behind(self, act: Callable[[Sandbox], object]) -> None:
        """Do nothing."""

    def pass_time(self, seconds: float) -> None:
        """Move the clock all the same: clients go by it."""
        self.clock.advance(seconds)

    def listen(self) -> None:
        """Do nothing."""

    def received(self, count: int) -> list[Webhook]:
        """Return the webhooks on the tape, and count them as played."""
        found = [one for one in self._tape.requests if one.uri.startswith(RECEIVER)]
        if len(found) < count:
            raise RuntimeError(f"{len(found)} webhooks are on the tape instead of {count}")
        found = found[:count]
        for request in found:
            if request in self._tape:
                self._tape.play_response(request)
        return [Webhook(one.method, dict(one.headers), one.body) for one in found]


def without_ledger(client: Any) -> None:
    """Let a client send what its own ledger of quotas would hold back, for real seconds.

    Tapes are about what a vendor says to one who exceeds its limits.
    """
    client._session.meter = None  # noqa: SLF001  (no setting turns the ledger off)


def blocking(clock: ManualClock, provider: str, settings: Mapping[str, Any]) -> SimClient:
    """Return a client that blocks; where it would sleep, the time of the clock passes."""
    client = SimClient(
        prepare(provider, **settings),
        sleep=lambda _: clock.advance(NAP),
        clock=clock.monotonic,
    )
    without_ledger(client)
    return client


@contextmanager
def _receiver(inbox: list[Webhook]) -> Iterator[str]:
    """Answer webhooks with 200 and put their bodies into a list."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # the name that http.server asks for
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): text for name, text in self.headers.items()}
            inbox.append(Webhook(self.command, headers, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PATCH = do_POST  # noqa: N815  (so is this one)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

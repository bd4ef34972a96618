"""A sandbox for the tests of an application: the fixture `simloom_sandbox`.

    @pytest.mark.simloom_sandbox(sims=100, seed=7)
    def test_it(simloom_sandbox):
        with simloom_sandbox.connect("infobip") as infobip:
            ...

A server is started once per session and per set of options, and reset before each test; tokens stay
valid, because clients of one process share theirs. pytest loads this module in every run, so
nothing heavy is imported before a test asks for the fixture.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.aclient import AsyncSimClient
    from simloom.client import SimClient
    from simloom.sandbox.clock import Clock
    from simloom.sandbox.emulator import Emulator, ProviderAddress
    from simloom.sandbox.server import Sandbox

MARKER = "simloom_sandbox"
_SERVERS = 4  # as many sets of options are kept running; more of them take turns


class SandboxInTest:
    """What a test sees of the sandbox. Clients that it connects are closed when the test ends."""

    def __init__(self, sandbox: Sandbox, exits: ExitStack) -> None:
        self.sandbox = sandbox
        self._exits = exits

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return self.sandbox.url

    @property
    def emulator(self) -> Emulator:
        """What it answers from."""
        return self.sandbox.emulator

    @property
    def clock(self) -> Clock:
        """Its clock; `advance(seconds)` makes time pass."""
        return self.emulator.world.clock

    def provider(self, provider: str) -> ProviderAddress:
        """Return where one vendor is. Raises KeyError for an id that is not emulated."""
        return self.sandbox.provider(provider)

    def connect(
        self, provider: str, *, application: str | None = None, **settings: Any
    ) -> SimClient:
        """Return a client of a vendor, as `Sandbox.connect` does."""
        client = self.sandbox.connect(provider, application=application, **settings)
        self._exits.callback(client.close)
        return client

    def aconnect(
        self, provider: str, *, application: str | None = None, **settings: Any
    ) -> AsyncSimClient:
        """Return an awaited client of a vendor; close it with `async with`."""
        return self.sandbox.aconnect(provider, application=application, **settings)

    def requests(self) -> list[dict[str, Any]]:
        """Return what was asked since the test began, oldest first, secrets masked."""
        found: list[dict[str, Any]] = self.emulator.requests()["requests"]
        return found

    def effects(
        self, provider: str | None = None, iccid: str | None = None
    ) -> list[dict[str, Any]]:
        """Return what that did, oldest first; of one vendor or SIM if asked for."""
        found: list[dict[str, Any]] = self.emulator.ledger(provider, iccid)["effects"]
        return found

    def quotas(self) -> dict[str, Any]:
        """Return the use of every limit, and how often it was exceeded."""
        return self.emulator.quotas()


class Servers:
    """The sandboxes of a session, by the options they were started with."""

    def __init__(self) -> None:
        self._running: OrderedDict[str, Sandbox] = OrderedDict()

    def get(self, options: dict[str, Any]) -> Sandbox:
        """Return a running sandbox with these options of `Sandbox`, as if just started."""
        from simloom.sandbox.server import Sandbox  # noqa: PLC0415  (see above)

        # Options that cannot be compared, such as a clock, make a server of their own.
        key = repr(sorted(options.items()))
        sandbox = self._running.pop(key, None)
        if sandbox is None:
            while len(self._running) >= _SERVERS:
                self._running.popitem(last=False)[1].stop()
            sandbox = Sandbox(**options)
            sandbox.start()
        else:
            sandbox.emulator.reset(keep_tokens=True)
        self._running[key] = sandbox
        return sandbox

    def stop(self) -> None:
        """Stop all of them."""
        while self._running:
            self._running.popitem()[1].stop()


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(**options): options of simloom.sandbox.Sandbox for the fixture simloom_sandbox,"
        " such as sims=100, seed=7, limits=False",
    )


@pytest.fixture(scope="session")
def simloom_sandbox_servers() -> Iterator[Servers]:
    """Keep the servers behind `simloom_sandbox`."""
    servers = Servers()
    yield servers
    servers.stop()


@pytest.fixture
def simloom_sandbox(
    request: pytest.FixtureRequest, simloom_sandbox_servers: Servers
) -> Iterator[SandboxInTest]:
    """Four SIM vendors on this machine, as the seed made them. See docs/sandbox.md of simloom."""
    options: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers(MARKER))):  # the closest one wins
        if marker.args:
            why = f"the marker {MARKER} takes options by name, such as sims=100"
            pytest.fail(why, pytrace=False)
        options |= marker.kwargs
    with ExitStack() as exits:
        yield SandboxInTest(simloom_sandbox_servers.get(options), exits)

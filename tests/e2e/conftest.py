"""A running sandbox, both kinds of client as one, and what the sandbox saw and did."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import simloom
import simloom.aio
from simloom.capabilities import RetryClass, Verb
from simloom.sandbox import ManualClock, Sandbox
from simloom.testing.waited import Waited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simloom.models import Sim, SimStatus


class Desk:
    """A client of one vendor, and the sandbox's own word on what happened since `forget`."""

    def __init__(
        self,
        provider: str,
        sandbox: Sandbox,
        admin: httpx.Client,
        clock: ManualClock | None,
        runner: asyncio.Runner | None,
        seeded: list[Sim],
    ) -> None:
        self.provider = provider
        self._seeded = seeded
        self._sandbox = sandbox
        self._admin = admin
        self._clock = clock
        self._runner = runner
        self._opened: list[Any] = []
        self._seen = self._done = 0
        self.client = self.connect()

    def connect(self, **others: Any) -> Any:
        """Open a client; with a clock of the test, waiting moves that instead of sleeping."""
        address = self._sandbox.provider(self.provider)
        settings: dict[str, Any] = {"base_url": address.base_url, **address.settings}
        if self.provider == "telekom-m2m":
            settings["token_url"] = address.token_url
        settings |= others
        if self._runner is None:
            client: Any = simloom.connect(self.provider, **settings)
            if self._clock is not None:
                client._sleep, client._clock = self._clock.advance, self._clock.monotonic
            self._opened.append(client)
            return client
        awaited = simloom.aio.connect(self.provider, **settings)
        if self._clock is not None:
            awaited._sleep, awaited._clock = self._sleep, self._clock.monotonic
        self._opened.append(awaited)
        return Waited(awaited, self._runner)

    async def _sleep(self, seconds: float) -> None:
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        assert self._clock is not None
        self._clock.advance(seconds)

    def sim(self, status: SimStatus, where: Callable[[Sim], bool] = lambda _: True) -> Sim:
        """Return the first SIM of a status, as the seed made it; forget that it was looked up."""
        if not self._seeded:  # the same after every reset, so one look is enough
            self._seeded.extend(self.client.sims())
            self.forget()
        return next(sim for sim in self._seeded if sim.status is status and where(sim))

    def forget(self) -> None:
        """Count requests and effects from here."""
        self._seen = len(self._journal())
        self._done = len(self._effects())

    def asked(self) -> list[str]:
        """Return the operations asked for, logins aside; every one was answered well."""
        entries = self._journal()[self._seen :]
        assert [one for one in entries if one["status"] >= 400] == []
        return self._names(entries)

    def refused(self) -> list[tuple[str, int]]:
        """Return the operations that were refused, with the status of the answer."""
        entries = self._journal()[self._seen :]
        return [(one["operationId"], one["status"]) for one in entries if one["status"] >= 400]

    def effects(self) -> list[tuple[str, str | None, dict[str, Any]]]:
        """Return operation, ICCID and changes of every effect."""
        return [
            (
                one["operation"],
                one["iccid"],
                {name: _change(told) for name, told in one["changed"].items()},
            )
            for one in self._effects()[self._done :]
        ]

    def references(self) -> list[str | None]:
        """Return under which number the vendor knows each effect."""
        return [one["reference"] for one in self._effects()[self._done :]]

    def prove(self, verb: Verb, asks: tuple[str, ...], act: Callable[[Desk], Any]) -> None:
        """Carry out a case: reads have no effect, writes exactly the one that `act` returns."""
        capability = self.client.capabilities()[verb]
        self.forget()
        expected = act(self)
        assert self.asked() == list(asks)
        if capability.retry_class is RetryClass.READ:
            assert expected is None
            assert self.effects() == []
        else:
            # What found everything as it wanted it is no effect.
            assert self.effects() == ([expected] if expected[2] else [])

    def _journal(self) -> list[dict[str, Any]]:
        found = self._admin.get("/_sandbox/requests").json()
        assert found["dropped"] == 0
        return [one for one in found["requests"] if one["provider"] == self.provider]

    def _effects(self) -> list[dict[str, Any]]:
        found = self._admin.get("/_sandbox/ledger").json()
        assert found["dropped"] == 0
        assert {one["provider"] for one in found["effects"]} <= {self.provider}
        effects: list[dict[str, Any]] = found["effects"]
        return effects

    @staticmethod
    def _names(entries: list[dict[str, Any]]) -> list[str]:
        return [one["operationId"] for one in entries if one["operationId"] != "create_token"]

    def close(self) -> None:
        for client in self._opened:
            if self._runner is None:
                client.close()
            else:
                self._runner.run(client.aclose())


def _change(told: Any) -> Any:
    """Return a value before and after; a secret is masked as a whole."""
    return told if told == "***" else (told["from"], told["to"])


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="module")
def sandbox(clock: ManualClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture(scope="module")
def admin(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url) as client:
        yield client


@pytest.fixture(scope="module")
def seeded() -> list[Sim]:
    """Keep the SIMs of the vendor that the module is about, once somebody has listed them."""
    return []


@pytest.fixture(params=["blocking", "awaited"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner | None]:
    if request.param == "blocking":
        yield None
        return
    with asyncio.Runner() as running:
        yield running


@pytest.fixture
def desk(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    admin: httpx.Client,
    clock: ManualClock,
    runner: asyncio.Runner | None,
    seeded: list[Sim],
) -> Iterator[Desk]:
    """Return a desk of the vendor that the test module names in `PROVIDER`."""
    assert admin.post("/_sandbox/reset").is_success
    made = Desk(request.module.PROVIDER, sandbox, admin, clock, runner, seeded)
    yield made
    made.close()


@pytest.fixture
def desk_in_real_time(
    request: pytest.FixtureRequest, runner: asyncio.Runner | None
) -> Iterator[Desk]:
    """Return a desk with a sandbox and a client that use the clock of the machine."""
    with Sandbox() as running, httpx.Client(base_url=running.url) as admin:
        made = Desk(request.module.PROVIDER, running, admin, None, runner, [])
        yield made
        made.close()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("SIMLOOM_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SIMLOOM_CONFIG", str(tmp_path / "config.toml"))

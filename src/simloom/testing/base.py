"""What every group of rules stands on: the class that the adopter fills in, and its fixtures."""

from __future__ import annotations

import asyncio
import os
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import pytest

from simloom.errors import SimloomError
from simloom.plugins.loader import load
from simloom.runtime.client import is_loopback
from simloom.testing.calls import CALLS, Call
from simloom.testing.desk import Desk
from simloom.testing.expecting import expect, fail
from simloom.testing.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simloom.capabilities import Capability, Verb
    from simloom.plugins.provider import Provider
    from simloom.testing.served import Served

VERSION = "1.0"
"""Version of the suite; see `docs/providers/writing.md` for what stays as it is."""


class BaseProviderTests:
    """What an adopter tells. The groups of rules are subclasses; `ProviderConformance` has all.

    `provider` is the id under which the provider is installed. `sims` is how many SIMs the stand-in
    lists. `login` is how the path of the token request ends (`/oauth/token`), None where requests
    are signed with what the settings hold. `calls` has a way to call each declared verb that the
    suite has none for; each is handed a `Desk`. `unproven` names declared verbs that the stand-in
    cannot carry out, with the reason; nothing is said about those. `list_may_lack_records` is the
    reason, where an answer without the list of SIMs is the vendor's way to say that there are none.
    """

    provider: ClassVar[str]
    sims: ClassVar[int]
    login: ClassVar[str | None] = None
    calls: ClassVar[Mapping[Verb, Call]] = {}
    unproven: ClassVar[Mapping[Verb, str]] = {}
    list_may_lack_records: ClassVar[str] = ""

    @classmethod
    def serve(cls) -> AbstractContextManager[Served]:
        """Start a stand-in of the vendor; it is stopped when the context is left."""
        raise NotImplementedError(f"{cls.__name__}.serve: start a stand-in and yield a Served")

    @classmethod
    def plugin(cls) -> type[Provider]:
        """Return the provider class, as its entry point names it."""
        return load(cls.provider)

    @classmethod
    def declared(cls, *, usable: bool) -> list[Verb]:
        """Return the verbs that the provider declares, or those that it does not have."""
        found = cls.plugin().capabilities()
        return [verb for verb, line in found.items() if line.usable is usable]

    def line(self, verb: Verb) -> Capability:
        """Return the line of the capability table."""
        return self.plugin().capabilities()[verb]

    def call(self, verb: Verb) -> Call:
        """Return how a declared verb is called."""
        known = {**CALLS, **self.calls}
        if verb not in known:
            fail(
                f"no way to call {verb.value!r} is known: add Verb.{verb.name} to `calls`, or to "
                "`unproven` with the reason why the stand-in cannot carry it out"
            )
        return known[verb]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give one test per declared verb to the rules that ask for one."""
        if "declared_verb" not in metafunc.fixturenames:
            return
        try:
            verbs = self.declared(usable=True)
        except SimloomError:
            verbs = []  # the group about registration says why
        verbs = [verb for verb in verbs if verb not in self.unproven]
        metafunc.parametrize("declared_verb", verbs, ids=[verb.value for verb in verbs])

    @pytest.fixture(autouse=True)
    def _no_settings_from_outside(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        for name in list(os.environ):
            if name.startswith("SIMLOOM_"):
                monkeypatch.delenv(name)
        nowhere = tmp_path_factory.getbasetemp() / "no-profile.toml"
        monkeypatch.setenv("SIMLOOM_CONFIG", str(nowhere))

    @pytest.fixture(scope="class")
    @classmethod
    def running(cls) -> Iterator[tuple[Served, Wire]]:
        """Keep one stand-in, and the proxy in front of it, for all rules of a class."""
        with cls.serve() as served:
            addresses = {
                name: urlsplit(value)
                for name, value in served.settings.items()
                if name.endswith("_url") and isinstance(value, str)
            }
            expect("base_url" in addresses, "serve(): the settings have no base_url")
            origins = {f"{parts.scheme}://{parts.netloc}" for parts in addresses.values()}
            expect(
                len(origins) == 1
                and all(
                    parts.scheme == "http" and is_loopback(parts.hostname or "")
                    for parts in addresses.values()
                ),
                "serve(): the suite ends SIMs, so it talks to one plain http origin of this "
                f"machine only, not to {sorted(origins)}",
            )
            with Wire(origins.pop()) as wire:
                yield served, wire

    @pytest.fixture
    def served(self, running: tuple[Served, Wire]) -> Served:
        """Return the stand-in, as at the start."""
        running[0].reset()
        running[1].reset()
        return running[0]

    @pytest.fixture
    def wire(self, running: tuple[Served, Wire], served: Served) -> Wire:  # noqa: ARG002
        """Return the proxy in front of it."""
        return running[1]

    @pytest.fixture(params=["blocking", "awaited"])
    def desk(self, request: pytest.FixtureRequest, served: Served, wire: Wire) -> Iterator[Desk]:
        """Return a client of each kind, with the right credentials."""
        with self.opened(served, wire, awaited=request.param == "awaited") as desk:
            yield desk

    @pytest.fixture
    def blocking(self, served: Served, wire: Wire) -> Iterator[Desk]:
        """Return a blocking client, with the right credentials."""
        with self.opened(served, wire) as desk:
            yield desk

    @contextmanager
    def opened(
        self, served: Served, wire: Wire, *, awaited: bool = False, **others: Any
    ) -> Iterator[Desk]:
        """Open a client; `others` are settings that win over those of the stand-in."""
        runner = asyncio.Runner() if awaited else None
        try:
            desk = Desk(self.provider, served, wire, login=self.login, runner=runner, **others)
            try:
                yield desk
            finally:
                desk.close()
        finally:
            if runner is not None:
                runner.close()

    def writes(self) -> list[Verb]:
        """Return the declared verbs that are not reads and that can be called here."""
        return [
            verb
            for verb, line in self.plugin().capabilities().items()
            if line.usable and line.retry_class != "read" and verb not in self.unproven
        ]

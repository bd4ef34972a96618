"""What every group of rules stands on: the class that the adopter fills in, and its fixtures."""

from __future__ import annotations

import asyncio
import os
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import pytest

from simloom.capabilities import Verb
from simloom.errors import SimloomError
from simloom.plugins.loader import load
from simloom.testing.calls import CALLS, Call
from simloom.testing.desk import Desk
from simloom.testing.expecting import fail
from simloom.testing.footing import (
    ENTRY_POINT,
    PROVIDER,
    REPORTED_BY,
    STAND_IN,
    WORKS,
    WRITTEN,
    Footing,
    unasked,
)
from simloom.testing.needs import needs_of
from simloom.testing.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simloom.capabilities import Capability
    from simloom.models import Sim
    from simloom.plugins.provider import Provider
    from simloom.testing.served import Served
    from simloom.testing.wire import Wire

VERSION = "1.0"
"""Version of the suite; see `docs/providers/writing.md` for what stays as it is."""

TO_DECIDE = "TODO"
"""How a reason in `not_written` begins that is no decision yet."""


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
        """Return the provider class, as its entry point names it; looked up once per class."""
        known = _LOADED.get(cls)
        if known is None:
            known = _LOADED[cls] = load(cls.provider)
        return known

    @classmethod
    def _table(cls) -> dict[Verb, Capability]:
        plugin = cls.plugin()
        known = _TABLES.get(plugin)
        if known is None:
            known = _TABLES[plugin] = plugin.capabilities()
        return known

    @classmethod
    def declared(cls, *, usable: bool) -> list[Verb]:
        """Return the verbs that the provider declares, or those that it does not have."""
        return [verb for verb, line in cls._table().items() if line.usable is usable]

    @classmethod
    def proven(cls) -> list[Verb]:
        """Return the declared verbs that the stand-in can carry out."""
        return [verb for verb in cls.declared(usable=True) if verb not in cls.unproven]

    def line(self, verb: Verb) -> Capability:
        """Return the line of the capability table."""
        return self._table()[verb]

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
        """Give one test per verb to the rules that ask for one."""
        summarise(metafunc.config)
        for argument, verbs in (("declared_verb", self.proven), ("open_verb", self._open)):
            if argument not in metafunc.fixturenames:
                continue
            try:
                found: list[Verb | None] = [*verbs()] or [None]
            except SimloomError:
                found = [None]  # the rules about registration say why
            ids = ["none" if verb is None else verb.value for verb in found]
            metafunc.parametrize(argument, found, ids=ids)

    @classmethod
    def _open(cls) -> list[Verb]:
        """Return the verbs that nobody has decided about; `list` and `get` have a rule."""
        reasons = cls.plugin().not_written
        open_ = [verb for verb, why in reasons.items() if why.startswith(TO_DECIDE)]
        return [verb for verb in open_ if verb not in {Verb.LIST, Verb.GET}]

    @pytest.fixture(scope="class")
    @classmethod
    def footing(cls) -> Iterator[Footing]:
        """Keep one stand-in, and what is known of it, for all rules of a class."""
        footing = Footing(cls())
        yield footing
        footing.close()

    @pytest.fixture(autouse=True)
    def _ready(
        self,
        request: pytest.FixtureRequest,
        footing: Footing,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        """Take away settings from outside; skip a rule that stands on what is not there."""
        for name in list(os.environ):
            if name.startswith("SIMLOOM_"):
                monkeypatch.delenv(name)
        nowhere = tmp_path_factory.getbasetemp() / "no-profile.toml"
        monkeypatch.setenv("SIMLOOM_CONFIG", str(nowhere))
        if self._stands_on(request, footing):
            self._check_verbs(request, footing)

    def _stands_on(self, request: pytest.FixtureRequest, footing: Footing) -> bool:
        """Tell whether the rule may go on to verbs: False for one that reports what is missing."""
        for what, find in (
            (ENTRY_POINT, footing.entry_point),
            (PROVIDER, footing.provider),
            (STAND_IN, footing.stand_in),
        ):
            reporter = REPORTED_BY[what]
            if request.function.__name__ == reporter:
                return False
            if what == STAND_IN and "served" not in request.fixturenames:
                return False
            if find() is not None:
                unasked(self, reporter, what)
        return True

    def _check_verbs(self, request: pytest.FixtureRequest, footing: Footing) -> None:
        needed = needs_of(request.function)
        parameters = getattr(request.node, "callspec", None)
        asked = [] if parameters is None else [parameters.params.get("declared_verb", ...)]
        if asked == [None]:
            unasked(self, WRITTEN, "a declared verb")
        if self.line(Verb.LIST).usable:
            footing.verb(Verb.LIST)  # most calls begin with a SIM of the list
        if needed.all_tried:
            footing.try_all()
        is_reporter = request.function.__name__ == WORKS
        wanted = [verb for verb in asked if isinstance(verb, Verb) and not is_reporter]
        for verb in (*needed.verbs, *wanted):
            footing.need(verb)

    @pytest.fixture
    def served(self, footing: Footing) -> Served:
        """Return the stand-in, as at the start."""
        footing.served.reset()
        footing.wire.reset()
        return footing.served

    @pytest.fixture
    def wire(self, footing: Footing, served: Served) -> Wire:  # noqa: ARG002
        """Return the proxy in front of it."""
        return footing.wire

    @pytest.fixture(params=["blocking", "awaited"])
    def desk(self, request: pytest.FixtureRequest, footing: Footing, wire: Wire) -> Iterator[Desk]:
        """Return a client of each kind, with the right credentials."""
        awaited = request.param == "awaited"
        with self.opened(footing.served, wire, awaited=awaited, sims=footing.sims) as desk:
            yield desk

    @pytest.fixture
    def blocking(self, footing: Footing, wire: Wire) -> Iterator[Desk]:
        """Return a blocking client, with the right credentials."""
        with self.opened(footing.served, wire, sims=footing.sims) as desk:
            yield desk

    @contextmanager
    def opened(
        self,
        served: Served,
        wire: Wire,
        *,
        awaited: bool = False,
        sims: Callable[[], list[Sim]] | None = None,
        **others: Any,
    ) -> Iterator[Desk]:
        """Open a client; `others` are settings that win over those of the stand-in.

        `sims` returns all SIMs at the start, so that they need not be asked for again.
        """
        runner = asyncio.Runner() if awaited else None
        try:
            desk = Desk(
                self.provider, served, wire, login=self.login, runner=runner, sims=sims, **others
            )
            try:
                yield desk
            finally:
                desk.close()
        finally:
            if runner is not None:
                runner.close()


_LOADED: WeakKeyDictionary[type[BaseProviderTests], type[Provider]] = WeakKeyDictionary()
_TABLES: WeakKeyDictionary[type[Provider], dict[Verb, Capability]] = WeakKeyDictionary()
"""Each rule asks for both many times, and loading checks the whole class."""

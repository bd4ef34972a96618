"""What the rules of one class stand on: each thing is tried once, whichever rule comes first.

A fault is reported by one rule, `REPORTED_BY`. Every other rule that stands on the same thing is
skipped as "not asked", with what it needs.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from simloom.capabilities import Verb
from simloom.plugins.loader import installed
from simloom.runtime.client import is_loopback
from simloom.testing.expecting import expect
from simloom.testing.verbcheck import Told, check_verb
from simloom.testing.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.models import Sim
    from simloom.plugins.provider import Provider
    from simloom.testing.base import BaseProviderTests
    from simloom.testing.served import Served

ENTRY_POINT = "an entry point"
PROVIDER = "a provider that loads"
STAND_IN = "a stand-in that starts"

REPORTED_BY: dict[str, str] = {
    ENTRY_POINT: "test_an_entry_point_offers_the_provider",
    PROVIDER: "test_it_loads_and_says_what_it_is",
    STAND_IN: "test_the_stand_in_starts",
}
WRITTEN = "test_the_least_that_it_can_do"
"""Reports `list` or `get` without a method."""
WORKS = "test_declared_verb_works"
"""Reports a declared verb that does not work."""

Skipped: type[BaseException] = pytest.skip.Exception
"""What pytest raises to skip; a fault, too: what a verb needs may be missing."""


class Unasked(AssertionError):
    """A rule cannot be asked, and no other rule of its class would say why."""


class Footing:
    """Belongs to one class of rules; the stand-in runs until `close`."""

    def __init__(self, suite: BaseProviderTests) -> None:
        self._suite = suite
        self._exits = ExitStack()
        self._known: dict[object, BaseException | None] = {}
        self._served: tuple[Served, Wire] | None = None
        self.told: dict[Verb, Told] = {}
        """What a blocking client sent and got for each verb that works."""
        self._sims: list[Sim] | None = None

    def close(self) -> None:
        """Stop the stand-in."""
        self._exits.close()

    def entry_point(self) -> BaseException | None:
        """Return why no entry point offers the provider."""
        return self._once(ENTRY_POINT, lambda: offered(self._suite.provider))

    def provider(self) -> BaseException | None:
        """Return why the provider cannot be loaded."""
        return self._once(PROVIDER, self._suite.plugin)

    def stand_in(self) -> BaseException | None:
        """Return why there is no stand-in."""
        return self._once(STAND_IN, self._start)

    @property
    def served(self) -> Served:
        """The stand-in."""
        return self._running()[0]

    @property
    def wire(self) -> Wire:
        """The proxy in front of it."""
        return self._running()[1]

    def verb(self, verb: Verb) -> BaseException | None:
        """Return why a declared verb does not work; the stand-in is reset for it."""
        return self._once(verb, lambda: self._try(verb))

    def working(self) -> list[Verb]:
        """Return the declared verbs that work; the others have a rule that says so."""
        return [verb for verb in self._suite.proven() if self.verb(verb) is None]

    def sims(self) -> list[Sim]:
        """Return every SIM at the start; without a `list` that works the rule is not asked."""
        if self._sims is None:
            self.need(Verb.LIST)
        return self._sims or []

    def need(self, verb: Verb) -> None:
        """Go on if a verb works; otherwise the rule is not asked."""
        if not self._suite.line(verb).usable:
            unasked(self._suite, WRITTEN, f"`{verb.value}`")
        fault = self.verb(verb)
        if isinstance(fault, (Skipped, Unasked)):
            raise fault  # with what is behind it
        if fault is not None:
            unasked(self._suite, WORKS, f"`{verb.value}` to work")

    def try_all(self) -> None:
        """Try every declared verb; where one could not be asked, the rule is not asked either."""
        for verb in self._suite.proven():
            fault = self.verb(verb)
            if isinstance(fault, (Skipped, Unasked)):
                raise fault

    def _once(self, what: object, act: Callable[[], Any]) -> BaseException | None:
        if what not in self._known:
            try:
                act()
            except (Exception, Skipped) as fault:  # noqa: BLE001
                self._known[what] = fault
            else:
                self._known[what] = None
        return self._known[what]

    def _running(self) -> tuple[Served, Wire]:
        fault = self.stand_in()
        if self._served is None:
            raise fault or AssertionError(STAND_IN)
        return self._served

    def _start(self) -> None:
        served = self._exits.enter_context(self._suite.serve())
        wire = self._exits.enter_context(Wire(origin_of(served)))
        self._served = served, wire

    def _try(self, verb: Verb) -> None:
        served, wire = self._running()
        served.reset()
        wire.reset()
        known = None if verb is Verb.LIST else self.sims
        with self._suite.opened(served, wire, sims=known) as desk:
            self.told[verb] = check_verb(desk, verb, self._suite.call(verb))
            if verb is Verb.LIST:
                self._sims = desk.sims()


def offered(provider: str) -> None:
    """Raise `AssertionError` unless an installed distribution names the provider."""
    expect(
        provider in installed(),
        f"no installed distribution offers {provider!r}: add it to "
        '[project.entry-points."simloom.providers"] and install the distribution',
    )


def origin_of(served: Served) -> str:
    """Return the one origin of a stand-in; `AssertionError` if it is no stand-in."""
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
        "serve(): the suite ends SIMs, so it talks to one plain http origin of this machine only, "
        f"not to {sorted(origins)}",
    )
    return origins.pop()


def missing(plugin: type[Provider], verb: Verb) -> str:
    """Return the sentence about a verb without a method: which one, why, and what to do."""
    method = "list_page" if verb is Verb.LIST else verb.value.replace("-", "_")
    why = plugin.not_written.get(verb) or "the vendor is said to have nothing like it"
    return (
        f"no method carries out {verb.value!r} ({why.removeprefix('TODO:').strip()}): write "
        f"{plugin.__name__}.{method}, marked with @operation(Verb.{verb.name}, ...)"
    )


def unasked(suite: object, reporter: str, why: str) -> None:
    """Skip a rule that cannot be asked; fail where no rule of the class reports the reason."""
    if hasattr(suite, reporter):
        pytest.skip(f"not asked: needs {why}, see {reporter}")
    raise Unasked(f"cannot be asked: needs {why}; add the group with {reporter}")

"""Rules about the capability table, against what happens: in both directions."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from simloom.bulk.work import Work
from simloom.capabilities import Verb
from simloom.errors import SimloomError, UnsupportedOperation
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect, fail
from simloom.testing.needs import needs
from simloom.transport.quota.buckets import limit_of

if TYPE_CHECKING:
    from simloom.plugins.provider import Provider
    from simloom.testing.desk import Desk
    from simloom.testing.footing import Footing


class BaseCapabilities(BaseProviderTests):
    """Mandatory: what is declared works, what is not declared does not."""

    def test_unproven_verbs_are_declared(self) -> None:
        """`unproven` and `calls` have no entry that means nothing, and every reason is told."""
        usable = set(self.declared(usable=True))
        stale = [verb.value for verb in {*self.unproven, *self.calls} - usable]
        expect(not stale, f"unproven or calls has verbs that are not declared: {sorted(stale)}")
        untold = [verb.value for verb, why in self.unproven.items() if not why.strip()]
        expect(not untold, f"unproven has no reason for {untold}")
        twice = [verb.value for verb in self.unproven.keys() & self.calls.keys()]
        expect(not twice, f"both in calls and in unproven: {twice}")

    def test_declared_verb_works(
        self,
        footing: Footing,
        served: object,  # noqa: ARG002  (it needs a stand-in)
        declared_verb: Verb,
    ) -> None:
        """It sends an operation it declares, and gives records of its kind, or a finished action.

        What it says of the SIM afterwards is what the vendor says.
        """
        if (fault := footing.verb(declared_verb)) is not None:
            raise fault

    def test_missing_verbs_are_refused(self, blocking: Desk) -> None:
        """What is declared as missing raises `UnsupportedOperation`, and sends nothing."""
        missing = self.declared(usable=False)
        called = [verb for verb in missing if blocking.provider.flow(verb) is not None]
        for verb in (*called, *missing[:1]):  # the others are refused by the same few lines
            try:
                blocking.client.do(verb)
            except UnsupportedOperation as error:
                expect(error.verb == verb.value, f"{verb.value}: the error names {error.verb!r}")
            except Exception as error:  # noqa: BLE001  (any other is wrong)
                fail(f"{verb.value} is declared as missing, but gives a {type(error).__name__}")
            else:
                fail(f"{verb.value} is declared as missing, but can be called")
            expect(blocking.wire.sent() == [], f"{verb.value} is missing but sent something")

    @needs(Verb.LIST)
    def test_missing_verbs_have_no_way_that_works(self, blocking: Desk) -> None:
        """A method for a verb that is declared as missing does not work: else, declare it."""
        for verb in self.declared(usable=False):
            name = verb.value.replace("-", "_")
            for candidate in (name, f"{name}_page"):
                if self._works(blocking, candidate):
                    fail(
                        f"unexpected success: {candidate}() works, but {verb.value!r} is declared "
                        f"as {self.line(verb).support.value}; mark it with @operation"
                    )

    def test_a_bulk_size_has_a_bulk_method(self, blocking: Desk) -> None:
        """A verb is declared with many SIMs per request only where `bulk` carries it out."""
        for verb in self.declared(usable=True):
            most = self.line(verb).bulk_max or 1
            if most > 1 and _has_jobs(blocking.provider, verb):
                told = f"{verb.value} is declared with {most} SIMs per request, but bulk()"
                expect(not _refuses_many(blocking.provider, verb), f"{told} does not carry it out")

    def test_declared_limits_can_be_kept(self, blocking: Desk) -> None:
        """`x-quota` and `x-rate-limit` can be read, and leave room for the largest request."""
        for verb in self.declared(usable=True):
            for item in blocking.provider.operations(verb):
                try:
                    limit = limit_of(item)
                except Exception as error:  # noqa: BLE001  (any is wrong)
                    fail(f"the limit of {item.id} cannot be read: {type(error).__name__}: {error}")
                if limit is None or limit.counts != "sims":
                    continue
                least = min(window.limit for window in limit.windows)
                most = self.line(verb).bulk_max or 1
                expect(
                    most <= least,
                    f"{verb.value}: {most} SIMs per request never fit into the limit of {least}",
                )

    def _works(self, desk: Desk, name: str) -> bool:
        """Try a method that no verb is declared with: it works if it sends, and gives something."""
        method = getattr(desk.provider, name, None)
        if not callable(method):
            return False
        before = len(desk.wire.sent())
        try:
            desk.client.run(method(*self._arguments(desk, method)))
        except Exception:  # noqa: BLE001  (it is no way to carry out the verb)
            return False
        return len(desk.wire.sent()) > before

    def _arguments(self, desk: Desk, method: Any) -> list[Any]:
        """Return what a hidden method is tried with: an ICCID, and 1 for a page's number."""
        found: list[Any] = []
        for item in inspect.signature(method).parameters.values():
            if item.default is not item.empty or item.kind is not item.POSITIONAL_OR_KEYWORD:
                break
            found.append(1 if item.name == "number" else desk.sim().iccid)
        return found


def _has_jobs(provider: Provider, verb: Verb) -> bool:
    """Tell whether there are bulk jobs of a verb at all: not of one that differs for each SIM."""
    try:
        Work(provider, verb, {})
    except UnsupportedOperation:
        return False
    except SimloomError:
        pass  # parameters are missing
    return True


def _refuses_many(provider: Provider, verb: Verb) -> bool:
    flow = provider.bulk(verb, [])
    try:
        next(flow)
    except UnsupportedOperation:
        return True
    except Exception:  # noqa: BLE001  (a refusal of no SIMs at all is right)
        return False
    flow.close()
    return False

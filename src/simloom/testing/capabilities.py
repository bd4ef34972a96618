"""Rules about the capability table, against what happens: in both directions."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from simloom.action import Action
from simloom.capabilities import Verb
from simloom.errors import NotFound, SimloomError, UnsupportedOperation
from simloom.models import ActionStatus, SimStatus
from simloom.testing.base import BaseProviderTests
from simloom.testing.calls import ENDS, GONE, LABEL, RECORDS
from simloom.testing.expecting import expect, fail
from simloom.testing.waited import Waited

if TYPE_CHECKING:
    from simloom.testing.desk import Desk


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

    def test_declared_verb_works(self, blocking: Desk, declared_verb: Verb) -> None:
        """It sends an operation it declares, and gives records of its kind, or a finished action.

        What it says of the SIM afterwards is what the vendor says.
        """
        result = self.call(declared_verb)(blocking)
        declared = [item.id for item in blocking.provider.operations(declared_verb)]
        expect(
            set(declared) & set(blocking.operations()),
            f"{declared_verb.value} is declared with {declared} but sent {blocking.operations()}",
        )
        if declared_verb in RECORDS:
            self._check_records(declared_verb, result)
        else:
            self._check_action(blocking, declared_verb, result)

    def test_missing_verbs_are_refused(self, blocking: Desk) -> None:
        """What is declared as missing raises `UnsupportedOperation`, and sends nothing."""
        for verb in self.declared(usable=False):
            try:
                blocking.client.do(verb)
            except UnsupportedOperation as error:
                expect(error.verb == verb.value, f"{verb.value}: the error names {error.verb!r}")
            else:
                fail(f"{verb.value} is declared as missing, but can be called")
            expect(blocking.wire.sent() == [], f"{verb.value} is missing but sent something")

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

    def _works(self, desk: Desk, name: str) -> bool:
        """Try a method that no verb is declared with."""
        method = getattr(desk.provider, name, None)
        if not callable(method):
            return False
        try:
            desk.client.run(method(*self._arguments(desk, method)))
        except SimloomError:
            return False
        return True

    def _check_records(self, verb: Verb, result: Any) -> None:
        kind = RECORDS[verb]
        records = result if isinstance(result, list) else [result]
        for record in records:
            expect(
                isinstance(record, kind),
                f"{verb.value} gave a {type(record).__name__}, not a {kind.__name__}",
            )
            expect(record.provider == self.provider, f"{verb.value}: provider is not its own id")
        if verb is Verb.GET:
            expect(result.vendor_status, "get: vendor_status is empty, the vendor's own word")

    def _check_action(self, desk: Desk, verb: Verb, action: Any) -> None:
        expect(
            isinstance(action, (Action, Waited)),
            f"{verb.value} gave a {type(action).__name__}, not an action: call a method of client",
        )
        iccids = action.state.iccids
        expect(iccids, f"{verb.value}: the action does not tell for which SIM it is")
        action.wait()
        expect(
            action.status in {ActionStatus.DONE, ActionStatus.UNKNOWN},
            f"{verb.value}: the action ended as {action.status.value}: {action.message}",
        )
        if verb in ENDS:
            found = self._status(desk, iccids[0])
            expect(
                found in ENDS[verb],
                f"{verb.value} is done, but the SIM is {found.value}",
            )
        if verb is Verb.SET_LABEL:
            label = desk.client.get(iccids[0]).label
            expect(label == LABEL, "set-label is done, but the SIM has another label")

    def _status(self, desk: Desk, iccid: str) -> SimStatus:
        try:
            status: SimStatus = desk.client.get(iccid).status
        except NotFound:
            return next(iter(GONE))
        return status

    def _arguments(self, desk: Desk, method: Any) -> list[Any]:
        """Return what a hidden method is tried with: an ICCID, and 1 for a page's number."""
        found: list[Any] = []
        for item in inspect.signature(method).parameters.values():
            if item.default is not item.empty or item.kind is not item.POSITIONAL_OR_KEYWORD:
                break
            found.append(1 if item.name == "number" else desk.sim().iccid)
        return found

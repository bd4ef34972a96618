"""Rules about the two kinds of client: they do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect

if TYPE_CHECKING:
    from simloom.capabilities import Verb
    from simloom.testing.served import Served
    from simloom.testing.wire import Wire


class BaseParity(BaseProviderTests):
    """Mandatory: blocking and awaited."""

    def test_both_clients_do_the_same(
        self, served: Served, wire: Wire, declared_verb: Verb
    ) -> None:
        """The same requests, and records of the same kind for the same SIMs."""
        told = []
        for awaited in (False, True):
            served.reset()
            wire.reset()
            with self.opened(served, wire, awaited=awaited) as desk:
                result = self.call(declared_verb)(desk)
                calls = sorted((sent.method, sent.path) for sent in desk.calls())
                told.append((sorted(desk.operations()), len(calls), _in_short(result)))
        blocking, waited = told
        name = declared_verb.value
        expect(blocking[0] == waited[0], f"{name}: {blocking[0]} blocking, {waited[0]} awaited")
        expect(blocking[1] == waited[1], f"{name}: {blocking[1]} and {waited[1]} requests")
        expect(blocking[2] == waited[2], f"{name}: {blocking[2]} blocking, {waited[2]} awaited")


def _in_short(result: Any) -> Any:
    """Return what does not depend on the time of a call: kinds, ICCIDs and statuses."""
    if isinstance(result, list):
        return [_in_short(item) for item in result]
    if hasattr(result, "state"):
        return "action", result.state.verb, result.state.status, result.state.iccids
    status = getattr(result, "status", None)
    return type(result).__name__, getattr(result, "iccid", None), status

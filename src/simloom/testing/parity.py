"""Rules about the two kinds of client: they do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect
from simloom.testing.verbcheck import carry_out

if TYPE_CHECKING:
    from simloom.capabilities import Verb
    from simloom.testing.footing import Footing
    from simloom.testing.served import Served
    from simloom.testing.wire import Wire


class BaseParity(BaseProviderTests):
    """Mandatory: blocking and awaited."""

    def test_both_clients_do_the_same(
        self, footing: Footing, served: Served, wire: Wire, declared_verb: Verb
    ) -> None:
        """The same requests, and records of the same kind for the same SIMs."""
        blocking, name = footing.told[declared_verb], declared_verb.value
        with self.opened(served, wire, awaited=True, sims=footing.sims) as desk:
            _, awaited = carry_out(desk, self.call(declared_verb))
        for one, other, what in (
            (blocking.operations, awaited.operations, ""),
            (blocking.requests, awaited.requests, " requests"),
            (blocking.result, awaited.result, ""),
        ):
            expect(one == other, f"{name}: {one}{what} blocking, {other}{what} awaited")

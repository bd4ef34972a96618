"""Rules about actions: waiting for them, and what is said when they are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from simloom.errors import ActionTimeout, SimloomError, UnsupportedOperation
from simloom.models import ActionStatus
from simloom.testing.base import BaseProviderTests
from simloom.testing.calls import ENDS
from simloom.testing.expecting import expect
from simloom.testing.needs import needs
from simloom.testing.wire import Answer

if TYPE_CHECKING:
    from simloom.capabilities import Verb
    from simloom.testing.desk import Desk
    from simloom.testing.footing import Footing
    from simloom.testing.served import Served
    from simloom.testing.wire import Sent, Wire

PATIENCE = 30.0
"""Seconds that are waited for an action of a vendor whose time stands still."""
MOST = 20
"""So many requests in that time are more than the pauses between questions allow."""


class BaseActions(BaseProviderTests):
    """Mandatory: actions, of every verb that changes the status of a SIM."""

    @needs(all_tried=True)
    def test_waiting_has_an_end(self, footing: Footing, served: Served, wire: Wire) -> None:
        """Where the vendor's time stands still, `wait` gives up when its own is over."""
        still = evolve(served, advance=lambda _: None)
        for verb in self._changing(footing):
            served.reset()
            wire.reset()
            with self.opened(still, wire, sims=footing.sims) as desk:
                action = self.call(verb)(desk)
                asked = self._counted(desk)
                try:
                    action.wait(PATIENCE)
                except ActionTimeout:
                    pass
                except SimloomError:
                    expect(len(asked) <= MOST, f"{verb.value}: waiting asks and does not end")
                    raise
                else:
                    over = action.status is not ActionStatus.PENDING
                    expect(over, f"{verb.value}: wait() returned a pending action")

    @needs(all_tried=True)
    def test_what_is_over_stays_over(
        self, footing: Footing, served: Served, blocking: Desk
    ) -> None:
        """Asking again about an action that is done gives an action that is done."""
        for verb in self._changing(footing):
            served.reset()
            action = self.call(verb)(blocking).wait()
            before = action.status
            again = action.refresh().status
            expect(again is before, f"{verb.value} was {before.value}, then {again.value}")

    @needs(all_tried=True)
    def test_cancelling_is_done_or_refused(
        self, footing: Footing, served: Served, blocking: Desk
    ) -> None:
        """`cancel` asks the vendor, or is `UnsupportedOperation` and sends nothing."""
        for verb in self._changing(footing):
            served.reset()
            action = self.call(verb)(blocking)
            blocking.forget()
            try:
                action.cancel()
            except UnsupportedOperation:
                expect(
                    blocking.calls() == [], f"{verb.value}: cancelling is refused, but asked for"
                )
            except SimloomError:
                continue  # the vendor's word: too late
            else:
                told = f"{verb.value}: the action is {action.status.value} and nobody was asked"
                expect(blocking.calls(), told)
                self._check_cancelled(blocking, verb, action)

    def _check_cancelled(self, desk: Desk, verb: Verb, action: Any) -> None:
        if action.wait().status is ActionStatus.CANCELLED:
            status = desk.client.get(action.state.iccids[0]).status
            expect(status not in ENDS[verb], f"{verb.value} is cancelled, and the SIM is {status}")

    def _counted(self, desk: Desk) -> list[Sent]:
        """Return a list that fills with requests; beyond the most of them all are refused."""
        asked: list[Sent] = []

        def count(sent: Sent, answer: Answer) -> Answer:
            asked.append(sent)
            return answer if len(asked) <= MOST else Answer(400)

        desk.wire.change(count, desk.is_call)
        return asked

    def _changing(self, footing: Footing) -> list[Verb]:
        return [verb for verb in footing.working() if verb in ENDS]

"""Rules about bulk jobs: one outcome per SIM, and each SIM as its outcome says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from simloom.bulk import starting
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.policy import Patience
from simloom.bulk.starting import BulkOptions
from simloom.capabilities import Verb
from simloom.errors import UnsupportedOperation
from simloom.models import SimStatus
from simloom.testing.base import BaseProviderTests
from simloom.testing.calls import ENDS
from simloom.testing.expecting import expect
from simloom.testing.identifiers import UNKNOWN
from simloom.testing.needs import needs

if TYPE_CHECKING:
    from simloom.bulk.outcomes import Outcome
    from simloom.testing.desk import Desk
    from simloom.testing.footing import Footing
    from simloom.testing.wire import Answer, Sent

PER_CALL = 0.2
"""Seconds by which the stand-in's time passes with each request of a job."""
IN_A_HURRY = Patience(
    first_ask=0.02,
    longest_ask=0.05,
    settle=0.5,
    look_again=0.03,
    failure_pause=0.02,
    give_up=20.0,
)
"""`settle` is also how late a write may be sent: there is room for a provider that reads the SIM
before it writes, and for a busy machine."""

_STARTS = {
    Verb.SUSPEND: SimStatus.ACTIVE,
    Verb.RESUME: SimStatus.SUSPENDED,
    Verb.BLOCK: SimStatus.ACTIVE,
    Verb.ACTIVATE: SimStatus.READY,
}


class BaseBulk(BaseProviderTests):
    """Mandatory: bulk outcome per SIM, whether or not the vendor has bulk requests."""

    @pytest.fixture
    def _in_a_hurry(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(starting, "BulkOptions", partial(BulkOptions, patience=IN_A_HURRY))

    @needs(Verb.LIST, Verb.GET, all_tried=True)
    @pytest.mark.usefixtures("_in_a_hurry")
    def test_every_sim_has_its_outcome(self, blocking: Desk, footing: Footing) -> None:
        """Some SIMs, one that is not there, one text that is no ICCID: five inputs, five outcomes.

        What succeeded has happened, the rest has not. A provider without such a verb is refused a
        job before anything is sent.
        """
        verb = self._verb(footing)
        if verb is None:
            self._check_refused(blocking)
            return
        able = self._able(blocking, verb)
        given = [*able, UNKNOWN, "no-iccid"]
        outcomes = self._outcomes(blocking, verb, given)
        for iccid in able:
            outcome = outcomes[iccid]
            expect(
                outcome.status is OutcomeStatus.SUCCEEDED,
                f"{verb.value} of a SIM that can: {outcome.status.value} ({outcome.reason})",
            )
        self._check_successes(blocking, verb, outcomes)
        for bad in given[len(able) :]:
            expect(
                outcomes[bad].status is OutcomeStatus.REJECTED,
                f"{verb.value} of what is no SIM: {outcomes[bad].status.value}",
            )
            expect(outcomes[bad].reason, "a rejected input has no reason")

    @needs(Verb.LIST, Verb.GET, all_tried=True)
    @pytest.mark.usefixtures("_in_a_hurry")
    def test_a_lost_answer_makes_nothing_up(self, blocking: Desk, footing: Footing) -> None:
        """The vendor did it and the answer is lost: what a job says of its SIMs is true."""
        verb = self._verb(footing)
        if verb is None:
            self._check_refused(blocking)
            return
        blocking.wire.lose(blocking.sends(blocking.main(verb)), times=1)
        outcomes = self._outcomes(blocking, verb, self._able(blocking, verb))
        self._check_successes(blocking, verb, outcomes)
        for iccid, outcome in outcomes.items():
            expect(
                outcome.status is not OutcomeStatus.REJECTED,
                f"{verb.value} of {iccid}: the answer was lost, and yet it counts as rejected",
            )

    def _verb(self, footing: Footing) -> Verb | None:
        works = footing.working()
        return next((verb for verb in _STARTS if verb in works), None)

    def _able(self, desk: Desk, verb: Verb) -> list[str]:
        able = [sim.iccid for sim in desk.sims() if sim.status is _STARTS[verb]][:3]
        expect(len(able) > 1, f"the stand-in has not two SIMs that are {_STARTS[verb].value}")
        return able

    def _outcomes(self, desk: Desk, verb: Verb, given: list[str]) -> dict[str, Outcome]:
        def pass_time(_: Sent, answer: Answer) -> Answer:
            desk.pass_time(PER_CALL)
            return answer

        desk.wire.change(pass_time, desk.is_call)
        with desk.client.bulk(verb, given) as report:
            outcomes = {outcome.identifier: outcome for outcome in report}
        expect(list(outcomes) == given, f"{len(outcomes)} outcomes for {len(given)} inputs")
        return outcomes

    def _check_successes(self, desk: Desk, verb: Verb, outcomes: dict[str, Outcome]) -> None:
        for iccid, outcome in outcomes.items():
            if outcome.status is OutcomeStatus.SUCCEEDED:
                found = desk.client.get(iccid).status
                expect(found in ENDS[verb], f"{verb.value} succeeded, but the SIM is {found.value}")

    def _check_refused(self, desk: Desk) -> None:
        missing = [verb for verb in _STARTS if not self.line(verb).usable]
        for verb in missing:
            desk.forget()
            with pytest.raises(UnsupportedOperation):
                desk.client.bulk(verb, [desk.sim().iccid])
            expect(desk.wire.sent() == [], f"a job of {verb.value} is refused, but sent something")

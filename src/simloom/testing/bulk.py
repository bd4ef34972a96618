"""Rules about bulk jobs: one outcome per SIM, and each SIM as its outcome says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simloom.bulk import starting
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.policy import Patience
from simloom.bulk.starting import BulkOptions
from simloom.capabilities import Verb
from simloom.models import SimStatus
from simloom.testing.base import BaseProviderTests
from simloom.testing.calls import ENDS
from simloom.testing.expecting import expect
from simloom.testing.identifiers import UNKNOWN

if TYPE_CHECKING:
    import pytest

    from simloom.testing.desk import Desk
    from simloom.testing.served import Served
    from simloom.testing.wire import Answer, Sent

PER_CALL = 0.2
"""Seconds by which the stand-in's time passes with each request of a job."""
IN_A_HURRY = Patience(
    first_ask=0.05, longest_ask=0.1, settle=0.1, look_again=0.1, failure_pause=0.05, give_up=20.0
)

_STARTS = {
    Verb.SUSPEND: SimStatus.ACTIVE,
    Verb.RESUME: SimStatus.SUSPENDED,
    Verb.BLOCK: SimStatus.ACTIVE,
    Verb.ACTIVATE: SimStatus.READY,
}


class BaseBulk(BaseProviderTests):
    """Mandatory: bulk outcome per SIM, whether or not the vendor has bulk requests."""

    def test_every_sim_has_its_outcome(
        self, blocking: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Some SIMs, one that is not there, one text that is no ICCID: five inputs, five outcomes.

        What succeeded has happened, the rest has not.
        """
        usable = set(self.declared(usable=True))
        verb = next((verb for verb in _STARTS if verb in usable), None)
        if verb is None:
            return
        able = [sim.iccid for sim in blocking.sims() if sim.status is _STARTS[verb]][:3]
        expect(len(able) > 1, f"the stand-in has not two SIMs that are {_STARTS[verb].value}")
        given = [*able, UNKNOWN, "no-iccid"]

        def pass_time(_: Sent, answer: Answer) -> Answer:
            served.advance(PER_CALL)
            return answer

        blocking.wire.change(pass_time, blocking.is_call)
        monkeypatch.setattr(starting, "BulkOptions", partial(BulkOptions, patience=IN_A_HURRY))
        with blocking.client.bulk(verb, given) as report:
            outcomes = {outcome.identifier: outcome for outcome in report}
            expect(list(outcomes) == given, f"{len(outcomes)} outcomes for {len(given)} inputs")
        for iccid in able:
            expect(
                outcomes[iccid].status is OutcomeStatus.SUCCEEDED,
                f"{verb.value} of a SIM that can: {outcomes[iccid].status.value} "
                f"({outcomes[iccid].reason})",
            )
            found = blocking.client.get(iccid).status
            expect(found in ENDS[verb], f"{verb.value} succeeded, but the SIM is {found.value}")
        for bad in given[len(able) :]:
            expect(
                outcomes[bad].status is OutcomeStatus.REJECTED,
                f"{verb.value} of what is no SIM: {outcomes[bad].status.value}",
            )
            expect(outcomes[bad].reason, "a rejected input has no reason")

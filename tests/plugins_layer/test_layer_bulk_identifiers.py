"""`simloom_resolve_identifier` in bulk jobs: an application's own kinds, without a search."""

from __future__ import annotations

import pytest

from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.starting import prepare_bulk
from simloom.capabilities import Verb
from simloom.errors import PluginError
from simloom.plugins import Lookup, ResolutionPlan, hookimpl
from simloom.plugins.loader import load
from simloom.plugins.manager import ClientHooks


class Inventory:
    def __init__(self, known):
        self.known = known
        self.asked = []

    @hookimpl
    def simloom_resolve_identifier(self, identifier, verb):
        self.asked.append((identifier, verb))
        if identifier in self.known:
            return ResolutionPlan(lookup=Lookup.NATIVE, arguments={"iccid": self.known[identifier]})
        return None


def bulk_job(plugin, identifiers):
    kind = load("telcoapi")
    provider = kind(kind.settings_class(api_key="k"))
    return prepare_bulk(provider, ClientHooks(provider, [plugin]), Verb.SUSPEND, identifiers, {})


def test_a_job_takes_what_only_the_application_knows():
    one, two, three = "8944125905321371605", "8944125905321371606", "8944125905321371607"
    imsi, other = "imsi:262011234567890", "imsi:262011234567891"
    inventory = Inventory({"asset:pump-7": one, imsi: two, "asset:twin": one})
    job = bulk_job(inventory, ["asset:pump-7", imsi, three, "asset:twin", "asset:lost", other])
    outcomes = {outcome.identifier: outcome for outcome in job.report}
    assert {name: outcome.iccid for name, outcome in outcomes.items()} == {
        "asset:pump-7": one,
        imsi: two,
        three: three,
        "asset:lost": None,
        other: None,  # the job searches for it before anything is sent
    }
    assert outcomes["asset:lost"].status is OutcomeStatus.REJECTED
    assert outcomes["asset:lost"].reason
    assert outcomes[other].status is not OutcomeStatus.REJECTED
    assert inventory.asked == [
        (name, Verb.SUSPEND) for name in ("asset:pump-7", imsi, "asset:twin", "asset:lost", other)
    ]
    job.engine.rounds().close()


def test_an_answer_that_is_no_iccid_stops_the_job_before_it_begins():
    with pytest.raises(PluginError, match="that is none: "):
        bulk_job(Inventory({"asset:pump-7": "no digits"}), ["asset:pump-7"])

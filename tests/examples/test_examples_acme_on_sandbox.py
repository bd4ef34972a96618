"""The provider that was written by hand, against a vendor made of nothing but its document."""

from __future__ import annotations

from pathlib import Path

import pytest

import simloom
from simloom.capabilities import Verb
from simloom.errors import NotFound
from simloom.models import ActionStatus, SimStatus
from simloom.sandbox import Sandbox

DOCUMENT = Path(__file__).parents[2] / "examples" / "simloom-acme" / "specs" / "openapi.yaml"
SIMS = 53
"""More than the document has on a page at most."""


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(sims=SIMS, specs=[f"acme={DOCUMENT}"]) as running:
        yield running


@pytest.fixture
def client(acme, sandbox):
    sandbox.emulator.reset()
    vendor = sandbox.provider(acme.id)
    with simloom.connect(acme.id, base_url=vendor.base_url, **vendor.settings) as client:
        yield client


def effects(sandbox):
    """What was changed: which SIM, and which members from what to what."""
    return [(one["iccid"], one["changed"]) for one in sandbox.emulator.ledger("acme")["effects"]]


def test_it_lists_all_pages_and_finds_one(client):
    sims = list(client.sims())
    assert len({sim.iccid for sim in sims}) == SIMS
    assert {sim.status for sim in sims} == {
        SimStatus.ACTIVE,
        SimStatus.SUSPENDED,
        SimStatus.INVENTORY,
    }
    last = sims[-1]
    assert client.get(last.iccid).imsi == last.imsi
    assert client.get(f"imsi:{last.imsi}").iccid == last.iccid
    with pytest.raises(NotFound):
        client.get("8988000000000000008")


def test_what_it_changes_is_read_back(client, sandbox):
    one = next(sim for sim in client.sims() if sim.status is SimStatus.ACTIVE)
    for act, status, word in (
        (client.suspend, SimStatus.SUSPENDED, "paused"),
        (client.resume, SimStatus.ACTIVE, "live"),
    ):
        assert act(one.iccid).wait(5).status is ActionStatus.DONE
        found = client.get(one.iccid)
        assert (found.status, found.vendor_status) == (status, word)
    assert client.set_label(one.iccid, "pump 7").wait(5).status is ActionStatus.DONE
    assert client.get(one.iccid).label == "pump 7"
    assert [iccid for iccid, _ in effects(sandbox)] == [one.iccid] * 3


def test_a_job_suspends_each_sim_once(client, sandbox):
    given = [sim.iccid for sim in client.sims() if sim.status is SimStatus.ACTIVE]
    with client.bulk(Verb.SUSPEND, given) as report:
        outcomes = {outcome.identifier: outcome.status.value for outcome in report}
    assert outcomes == dict.fromkeys(given, "succeeded")
    assert sorted(iccid for iccid, _ in effects(sandbox)) == sorted(given)
    assert {client.get(iccid).status for iccid in given} == {SimStatus.SUSPENDED}

"""Every unified operation of Infobip, from the client to what it changes."""

from __future__ import annotations

import pytest

from simloom.capabilities import Verb
from simloom.errors import SimloomError, UnsupportedOperation
from simloom.models import ActionStatus, SimStatus
from simloom.plugins.loader import load

PROVIDER = "infobip"
CASES = {}


def case(verb, *asks):
    def keep(act):
        CASES[verb] = (asks, act)
        return act

    return keep


@case(Verb.LIST, *["list_sims"] * 3)
def listing(desk):
    sims = list(desk.client.sims(page_size=10))
    assert len({sim.iccid for sim in sims}) == len(sims) == 25
    assert {sim.vendor_status for sim in sims if sim.status is SimStatus.READY} == {
        "Activation Ready"
    }


@case(Verb.GET, "get_sim")
def reading(desk):
    listed = desk.sim(SimStatus.ACTIVE, lambda sim: sim.label)
    assert desk.client.get(listed.iccid) == listed


@case(Verb.USAGE, "get_usage")
def usage(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    (used,) = desk.client.usage(sim.iccid)
    assert (used.provider, used.iccid, used.period_start) == (PROVIDER, sim.iccid, None)
    assert used.data_bytes > 0


@case(Verb.MONTHLY_USAGE, "list_monthly_usage", "get_usage")
def monthly_usage(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    used = {one.iccid: one for one in desk.client.monthly_usage()}
    assert len(used) == 25
    assert [used[sim.iccid]] == desk.client.usage(sim.iccid)


def status_change(verb, before, after, words):
    @case(verb, "update_sim_status", "get_sim", "get_sim")
    def changing(desk):
        sim = desk.sim(before)
        action = getattr(desk.client, verb.value)(sim.iccid)
        assert (action.status, action.state.iccids) == (ActionStatus.PENDING, (sim.iccid,))
        assert desk.references() == [action.id] != [""]
        assert action.wait().status is ActionStatus.DONE
        assert desk.client.get(sim.iccid).status is after
        return "update_sim_status", sim.iccid, {"status": words}


status_change(Verb.ACTIVATE, SimStatus.READY, SimStatus.ACTIVE, ("Activation Ready", "Active"))
status_change(Verb.SUSPEND, SimStatus.ACTIVE, SimStatus.SUSPENDED, ("Active", "Suspended"))
status_change(Verb.RESUME, SimStatus.SUSPENDED, SimStatus.ACTIVE, ("Suspended", "Active"))


@case(Verb.SET_LABEL, "rename_sim", "get_sim")
def renaming(desk):
    sim = desk.sim(SimStatus.SUSPENDED, lambda sim: sim.label)
    action = desk.client.set_label(sim.iccid, "Zählwerk 9")
    assert action.id
    assert action.wait().status is ActionStatus.UNKNOWN  # the vendor cannot be asked about it
    now = desk.client.get(sim.iccid)
    assert (now.label, now.status) == ("Zählwerk 9", SimStatus.SUSPENDED)
    return "rename_sim", sim.iccid, {"name": (sim.label, "Zählwerk 9")}


@case(Verb.SEND_SMS, "send_sms")
def sending(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    sms = desk.client.send_sms(sim.iccid, "wake up")
    assert (sms.iccid, sms.text, sms.direction, sms.id) == (sim.iccid, "wake up", "mt", None)
    return "send_sms", sim.iccid, {"sms": (None, "wake up")}


@case(Verb.RESET_CONNECTIVITY, "run_diagnostic")
def diagnosing(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    action = desk.client.reset_connectivity(sim.iccid)
    assert desk.references() == [action.id] != [""]
    return "run_diagnostic", sim.iccid, {"services": (None, "synchronised")}


@pytest.mark.parametrize("verb", CASES)
def test_verb(verb, desk):
    desk.prove(verb, *CASES[verb])


def test_every_usable_verb_has_a_case():
    usable = {verb for verb, line in load(PROVIDER).capabilities().items() if line.usable}
    assert set(CASES) == usable


def test_an_action_that_is_not_possible_raises_and_changes_nothing(desk):
    sim = desk.sim(SimStatus.TERMINATED)
    with pytest.raises(SimloomError):
        desk.client.activate(sim.iccid)
    assert [name for name, _ in desk.refused()] == ["update_sim_status"]
    assert desk.effects() == []


def test_an_action_cannot_be_cancelled(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    action = desk.client.suspend(sim.iccid)
    with pytest.raises(UnsupportedOperation):
        action.cancel()
    assert desk.asked() == ["update_sim_status"]
    assert len(desk.effects()) == 1


def test_what_is_as_wanted_has_no_effect(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    assert desk.client.activate(sim.iccid).wait().status is ActionStatus.DONE
    assert (desk.asked(), desk.effects()) == (["update_sim_status", "get_sim"], [])


def test_http_basic_works_as_well_as_the_key(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    client = desk.connect(api_key=None)
    assert client.get(sim.iccid) == sim
    assert desk.asked() == ["get_sim"]

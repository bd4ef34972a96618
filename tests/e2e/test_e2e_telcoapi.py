"""Every unified operation of TelcoAPI, from the client to what it changes."""

from __future__ import annotations

import pytest

from simloom.capabilities import Verb
from simloom.errors import BadRequest, NotFound, UnsupportedOperation
from simloom.models import ActionStatus, SimStatus
from simloom.plugins.loader import load
from simloom.sandbox.vendors.telcoapi.problems import utc

PROVIDER = "telcoapi"
NEW = "8944000000000000007"
CASES = {}


def case(verb, *asks):
    def keep(act):
        CASES[verb] = (asks, act)
        return act

    return keep


@case(Verb.LIST, *["list_sims"] * 4)
def listing(desk):
    sims = list(desk.client.sims(page_size=10))
    assert len({sim.iccid for sim in sims}) == len(sims) == 25
    blocked = [sim for sim in sims if sim.status is SimStatus.BLOCKED]
    assert list(desk.client.sims(status=SimStatus.BLOCKED)) == blocked != []


@case(Verb.GET, "get_sim")
def reading(desk):
    listed = desk.sim(SimStatus.ACTIVE)
    sim = desk.client.get(listed.iccid)
    assert sim == listed
    assert sim.raw.pin1.reveal() not in repr(sim.raw)


def state_change(verb, before, after):
    @case(verb, "update_sim_state", "get_sim")
    def changing(desk):
        sim = desk.sim(before)
        action = getattr(desk.client, verb.value)(sim.iccid)
        assert (action.status, action.state.iccids) == (ActionStatus.DONE, (sim.iccid,))
        assert action.wait() is action or action.status is ActionStatus.DONE
        assert desk.client.get(sim.iccid).status is after
        words = (sim.vendor_status, after.value.upper())
        return "update_sim_state", sim.iccid, {"state": words}


state_change(Verb.ACTIVATE, SimStatus.INVENTORY, SimStatus.ACTIVE)
state_change(Verb.SUSPEND, SimStatus.ACTIVE, SimStatus.SUSPENDED)
state_change(Verb.RESUME, SimStatus.SUSPENDED, SimStatus.ACTIVE)


def deletion(verb):
    @case(verb, "delete_sim")
    def deleting(desk):
        sim = desk.sim(SimStatus.SUSPENDED)
        action = getattr(desk.client, verb.value)(sim.iccid)
        assert (action.status, action.state.expected) == (ActionStatus.DONE, SimStatus.DELETED)
        return "delete_sim", sim.iccid, {"state": ("SUSPENDED", None)}


deletion(Verb.TERMINATE)
deletion(Verb.DELETE)


@case(Verb.PROVISION, "provision_sim", "get_sim")
def provisioning(desk):
    sim = desk.client.provision(NEW, imsi="234150000000001", pin1="4711", ki="0" * 32)
    assert (sim.iccid, sim.status) == (NEW, SimStatus.INVENTORY)
    read = desk.client.get(NEW)
    assert (read.imsi, read.status) == ("234150000000001", SimStatus.INVENTORY)
    assert read.raw.pin1.reveal() == "4711"
    written = {"iccid": NEW, "imsi": "234150000000001", "state": "INVENTORY"}
    changed = {name: (None, value) for name, value in written.items()}
    changed |= {"pin1": "***", "ki": "***"}
    times = {"created_at": (None, utc(sim.created_at)), "updated_at": (None, utc(sim.updated_at))}
    return "provision_sim", NEW, changed | times


@case(Verb.RESET_PIN, "get_sim", "reset_pin", "get_sim")
def changing_the_pin(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    present = desk.client.get(sim.iccid).raw.pin1
    result = desk.client.reset_pin(sim.iccid, current_pin=present, new_pin="90210")
    assert (result.iccid, result.success, result.remaining_attempts) == (sim.iccid, True, None)
    assert desk.client.get(sim.iccid).raw.pin1.reveal() == "90210"
    return "reset_pin", sim.iccid, {"pin1": "***"}


@case(Verb.UNBLOCK_PIN, "get_sim", "unblock_pin", "get_sim")
def unblocking_the_pin(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    puk = desk.client.get(sim.iccid).raw.puk2
    result = desk.client.unblock_pin(sim.iccid, puk=puk, new_pin="90210", pin="PIN2")
    assert (result.success, result.remaining_attempts) == (True, 10)
    assert desk.client.get(sim.iccid).raw.pin2.reveal() == "90210"
    return "unblock_pin", sim.iccid, {"pin2": "***"}


@pytest.mark.parametrize("verb", CASES)
def test_verb(verb, desk):
    desk.prove(verb, *CASES[verb])


def test_every_usable_verb_has_a_case():
    usable = {verb for verb, line in load(PROVIDER).capabilities().items() if line.usable}
    assert set(CASES) == usable


def test_a_transition_that_is_not_possible_raises_and_changes_nothing(desk):
    sim = desk.sim(SimStatus.BLOCKED)
    with pytest.raises(BadRequest, match="Cannot transition from BLOCKED to ACTIVE"):
        desk.client.resume(sim.iccid)
    assert (desk.refused(), desk.effects()) == ([("update_sim_state", 400)], [])


def test_a_deleted_sim_is_gone(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    desk.client.delete(sim.iccid)
    with pytest.raises(NotFound):
        desk.client.get(sim.iccid)
    assert sim.iccid not in {left.iccid for left in desk.client.sims()}


def test_an_action_cannot_be_cancelled(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    with pytest.raises(UnsupportedOperation):
        desk.client.suspend(sim.iccid).cancel()
    assert desk.asked() == ["update_sim_state"]


def test_the_reason_travels_along(desk):
    sim = desk.sim(SimStatus.INVENTORY)
    desk.client.activate(sim.iccid, reason="shipped")
    (effect,) = desk.effects()
    assert effect[2]["reason"] == (None, "shipped")


def test_a_wrong_puk_is_told_with_the_attempts_that_are_left(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    wrong = "0" * 7 + "x"
    result = desk.client.unblock_pin(sim.iccid, puk=wrong, new_pin="90210")
    assert (result.success, result.remaining_attempts) == (False, 9)
    assert desk.effects() == [("unblock_pin", sim.iccid, {"puk1_attempts": (10, 9)})]

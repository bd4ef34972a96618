"""How actions and transfers of the M2M Service Portal end: done, failed, refused, cancelled."""

from __future__ import annotations

import pytest

from simloom.errors import BadRequest, Conflict, PermissionDenied, UnsupportedOperation
from simloom.models import ActionStatus, SimStatus

PROVIDER = "telekom-m2m"
SUPERUNIT, SUBUNIT = "100013", "100017"
FAILS = 17  # place in the list, from 0: actions on the 18th of every 19 fail


def test_an_accepted_transfer_moves_the_sim_once(desk):
    iccid = desk.sim(SimStatus.ACTIVE).iccid
    number = desk.client.create_transfer([iccid], to_partner=SUBUNIT).id
    receiver = desk.connect(partner_id=SUBUNIT)
    desk.forget()
    receiver.accept_transfer(number)
    desk.pass_time(0.2)
    assert receiver.get_transfer(number).status == "COMPLETED"
    assert receiver.get(iccid).iccid == iccid
    assert desk.effects()[1:] == [
        ("update_sim_transfer", iccid, {"partnerID": (SUPERUNIT, SUBUNIT)})
    ]
    with pytest.raises(PermissionDenied):
        desk.client.get(iccid)


def test_an_action_that_the_network_does_not_carry_out_has_failed(desk):
    sim = list(desk.client.sims())[FAILS]
    action = desk.client.suspend(sim.iccid)
    assert action.status is ActionStatus.PENDING
    assert action.wait().status is ActionStatus.FAILED
    assert action.message == "The network did not carry out the action."
    assert desk.effects() == []
    assert desk.client.get(sim.iccid) == sim


def test_an_action_that_is_not_possible_raises_and_changes_nothing(desk):
    sim = desk.sim(SimStatus.TERMINATED)
    with pytest.raises(BadRequest, match=r"suspend_sims: HTTP 400 \[BAD_REQUEST\]"):
        desk.client.suspend(sim.iccid)
    assert (desk.refused(), desk.effects()) == ([("suspend_sims", 400)], [])


def test_an_action_is_cancelled_before_it_happens(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    action = desk.client.suspend(sim.iccid)
    assert action.refresh().state.cancellable
    assert action.cancel().status is ActionStatus.CANCELLED
    desk.pass_time(1)
    assert desk.client.get(sim.iccid).status is SimStatus.ACTIVE
    changes = {"action": ("PENDING", "CANCELLED")}
    assert desk.effects() == [("cancel_sim_action", sim.iccid, changes)]
    assert desk.references() == [action.id]


def test_it_is_too_late_to_cancel_what_is_done(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    action = desk.client.suspend(sim.iccid).wait()
    with pytest.raises(Conflict):
        action.cancel()
    assert [name for name, _, _ in desk.effects()] == ["suspend_sims"]


def test_an_action_without_a_signup_id_cannot_be_cancelled(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    with pytest.raises(UnsupportedOperation):
        desk.client.reset_connectivity(sim.iccid).cancel()
    assert desk.asked() == ["reset_sim_in_hlr"]


def test_an_action_is_done_when_the_time_is_over_by_the_clock_of_the_machine(desk_in_real_time):
    desk = desk_in_real_time
    sim = desk.sim(SimStatus.ACTIVE)
    assert desk.client.suspend(sim.iccid).wait(timeout=10).status is ActionStatus.DONE
    assert desk.effects() == [("suspend_sims", sim.iccid, {"status": ("Productive", "Suspended")})]

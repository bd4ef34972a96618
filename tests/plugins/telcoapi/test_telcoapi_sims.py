"""SIMs of TelcoAPI: reading, states, deletion. Bodies are those of the reference."""

from __future__ import annotations

import datetime as dt

import pytest

from simloom.errors import (
    BadRequest,
    InvalidParameter,
    NotFound,
    UnsupportedOperation,
)
from simloom.models import ActionState, ActionStatus, Sim, SimStatus

ICCID = "89441234567890123456"
PATH = f"/v1/sim/physical/{ICCID}"
LISTED = {
    "iccid": ICCID,
    "imsi": "234150123456789",
    "msisdn": "447123456789",
    "state": "ACTIVE",
    "vendor": "GEMALTO",
    "created_at": "2024-01-15T10:30:00Z",
    "updated_at": "2024-01-15T10:35:00Z",
}
SECRETS = {
    "pin1": "canary-pin1",
    "pin2": "canary-pin2",
    "puk1": "canary-puk1",
    "puk2": "canary-puk2",
    "ki": "canary-ki",
    "opc": "canary-opc",
}
SIM = Sim(
    provider="telcoapi",
    iccid=ICCID,
    imsi="234150123456789",
    msisdn="447123456789",
    status=SimStatus.ACTIVE,
    vendor_status="ACTIVE",
    created_at=dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC),
    updated_at=dt.datetime(2024, 1, 15, 10, 35, tzinfo=dt.UTC),
)


def test_get_keeps_the_secrets_in_raw_and_shows_none(telcoapi, play):
    sim = play(telcoapi.get(ICCID), LISTED | SECRETS)
    assert sim == SIM
    assert play.sent == [("get_sim", f"GET {PATH}", (), None)]
    assert {name: getattr(sim.raw, name).reveal() for name in SECRETS} == SECRETS
    assert "canary" not in f"{sim!r} {sim} {sim.raw!r} {sim.raw} {sim.raw.to_dict()}"
    assert repr(sim.raw).count("***") == len(SECRETS)


@pytest.mark.parametrize(
    ("state", "status", "vendor_status"),
    [
        ("INVENTORY", SimStatus.INVENTORY, "INVENTORY"),
        ("ACTIVE", SimStatus.ACTIVE, "ACTIVE"),
        ("SUSPENDED", SimStatus.SUSPENDED, "SUSPENDED"),
        ("BLOCKED", SimStatus.BLOCKED, "BLOCKED"),
        ("RETIRED", SimStatus.UNKNOWN, "RETIRED"),
        (None, SimStatus.UNKNOWN, ""),
        ([], SimStatus.UNKNOWN, ""),
    ],
)
def test_states(telcoapi, play, state, status, vendor_status):
    sim = play(telcoapi.get(ICCID), {"iccid": ICCID, "state": state})
    assert (sim.status, sim.vendor_status) == (status, vendor_status)


def test_what_is_missing_null_or_odd_is_none(telcoapi, play):
    body = {"iccid": ICCID, "imsi": None, "created_at": "some day", "pin1": None}
    sim = play(telcoapi.get(ICCID), body)
    assert sim == Sim(provider="telcoapi", iccid=ICCID)
    assert sim.raw.created_at == "some day"


@pytest.mark.parametrize(
    "flow",
    [
        lambda api, iccid: api.get(iccid),
        lambda api, iccid: api.activate(iccid),
        lambda api, iccid: api.suspend(iccid),
        lambda api, iccid: api.resume(iccid),
        lambda api, iccid: api.terminate(iccid),
        lambda api, iccid: api.delete(iccid),
        lambda api, iccid: api.provision(iccid),
        lambda api, iccid: api.reset_pin(iccid, current_pin="1", new_pin="2"),
        lambda api, iccid: api.unblock_pin(iccid, puk="1", new_pin="2"),
    ],
)
@pytest.mark.parametrize(
    "iccid",
    [
        "",
        "1" * 18,
        "1" * 21,
        "8944123456789012345F",
        " 8944123456789012345",
        "٨" * 19,
        "1" * 19 + "\n",
    ],
)
def test_an_iccid_of_other_than_19_or_20_digits_is_not_sent(telcoapi, play, flow, iccid):
    with pytest.raises(InvalidParameter):
        play(flow(telcoapi, iccid))
    assert play.sent == []


def test_19_digits_are_fine(telcoapi, play):
    assert play(telcoapi.get(ICCID[:19]), {"iccid": ICCID[:19]}).iccid == ICCID[:19]


@pytest.mark.parametrize(
    ("verb", "state", "expected"),
    [
        ("activate", "ACTIVE", SimStatus.ACTIVE),
        ("suspend", "SUSPENDED", SimStatus.SUSPENDED),
        ("resume", "ACTIVE", SimStatus.ACTIVE),
    ],
)
def test_a_change_of_state_is_done_with_the_answer(telcoapi, play, verb, state, expected):
    body = {"iccid": ICCID, "state": state, "updated_at": "2024-01-15T10:35:00Z"}
    assert play(getattr(telcoapi, verb)(ICCID), body) == ActionState(
        provider="telcoapi",
        verb=verb,
        status=ActionStatus.DONE,
        iccids=(ICCID,),
        expected=expected,
    )
    sent = f'{{"state":"{state}"}}'.encode()
    assert play.sent == [("update_sim_state", f"PATCH {PATH}/state", (), sent)]


def test_the_reason_of_the_reference_goes_along(telcoapi, play):
    flow = telcoapi.activate(ICCID, reason="Customer activation request")
    play(flow, {"iccid": ICCID, "state": "ACTIVE"})
    assert play.sent[0][3] == b'{"state":"ACTIVE","reason":"Customer activation request"}'


@pytest.mark.parametrize("state", ["SUSPENDED", "ACTIVATING", None])
def test_an_answer_with_another_state_is_unclear_until_the_sim_is_read(telcoapi, play, state):
    action = play(telcoapi.activate(ICCID), {"iccid": ICCID, "state": state})
    assert action.status is ActionStatus.UNKNOWN
    assert action.message == f"the vendor answered with the state {state}"
    assert play(telcoapi.refresh(action), LISTED | {"state": "SUSPENDED"}) == action
    assert play(telcoapi.refresh(action), LISTED).status is ActionStatus.DONE
    assert play.sent == [("get_sim", f"GET {PATH}", (), None)]


def test_an_invalid_transition_is_the_vendor_s_problem_document(telcoapi, play):
    problem = (
        b'{"type":"https://api.telcoapi.com/errors/invalid-state-transition",'
        b'"title":"Invalid State Transition","status":400,'
        b'"detail":"Cannot transition from BLOCKED to ACTIVE state",'
        b'"instance":"/sim/physical/89441234567890123456/state"}'
    )
    with pytest.raises(BadRequest, match="Cannot transition from BLOCKED to ACTIVE") as caught:
        play(telcoapi.activate(ICCID), (400, problem))
    assert caught.value.body.title == "Invalid State Transition"


@pytest.mark.parametrize("verb", ["terminate", "delete"])
@pytest.mark.parametrize(
    ("success", "status"),
    [
        (True, ActionStatus.DONE),
        (False, ActionStatus.FAILED),
        (None, ActionStatus.UNKNOWN),
        ("perhaps", ActionStatus.UNKNOWN),
    ],
)
def test_terminate_and_delete_are_the_same_request(telcoapi, play, verb, success, status):
    answer = {"success": success, "deleted_at": "2024-01-15T11:00:00Z"}
    assert play(getattr(telcoapi, verb)(ICCID), answer) == ActionState(
        provider="telcoapi",
        verb=verb,
        status=status,
        iccids=(ICCID,),
        expected=SimStatus.DELETED,
    )
    assert play.sent == [("delete_sim", f"DELETE {PATH}", (), None)]


def test_an_unclear_deletion_is_done_once_the_vendor_knows_no_such_sim(telcoapi, play):
    action = play(telcoapi.delete(ICCID), {})
    assert play(telcoapi.refresh(action), LISTED) == action
    assert play(telcoapi.refresh(action), (404, b"{}")).status is ActionStatus.DONE


def test_a_sim_that_is_gone_is_not_active(telcoapi, play):
    action = play(telcoapi.activate(ICCID), {"iccid": ICCID})
    assert play(telcoapi.refresh(action), (404, b"{}")) == action


@pytest.mark.parametrize(
    "action",
    [
        ActionState(
            provider="telcoapi",
            verb="delete",
            status=ActionStatus.FAILED,
            iccids=(ICCID,),
            expected=SimStatus.DELETED,
        ),
        ActionState(provider="telcoapi", verb="delete", iccids=(ICCID,)),
        ActionState(provider="telcoapi", verb="delete", expected=SimStatus.DELETED),
    ],
)
def test_refresh_sends_nothing_when_there_is_nothing_to_learn(telcoapi, play, action):
    assert play(telcoapi.refresh(action)) == action
    assert play.sent == []


def test_a_missing_sim_is_not_found(telcoapi, play):
    with pytest.raises(NotFound):
        play(telcoapi.delete(ICCID), (404, b"{}"))


def test_nothing_can_be_called_back(telcoapi, play):
    action = ActionState(provider="telcoapi", verb="suspend", iccids=(ICCID,))
    with pytest.raises(UnsupportedOperation, match="telcoapi has no operation 'cancel'"):
        play(telcoapi.cancel(action))

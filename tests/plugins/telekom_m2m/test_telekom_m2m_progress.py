from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from simloom.errors import (
    Conflict,
    ConnectionFailed,
    DecodeError,
    QuotaExceeded,
    UnsupportedOperation,
)
from simloom.models import ActionState, ActionStatus
from simloom_clients.telekom_m2m import models

ICCID = "8949025298846257344"
INTERNAL = "http://172.19.14.203:8083/v1/partners/100013/sims/actions/708855306"
PENDING = ActionState(provider="telekom-m2m", verb="suspend", id="708855306", iccids=(ICCID,))
STATUS_PATH = "/partners/100013/sims/actions/708855306"


@pytest.mark.parametrize(
    ("vendor", "status"),
    [
        ("PENDING", "pending"),
        ("IN_PROGRESS", "pending"),
        ("DONE", "done"),
        ("FAILED", "failed"),
        ("CANCELLED", "cancelled"),
        ("ROLLED_BACK", "unknown"),
        (None, "unknown"),
        (7, "unknown"),
        ({}, "unknown"),
    ],
)
def test_refresh_reads_the_state(m2m: Any, play: Any, vendor: Any, status: str):
    action, sent = play(m2m.refresh(PENDING), {"signupId": "708855306", "status": vendor})
    assert sent == [("get_sim_action_status", "GET", STATUS_PATH, {}, None)]
    assert action == evolve(PENDING, status=ActionStatus(status))
    assert isinstance(action.raw, models.SimActionStatus)


def test_refresh_without_a_status(m2m: Any, play: Any):
    action, _ = play(m2m.refresh(PENDING), {"signupId": "708855306"})
    assert action.status is ActionStatus.UNKNOWN


@pytest.mark.parametrize(
    ("links", "cancellable"),
    [
        ({"cancel": {"rel": "cancel", "href": INTERNAL, "type": "DELETE"}}, True),
        ({"cancel": {}}, True),
        ({"cancel": None}, False),
        ({}, False),
        (None, False),
        ("cancel", False),
    ],
)
def test_an_action_is_cancellable_while_the_link_is_there(
    m2m: Any, play: Any, links: Any, cancellable: bool
):
    answer = {"signupId": "708855306", "status": "PENDING", "actionLinks": links}
    action, sent = play(m2m.refresh(evolve(PENDING, cancellable=not cancellable)), answer)
    assert action.cancellable is cancellable
    assert [item.path for item in sent] == [STATUS_PATH]  # quirk 6


@pytest.mark.parametrize(
    ("overall", "of_the_sim", "status", "message"),
    [
        ("DONE", "DONE", "done", "overall"),
        ("DONE", "FAILED", "failed", "no contract"),
        ("DONE", "CANCELLED", "failed", "no contract"),
        ("DONE", "STRANGE", "done", "overall"),
        ("FAILED", "FAILED", "failed", "no contract"),
        ("FAILED", "DONE", "failed", "overall"),
        ("IN_PROGRESS", "FAILED", "pending", "no contract"),
    ],
)
def test_a_done_action_with_a_failed_sim_has_failed(
    m2m: Any, play: Any, overall: str, of_the_sim: str, status: str, message: str
):
    answer = {
        "signupId": "708855306",
        "status": overall,
        "message": "overall",
        "sims": [None, {"iccid": ICCID, "status": of_the_sim, "message": "no contract"}],
    }
    action, _ = play(m2m.refresh(PENDING), answer)
    assert (action.status.value, action.message) == (status, message)


def test_refresh_fills_in_the_sims_of_an_action_known_by_its_id(m2m: Any, play: Any):
    known = ActionState(provider="telekom-m2m", verb="suspend", id="708855306")
    sims = [{"iccid": ICCID, "status": "DONE"}, {"iccid": None}]
    action, _ = play(m2m.refresh(known), {"signupId": "1", "status": "DONE", "sims": sims})
    assert (action.id, action.iccids) == ("708855306", (ICCID,))


def test_an_odd_id_stays_one_part_of_the_path(m2m: Any, play: Any):
    _, (sent,) = play(m2m.refresh(evolve(PENDING, id="a/../b")), {"signupId": "1"})
    assert sent.path == "/partners/100013/sims/actions/a%2F..%2Fb"


@pytest.mark.parametrize(
    ("vendor", "status"), [("CANCELLED", "cancelled"), ("DONE", "done"), ("PENDING", "pending")]
)
def test_after_a_cancellation_the_state_is_what_the_vendor_says_then(
    m2m: Any, play: Any, vendor: str, status: str
):
    action, sent = play(
        m2m.cancel(PENDING),
        {"signupId": "708855306", "status": "CANCELLED"},
        {"signupId": "708855306", "status": vendor},
    )
    assert sent == [
        ("cancel_sim_action", "DELETE", STATUS_PATH, {}, None),
        ("get_sim_action_status", "GET", STATUS_PATH, {}, None),
    ]
    assert action == evolve(PENDING, status=ActionStatus(status))


@pytest.mark.parametrize("answer", [(204, b""), (200, b"OK"), (200, b"{}")])
def test_a_cancellation_without_a_readable_answer_is_looked_up(m2m: Any, play: Any, answer: Any):
    action, sent = play(m2m.cancel(PENDING), answer, {"signupId": "1", "status": "CANCELLED"})
    assert action.status is ActionStatus.CANCELLED
    assert len(sent) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((409, b'{"message": "already done"}'), Conflict),
        ((403, b'{"message": "Limit exceeded"}'), QuotaExceeded),
        (ConnectionFailed("reset", operation="cancel_sim_action"), ConnectionFailed),
        (DecodeError("cut off"), DecodeError),
    ],
)
def test_a_cancellation_that_was_not_taken_is_an_error(
    m2m: Any, play: Any, answer: Any, error: type[Exception]
):
    with pytest.raises(error):
        play(m2m.cancel(PENDING), answer)


def test_an_action_without_a_signup_id_cannot_be_cancelled(m2m: Any, play: Any):
    with pytest.raises(UnsupportedOperation, match="no signup id"):
        play(m2m.cancel(evolve(PENDING, id="")))


RESET_PATH = f"/partners/100013/sims/{ICCID}/hlr/reset"


@pytest.mark.parametrize(
    ("answer", "status", "message"),
    [
        ({}, "done", None),
        ({"status": None, "message": "Reset."}, "done", "Reset."),
        ({"status": "DONE"}, "done", "DONE"),
        ({"status": "FAILED", "message": "No such subscriber."}, "failed", "No such subscriber."),
        ({"status": "Not quite"}, "done", "Not quite"),
    ],
)
def test_reset_connectivity(m2m: Any, play: Any, answer: Any, status: str, message: str | None):
    action, sent = play(m2m.reset_connectivity(ICCID), answer)
    assert sent == [("reset_sim_in_hlr", "POST", RESET_PATH, {}, None)]
    assert action == ActionState(
        provider="telekom-m2m",
        verb="reset-connectivity",
        status=ActionStatus(status),
        message=message,
        iccids=(ICCID,),
    )
    later, none = play(m2m.refresh(action))
    assert (later, none) == (action, [])

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import evolve

from simloom.capabilities import Verb
from simloom.errors import (
    Conflict,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    QuotaExceeded,
    UnsupportedOperation,
)
from simloom.models import ActionState, ActionStatus
from simloom_clients.telekom_m2m import models
from simloom_plugins.telekom_m2m import bodies

ICCID = "8949025298846257344"
SIMS = {"sims": [{"iccid": ICCID}]}
INTERNAL = "http://172.19.14.203:8083/v1/partners/100013/sims/actions/708855306"
ACCEPTED = {
    "signupId": "708855306",
    "message": "Accepted.",
    "actionLink": {
        "rel": "actions",
        "href": INTERNAL,
        "type": "GET",
        "name": "get action status",
    },
}

ACTIONS: list[tuple[Verb, dict[str, Any], str, str, dict[str, Any]]] = [
    (Verb.ACTIVATE, {}, "activate_sims", "activation", SIMS),
    (
        Verb.ACTIVATE,
        {"tariff": "Tariff 3", "access_profile": "720378456", "options": ("800000333",)},
        "activate_sims",
        "activation",
        {
            **SIMS,
            "offering": "Tariff 3",
            "accessProfile": "720378456",
            "options": ["800000333"],
        },
    ),
    (Verb.SUSPEND, {}, "suspend_sims", "suspend", SIMS),
    (Verb.RESUME, {}, "unsuspend_sims", "unsuspend", SIMS),
    (Verb.BLOCK, {}, "block_sims", "block", SIMS),
    (Verb.UNBLOCK, {}, "unblock_sims", "unblock", SIMS),
    (Verb.TERMINATE, {}, "terminate_sims", "termination", SIMS),
    (Verb.RESET_LIMIT, {}, "reset_limit_status", "resetlimitstatus", SIMS),
    (Verb.OVERRIDE_LIMIT, {}, "override_limit_status", "overridelimitstatus", SIMS),
    (Verb.RESTORE_LIMIT, {}, "restore_limit_status", "restorelimitstatus", SIMS),
    (Verb.RESET_FRAUD, {}, "reset_fraud_status", "resetfraudstatus", SIMS),
    (
        Verb.SET_LABEL,
        {"label": "Zähler Süd"},
        "modify_sim_remarks",
        "modifyremarks",
        {**SIMS, "remarks": "Zähler Süd"},
    ),
    (Verb.SET_LABEL, {"label": ""}, "modify_sim_remarks", "modifyremarks", {**SIMS, "remarks": ""}),
    (
        Verb.BIND_EID,
        {"eid": "89049032000001"},
        "bind_euiccids",
        "bindeuiccid",
        {"sims": [{"iccid": ICCID, "euiccid": "89049032000001"}], "mode": "BIND"},
    ),
    (
        Verb.MODIFY_PROFILES,
        {"static_ips_per_apn": {"b2b.dtag.test": "10.0.0.7"}},
        "modify_sim_profiles",
        "modifyprofiles",
        {**SIMS, "staticIpsPerApn": [{"apnName": "b2b.dtag.test", "ipAddress": "10.0.0.7"}]},
    ),
    (
        Verb.MODIFY_PROFILES,
        {"access_profile": "1", "limit_profile": "2", "fraud_profile": "3"},
        "modify_sim_profiles",
        "modifyprofiles",
        {**SIMS, "accessProfile": "1", "limitProfile": "2", "fraudProfile": "3"},
    ),
    (
        Verb.CHANGE_TARIFF,
        {"tariff": "Tariff 4"},
        "change_sim_tariff",
        "changetariff",
        {**SIMS, "offering": "Tariff 4"},
    ),
    (
        Verb.CHANGE_TARIFF,
        {"tariff": "Tariff 4", "upgrade": True},
        "change_sim_tariff",
        "changetariff",
        {**SIMS, "offering": "Tariff 4", "upgrade": True},
    ),
    (
        Verb.CHANGE_OPTION,
        {"option": "800000333", "new_option": "800000334"},
        "change_sim_option",
        "changeoption",
        {**SIMS, "optionID": "800000333", "newOptionID": "800000334"},
    ),
    (
        Verb.BOOK_OPTION,
        {"option": "800000333"},
        "book_sim_option",
        "bookoption",
        {**SIMS, "optionID": "800000333"},
    ),
    (
        Verb.TERMINATE_OPTION,
        {"option": "800000333"},
        "terminate_sim_option",
        "terminateoption",
        {**SIMS, "optionID": "800000333"},
    ),
]


@pytest.mark.parametrize(("verb", "arguments", "operation", "name", "body"), ACTIONS)
def test_actions(
    m2m: Any,
    play: Any,
    verb: Verb,
    arguments: dict[str, Any],
    operation: str,
    name: str,
    body: dict[str, Any],
):
    action, (sent,) = play(m2m.flow(verb)(ICCID, **arguments), (202, json.dumps(ACCEPTED).encode()))
    path = f"/partners/100013/sims/actions/{name}"
    assert sent[:4] == (operation, "POST", path, {})
    assert json.loads(sent.body) == body
    assert action == ActionState(
        provider="telekom-m2m",
        verb=verb.value,
        id="708855306",
        status=ActionStatus.PENDING,
        message="Accepted.",
        iccids=(ICCID,),
    )
    assert isinstance(action.raw, models.SimActionAccepted)


def test_the_bytes_of_an_action(m2m: Any, play: Any):
    _, (sent,) = play(m2m.suspend(ICCID), ACCEPTED)
    assert sent.body == b'{"sims":[{"iccid":"8949025298846257344"}]}'


def test_a_signup_id_may_be_a_number(m2m: Any, play: Any):
    # Quirk 5: called a number by the document, text in its examples.
    action, _ = play(m2m.suspend(ICCID), {"signupId": 708855306})
    assert (action.id, action.message, action.cancellable) == ("708855306", None, False)


@pytest.mark.parametrize("signup", [None, "", []])
def test_without_a_signup_id_the_outcome_stays_unknown(m2m: Any, play: Any, signup: Any):
    action, _ = play(m2m.suspend(ICCID), {"signupId": signup})
    assert (action.id, action.status) == ("", ActionStatus.UNKNOWN)
    later, _ = play(m2m.refresh(action))
    assert later.status is ActionStatus.UNKNOWN


def test_an_accepted_action_whose_answer_cannot_be_read_is_not_called_undone(m2m: Any, play: Any):
    with pytest.raises(DecodeError) as caught:
        play(m2m.suspend(ICCID), (202, b""))
    assert caught.value.status == 202


@pytest.mark.parametrize(
    ("link", "cancellable"),
    [
        ({"rel": "cancel", "href": INTERNAL, "type": "DELETE"}, True),
        ({"rel": "Cancel"}, True),
        ({"rel": "actions", "href": f"{INTERNAL}/cancel"}, False),
        ({"rel": None}, False),
        (None, False),
        ("cancel", False),
    ],
)
def test_a_new_action_is_cancellable_when_its_link_says_so(
    m2m: Any, play: Any, link: Any, cancellable: bool
):
    action, sent = play(m2m.suspend(ICCID), {"signupId": "1", "actionLink": link})
    assert action.cancellable is cancellable
    assert len(sent) == 1  # quirk 6: links are looked at, never followed


def test_nothing_to_change_is_not_sent(m2m: Any, play: Any):
    with pytest.raises(InvalidParameter, match="no profile"):
        play(m2m.modify_profiles(ICCID))


@pytest.mark.parametrize(("count", "fine"), [(0, False), (1, True), (1000, True), (1001, False)])
def test_a_request_takes_up_to_a_thousand_sims(count: int, fine: bool):
    iccids = [str(8949025298846257344 + number) for number in range(count)]
    if fine:
        assert [item.iccid for item in bodies.references(iccids)] == iccids
    else:
        with pytest.raises(InvalidParameter, match=f"{count} SIMs"):
            bodies.references(iccids)


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
        ({"status": "Not quite"}, "unknown", "Not quite"),
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

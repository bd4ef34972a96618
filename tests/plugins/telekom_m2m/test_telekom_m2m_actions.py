from __future__ import annotations

import json
from typing import Any

import pytest

from simloom.capabilities import Verb
from simloom.errors import (
    DecodeError,
    InvalidParameter,
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

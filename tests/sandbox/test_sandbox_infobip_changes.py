from __future__ import annotations

import pytest


def ask(desk, method, path, body=None):
    return desk.ask("infobip", method, path, body)


def test_a_rename_changes_the_name_only(desk):
    iccid = desk.sim("infobip", status="Active")
    before = ask(desk, "GET", f"/iot/2/sims/{iccid}").body
    reply = ask(desk, "PATCH", f"/iot/1/sims/{iccid}", {"name": "Zähler 1"})
    after = ask(desk, "GET", f"/iot/2/sims/{iccid}").body
    assert after == {**before, "name": "Zähler 1", "updatedAt": "2026-01-01T00:00:00"}
    (entry,) = desk.emulator.ledger()["effects"]
    assert entry["reference"] == reply.body["actionId"]
    assert entry["changed"] == {"name": {"from": before.get("name"), "to": "Zähler 1"}}


def test_an_activated_sim_gets_its_imsi_and_its_service_profile(desk):
    iccid = desk.sim("infobip", status="Activation Ready")
    assert "imsi" not in ask(desk, "GET", f"/iot/2/sims/{iccid}").body
    ask(desk, "PUT", f"/iot/1/sims/{iccid}/status", {"status": "Active"})
    after = ask(desk, "GET", f"/iot/2/sims/{iccid}").body
    assert after["status"] == "Active"
    assert {"imsi", "serviceProfileId"} <= set(after)
    listed = ask(desk, "GET", "/iot/2/sims?limit=100").body["sims"]
    assert after in listed


def test_what_is_so_already_happens_once(desk):
    iccid = desk.sim("infobip", status="Active")
    path = f"/iot/1/sims/{iccid}/status"
    ids = [ask(desk, "PUT", path, {"status": "Suspended"}).body["actionId"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert desk.effects() == [
        ("update_sim_status", {"status": {"from": "Active", "to": "Suspended"}})
    ]


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ("Imported", "Active"),
        ("Deactivated", "Active"),
        ("Activation Ready", "Suspended"),
        ("Imported", "Suspended"),
    ],
)
def test_impossible_changes(desk, status, wanted):
    iccid = desk.sim("infobip", status=status)
    assert ask(desk, "PUT", f"/iot/1/sims/{iccid}/status", {"status": wanted}).status == 400
    assert ask(desk, "GET", f"/iot/2/sims/{iccid}").body["status"] == status
    assert desk.effects() == []


def test_action_ids_are_the_same_for_the_same_seed(desk, new_desk):
    iccid = desk.sim("infobip", status="Active")
    first, second = (
        [ask(each, "POST", f"/iot/1/sims/{iccid}/diagnostic").body["actionId"] for _ in range(2)]
        for each in (desk, new_desk())
    )
    assert first == second
    assert first[0] != first[1]


def test_an_sms_answers_nothing_and_is_in_the_ledger(desk):
    iccid = desk.sim("infobip", status="Active")
    reply = ask(desk, "POST", f"/iot/1/sims/{iccid}/sms", {"text": "hello"})
    assert (reply.status, reply.body) == (200, None)
    assert desk.effects(iccid=iccid) == [("send_sms", {"sms": {"from": None, "to": "hello"}})]
    assert ask(desk, "POST", f"/iot/1/sims/{iccid}/sms", {"text": "x" * 161}).status == 400
    suspended = desk.sim("infobip", status="Suspended")
    assert ask(desk, "POST", f"/iot/1/sims/{suspended}/sms", {"text": "x"}).status == 400
    assert len(desk.effects()) == 1


def test_monthly_usage_is_the_usage_of_each_sim(desk):
    usage = ask(desk, "GET", "/iot/2/sims/usage/monthly?limit=50&page=2").body
    assert len(usage["usage"]) == 10
    for entry in usage["usage"]:
        assert ask(desk, "GET", f"/iot/2/sims/{entry['iccid']}/usage").body == entry
    ready = desk.sim("infobip", status="Activation Ready")
    figures = ask(desk, "GET", f"/iot/2/sims/{ready}/usage").body
    assert {name for name, value in figures.items() if value is not None} == {"iccid"}

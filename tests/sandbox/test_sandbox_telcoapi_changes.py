from __future__ import annotations

import pytest

SIM = "/v1/sim/physical"
NEW = {
    "iccid": "89441234567890123456",
    "imsi": "234150123456789",
    "pin1": "1234",
    "puk1": "12345678",
    "ki": "A1B2",
}


def ask(desk, method, path, body=None):
    return desk.ask("telcoapi", method, path, body)


def reset_pin(desk, iccid, current, new="4321"):
    body = {"pin_type": "PIN1", "current_pin": current, "new_pin": new}
    return ask(desk, "POST", f"{SIM}/{iccid}/reset-pin", body).body


def unblock_pin(desk, iccid, puk, new="4321"):
    body = {"pin_type": "PIN1", "puk": puk, "new_pin": new}
    return ask(desk, "POST", f"{SIM}/{iccid}/unblock-pin", body).body


def test_a_provisioned_sim_is_in_the_inventory_list_and_details(desk):
    reply = ask(desk, "POST", SIM, NEW)
    assert reply.status == 201
    assert reply.body == {
        "iccid": NEW["iccid"],
        "state": "INVENTORY",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }
    assert ask(desk, "GET", f"{SIM}/{NEW['iccid']}").body == {**NEW, **reply.body}
    listed = ask(desk, "GET", f"{SIM}?sort=created_at:desc&per_page=1").body
    assert listed["meta"]["total"] == 61
    assert listed["data"] == [{**reply.body, "imsi": NEW["imsi"]}]
    ((operation, changed),) = desk.effects()
    assert operation == "provision_sim"
    assert changed["state"] == {"from": None, "to": "INVENTORY"}
    assert changed["pin1"] == changed["ki"] == "***"


def test_a_second_sim_with_the_same_iccid_is_refused(desk):
    ask(desk, "POST", SIM, NEW)
    again = ask(desk, "POST", SIM, {**NEW, "imsi": "1"})
    assert (again.status, again.body["title"]) == (400, "SIM Already Exists")
    assert ask(desk, "GET", f"{SIM}/{NEW['iccid']}").body["imsi"] == NEW["imsi"]
    seeded = ask(desk, "POST", SIM, {"iccid": desk.sim("telcoapi")})
    assert seeded.status == 400
    assert len(desk.effects()) == 1


def test_an_iccid_of_the_wrong_length_is_answered_as_documented(desk):
    reply = ask(desk, "POST", SIM, {"iccid": "123"})
    assert reply.body == {
        "type": "https://api.telcoapi.com/errors/validation-error",
        "title": "Invalid ICCID Format",
        "status": 400,
        "detail": "ICCID must be a 19-20 digit number",
        "instance": "/sim/physical",
    }


def test_blocked_to_active_is_refused_as_documented(desk):
    iccid = desk.sim("telcoapi", state="BLOCKED")
    reply = ask(desk, "PATCH", f"{SIM}/{iccid}/state", {"state": "ACTIVE"})
    assert reply.status == 400
    assert reply.body == {
        "type": "https://api.telcoapi.com/errors/invalid-state-transition",
        "title": "Invalid State Transition",
        "status": 400,
        "detail": "Cannot transition from BLOCKED to ACTIVE state",
        "instance": f"/sim/physical/{iccid}/state",
    }
    assert ask(desk, "GET", f"{SIM}/{iccid}").body["state"] == "BLOCKED"
    assert desk.effects() == []


def test_an_activated_sim_has_its_number_and_is_found_by_its_new_state(desk):
    iccid = desk.sim("telcoapi", state="INVENTORY")
    assert "msisdn" not in ask(desk, "GET", f"{SIM}/{iccid}").body
    before = ask(desk, "GET", f"{SIM}?state=ACTIVE").body["meta"]["total"]
    desk.clock.advance(60)
    reply = ask(desk, "PATCH", f"{SIM}/{iccid}/state", {"state": "ACTIVE", "reason": "why"})
    assert reply.body == {"iccid": iccid, "state": "ACTIVE", "updated_at": "2026-01-01T00:01:00Z"}
    assert "msisdn" in ask(desk, "GET", f"{SIM}/{iccid}").body
    assert ask(desk, "GET", f"{SIM}?state=ACTIVE").body["meta"]["total"] == before + 1
    # Once more changes nothing.
    assert ask(desk, "PATCH", f"{SIM}/{iccid}/state", {"state": "ACTIVE"}).body == reply.body
    assert desk.effects(iccid=iccid) == [
        (
            "update_sim_state",
            {"state": {"from": "INVENTORY", "to": "ACTIVE"}, "reason": {"from": None, "to": "why"}},
        )
    ]


def test_a_deleted_sim_is_gone_everywhere(desk):
    iccid = desk.sim("telcoapi")
    assert ask(desk, "DELETE", f"{SIM}/{iccid}").body == {
        "success": True,
        "deleted_at": "2026-01-01T00:00:00Z",
    }
    for method, path, body in (
        ("GET", "", None),
        ("DELETE", "", None),
        ("PATCH", "/state", {"state": "ACTIVE"}),
    ):
        assert ask(desk, method, f"{SIM}/{iccid}{path}", body).status == 404
    listed = ask(desk, "GET", f"{SIM}?per_page=100").body
    assert listed["meta"]["total"] == len(listed["data"]) == 59
    assert iccid not in {sim["iccid"] for sim in listed["data"]}
    assert [operation for operation, _ in desk.effects()] == ["delete_sim"]


def test_three_wrong_pins_block_and_the_puk_unblocks(desk):
    iccid = desk.sim("telcoapi")
    sim = ask(desk, "GET", f"{SIM}/{iccid}").body
    wrong = "0000" if sim["pin1"] != "0000" else "1111"
    assert [reset_pin(desk, iccid, wrong) for _ in range(3)] == [{"success": False}] * 3
    assert reset_pin(desk, iccid, sim["pin1"]) == {"success": False}
    attempts = [changed["pin1_attempts"] for _, changed in desk.effects()]
    assert attempts == [{"from": 3, "to": 2}, {"from": 2, "to": 1}, {"from": 1, "to": 0}]

    assert unblock_pin(desk, iccid, "x") == {"success": False, "remaining_attempts": 9}
    assert unblock_pin(desk, iccid, sim["puk1"]) == {
        "success": True,
        "remaining_attempts": 10,
        "updated_at": "2026-01-01T00:00:00Z",
    }
    assert reset_pin(desk, iccid, "4321", "5678")["success"] is True
    after = ask(desk, "GET", f"{SIM}/{iccid}").body
    assert (after["pin1"], after["pin2"]) == ("5678", sim["pin2"])
    assert not {"4321", "5678", sim["puk1"]} & set(str(desk.effects()).replace("'", " ").split())


def test_a_right_pin_sets_the_attempts_back(desk):
    iccid = desk.sim("telcoapi")
    pin = ask(desk, "GET", f"{SIM}/{iccid}").body["pin1"]
    for _ in range(3):
        reset_pin(desk, iccid, "wrong")
        reset_pin(desk, iccid, "wrong")
        assert reset_pin(desk, iccid, pin, pin)["success"] is True


def test_ten_wrong_puks_are_the_end(desk):
    iccid = desk.sim("telcoapi")
    puk = ask(desk, "GET", f"{SIM}/{iccid}").body["puk1"]
    left = [unblock_pin(desk, iccid, "wrong")["remaining_attempts"] for _ in range(10)]
    assert left == list(range(9, -1, -1))
    assert unblock_pin(desk, iccid, puk) == {"success": False, "remaining_attempts": 0}


@pytest.mark.parametrize("new_pin", ["", "123", "123456789", "12a4", "\u0661\u0662\u0663\u0664"])
def test_a_new_pin_has_four_to_eight_digits(desk, new_pin):
    iccid = desk.sim("telcoapi")
    body = {"pin_type": "PIN1", "current_pin": "0", "new_pin": new_pin}
    assert ask(desk, "POST", f"{SIM}/{iccid}/reset-pin", body).status == 400
    assert desk.effects() == []

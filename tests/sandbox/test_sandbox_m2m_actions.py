from __future__ import annotations

import pytest

M2M, SUPERUNIT, SUBUNIT = "telekom-m2m", "100013", "100017"
FREE = {"restrictionStatus": "No Restriction"}
RESTRICTED = {"restrictionStatus": "Data Restricted"}


def ask(desk, method, path, body=None, partner=SUPERUNIT):
    return desk.ask(M2M, method, f"/partners/{partner}{path}", body)


def act(desk, name, *iccids, partner=SUPERUNIT, **more):
    body = {"sims": [{"iccid": iccid} for iccid in iccids], **more}
    return ask(desk, "POST", f"/sims/actions/{name}", body, partner)


def done(desk, name, *iccids, **more):
    """Carry an action out, and return its status."""
    signup = act(desk, name, *iccids, **more).body["signupId"]
    desk.clock.advance(1)
    return ask(desk, "GET", f"/sims/actions/{signup}").body


def details(desk, iccid, partner=SUPERUNIT):
    return ask(desk, "GET", f"/sims/{iccid}", partner=partner).body["SimDetails"]


def failing(desk):
    return desk.vendor(M2M).live.iccid(17)


def test_an_action_is_pending_until_its_time_and_takes_effect_then(desk):
    iccid = desk.sim(M2M, status="Productive")
    reply = act(desk, "suspend", iccid)
    signup = reply.body["signupId"]
    assert reply.status == 202
    assert reply.body["actionLink"] == {
        "rel": "actions",
        "href": f"http://172.19.14.203:8083/v1/partners/100013/sims/actions/{signup}",
        "type": "GET",
        "name": "get action status",
    }
    pending = ask(desk, "GET", f"/sims/actions/{signup}").body
    assert (pending["status"], pending["action"]) == ("PENDING", "suspend")
    link = pending["actionLinks"]["cancel"]["href"]
    assert link.endswith(f"/v1/partners/100013/sims/actions/{signup}")
    assert "172.19" in link or ".int." in link
    assert details(desk, iccid)["status"] == "Productive"
    assert desk.effects() == []

    desk.clock.advance(0.2)
    finished = ask(desk, "GET", f"/sims/actions/{signup}").body
    assert finished["status"] == "DONE"
    assert finished["sims"] == [{"iccid": iccid, "status": "DONE"}]
    assert finished["finished"] == "2026-01-01T00:00:00.200Z"
    assert "actionLinks" not in finished
    assert details(desk, iccid)["status"] == "Suspended"
    (entry,) = desk.emulator.ledger()["effects"]
    assert (entry["operation"], entry["reference"]) == ("suspend_sims", signup)
    assert entry["changed"] == {"status": {"from": "Productive", "to": "Suspended"}}


@pytest.mark.parametrize(
    ("name", "wanted", "more", "changed"),
    [
        ("activation", {"status": "Delivered"}, {"offering": "T"}, {"offering": "T"}),
        ("activation", {"status": "On Stock"}, {}, {"status": "Productive"}),
        ("block", {"status": "Productive"}, {}, {"status": "Blocked (manually)"}),
        ("unblock", {"status": "Blocked (manually)"}, {}, {"status": "Productive"}),
        ("unblock", {"status": "Blocked (automatically)"}, {}, {"limitStatus": "OK"}),
        ("enterproductivestate", {"status": "Test"}, {}, {"status": "Productive"}),
        ("unsuspend", {"status": "Suspended"}, {}, {"status": "Productive"}),
        ("termination", {"status": "Suspended"}, {}, {"status": "Terminated"}),
        ("overridelimitstatus", {"status": "Productive"}, {}, {"limitStatus": "Overridden"}),
        ("resetlimitstatus", {"limitStatus": "Limit 2"}, {}, {"limitStatus": "OK"}),
        (
            "restrict",
            {"restrictionStatus": "No Restriction"},
            {},
            {"restrictionStatus": "Data Restricted"},
        ),
        (
            "restrict",
            {"restrictionStatus": "No Restriction"},
            {"restrictionStatus": "Speed Step-down"},
            {"restrictionStatus": "Speed Step-down"},
        ),
        (
            "unrestrict",
            {"restrictionStatus": "Data Restricted"},
            {},
            {"restrictionStatus": "No Restriction"},
        ),
        ("modifyremarks", {"status": "Terminated"}, {"remarks": "x"}, {"remarks": "x"}),
        ("modifyprofiles", {"status": "Test"}, {"accessProfile": "7"}, {"accessProfile": "7"}),
        ("changetariff", {"status": "Productive"}, {"offering": "T"}, {"offering": "T"}),
    ],
)
def test_what_each_action_changes(desk, name, wanted, more, changed):
    iccid = desk.sim(M2M, **wanted)
    assert done(desk, name, iccid, **more)["status"] == "DONE"
    after = details(desk, iccid)
    assert {field: after[field] for field in changed} == changed
    assert [entry["iccid"] for entry in desk.emulator.ledger()["effects"]] == [iccid]


def test_an_activated_sim_has_a_number_and_a_contract(desk):
    iccid = desk.sim(M2M, status="Delivered")
    assert not {"msisdn", "offering", "imei"} & set(details(desk, iccid))
    done(desk, "activation", iccid, options=["800000334"], remarks="new")
    after = details(desk, iccid)
    assert {"msisdn", "offering", "imei", "simAggregatedData"} <= set(after)
    assert [option["name"] for option in after["options"]] == ["SMS"]
    by_number = ask(desk, "POST", "/sims/details", {"msisdn": after["msisdn"]})
    assert by_number.body["SimDetails"] == after


def test_an_overridden_limit_can_be_restored(desk):
    iccid = desk.sim(M2M, limitStatus="Limit 2")
    done(desk, "overridelimitstatus", iccid)
    done(desk, "restorelimitstatus", iccid)
    assert details(desk, iccid)["limitStatus"] == "Limit 2"


def test_options_are_booked_changed_and_terminated(desk):
    iccid = desk.sim(M2M, status="Productive", option="800000333")
    assert act(desk, "bookoption", iccid, optionID="800000333").status == 400
    assert act(desk, "terminateoption", iccid, optionID="77").status == 400
    assert act(desk, "changeoption", iccid, optionID="77", newOptionID="78").status == 400
    for name, more in (
        ("bookoption", {"optionID": "77"}),
        ("changeoption", {"optionID": "77", "newOptionID": "78"}),
        ("terminateoption", {"optionID": "800000333"}),
    ):
        assert done(desk, name, iccid, **more)["status"] == "DONE"
    booked = {option["optionID"] for option in details(desk, iccid)["options"]}
    assert "78" in booked
    assert not {"77", "800000333"} & booked


def test_a_bound_euiccid_finds_the_sim_until_it_is_unbound(desk):
    iccid = desk.sim(M2M, status="Delivered")
    body = {"sims": [{"iccid": iccid, "euiccid": "890490320000"}], "mode": "BIND"}
    ask(desk, "POST", "/sims/actions/bindeuiccid", body)
    desk.clock.advance(1)
    found = ask(desk, "POST", "/sims/details", {"euiccid": "890490320000"})
    assert found.body["SimDetails"]["iccid"] == iccid
    done(desk, "bindeuiccid", iccid, mode="UNBIND")
    assert ask(desk, "POST", "/sims/details", {"euiccid": "890490320000"}).status == 404
    assert act(desk, "bindeuiccid", iccid, mode="UNBIND").status == 400
    assert act(desk, "bindeuiccid", iccid, mode="BIND").status == 400


def test_one_bad_sim_rejects_the_whole_request_and_is_named(desk):
    good = desk.sims(M2M, status="Productive")[:2]
    suspended = desk.sim(M2M, status="Suspended")
    foreign = desk.vendor(M2M).live.iccid(59)
    for bad, why in (
        ("8949020000000000000", "unknown"),
        (suspended, "suspend is not possible in status Suspended"),
        (foreign, "belongs to another partner"),
        (good[0], "named twice"),
    ):
        reply = act(desk, "suspend", good[0], bad, good[1])
        assert (reply.status, reply.body["errors"]) == (400, [f"SIM {bad}: {why}"])
    desk.clock.advance(1)
    assert desk.effects() == []
    assert ask(desk, "GET", "/sims/actions").body["totalCount"] == 0
    assert details(desk, good[0])["status"] == "Productive"


def test_what_names_a_person_is_not_repeated(desk):
    body = {"sims": [{"msisdn": "4915100000000"}]}
    reply = ask(desk, "POST", "/sims/actions/block", body)
    assert reply.body["errors"] == ["SIM of entry 1 (msisdn): unknown"]


def test_a_thousand_sims_and_no_more(new_desk):
    desk = new_desk()
    iccid = desk.sim(M2M, status="Productive")
    assert "named twice" in act(desk, "block", *[iccid] * 1000).body["errors"][0]
    assert "at most 1000" in act(desk, "block", *[iccid] * 1001).body["errors"][0]


def test_some_sims_fail_later_and_the_others_do_not(desk):
    good, bad = desk.sim(M2M), failing(desk)
    status = done(desk, "modifyremarks", good, bad, remarks="x")
    assert status["status"] == "FAILED"
    assert [sim["status"] for sim in status["sims"]] == ["DONE", "FAILED"]
    assert details(desk, good)["remarks"] == "x"
    assert details(desk, bad).get("remarks") != "x"
    assert [entry["iccid"] for entry in desk.emulator.ledger()["effects"]] == [good]


def test_of_two_actions_that_exclude_each_other_the_second_fails(desk):
    iccid = desk.sim(M2M, status="Productive")
    first, second = (act(desk, "suspend", iccid).body["signupId"] for _ in range(2))
    desk.clock.advance(1)
    states = [ask(desk, "GET", f"/sims/actions/{i}").body["status"] for i in (first, second)]
    assert states == ["DONE", "FAILED"]
    assert len(desk.effects()) == 1


def test_a_pending_action_can_be_cancelled_once(desk):
    iccid = desk.sim(M2M, status="Productive")
    signup = act(desk, "suspend", iccid).body["signupId"]
    assert ask(desk, "DELETE", f"/sims/actions/{signup}").body["status"] == "CANCELLED"
    assert ask(desk, "DELETE", f"/sims/actions/{signup}").status == 409
    desk.clock.advance(10)
    assert details(desk, iccid)["status"] == "Productive"
    assert [operation for operation, _ in desk.effects()] == ["cancel_sim_action"]
    late = act(desk, "suspend", iccid).body["signupId"]
    desk.clock.advance(0.2)
    assert ask(desk, "DELETE", f"/sims/actions/{late}").status == 409
    assert details(desk, iccid)["status"] == "Suspended"


def test_actions_are_listed_per_partner_and_day(desk):
    iccid = desk.sim(M2M)
    first = act(desk, "modifyremarks", iccid, remarks="1").body["signupId"]
    desk.wait(86_400 * 1.5)
    second = act(desk, "modifyremarks", iccid, remarks="2").body["signupId"]
    listed = ask(desk, "GET", "/sims/actions").body
    assert [(item["signupId"], item["status"]) for item in listed["actions"]] == [
        (first, "DONE"),
        (second, "PENDING"),
    ]
    later = ask(desk, "GET", "/sims/actions?dateFrom=2026-01-02&pageSize=1").body
    assert [item["signupId"] for item in later["actions"]] == [second]
    assert ask(desk, "GET", "/sims/actions?dateFrom=2026-02-30").status == 400
    assert ask(desk, "GET", "/sims/actions", partner=SUBUNIT).body["totalCount"] == 0
    assert ask(desk, "GET", f"/sims/actions/{first}", partner=SUBUNIT).status == 404


def test_a_moved_sim_is_under_its_new_partner_only(desk):
    iccid = desk.sim(M2M)
    assert act(desk, "move", iccid, targetPartnerID="1").status == 400
    assert done(desk, "move", iccid, targetPartnerID=SUBUNIT)["status"] == "DONE"
    assert ask(desk, "GET", f"/sims/{iccid}").status == 403
    assert details(desk, iccid, SUBUNIT)["iccid"] == iccid
    counts = [ask(desk, "GET", "/sims", partner=p).body["totalCount"] for p in (SUPERUNIT, SUBUNIT)]
    assert counts == [47, 13]
    assert desk.emulator.state()["providers"][M2M]["simsByPartner"] == {SUPERUNIT: 47, SUBUNIT: 13}


def test_without_a_delay_the_effect_is_there_at_once(new_desk):
    desk = new_desk(action_delay=0)
    iccid = desk.sim(M2M, status="Productive")
    act(desk, "block", iccid)
    assert details(desk, iccid)["status"] == "Blocked (manually)"

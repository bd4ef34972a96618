from __future__ import annotations

import pytest

M2M, SUPERUNIT, SUBUNIT = "telekom-m2m", "100013", "100017"
TRANSFERS = "/sims/actions/simtransfer"


def ask(desk, method, path, body=None, partner=SUPERUNIT):
    return desk.ask(M2M, method, f"/partners/{partner}{path}", body)


def offer(desk, *iccids, to=SUBUNIT, partner=SUPERUNIT):
    body = {"sims": [{"iccid": iccid} for iccid in iccids], "receivingPartnerID": to}
    return ask(desk, "POST", TRANSFERS, body, partner)


def decide(desk, number, action, partner, **more):
    body = {"action": action, **more}
    return ask(desk, "PATCH", f"{TRANSFERS}/{number}", body, partner)


def test_an_accepted_transfer_moves_the_sims(desk):
    iccids = desk.sims(M2M)[:2]
    made = offer(desk, *iccids).body
    number = made["transactionID"]
    assert made["actionLink"]["href"].startswith("http://172.19.14.203:8083/v1/partners/")
    for partner in (SUPERUNIT, SUBUNIT):
        shown = ask(desk, "GET", f"{TRANSFERS}/{number}", partner=partner).body
        assert (shown["status"], shown["sendingPartnerID"]) == ("REQUESTED", SUPERUNIT)
        assert [sim["iccid"] for sim in shown["sims"]] == iccids
    assert decide(desk, number, "ACCEPT", SUBUNIT).body["status"] == "ACCEPTED"
    assert ask(desk, "GET", f"/sims/{iccids[0]}").status == 200
    desk.clock.advance(0.2)
    assert ask(desk, "GET", f"{TRANSFERS}/{number}").body["status"] == "COMPLETED"
    assert ask(desk, "GET", f"/sims/actions/{made['signupId']}").body["status"] == "DONE"
    for iccid in iccids:
        assert ask(desk, "GET", f"/sims/{iccid}").status == 403
        assert ask(desk, "GET", f"/sims/{iccid}", partner=SUBUNIT).status == 200
        changes = [changed for _, changed in desk.effects(iccid=iccid)]
        assert changes == [
            {"transfer": {"from": None, "to": "REQUESTED"}},
            {"transfer": {"from": "REQUESTED", "to": "ACCEPTED"}},
            {"partnerID": {"from": SUPERUNIT, "to": SUBUNIT}},
        ]


@pytest.mark.parametrize(
    ("action", "partner", "state", "outcome"),
    [
        ("REJECT", SUBUNIT, "REJECTED", "FAILED"),
        ("CANCEL", SUPERUNIT, "CANCELLED", "CANCELLED"),
    ],
)
def test_a_transfer_that_comes_to_nothing(desk, action, partner, state, outcome):
    iccid = desk.sim(M2M)
    made = offer(desk, iccid).body
    number = made["transactionID"]
    other = SUPERUNIT if partner == SUBUNIT else SUBUNIT
    assert decide(desk, number, action, other).status == 403
    assert decide(desk, number, action, partner).body["status"] == state
    assert decide(desk, number, action, partner).status == 409
    desk.clock.advance(1)
    assert ask(desk, "GET", f"/sims/actions/{made['signupId']}").body["status"] == outcome
    assert ask(desk, "GET", f"/sims/{iccid}").status == 200
    assert len(desk.effects()) == 2
    # The SIM is free again.
    assert offer(desk, iccid).status == 202


def test_what_cannot_be_offered_is_named(desk):
    iccid, deleted = desk.sim(M2M), desk.sim(M2M, status="Deleted")
    assert offer(desk, iccid, to=SUPERUNIT).status == 400
    assert offer(desk, iccid, to="1").status == 400
    assert offer(desk, iccid, deleted).body["errors"] == [
        f"SIM {deleted}: simtransfer is not possible in status Deleted"
    ]
    assert desk.effects() == []
    offer(desk, iccid)
    assert offer(desk, iccid).body["errors"] == [f"SIM {iccid}: is in another transfer"]


def test_the_receiver_may_name_the_unit_that_takes_the_sims(desk):
    iccid = desk.vendor(M2M).live.iccid(59)
    number = offer(desk, iccid, to=SUPERUNIT, partner=SUBUNIT).body["transactionID"]
    assert decide(desk, number, "ACCEPT", SUPERUNIT, subunitPartnerID="1").status == 400
    shown = decide(desk, number, "ACCEPT", SUPERUNIT, subunitPartnerID=SUBUNIT).body
    assert shown["subunitPartnerID"] == SUBUNIT
    desk.clock.advance(1)
    assert ask(desk, "GET", f"/sims/{iccid}", partner=SUBUNIT).status == 200


def test_the_action_of_a_transfer_is_not_cancelled_by_itself(desk):
    made = offer(desk, desk.sim(M2M)).body
    assert "actionLinks" not in ask(desk, "GET", f"/sims/actions/{made['signupId']}").body
    assert ask(desk, "DELETE", f"/sims/actions/{made['signupId']}").status == 409
    assert ask(desk, "GET", f"{TRANSFERS}/{made['transactionID']}").body["status"] == "REQUESTED"
    assert ask(desk, "GET", f"{TRANSFERS}/1").status == 404

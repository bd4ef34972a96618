from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

M2M, SUPERUNIT, SUBUNIT = "telekom-m2m", "100013", "100017"


def ask(desk, method, path, body=None, partner=SUPERUNIT):
    return desk.ask(M2M, method, f"/partners/{partner}{path}", body)


def test_a_session_and_parallel_ones(desk):
    iccid = desk.sim(M2M, status="Productive")
    session = ask(desk, "GET", f"/sims/{iccid}/session").body
    assert session["sessionStart"] < "2026-01-01T00:00:00.000Z"
    assert "sessions" not in session
    parallel = ask(desk, "POST", "/sims/session?parallelSessions=true", {"iccid": iccid}).body
    assert parallel["sessions"][0].items() < parallel.items()
    offline = desk.sim(M2M, status="Suspended")
    assert ask(desk, "GET", f"/sims/{offline}/session?parallelSessions=true").body == {
        "iccid": offline,
        "sessions": [],
    }


def test_the_history_of_a_day_is_the_same_in_every_time_span(desk):
    iccid = desk.sim(M2M, status="Productive")
    path = f"/sims/{iccid}/sessionhistory"
    month = ask(desk, "GET", f"{path}?dateFrom=2025-12-01&dateTo=2025-12-31").body["sessions"]
    week = ask(desk, "GET", f"{path}?dateFrom=2025-12-08&dateTo=2025-12-14").body["sessions"]
    assert week
    assert week == [s for s in month if "2025-12-08" <= s["sessionStart"][:10] <= "2025-12-14"]
    for one, other in pairwise(month):
        assert one["sessionEnd"] < other["sessionStart"]
    usual = ask(desk, "GET", path).body["sessions"]
    assert {s["sessionStart"][:7] for s in usual} <= {"2025-12", "2026-01"}


@pytest.mark.parametrize(
    "span", ["dateFrom=2025-12-02&dateTo=2025-12-01", "dateFrom=2001-01-01", "dateTo=2025-02-30"]
)
def test_impossible_time_spans(desk, span):
    iccid = desk.sim(M2M, status="Productive")
    for history in ("sessionhistory", "smshistory"):
        assert ask(desk, "GET", f"/sims/{iccid}/{history}?{span}").status == 400


def test_a_sent_message_is_in_the_history_once(desk):
    iccid = desk.sim(M2M, status="Productive")
    sent = ask(desk, "POST", "/sims/sms", {"iccid": iccid, "message": "hello"}).body
    messages = ask(desk, "GET", f"/sims/{iccid}/smshistory").body["messages"]
    assert [m["messageID"] for m in messages if m["direction"] == "MT"] == [sent["messageID"]]
    assert desk.effects() == [("send_message", {"sms": {"from": None, "to": "hello"}})]
    past = ask(desk, "GET", f"/sims/{iccid}/smshistory?dateTo=2025-12-31").body["messages"]
    assert "MT" not in {message["direction"] for message in past}
    suspended = desk.sim(M2M, status="Suspended")
    assert ask(desk, "POST", f"/sims/{suspended}/sms", {"message": "x"}).status == 400
    assert len(desk.effects()) == 1


@pytest.mark.parametrize("body", [{"message": "x"}, {"message": "x", "iccid": "1", "imsi": "2"}])
def test_a_message_names_its_sim_in_one_way(desk, body):
    assert ask(desk, "POST", "/sims/sms", body).status == 400


def test_hlr(desk):
    online, offline = desk.sim(M2M, status="Productive"), desk.sim(M2M, status="Suspended")
    assert ask(desk, "POST", f"/sims/{online}/hlr/check").body["registered"] is True
    assert ask(desk, "POST", "/sims/hlr/check", {"iccid": offline}).body["registered"] is False
    assert ask(desk, "POST", f"/sims/{online}/hlr/reset").body["iccid"] == online
    assert ask(desk, "POST", f"/sims/{offline}/hlr/reset").status == 400
    assert [operation for operation, _ in desk.effects()] == ["reset_sim_in_hlr"]


def test_counts_are_those_of_the_list(desk):
    iccid = desk.sim(M2M, status="Productive")
    body = {"sims": [{"iccid": iccid}]}
    ask(desk, "POST", "/sims/actions/termination", body)
    desk.clock.advance(1)
    for move in (False, True):
        if move:
            other = {"sims": [{"iccid": desk.sim(M2M)}], "targetPartnerID": SUBUNIT}
            ask(desk, "POST", "/sims/actions/move", other)
            desk.clock.advance(1)
        for partner in (SUPERUNIT, SUBUNIT):
            listed = ask(desk, "GET", "/sims", partner=partner).body["sims"]
            counts = ask(desk, "GET", "", partner=partner).body["simCounts"]
            assert {c["status"]: c["count"] for c in counts} == Counter(s["status"] for s in listed)


def test_api_usage_counts_calls(desk):
    for _ in range(3):
        ask(desk, "GET", "/sims")
    usage = ask(desk, "GET", "/apiusage").body
    assert usage["entries"] == [
        {"method": "get_api_usage", "count": 1},
        {"method": "list_sims", "count": 3},
    ]
    assert usage["dateFrom"] == "2026-01-01"


def test_a_small_order_needs_to_be_meant(desk):
    order = {"material": "MFF2", "quantity": 9}
    assert ask(desk, "POST", "/orders", order).status == 400
    assert desk.effects() == []
    accepted = ask(desk, "POST", "/orders", {**order, "overrideMoq": True}).body
    status = ask(desk, "GET", f"/sims/actions/{accepted['signupId']}").body
    assert (status["action"], status["status"]) == ("order", "PENDING")
    (entry,) = desk.emulator.ledger()["effects"]
    assert (entry["iccid"], entry["reference"]) == (None, accepted["signupId"])

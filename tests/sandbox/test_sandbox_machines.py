"""What takes its course after a request: messages, orders, tariffs, actions without effect."""

from __future__ import annotations

import pytest

M2M, BSC, SUPERUNIT, SUBUNIT = "telekom-m2m", "telekom-bsc", "100013", "100017"


def act(desk, name, *iccids, partner=SUPERUNIT, **more):
    body = {"sims": [{"iccid": iccid} for iccid in iccids], **more}
    reply = desk.ask(M2M, "POST", f"/partners/{partner}/sims/actions/{name}", body)
    desk.clock.advance(1)
    return reply


@pytest.mark.parametrize(
    ("name", "more", "wanted"),
    [
        ("resetfraudstatus", {}, {"fraudStatus": "OK"}),
        ("resetlimitstatus", {}, {"limitStatus": "OK"}),
        ("unrestrict", {}, {"restrictionStatus": "No Restriction"}),
        ("move", {"targetPartnerID": SUPERUNIT}, {}),
    ],
)
def test_an_action_that_changes_nothing_has_no_effect(desk, name, more, wanted):
    iccid = desk.sim(M2M, **wanted)
    signup = act(desk, name, iccid, **more).body["signupId"]
    status = desk.ask(M2M, "GET", f"/partners/{SUPERUNIT}/sims/actions/{signup}").body
    assert status["status"] == "DONE"
    assert desk.effects() == []


def test_the_workflow_of_an_order_ends(desk):
    order = {"material": "MFF2", "quantity": 10}
    signup = desk.ask(M2M, "POST", f"/partners/{SUPERUNIT}/orders", order).body["signupId"]
    desk.clock.advance(0.2)
    status = desk.ask(M2M, "GET", f"/partners/{SUPERUNIT}/sims/actions/{signup}").body
    assert (status["action"], status["status"]) == ("order", "DONE")
    assert status["finished"] == "2026-01-01T00:00:00.200Z"
    assert len(desk.effects()) == 1


def test_an_order_of_cards_is_completed_a_day_later(desk):
    desk.ask(BSC, "POST", "/v1/orders", {"products": [{"productId": 1001, "quantity": 2}]})
    for seconds, status in ((86_399, "IN PROGRESS"), (1, "COMPLETED")):
        desk.wait(seconds)
        assert desk.ask(BSC, "GET", "/v1/orders").body[-1]["order_status"] == status
    assert desk.effects(BSC)[-1] == (
        "create_order",
        {"order_status": {"from": "IN PROGRESS", "to": "COMPLETED"}},
    )


@pytest.mark.parametrize("offering", ["Data Best", "data best"])
def test_some_tariffs_are_not_for_subunits(desk, offering):
    live = desk.vendor(M2M).live
    theirs = next(live.iccid(i) for i in range(48, 60) if live.state(i) == "Delivered")
    ours = desk.sim(M2M, status="Delivered")
    refused = act(desk, "activation", theirs, partner=SUBUNIT, offering=offering)
    assert refused.status == 400
    assert "Subunit" in refused.body["errors"][0]
    assert act(desk, "activation", theirs, partner=SUBUNIT, offering="Tariff 1").status == 202
    assert act(desk, "activation", ours, offering=offering).status == 202


def send(desk, iccid, **more):
    path = f"/v1/sims/{iccid}/sms"
    assert desk.ask(BSC, "POST", path, {"payload": "x", **more}).status == 201
    return lambda: desk.ask(BSC, "GET", path).body[-1]


def test_a_buffered_message_is_delivered_when_the_sim_is_enabled(desk):
    iccid = desk.sim(BSC, status="Disabled", imei_lock=False)
    desk.ask(BSC, "POST", f"/v1/sims/{iccid}/topup")
    message = send(desk, iccid)
    desk.clock.advance(60)
    assert message()["status"]["description"] == "BUFFERED"
    desk.ask(BSC, "PUT", f"/v1/sims/{iccid}", {"iccid": iccid, "status": "Enabled"})
    assert message()["status"]["description"] == "DELIVERED"
    assert message()["delivery_date"] == "2026-01-01T00:01:00.000Z"
    desk.wait(86_400)
    assert message()["status"]["description"] == "DELIVERED"


@pytest.mark.parametrize(
    ("expiry", "seconds"),
    [({}, 86_400), ({"expiry_date": "2026-01-01T00:05:00Z"}, 300)],
)
def test_a_buffered_message_expires(desk, expiry, seconds):
    message = send(desk, desk.sim(BSC, status="Disabled"), **expiry)
    desk.wait(seconds - 1)
    assert message()["status"]["description"] == "BUFFERED"
    desk.wait(1)
    assert message()["status"]["description"] == "EXPIRED"


def test_an_expiry_that_is_no_time_is_refused(desk):
    iccid = desk.sim(BSC)
    body = {"payload": "x", "expiry_date": "tomorrow"}
    assert desk.ask(BSC, "POST", f"/v1/sims/{iccid}/sms", body).status == 400
    assert desk.ask(BSC, "GET", f"/v1/sims/{iccid}/sms").body == []
    assert desk.effects() == []


def latest(desk, iccid):
    path = f"/v1/sims/{iccid}/sms?pageSize=1&sort=-submit_date"
    desk.clock.advance(1)
    return desk.ask(BSC, "GET", path).body[0]["status"]["description"]


def test_messages_use_up_the_volume_and_wait_for_more(new_desk):
    desk = new_desk(limits=False)
    live = desk.vendor(BSC).live
    index = next(
        i
        for i in range(60)
        if live.state(i) == "Enabled" and "imei" in live.record(i) and i % 19 != 13
    )
    iccid = live.iccid(index)
    left = desk.ask(BSC, "GET", f"/v1/sims/{iccid}/quota/sms").body["volume"]
    assert 0 < left < 250
    for number in range(left + 1):
        send(desk, iccid)
        expected = "DELIVERED" if number < left else "BUFFERED"
        assert latest(desk, iccid) == expected
    sim = desk.ask(BSC, "GET", f"/v1/sims/{iccid}").body
    assert (sim["current_quota_SMS"], sim["quota_status_SMS"]["id"]) == (0, 2)
    assert sim["quota_status_SMS"]["quota_exceeded_date"]
    desk.ask(BSC, "POST", f"/v1/sims/{iccid}/topup")
    sim = desk.ask(BSC, "GET", f"/v1/sims/{iccid}").body
    assert (sim["current_quota_SMS"], sim["quota_status_SMS"]["id"]) == (249, 0)
    assert latest(desk, iccid) == "DELIVERED"

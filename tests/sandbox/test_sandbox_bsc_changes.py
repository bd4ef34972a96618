from __future__ import annotations

import pytest

BSC = "telekom-bsc"


def ask(desk, method, path, body=None):
    return desk.ask(BSC, method, path, body)


def sim_of(desk, iccid):
    return ask(desk, "GET", f"/v1/sims/{iccid}").body


def expired(desk):
    vendor = desk.vendor(BSC)
    index = next(i for i in range(60) if vendor.sims.expired(i))
    return vendor.live.iccid(index)


def test_a_change_of_the_label_alone_enables_the_sim_and_unlocks_its_imei(desk):
    iccid = desk.sim(BSC, status="Disabled", imei_lock=True)
    reply = ask(desk, "PUT", f"/v1/sims/{iccid}", {"iccid": iccid, "label": "Pump"})
    assert (reply.status, reply.body) == (200, None)
    after = sim_of(desk, iccid)
    assert (after["label"], after["status"], after["imei_lock"]) == ("Pump", "Enabled", False)
    ((operation, changed),) = desk.effects(iccid=iccid)
    assert operation == "update_sim"
    assert changed["status"] == {"from": "Disabled", "to": "Enabled"}
    assert changed["imei_lock"] == {"from": True, "to": False}


def test_a_change_with_everything_in_it_changes_nothing_else(desk):
    iccid = desk.sim(BSC, status="Disabled", imei_lock=True)
    before = sim_of(desk, iccid)
    body = {"iccid": iccid, "status": "Disabled", "imei_lock": True, "label": "Pump"}
    for _ in range(2):
        ask(desk, "PUT", f"/v1/sims/{iccid}", body)
    assert sim_of(desk, iccid) == {**before, "label": "Pump"}
    assert desk.effects() == [
        ("update_sim", {"label": {"from": before.get("label"), "to": "Pump"}})
    ]


def test_a_change_without_a_label_keeps_the_label(desk):
    iccid = next(one for one in desk.sims(BSC, status="Enabled") if "label" in sim_of(desk, one))
    before = sim_of(desk, iccid)
    ask(desk, "PUT", f"/v1/sims/{iccid}", {"iccid": iccid, "status": "Disabled"})
    assert sim_of(desk, iccid)["label"] == before["label"]


def test_another_iccid_in_the_body_than_in_the_path_is_refused(desk):
    one, other = desk.sims(BSC)[:2]
    assert ask(desk, "PUT", f"/v1/sims/{one}", {"iccid": other}).status == 400
    assert desk.effects() == []


def test_queued_changes_wait_for_the_clock(new_desk):
    desk = new_desk(queue_delay=30)
    one, other = desk.sims(BSC, status="Enabled")[:2]
    changes = [{"iccid": iccid, "status": "Disabled"} for iccid in (one, other)]
    reply = ask(desk, "POST", "/v1/sims", changes)
    assert (reply.status, reply.body) == (201, None)
    desk.clock.advance(29)
    assert sim_of(desk, one)["status"] == "Enabled"
    assert desk.effects() == []
    desk.clock.advance(100)
    assert sim_of(desk, one)["status"] == sim_of(desk, other)["status"] == "Disabled"
    times = [entry["time"] for entry in desk.emulator.ledger()["effects"]]
    assert times == ["2026-01-01T00:00:30+00:00"] * 2


def test_a_list_with_one_unknown_sim_changes_nothing(desk):
    iccid = desk.sim(BSC, status="Enabled")
    changes = [{"iccid": iccid, "status": "Disabled"}, {"iccid": "1", "status": "Disabled"}]
    assert ask(desk, "POST", "/v1/sims", changes).status == 404
    assert sim_of(desk, iccid)["status"] == "Enabled"
    assert desk.effects() == []


def test_an_expired_sim_can_be_read_and_not_be_changed(desk):
    iccid, healthy = expired(desk), desk.sim(BSC)
    change = {"iccid": iccid, "status": "Disabled"}
    for method, path, body in (
        ("PUT", f"/v1/sims/{iccid}", change),
        ("POST", "/v1/sims", [{"iccid": healthy, "status": "Disabled"}, change]),
        ("POST", f"/v1/sims/{iccid}/reset", None),
        ("POST", f"/v1/sims/{iccid}/sms", {"payload": "x"}),
        ("POST", f"/v1/sims/{iccid}/topup", None),
        ("POST", "/v1/sims/topup", [healthy, iccid]),
    ):
        reply = ask(desk, method, path, body)
        assert (reply.status, reply.body) == (422, None)
    assert desk.effects() == []
    assert len(ask(desk, "GET", "/v1/orders").body) == 1
    assert ask(desk, "GET", f"/v1/sims/{iccid}/quota/data").body["expiry_date"] < "2026"
    assert ask(desk, "GET", f"/v1/sims/{healthy}/quota/data").body["expiry_date"] > "2033"


def test_a_top_up_adds_volume_and_an_order(desk):
    iccid = desk.sim(BSC)
    before = ask(desk, "GET", f"/v1/sims/{iccid}/quota/data").body
    reply = ask(desk, "POST", f"/v1/sims/{iccid}/topup?payment_method=creditcard")
    assert (reply.status, reply.body) == (201, None)
    number = reply.headers["Location"].rsplit("/", 1)[1]
    order = ask(desk, "GET", f"/v1/orders/{number}").body
    assert (order["order_type"], order["order_status"]) == ("TOPUP", "COMPLETED")
    assert [sim["iccid"] for sim in order["sims"]] == [iccid]
    after = ask(desk, "GET", f"/v1/sims/{iccid}/quota/data").body
    assert after["volume"] == pytest.approx(before["volume"] + 500)
    assert after["total_volume"] == 1000
    assert sim_of(desk, iccid)["quota_status_SMS"]["id"] == 0
    (entry,) = desk.emulator.ledger()["effects"]
    assert (entry["iccid"], entry["reference"]) == (iccid, number)
    assert entry["changed"]["payment_method"]["to"] == "creditcard"


def test_many_sims_are_topped_up_by_one_order(desk):
    iccids = desk.sims(BSC)[:3]
    location = ask(desk, "POST", "/v1/sims/topup", iccids).headers["Location"]
    order = ask(desk, "GET", f"/v1/orders/{location.rsplit('/', 1)[1]}").body
    assert order["order_type"] == "BULK_TOPUP"
    assert [sim["iccid"] for sim in order["sims"]] == iccids
    assert [entry["iccid"] for entry in desk.emulator.ledger()["effects"]] == iccids


def test_orders_are_listed_in_the_order_asked_for(desk):
    new = {"products": [{"productId": 1001, "quantity": 2}]}
    desk.clock.advance(1)
    assert ask(desk, "POST", "/v1/orders", new).body == new
    newest, oldest = ask(desk, "GET", "/v1/orders?sort=-order_date").body
    assert (newest["order_type"], oldest["order_type"]) == ("ADDITIONAL_ORDER", "FIRST_ORDER")
    assert newest["products"] == [{"product_id": 1001, "quantity": 2}]
    assert ask(desk, "GET", "/v1/orders?pageSize=1&page=2").body == [newest]
    assert ask(desk, "GET", "/v1/orders?sort=colour").status == 400
    assert (
        ask(desk, "POST", "/v1/orders", {"products": [{"productId": 1, "quantity": 1}]}).status
        == 404
    )


def test_a_message_is_delivered_or_stays_buffered_and_is_cancelled(new_desk):
    desk = new_desk(queue_delay=5)
    iccid = desk.sim(BSC, status="Enabled", imei_lock=False)
    path = f"/v1/sims/{iccid}/sms"
    for text in ("first", "second"):
        reply = ask(desk, "POST", path, {"payload": text, "dcs": 0})
        assert (reply.status, reply.body, reply.headers) == (201, None, {})
    first, second = ask(desk, "GET", path).body
    assert (first["payload"], first["status"]["description"]) == ("first", "BUFFERED")
    assert ask(desk, "DELETE", f"{path}/{second['id']}").status == 204
    desk.clock.advance(5)
    assert ask(desk, "GET", f"{path}/{first['id']}").body["status"]["id"] == "4"
    assert ask(desk, "GET", f"{path}/{second['id']}").body["status"]["description"] == "CANCELLED"
    # Too late, and an id that never was: the same answer, and nothing happens.
    for number in (first["id"], "1"):
        assert ask(desk, "DELETE", f"{path}/{number}").status == 204
    assert [operation for operation, _ in desk.effects()] == ["send_sms", "send_sms", "cancel_sms"]
    other = next(one for one in desk.sims(BSC) if one != iccid)
    assert ask(desk, "GET", f"/v1/sims/{other}/sms/{first['id']}").status == 404
    assert ask(desk, "GET", f"/v1/sims/{other}/sms").body == []


def test_a_disabled_sim_gets_no_message(desk):
    iccid = desk.sim(BSC, status="Disabled")
    ask(desk, "POST", f"/v1/sims/{iccid}/sms", {"payload": "x"})
    (message,) = ask(desk, "GET", f"/v1/sims/{iccid}/sms").body
    assert message["status"]["description"] == "BUFFERED"


def test_what_happens_is_among_the_events(desk):
    iccid = desk.sim(BSC, status="Enabled", imei_lock=False)
    before = ask(desk, "GET", f"/v1/sims/{iccid}/events").body["totalEvents"]
    ask(desk, "PUT", f"/v1/sims/{iccid}", {"iccid": iccid, "status": "Disabled"})
    desk.clock.advance(1)
    ask(desk, "POST", f"/v1/sims/{iccid}/reset")
    reply = ask(desk, "GET", f"/v1/sims/{iccid}/events?pageSize=2")
    assert [event["event_type"] for event in reply.body["events"]] == [
        "Connectivity reset",
        "Status changed from Enabled to Disabled",
    ]
    assert reply.body["totalEvents"] == before + 2
    assert reply.headers["X-Total-Count"] == str(before + 2)


def test_usage_is_told_for_the_days_asked_for(desk):
    iccid = desk.sim(BSC, imei_lock=False)
    path = f"/v1/sims/{iccid}/usage"
    days = [entry["date"] for entry in ask(desk, "GET", path).body["stats"]]
    assert (len(days), days[0], days[-1]) == (7, "2025-12-26", "2026-01-01")
    (one,) = ask(desk, "GET", f"{path}?start_dt=2025-12-31&end_dt=2025-12-31").body["stats"]
    assert one in ask(desk, "GET", path).body["stats"]
    assert one["data"]["cost"] == one["data"]["volume"]
    long = ask(desk, "GET", f"{path}?start_dt=2001-01-01").body["stats"]
    assert long[0]["date"] == "2025-07-02"
    assert ask(desk, "GET", f"{path}?start_dt=2025-13-01").status == 400


def test_connectivity_tells_what_was_asked_for(desk):
    iccid = desk.sim(BSC, status="Enabled", imei_lock=False)
    path = f"/v1/sims/{iccid}/connectivity_info"
    assert ask(desk, "GET", path).body["subscriber_info"]["success"] is True
    assert set(ask(desk, "GET", f"{path}?subscriber=false&ussd=true").body) == {
        "request_timestamp",
        "reply_timestamp",
        "ussd_info",
    }
    ask(desk, "PUT", f"/v1/sims/{iccid}", {"iccid": iccid, "status": "Disabled"})
    assert ask(desk, "GET", path).body["subscriber_info"]["success"] is False

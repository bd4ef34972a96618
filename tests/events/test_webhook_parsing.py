"""From a vendor's request to an event, and what is no webhook: by table, and by anything at all."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simloom.errors import UnsupportedOperation, WebhookRejected
from simloom.events.types import (
    PinBlocked,
    PinReset,
    SimCreated,
    SimDeleted,
    SimStateChanged,
    SmsDelivery,
    SmsReceived,
    UnknownEvent,
)
from simloom.events.webhooks import LONGEST, event_of, parse, webhook_of
from simloom.models import SimStatus

BSC, TELCO = "telekom-bsc", "telcoapi"
JSON = {"Content-Type": "application/json"}
REPORT = {
    "status": {"status": "DELIVERED", "id": "4"},
    "endpoint": {"id": "8765432", "name": "8988280666000000001"},
    "submit_date": "2018-08-17 16:46:48",
    "organisation": {"id": "4321"},
    "final_date": "2018-08-17 16:46:52",
    "id": "6206",
}
MESSAGE = {
    "multi_part_info": {"partno": 1, "total": 1, "identifier": "6202"},
    "payload": "message text",
    "submit_date": "2018-08-17 16:31:51",
    "dest_address": "12345",
    "organisation": {"id": "4567"},
    "pid": "0",
    "id": "6202",
    "endpoint": {"id": "8765432", "name": "8988280666000000001"},
    "source_address": "882285100000001",
    "dcs": "0",
}
ICCID = "89441234567890123456"
CHANGED = {
    "event": "sim.physical.state_changed",
    "timestamp": "2024-01-15T10:35:00Z",
    "data": {
        "iccid": ICCID,
        "previous_state": "INVENTORY",
        "new_state": "ACTIVE",
        "reason": "Customer activation request",
    },
}


def read(provider, body, method="POST", headers=JSON):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parse(provider, method, headers, content)


def test_a_delivery_report():
    event = read(BSC, REPORT, "PATCH")
    assert isinstance(event, SmsDelivery)
    assert (event.sms_id, event.status, event.delivered) == ("6206", "DELIVERED", True)
    assert event.iccid == "8988280666000000001"
    assert event.partner == "4321"
    assert event.submitted_at == dt.datetime(2018, 8, 17, 16, 46, 48, tzinfo=dt.UTC)
    assert event.final_at == event.time == dt.datetime(2018, 8, 17, 16, 46, 52, tzinfo=dt.UTC)
    assert event.raw.status.status == "DELIVERED"


def test_a_message_from_a_sim():
    event = read(BSC, MESSAGE)
    assert isinstance(event, SmsReceived)
    assert (event.id, event.sms_id, event.text, event.payload) == ("6202",) * 2 + (
        "message text",
        None,
    )
    assert (event.part, event.parts, event.reference) == (None, None, None)
    assert event.msisdn == "882285100000001"
    assert event.submitted_at == dt.datetime(2018, 8, 17, 16, 31, 51, tzinfo=dt.UTC)
    assert "882285100000001" not in repr(event)
    assert "message text" not in repr(event)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"dcs": "4", "payload": "\x00\xff\x80"}, {"payload": b"\x00\xff\x80", "text": None}),
        ({"dcs": 4, "payload": "€"}, {"payload": "€".encode(), "text": None}),
        ({"dcs": "8", "payload": "Grüße 😀"}, {"text": "Grüße 😀", "payload": None}),
        ({"dcs": 8, "payload": "привет"}, {"text": "привет"}),
        ({"dcs": 0, "payload": "€ [x]"}, {"text": "€ [x]"}),
        ({"dcs": "?", "payload": "x"}, {"text": "x"}),
        ({"dcs": None, "payload": "x"}, {"text": "x"}),
        ({"payload": None}, {"text": None, "payload": None}),
        ({"id": 6202}, {"sms_id": "6202", "id": "6202"}),
        ({"submit_date": "soon"}, {"submitted_at": "soon", "time": None}),
        ({"endpoint": []}, {"iccid": None}),
        ({"organisation": None, "organisiation": {"id": "7"}}, {"partner": "7"}),
        (
            {"multi_part_info": {"partno": 2, "total": 3, "identifier": "9"}},
            {"part": 2, "parts": 3, "reference": "9", "id": "6202/2"},
        ),
        (
            {"multi_part_info": {"partno": "2", "total": "3", "identifier": 9}},
            {"part": 2, "parts": 3, "reference": "9"},
        ),
        ({"multi_part_info": {"partno": 4, "total": 3, "identifier": "9"}}, {"part": None}),
        ({"multi_part_info": {"partno": 0, "total": 3, "identifier": "9"}}, {"part": None}),
        ({"multi_part_info": {"partno": 1, "total": 256, "identifier": "9"}}, {"parts": None}),
        ({"multi_part_info": {"partno": 1, "total": 2}}, {"parts": None}),
        ({"multi_part_info": 7}, {"parts": None}),
    ],
)
def test_what_a_message_may_look_like(change, found):
    event = read(BSC, {**MESSAGE, **change})
    assert isinstance(event, SmsReceived)
    assert {name: getattr(event, name) for name in found} == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"status": {"id": 4}}, {"status": "4", "delivered": True}),
        ({"status": {"description": "DELIVERED"}}, {"status": "DELIVERED", "delivered": None}),
        ({"status": {"id": "7", "status": "LATE"}}, {"status": "LATE", "delivered": False}),
        ({"status": None}, {"status": None, "delivered": None}),
        ({"id": 6206}, {"sms_id": "6206"}),
    ],
)
def test_what_a_report_may_look_like(change, found):
    event = read(BSC, {**REPORT, **change}, "PATCH")
    assert isinstance(event, SmsDelivery)
    assert {name: getattr(event, name) for name in found} == found


def test_two_reports_on_one_message_are_two_events():
    late = {**REPORT, "status": {"id": "2", "status": "BUFFERED"}}
    assert read(BSC, REPORT, "PATCH").id != read(BSC, late, "PATCH").id


def test_the_five_events_of_telcoapi():
    event = read(TELCO, CHANGED)
    assert isinstance(event, SimStateChanged)
    assert (event.iccid, event.status, event.vendor_status) == (ICCID, SimStatus.ACTIVE, "ACTIVE")
    assert (event.previous_status, event.reason) == (
        SimStatus.INVENTORY,
        "Customer activation request",
    )
    assert event.time == dt.datetime(2024, 1, 15, 10, 35, tzinfo=dt.UTC)
    for name, data, kind, told in (
        ("created", {"state": "INVENTORY"}, SimCreated, {"status": SimStatus.INVENTORY}),
        ("created", {"state": "BRAND_NEW"}, SimCreated, {"status": SimStatus.UNKNOWN}),
        ("pin_reset", {"pin_type": "PIN1"}, PinReset, {"pin": "PIN1"}),
        ("pin_blocked", {"pin_type": "PIN9"}, PinBlocked, {"pin": "PIN9"}),
        ("deleted", {}, SimDeleted, {"iccid": ICCID}),
    ):
        body = {"event": f"sim.physical.{name}", "data": {"iccid": ICCID, **data}}
        event = read(TELCO, body)
        assert type(event) is kind
        assert event.iccid == ICCID
        assert event.time is None
        assert {key: getattr(event, key) for key in told} == told


@pytest.mark.parametrize(
    ("provider", "method", "body"),
    [
        (TELCO, "POST", {"event": "sim.physical.renamed", "data": {"iccid": ICCID}}),
        (TELCO, "POST", {"event": "sim.physical.deleted", "data": {}}),
        (TELCO, "POST", {"event": "sim.physical.deleted", "data": {"iccid": 7}}),
        (TELCO, "POST", {"event": "sim.physical.deleted"}),
        (TELCO, "POST", {"event": ["x"], "timestamp": 7}),
        (TELCO, "POST", {}),
        (BSC, "POST", {"payload": "without an id"}),
        (BSC, "PATCH", {"id": ""}),
        (BSC, "PATCH", {"id": None}),
    ],
)
def test_what_is_not_documented_is_an_unknown_event_with_its_json(provider, method, body):
    event = read(provider, body, method)
    assert type(event) is UnknownEvent
    assert event.raw == body


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("GET", JSON, b"{}", 405),
        ("PUT", JSON, b"{}", 405),
        ("post", JSON, b"{}", 405),
        ("POST", {}, b"{}", 415),
        ("POST", {"content-type": "text/plain"}, b"{}", 415),
        ("POST", {"content-type": "application/json-seq"}, b"{}", 415),
        ("POST", {"content-type": "application/json; charset=utf-16"}, b"{}", 415),
        ("POST", {**JSON, "content-encoding": "gzip"}, b"{}", 415),
        ("POST", JSON, b" " * LONGEST + b"{}", 413),
        ("POST", JSON, b"", 400),
        ("POST", JSON, b"[]", 400),
        ("POST", JSON, b"7", 400),
        ("POST", JSON, b'{"a": NaN}', 400),
        ("POST", JSON, b'{"a": "\xff"}', 400),
        ("POST", JSON, b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", 400),
        # The guide's example: single quotes and a comment are no JSON.
        ("POST", JSON, b"{ 'id': '6202', 'dcs': '0' // GMT+0\n}", 400),
    ],
)
def test_what_is_no_webhook(method, headers, body, status):
    with pytest.raises(WebhookRejected) as caught:
        read(BSC, body, method, headers)
    assert caught.value.status == status


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_content_types_that_are_taken(content_type):
    assert read(BSC, MESSAGE, headers={"CONTENT-TYPE": content_type}).id == "6202"


@pytest.mark.parametrize("provider", ["telekom-m2m", "infobip"])
def test_a_provider_without_webhooks(provider):
    with pytest.raises(UnsupportedOperation, match="webhooks"):
        read(provider, {})


def test_a_part_may_end_within_a_character():
    body = json.dumps({**MESSAGE, "payload": "x\ud83d"}).encode()
    assert read(BSC, body).text == "x\ud83d"


def test_a_provider_that_fails_loses_nothing(monkeypatch, caplog):
    from simloom_plugins.telcoapi.provider import TelcoApi

    def fail(method, raw):
        raise RuntimeError("quotes the message")

    monkeypatch.setattr(TelcoApi, "read_webhook", fail)
    event = read(TelcoApi, CHANGED)
    assert (type(event), event.raw) == (UnknownEvent, CHANGED)
    assert "RuntimeError" in caplog.text
    assert "quotes the message" not in caplog.text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (MESSAGE, {**MESSAGE, "payload": "changed"}, True),
        (MESSAGE, {**MESSAGE, "id": 6202}, True),
        (MESSAGE, {**MESSAGE, "id": "6203"}, False),
        (CHANGED, {**CHANGED, "timestamp": "2024-01-15T10:35:01Z"}, False),
        (CHANGED, dict(reversed(CHANGED.items())), True),
        ({"a": 1}, {"a": 2}, False),
    ],
)
def test_what_counts_as_the_same_event(one, other, same):
    provider = TELCO if "event" in one else BSC
    keys = [
        webhook_of(read(provider, body), "POST", json.dumps(body, indent=indent).encode()).key
        for body, indent in ((one, None), (other, 2))
    ]
    assert (keys[0] == keys[1]) is same


def test_what_cannot_be_read_any_more_is_still_handed_out():
    kept = webhook_of(read(BSC, MESSAGE), "POST", b"{}")
    gone = type(kept)(provider="gone", method="POST", body=b"\xff{", key="k")
    assert event_of(gone) == UnknownEvent(provider="gone", raw="")
    assert event_of(gone).raw == "\ufffd{"


@pytest.mark.parametrize("provider", [BSC, TELCO])
@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' + b"9" * 5_000 + b"}",
        b'{"a":"\\ud83d","b":' + b"9" * 5_000 + b"}",
        b'{"a":1e999}',
        b'{"a":"\\ud83d","b":1e999}',
        b'{"a":"\\u0000","a":2}',
        *[b'{"a":' + b"[" * depth + b"]" * depth + b"}" for depth in range(100, 1_100, 25)],
        *[b'{"x":' * depth + b'"\\ud83d"' + b"}" * depth for depth in range(100, 1_100, 50)],
    ],
    ids=len,
)
def test_bodies_at_the_edge_of_what_is_json(provider, body):
    try:
        event = parse(provider, "POST", JSON, body)
    except WebhookRejected as error:
        found = error.status
    else:
        found = event_of(webhook_of(event, "POST", body)).provider
    assert found in {provider, 400}


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([(BSC, "POST", MESSAGE), (BSC, "PATCH", REPORT), (TELCO, "POST", CHANGED)]),
    st.data(),
)
def test_no_odd_value_raises(template, data):
    provider, method, body = template
    changed = dict(body)
    for name in data.draw(st.lists(st.sampled_from(sorted(body)), max_size=4)):
        changed[name] = data.draw(JSON_VALUES)
    event = read(provider, changed, method)
    assert event.provider == provider
    content = json.dumps(changed).encode()
    kept = webhook_of(event, method, content)
    assert event_of(kept) == event
    assert repr(event)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([(BSC, "POST"), (BSC, "PATCH"), (TELCO, "POST")]), st.binary(max_size=200))
def test_any_bytes_are_an_event_or_a_rejection(target, body):
    provider, method = target
    try:
        event = parse(provider, method, JSON, body)
        found = event_of(webhook_of(event, method, body)).provider
    except WebhookRejected as error:
        found = error.status
    assert found in {provider, 400}

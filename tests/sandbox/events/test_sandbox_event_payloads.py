"""Events made by hand, the switches of their payloads, and what the admin surface shows."""

from __future__ import annotations

import pytest

STREAMS = (
    "simaction.v1",
    "simtransfer.v1",
    "profilenotification.v1",
    "poollimitnotification.v1",
    "costlimitnotification.v1",
)


@pytest.mark.parametrize("stream", STREAMS)
def test_any_event_can_be_made_by_hand(place, stream, complaints):
    opened = place.open(stream)
    number = place.publish(stream)
    event = opened.event()
    assert event["id"] == number
    assert complaints(stream, event) == []
    given = {"type": "brand.new.v9", "source": "/x", "id": "7", "data": {"a": 1}}
    place.publish(stream, time="2026-01-31T12:00:00+01:00", **given)
    event = opened.event()
    assert {name: event[name] for name in given} == given
    assert event["time"] == "2026-01-31T11:00:00.000Z"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"[]", "JSON object"),
        (b"{", "JSON object"),
        (b'{"eventType": "x"}', "simaction.v1"),
        (b'{"type": "simaction.v1", "data": []}', "data is an object"),
        (b'{"type": "simaction.v1", "tiem": 1}', "tiem is not known"),
        (b'{"type": "simaction.v1", "id": 7}', "id is a text"),
        (b'{"type": "simaction.v1", "time": "2026-01-31T12:00:00"}', "with a zone"),
    ],
)
def test_an_event_that_cannot_be_is_refused_by_name(place, body, word):
    answer = place.client.post("/_sandbox/events", content=body)
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert place.get("events")["events"] == []


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("PUT streams/settings", {"idle": -1}, "idle is a number"),
        ("PUT streams/settings", {"idle": True}, "idle is a number"),
        ("PUT streams/settings", {"idel": 1}, "idel is not known"),
        ("POST subscriptions", {"eventType": "x", "subscriptionId": "y"}, "eventType is one of"),
        ("POST subscriptions", {"eventType": "simaction.v1"}, "subscriptionId is a text"),
        (
            "POST subscriptions",
            {"eventType": "simaction.v1", "subscriptionId": "y", "partners": "z"},
            "partners is a list",
        ),
    ],
)
def test_settings_and_subscriptions_that_cannot_be_are_refused(place, path, body, word):
    method, _, name = path.partition(" ")
    before = place.get("streams")
    answer = place.client.request(method, f"/_sandbox/{name}", json=body)
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert place.get("streams") == before


def test_the_oddities_of_the_examples_are_switches(at):
    place = at(
        m2m_event_commas="trailing",
        m2m_event_ids="number",
        m2m_restriction_key="plain",
        m2m_event_time="local",
    )
    data = {"partnerID": "1", "signupID": "708855306", "transactionID": "x"}
    stream = place.open(accept=None)
    place.publish(data=data, id="7", time="2026-01-31T12:00:00Z")
    assert stream.line().decode() == (
        '{"time":"2026-01-31T12:00:00","id":"7","source":"/v1/partners/simaction",'
        '"specversion":"1.0","type":"simaction.v1","datacontenttype":"application/json",'
        '"data":{"partnerID":"1","signupID":708855306,"transactionID":"x",}}\n'
    )
    stream = place.open("profilenotification.v1")
    place.publish("profilenotification.v1", data={"sim": {"iccid": "1", "restrictionStatus": "x"}})
    assert b'"sim":{"iccid":"1","restrictionStatus":"x"},}' in stream.line()
    place = at(m2m_event_time="blank")
    stream = place.open()
    place.publish(time="2026-01-31T12:00:00Z")
    assert stream.event()["time"] == "2026-01-31 12:00:00"


def test_the_admin_surface_tells_who_was_given_what(place):
    stream = place.open()
    one, two = place.publish(), place.publish("costlimitnotification.v1")
    assert stream.events(1) == [one]
    events = place.get("events")["events"]
    assert [event["event"]["id"] for event in events] == [one, two]
    number = place.urls["simaction.v1"].rpartition("/")[2]
    own = [item for item in events[0]["subscriptions"] if item["subscriptionId"] == number]
    assert [item["how"] for item in own[0]["deliveries"]] == ["sent"]
    assert own[0]["deliveries"][0]["connection"] == 1
    assert [item["deliveries"] for item in events[1]["subscriptions"]] == [[], [], [], []]
    assert events[1]["event"]["data"]["costLimitNotification"]["iccid"]


def test_no_personal_identifier_is_logged(place, caplog):
    caplog.set_level("DEBUG")
    stream = place.open("costlimitnotification.v1")
    place.publish("costlimitnotification.v1")
    data = stream.event()["data"]["costLimitNotification"]
    secret = [data[name] for name in ("iccid", "imsi", "msisdn") if name in data]
    assert len(secret) == 3
    assert not [text for text in secret if text in caplog.text]

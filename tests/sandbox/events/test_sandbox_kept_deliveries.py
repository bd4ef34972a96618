"""What was on its way when a sandbox stopped goes on when the next one starts."""

from __future__ import annotations

import pytest

from simloom.sandbox.faults import Fault

TELCO = "telcoapi"


def change(place, state):
    address = place.sandbox.provider(TELCO)
    headers = {"Authorization": f"Bearer {address.settings['api_key']}"}
    iccid = place.sandbox.emulator.visit(
        TELCO,
        lambda vendor: next(
            sim["iccid"] for sim in map(vendor.live.record, range(60)) if sim["state"] == "ACTIVE"
        ),
    )
    url = f"{address.base_url}/v1/sim/physical/{iccid}/state"
    assert place.client.patch(url, json={"state": state}, headers=headers).status_code == 200
    return iccid


def attempts(place):
    return len(place.get("webhooks/deliveries")["deliveries"][0]["attempts"])


def test_events_that_nobody_fetched_are_there_and_fetched_ones_can_be_replayed(next_place):
    with next_place() as place:
        place.subscribe("mine")
        first, second, third = (place.publish() for _ in range(3))
        stream = place.open(query="includeHttpHeaders=true&maxNumber=1")
        event = stream.event()
        assert (event["id"], stream.rest()) == (first, b"")
        offset = event["httpHeaders"]["x-pubsub-offset-id"][0]
        place.wait_open(0)
        shown = place.get("events")
    with next_place() as place:
        assert place.get("events") == shown
        fourth = place.publish()
        assert fourth not in {first, second, third}
        assert place.open(query="maxNumber=3").events(3) == [second, third, fourth]
        again = place.open(Last_Event_ID=offset, query="maxNumber=3")
        assert again.events(3) == [second, third, fourth]
        mine = place.open(url=f"{place.sandbox.url}/telekom-m2m/horizon/sse/v1/simaction.v1/mine")
        assert mine.events(4) == [first, second, third, fourth]
    with next_place() as place:
        place.clock.advance(8 * 86_400)
        fifth = place.publish()
        assert place.open(Last_Event_ID=offset).events(1) == [fifth]


def test_settings_and_counts_of_streams_are_kept(next_place):
    settings = {"idle": 30.0, "retention": 3600.0, "maxConnections": 7}
    with next_place() as place:
        desk = place.sandbox.emulator.events
        desk.idle, desk.retention, desk.most = settings.values()
        place.publish()
        place.open(query="maxNumber=1").rest()
        place.wait_open(0)
        before = place.get("streams")
    with next_place() as place:
        after = place.get("streams")
        assert after["settings"] == settings
        assert after["subscriptions"] == before["subscriptions"]


def test_more_events_wait_than_are_shown(next_place, monkeypatch):
    monkeypatch.setattr("simloom.sandbox.events.desk._KEPT", 100)
    with next_place() as place:
        desk = place.sandbox.emulator.events
        for number in range(150):
            desk.publish("simaction.v1", {"number": number})
    with next_place() as place:
        desk = place.sandbox.emulator.events
        assert desk.events()["dropped"] == 50
        stream = place.open(query="maxNumber=120")
        assert [stream.event()["data"]["number"] for _ in range(120)] == list(range(120))


@pytest.mark.parametrize("refused", [1, 2])
def test_a_webhook_is_sent_again_by_the_next_sandbox_when_it_is_due(next_place, receiver, refused):
    receiver.statuses = [500] * refused
    with next_place() as place:
        body = {"provider": TELCO, "url": receiver.url}
        assert place.client.put("/_sandbox/webhooks", json=body).status_code == 200
        iccid = change(place, "SUSPENDED")
        place.wait_for(lambda: attempts(place) == 1)
        if refused == 2:
            place.clock.advance(10)
        place.wait_for(lambda: attempts(place) == refused)
    with next_place() as place:
        place.clock.advance(10 * refused - 1)
        place.get("state")
        assert len(receiver.requests) == refused
        place.clock.advance(1)
        place.wait_for(lambda: len(receiver.requests) == refused + 1)
        place.wait_for(lambda: attempts(place) == refused + 1)
    bodies = [body for _, _, body in receiver.requests]
    assert bodies == [bodies[0]] * (refused + 1)
    assert bodies[0]["data"]["iccid"] == iccid
    with next_place() as place:
        place.clock.advance(86_400)
        place.get("state")
        assert len(receiver.requests) == refused + 1


def test_what_was_held_back_comes_behind_the_next_one(next_place, receiver):
    with next_place() as place:
        place.client.put("/_sandbox/webhooks", json={"provider": TELCO, "url": receiver.url})
        place.sandbox.faults.add(Fault(effect="reorder-events", provider=TELCO))
        first = change(place, "SUSPENDED")
        assert place.get("webhooks/deliveries")["deliveries"] == []
    with next_place() as place:
        second = change(place, "SUSPENDED")
        place.wait_for(lambda: len(receiver.requests) == 2)
        shown = place.get("webhooks/deliveries")["deliveries"]
    assert [item["body"]["data"]["iccid"] for item in shown] == [second, first]
    assert [item["number"] for item in shown] == [2, 1]

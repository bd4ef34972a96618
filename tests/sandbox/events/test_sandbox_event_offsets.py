"""What a stream is given: what waited, what came after an offset, what has not expired."""

from __future__ import annotations


def test_a_known_offset_replays_what_came_after_it(place):
    ids = [place.publish() for _ in range(5)]
    stream = place.open(query="includeHttpHeaders=true")
    events = [stream.event() for _ in range(5)]
    offsets = [event["httpHeaders"]["x-pubsub-offset-id"][0] for event in events]
    assert [event["id"] for event in events] == ids
    assert len(set(offsets)) == 5
    again = place.open(Last_Event_ID=offsets[1])
    replayed = [again.event() for _ in range(3)]
    assert [event["id"] for event in replayed] == ids[2:]
    # The offsets come along although nobody asked for headers.
    found = [event["httpHeaders"]["x-pubsub-offset-id"][0] for event in replayed]
    assert found == offsets[2:]
    six = place.publish()
    assert again.events(1) == [six]


def test_a_replay_needs_more_than_one_batch(place):
    ids = [place.publish() for _ in range(230)]
    stream = place.open(query="includeHttpHeaders=1&maxNumber=230")
    events = [stream.event() for _ in range(230)]
    assert [event["id"] for event in events] == ids
    offset = events[9]["httpHeaders"]["x-pubsub-offset-id"][0]
    again = place.open(Last_Event_ID=offset, query="maxNumber=220")
    assert again.events(220) == ids[10:]


def test_an_unknown_offset_gives_what_was_not_delivered_or_nothing(at):
    place = at()
    first = place.open(query="maxNumber=1")
    place.publish()
    assert (len(first.events(1)), first.rest()) == (1, b"")
    two = place.publish()
    stream = place.open(Last_Event_ID="no-such-offset")
    event = stream.event()
    assert event["id"] == two
    assert event["httpHeaders"]["x-pubsub-offset-id"]

    place = at(m2m_unknown_offset="silent")
    place.publish()
    stream = place.open(Last_Event_ID="no-such-offset")
    place.publish()
    place.clock.advance(60)
    assert stream.rest() == b""


def test_events_of_the_same_millisecond_are_skipped_by_a_replay_if_they_share_it(at):
    place = at(m2m_event_timestamps="equal")
    for _ in range(3):
        place.publish()
    stream = place.open(query="includeHttpHeaders=true")
    first, *_ = [stream.event() for _ in range(3)]
    offset = first["httpHeaders"]["x-pubsub-offset-id"][0]
    place.clock.advance(1)
    last = place.publish()
    assert place.open(Last_Event_ID=offset, query="maxNumber=1").events(1) == [last]


def test_events_expire_with_the_retention(place):
    place.client.put("/_sandbox/streams/settings", json={"retention": 100})
    place.publish()
    stream = place.open(query="includeHttpHeaders=true")
    offset = stream.event()["httpHeaders"]["x-pubsub-offset-id"][0]
    stream.close()
    place.publish()
    place.clock.advance(101)
    three = place.publish()
    # Its offset has expired as well: what it would have replayed is gone.
    assert place.open(Last_Event_ID=offset, query="maxNumber=1").events(1) == [three]


def test_events_are_kept_for_seven_days(place):
    kept = place.publish()
    place.clock.advance(7 * 86_400 - 1)
    assert place.open(query="maxNumber=1").events(1) == [kept]
    place.publish()
    place.clock.advance(7 * 86_400 + 1)
    last = place.publish()
    assert place.open(query="maxNumber=1").events(1) == [last]

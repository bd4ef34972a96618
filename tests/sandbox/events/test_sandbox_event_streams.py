"""The semantics of the event server, over real HTTP, against a clock that stands still."""

from __future__ import annotations

import json
import select

import pytest

SSE, LINES = "text/event-stream", "application/stream+json"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (SSE, SSE),
        (LINES, LINES),
        (None, LINES),
        ("*/*", LINES),
        ("text/event-stream;charset=UTF-8", LINES),
        ("text/event-stream, application/json", LINES),
        ("Text/Event-Stream", LINES),
    ],
)
def test_only_the_bare_accept_is_understood_and_both_framings_are_exact(place, accept, media_type):
    stream = place.open(accept=accept)
    assert stream.header("content-type") == media_type
    assert stream.header("cache-control") == "no-cache"
    assert stream.header("x-accel-buffering") == "no"
    number = place.publish()
    line = stream.line()
    if media_type == SSE:
        assert line.startswith(b'data: {"time":')
        assert stream.line() == b"\n"
    event = json.loads(line.removeprefix(b"data: "))
    assert (event["id"], event["specversion"]) == (number, "1.0")
    assert "httpHeaders" not in event
    place.clock.advance(60)
    assert stream.rest() == b""


def test_an_idle_stream_ends_after_60_seconds_and_every_event_starts_them_again(place):
    stream = place.open()
    for _ in range(3):
        place.clock.advance(59.9)
        number = place.publish()
        assert stream.event()["id"] == number
    place.clock.advance(59.9)
    number = place.publish()
    assert stream.event()["id"] == number
    place.clock.advance(60)
    assert stream.rest() == b""
    assert place.ends() == ["idle"]


def test_an_idle_stream_may_end_as_a_504_that_comes_instead_of_a_status_line(at):
    place = at(m2m_idle_end="504")
    stream = place.request()
    place.wait_open()
    place.clock.advance(59)
    assert place.get("streams")["open"]
    assert select.select([stream.connection.sock], [], [], 0.02)[0] == []
    place.clock.advance(1)
    assert stream.head() == 504
    assert stream.header("content-type") == "application/problem+json"
    problem = json.loads(stream.rest())
    assert (problem["status"], problem["title"]) == (504, "Gateway Timeout")

    stream = place.request()
    place.wait_open()
    number = place.publish()
    assert stream.head() == 200
    assert stream.event()["id"] == number
    place.clock.advance(60)
    assert stream.rest() == b""

    stream = place.request()
    place.wait_open()
    place.request()
    assert (stream.head(), stream.rest()) == (200, b"")  # cut before there was an event


def test_a_new_stream_cuts_the_old_one_and_goes_on_where_it_was(place):
    first = place.open()
    one = place.publish()
    assert first.events(1) == [one]
    second = place.open()
    assert first.rest() == b""
    two = place.publish()
    assert second.events(1) == [two]
    shown = place.get("streams")
    assert [item["end"] for item in shown["closed"]] == ["cut"]
    assert shown["open"][0]["number"] == 2
    number = place.urls["simaction.v1"].rpartition("/")[2]
    assert place.get("ledger")["connections"] == {number: 2}


def test_streams_of_other_subscriptions_are_left_alone(place):
    first, second = place.open("simaction.v1"), place.open("poollimitnotification.v1")
    one, two = place.publish("simaction.v1"), place.publish("poollimitnotification.v1")
    assert (first.events(1), second.events(1)) == ([one], [two])


def test_old_and_new_may_live_together_for_a_second_and_get_the_same(at):
    place = at(m2m_stream_overlap="second")
    first = place.open()
    second = place.open()
    one = place.publish()
    assert first.events(1) == second.events(1) == [one]
    place.clock.advance(1)
    assert first.rest() == b""
    two = place.publish()
    assert second.events(1) == [two]
    (_, event) = place.get("events")["events"]
    (entry,) = [item for item in event["subscriptions"] if item["deliveries"]]
    assert [item["connection"] for item in entry["deliveries"]] == [2]


def test_what_was_not_delivered_waits_for_the_next_stream_and_only_that(place):
    one, two = place.publish(), place.publish()
    stream = place.open()
    assert stream.events(2) == [one, two]
    stream.close()
    place.wait_for(lambda: place.ends() == ["client"])
    three = place.publish()
    assert place.open().events(1) == [three]


def test_a_stream_ends_after_so_many_events_bytes_or_minutes(place):
    stream = place.open(query="maxNumber=2")
    ids = [place.publish() for _ in range(3)]
    assert stream.events(2) == ids[:2]
    assert stream.rest() == b""
    stream = place.open(query="maxBytes=10")
    assert stream.events(1) == ids[2:]  # the limit is looked at behind an event
    assert stream.rest() == b""
    stream = place.open(query="maxMinutes=2")
    for _ in range(2):
        place.clock.advance(59.5)
        number = place.publish()
        assert stream.events(1) == [number]
    place.clock.advance(1)
    assert stream.rest() == b""
    assert place.ends() == ["maxNumber", "maxBytes", "maxMinutes"]


@pytest.mark.parametrize(
    "query", ["maxNumber=x", "maxBytes=99999999999", "maxMinutes=1.5", "includeHttpHeaders=ja"]
)
def test_a_parameter_that_is_no_number_or_truth_value_is_a_problem(place, query):
    stream = place.request(query=query)
    assert stream.head() == 400
    assert stream.header("content-type") == "application/problem+json"
    assert place.get("streams")["closed"] == []


def test_a_negative_or_empty_limit_is_none_and_unknown_parameters_do_not_matter(place):
    stream = place.open(query="maxNumber=-1&maxBytes=&more=1&includeHttpHeaders=")
    ids = [place.publish(), place.publish()]
    assert stream.events(2) == ids


def test_terminate_ends_the_stream_and_is_no_error_without_one(place):
    stream, headers = place.open(), {"Authorization": f"Bearer {place.token()}"}
    url = f"{place.urls['simaction.v1']}/terminate"
    answer = place.client.post(url, headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert stream.rest() == b""
    assert place.ends() == ["terminated"]
    assert place.client.post(url, headers=headers).status_code == 200


def test_the_media_type_may_be_spelled_as_in_the_guide_and_have_a_charset(at):
    place = at(m2m_stream_media_type="application-stream/json", m2m_stream_charset="utf-8")
    stream = place.open(accept=LINES)
    assert stream.header("content-type") == "application-stream/json;charset=UTF-8"
    assert place.open(accept=SSE).header("content-type") == "text/event-stream;charset=UTF-8"


def test_events_may_come_twice_and_in_another_order(at):
    place = at(m2m_event_delivery="twice", m2m_event_order="reversed")
    ids = [place.publish() for _ in range(3)]
    assert place.open().events(6) == [ids[2], ids[2], ids[1], ids[1], ids[0], ids[0]]


def test_a_reset_ends_the_streams_and_forgets_events_settings_and_subscriptions(place):
    url = place.subscribe("mine")
    place.client.put("/_sandbox/streams/settings", json={"idle": 5})
    stream = place.open(url=url)
    place.publish()
    assert len(stream.events(1)) == 1
    place.client.post("/_sandbox/reset")
    assert stream.rest() == b""
    assert place.get("events") == {"events": [], "dropped": 0}
    assert place.request(url=url).head() == 403
    assert place.get("streams")["settings"]["idle"] == 60
    place.wait_for(lambda: place.sandbox.emulator.events.bells.waiting == 0)

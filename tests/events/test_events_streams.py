"""Streams over a socket, blocking and awaited: reconnecting, resuming, giving up."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from simloom.errors import (
    ApiError,
    AuthenticationError,
    BadRequest,
    EventStreamError,
    NotFound,
    PermissionDenied,
    ServerError,
    StreamEnded,
    StreamStolen,
    TransportError,
)
from simloom.events.checkpoints import SqliteCheckpoints
from simloom.events.policy import StreamPolicy
from simloom.events.types import SimAction, UnknownEvent
from simloom.plugins import hookimpl

STREAM = "simaction.v1"


def ids(events):
    return [event.id.removeprefix("event-") for event in events]


def test_what_is_asked_for_and_what_comes(portal, ears):
    portal.script(portal.stream(1, 2, then="hold"))
    first, second = ears.listen().take(2)
    assert isinstance(first, SimAction)
    assert (first.signup_id, second.signup_id, first.partner) == ("1", "2", "100013")
    assert first.time == dt.datetime(2025, 8, 2, 9, 54, 13, 133000, dt.UTC)
    assert first.raw.data.message == "done"
    (asked,) = portal.asked
    assert asked.path == f"/sse/{STREAM}/1?includeHttpHeaders=true"
    assert asked.headers["accept"] == "text/event-stream"
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.headers["authorization"] == "Bearer token-0"
    assert "last-event-id" not in asked.headers


def test_nothing_is_sent_before_the_first_event_is_asked_for(portal, ears):
    stream = ears.listen()
    stream.close()
    assert portal.asked == []
    assert list(stream) == []


def test_it_connects_again_after_an_idle_504_and_after_the_end(portal, ears):
    heard = []
    portal.script(
        portal.stream(status=504),
        portal.stream(1),
        portal.stream(status=504),
        portal.stream(2),
        portal.stream(3, then="hold"),
    )
    assert ids(ears.listen(on_error=heard.append).take(3)) == ["1", "2", "3"]
    assert heard == []
    assert len(portal.tokens) == 1


def test_it_resumes_some_events_behind_and_drops_what_comes_twice(portal, ears):
    portal.script(
        portal.stream(1, 2, offsets=True), portal.stream(2, 3, offsets=True), portal.stream(4)
    )
    assert ids(ears.listen().take(4)) == ["1", "2", "3", "4"]
    assert portal.offsets[:3] == [None, "offset-1", "offset-1"]
    assert ["includeHttpHeaders" in one.path for one in portal.asked[:3]] == [True, False, False]


def test_an_id_of_the_stream_itself_is_an_offset_too(portal, ears):
    portal.script(portal.stream(body=b"id: a-7\n" + portal.frame(1)), portal.stream(2))
    assert ids(ears.listen().take(2)) == ["1", "2"]
    assert portal.offsets[1] == "a-7"


def test_an_offset_that_no_header_can_hold_is_not_sent(portal, ears):
    broken = portal.event(1, offset="a\r\nx-evil: 1")
    body = f"data: {json.dumps(broken)}\n\n".encode()
    portal.script(portal.stream(body=body), portal.stream(2))
    assert ids(ears.listen().take(2)) == ["1", "2"]
    assert portal.offsets[:2] == [None, None]


def test_a_token_is_renewed_once(portal, ears):
    portal.script(portal.stream(status=401), portal.stream(1, then="hold"))
    assert ids(ears.listen().take(1)) == ["1"]
    assert [one.headers["authorization"] for one in portal.asked] == [
        "Bearer token-0",
        "Bearer token-1",
    ]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([{"status": 401}, {"status": 401}], AuthenticationError),
        ([{"status": 403, "body": b'{"title":"Forbidden"}'}], PermissionDenied),
        ([{"status": 404}], NotFound),
        ([{"status": 204}], StreamEnded),
        ([{"status": 302, "headers": {"location": "/elsewhere"}}], ApiError),
        ([{"status": 400}, {"status": 400}], BadRequest),
        ([{"headers": {"content-type": "text/html"}, "body": b"<p>"}], EventStreamError),
    ],
)
def test_what_ends_a_stream(portal, ears, answers, error):
    portal.script(*(portal.stream(**answer) for answer in answers))
    stream = ears.listen()
    with pytest.raises(error, match="event stream"):
        next(stream)
    assert len(portal.asked) == len(answers)
    assert list(stream) == []


def test_a_server_that_does_not_know_the_parameter_is_asked_without(portal, ears):
    portal.script(portal.stream(status=400), portal.stream(1))
    assert ids(ears.listen().take(1)) == ["1"]
    assert portal.asked[1].path == f"/sse/{STREAM}/1"


def test_it_comes_back_after_broken_connections_and_says_so(portal, ears):
    heard = []
    portal.script(
        portal.stream(status=500),
        portal.stream(1, then="reset"),
        portal.stream(status=503),
        portal.stream(status=429),
        portal.stream(2, then="hold"),
    )
    assert ids(ears.listen(on_error=heard.append).take(2)) == ["1", "2"]
    assert [isinstance(error, (ServerError, TransportError)) for error in heard[:3]] == [True] * 3
    assert len(heard) == 4


def test_a_stream_that_another_client_takes_away(portal, ears):
    portal.script(*(portal.stream(number) for number in range(20)))
    stream = ears.listen(policy=StreamPolicy(longest=0.001, most_cuts=4))
    with pytest.raises(StreamStolen, match="another client listens"):
        list(stream)
    assert len(portal.asked) == 4


@pytest.mark.parametrize(
    "content_type",
    ["application-stream/json", "application/stream+json;charset=UTF-8", "application/x-ndjson"],
)
def test_json_lines_are_read_although_they_were_not_asked_for(portal, ears, content_type):
    lines = [json.dumps(portal.event(number)) for number in (1, 2)]
    body = "\n".join(lines).encode() + b"\n"
    portal.script(portal.stream(body=body, headers={"content-type": content_type}, then="hold"))
    assert ids(ears.listen().take(2)) == ["1", "2"]


def test_what_cannot_be_read_is_skipped_and_told(portal, ears):
    heard = []
    body = portal.frame(1) + b"data: {broken\n\ndata: [1]\n\n" + portal.frame(2)
    portal.script(portal.stream(body=body, then="hold"))
    assert ids(ears.listen(on_error=heard.append).take(2)) == ["1", "2"]
    assert [type(error) for error in heard] == [EventStreamError] * 2
    assert "is not JSON" in str(heard[0])
    assert heard[0].stream == STREAM


def test_what_is_skipped_is_logged_without_its_text(portal, ears, caplog):
    body = b'data: {"imsi":"262011234567890" broken\n\n' + portal.frame(1)
    portal.script(portal.stream(body=body, then="hold"))
    assert ids(ears.listen().take(1)) == ["1"]
    assert "skipped" in caplog.text
    assert "262011234567890" not in caplog.text


def test_an_error_handler_may_end_the_stream(portal, ears):
    class Strict(Exception):
        pass

    def refuse(error):
        raise Strict from error

    portal.script(portal.stream(body=b"data: {broken\n\n", then="hold"))
    with pytest.raises(Strict):
        next(ears.listen(on_error=refuse))


def test_unknown_events_and_trailing_commas(portal, ears):
    strange = json.dumps(portal.event(1, type="weather.v1")).encode()
    commas = json.dumps(portal.event(2))[:-2].encode() + b",},}"
    body = b"data: " + strange + b"\n\ndata: " + commas + b"\n\n"
    portal.script(portal.stream(body=body, then="hold"))
    unknown, action = ears.listen().take(2)
    assert isinstance(unknown, UnknownEvent)
    assert (unknown.type, unknown.raw["data"]["signupID"]) == ("weather.v1", "1")
    assert isinstance(action, SimAction)


def test_events_before_a_time_are_passed_over(portal, ears):
    late = portal.frame(2, time="2025-08-03T00:00:00Z") + portal.frame(3, time="not a time")
    portal.script(portal.stream(body=portal.frame(1) + late, then="hold"))
    naive = dt.datetime(2025, 8, 2, 12)  # noqa: DTZ001  (counts as UTC)
    assert ids(ears.listen(since=naive).take(2)) == ["2", "3"]


def test_it_can_begin_behind_an_offset(portal, ears):
    portal.script(portal.stream(1, then="hold"))
    assert ids(ears.listen(since="offset-0").take(1)) == ["1"]
    assert portal.offsets == ["offset-0"]


def test_several_streams_are_merged(portal, ears):
    streams = {"a": [1, 2], "b": [3], "c": [4]}
    for name, numbers in streams.items():
        portal.script(portal.stream(*numbers, then="hold"), stream=name)
    client = ears.client(*streams)
    assert sorted(ids(ears.listen(client=client, types=["a", "c"]).take(3))) == ["1", "2", "4"]
    assert ids(ears.listen(client=client, types="b").take(1)) == ["3"]


def test_one_stream_that_fails_ends_all(portal, ears):
    portal.script(portal.stream(status=403), stream="a")
    stream = ears.listen("a", "b")
    with pytest.raises(PermissionDenied, match="event stream a"):
        next(stream)


def test_an_event_is_checked_off_when_the_next_is_asked_for(portal, ears, tmp_path):
    path = tmp_path / "events.db"
    store = SqliteCheckpoints(path)
    portal.script(
        portal.stream(1, 2, 3, offsets=True, then="hold"),
        portal.stream(1, 2, 3, offsets=True, then="hold"),
    )
    stream = ears.listen(checkpoints=store)
    assert ids(stream.take(2)) == ["1", "2"]
    stream.close()  # the second was not handled: nothing more was asked for
    store.close()
    store = SqliteCheckpoints(path)
    assert ids(ears.listen(checkpoints=store).take(2)) == ["2", "3"]
    assert portal.offsets == [None, "offset-1"]
    store.close()


def test_a_handler_that_raises_gets_its_event_again(portal, ears, tmp_path):
    store = SqliteCheckpoints(tmp_path / "events.db")
    portal.script(portal.stream(1, 2, then="hold"), portal.stream(1, 2, then="hold"))
    stream = ears.listen(checkpoints=store)
    with pytest.raises(ZeroDivisionError):
        for event in stream:
            1 // (2 - int(event.signup_id))
    stream.close()
    assert ids(ears.listen(checkpoints=store).take(1)) == ["2"]
    store.close()


def test_observers_hear_of_an_event_before_its_handler(portal, ears):
    heard = []

    class Audit:
        @hookimpl
        def simloom_event(self, event):
            heard.append(event.id)

    portal.script(portal.stream(1, 2, then="hold"))
    stream = ears.listen(client=ears.client(plugins=[Audit()]))
    next(stream)
    assert heard == ["event-1"]

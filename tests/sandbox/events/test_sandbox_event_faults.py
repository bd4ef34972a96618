"""What scripted faults do to events."""

from __future__ import annotations

import json
from http.client import IncompleteRead, RemoteDisconnected

import pytest

from simloom.sandbox.faults import Effect, Fault


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        (Fault(effect="duplicate-events", copies=3), "0 0 0 1 2"),
        (Fault(effect="reorder-events"), "1 0 2"),
        (Fault(effect="drop-events", nth=2), "0 2"),
        (Fault(effect="drop-events", event="costlimitnotification.v1"), "0 1 2"),
        (Fault(effect="duplicate-events", every=1, times=None), "0 0 1 1 2 2"),
    ],
)
def test_scripted_faults_double_reorder_and_drop_events(place, fault, sent):
    place.sandbox.faults.add(fault)
    stream = place.open()
    ids = [place.publish() for _ in range(3)]
    wanted = [ids[int(number)] for number in sent.split()]
    assert stream.events(len(wanted)) == wanted
    place.clock.advance(60)
    assert stream.rest() == b""
    consumed = place.sandbox.faults.report()["faults"][0]["fired"]
    assert consumed == (0 if fault.event else 3 if fault.times is None else 1)


@pytest.mark.parametrize(("keep", "again"), [(None, 1), (10, 0)])
def test_a_scripted_cut_ends_the_connection_behind_or_within_an_event(place, keep, again):
    place.sandbox.faults.add(Fault(effect="cut-stream-after", keep=keep))
    stream = place.open(accept=None)
    ids = [place.publish(), place.publish()]
    with pytest.raises(IncompleteRead) as caught:
        stream.rest()
    body = caught.value.partial
    assert len(body) == keep if keep else json.loads(body)["id"] == ids[0]
    place.wait_for(lambda: place.ends() == ["fault"])
    # What was cut within is not taken for delivered.
    assert place.open().events(2 - again) == ids[again:]


def test_an_event_held_back_when_its_stream_ends_is_not_lost(place):
    place.sandbox.faults.add(Fault(effect="reorder-events"))
    stream = place.open()
    number = place.publish()
    place.clock.advance(60)
    assert stream.rest() == b""
    assert place.open().events(1) == [number]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(effect="status", operation="open_event_stream", status=503), 503),
        (Fault(effect="status", path="/horizon/*", status=401, latency=0.01), 401),
        (Fault(effect="token-revoked"), 401),
    ],
)
def test_a_scripted_status_comes_instead_of_a_stream(place, fault, status):
    token = place.token()
    place.sandbox.faults.add(fault)
    assert place.request(token=token).head() == status
    assert place.get("requests")["requests"][-1]["status"] == status
    assert place.get("streams")["closed"] == []
    report = place.sandbox.faults.report()
    assert report["unconsumed"] == 0
    if fault.effect is not Effect.TOKEN_REVOKED:
        assert report["faults"][0]["requests"] == [place.get("requests")["requests"][-1]["number"]]
    assert place.request().head() == 200


def test_a_scripted_reset_ends_the_connection_before_there_is_an_answer(place):
    token = place.token()
    place.sandbox.faults.add(Fault(effect="reset-before", operation="open_event_stream"))
    with pytest.raises((ConnectionError, RemoteDisconnected)):
        place.request(token=token).head()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(effect="chunks", every_bytes=7, operation="open_event_stream"),
        Fault(effect="slow-loris", pause=0, operation="open_event_stream"),
        Fault(effect="chunks", at=(1, 300), pause=0.01, operation="open_event_stream"),
    ],
)
def test_events_come_whole_in_scripted_pieces(place, fault):
    token = place.token()
    place.sandbox.faults.add(fault)
    stream = place.open(token=token)
    ids = [place.publish(), place.publish()]
    pieces = []
    body = b""
    while body.count(b"\n\n") < 2:
        pieces.append(stream.answer.read1())
        body += pieces[-1]
    events = [json.loads(part.removeprefix(b"data: ")) for part in body.split(b"\n\n")[:-1]]
    assert [event["id"] for event in events] == ids
    assert len(pieces) > 2
    longest = max(map(len, pieces))
    assert longest <= {7: 7, None: 300}[fault.every_bytes]


@pytest.mark.parametrize(
    ("effect", "error"), [("malformed", json.JSONDecodeError), ("invalid-utf8", UnicodeDecodeError)]
)
def test_events_may_be_broken_by_a_script_and_the_framing_is_kept(place, effect, error):
    token = place.token()
    place.sandbox.faults.add(Fault(effect=effect, operation="open_event_stream"))
    stream = place.open(token=token)
    place.publish()
    with pytest.raises(error):
        stream.event()
    place.clock.advance(60)
    assert stream.rest() in (b"", b"\n")


def test_the_content_type_may_be_another_one(place):
    token = place.token()
    fault = Fault(effect="content-type", content_type="text/plain", operation="open_event_stream")
    place.sandbox.faults.add(fault)
    assert place.open(token=token).header("content-type") == "text/plain"

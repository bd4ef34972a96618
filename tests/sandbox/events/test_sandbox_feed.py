"""The sandbox's own stream of what happens."""

from __future__ import annotations

import json


def test_the_feed_is_a_stream_by_the_book(place, portal_of):
    feed = place.request(url=f"{place.sandbox.url}/_sandbox/stream", token="none")
    assert feed.head() == 200
    assert feed.header("content-type") == "text/event-stream; charset=utf-8"
    assert (feed.line(), feed.line()) == (b"retry: 1000\n", b"\n")

    def told():
        parts = {}
        while (line := feed.line().rstrip(b"\n")) != b"":
            name, _, value = line.decode().partition(": ")
            parts[name] = value
        return parts["event"], json.loads(parts["data"]), int(parts["id"])

    portal = portal_of(place)
    kind, request, first = told()
    assert (kind, request["operationId"]) == ("request", "create_token")
    portal.act("suspend", portal.sim(status="Productive"))
    assert told()[1]["operationId"] == "suspend_sims"
    place.clock.advance(1)
    kind, effect, _ = told()
    assert (kind, effect["operation"]) == ("effect", "suspend_sims")
    kind, event, last = told()
    assert (kind, event["event"]) == ("event", "simaction.v1")
    assert last == first + 3
    again = place.request(
        url=f"{place.sandbox.url}/_sandbox/stream", token="none", Last_Event_ID=str(last - 1)
    )
    again.head()
    feed.close()
    feed = again
    feed.line(), feed.line()
    assert told() == (kind, event, last)


def test_a_reader_of_the_feed_who_is_too_slow_is_told_so(place):
    feed = place.sandbox.emulator.feed
    before = feed.count
    for number in range(2100):
        feed.tell("event", {"n": number})
    found = feed.after(before)
    assert found[0][1:] == ("gap", {"missed": 100})
    assert [data["n"] for _, _, data in found[1:]] == list(range(100, 2100))
    assert feed.after(feed.count) == []

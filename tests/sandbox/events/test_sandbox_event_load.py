"""Many streams at once, and the end of the server."""

from __future__ import annotations

import time

from simloom.sandbox import ManualClock, Sandbox


def test_two_hundred_streams_at_once_get_every_event_and_end_when_the_sandbox_stops(place_of):
    sandbox = Sandbox(seed=7, sims=0, clock=ManualClock())
    sandbox.start()
    try:
        place = place_of(sandbox, ManualClock())
        token = place.token()
        desk = sandbox.emulator.events
        for number in range(200):
            desk.subscribe("simaction.v1", str(number), "sandbox-client", None)
        root = place.urls["simaction.v1"].rpartition("/")[0]
        streams = [place.request(url=f"{root}/{n}", token=token) for n in range(200)]
        assert {stream.head() for stream in streams} == {200}
        number = place.publish()
        assert {stream.event()["id"] for stream in streams} == {number}
        assert desk.bells.waiting == 200
        before = time.monotonic()
    finally:
        sandbox.stop()
    assert time.monotonic() - before < 3
    assert {stream.rest() for stream in streams} == {b""}
    assert desk.bells.waiting == 0
    assert {item["end"] for item in desk.streams()["closed"]} == {"server stopped"}


def test_a_reader_who_does_not_read_does_not_keep_the_sandbox_from_stopping(place_of, caplog):
    sandbox = Sandbox(seed=7, sims=0)
    sandbox.start()
    try:
        place = place_of(sandbox, ManualClock())
        place.open()
        desk = sandbox.emulator.events
        data = {"partnerID": "100013", "message": "x" * 100_000}
        for _ in range(150):
            desk.publish("simaction.v1", data)
    finally:
        before = time.monotonic()
        sandbox.stop()
    assert time.monotonic() - before < 4
    assert [record for record in caplog.records if record.exc_info] == []
    sandbox.start()  # and it can start again
    sandbox.stop()

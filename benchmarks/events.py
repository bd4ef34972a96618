"""Events of a stream: decoded alone, and with their JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import orjson
from httpx_sse import EventSource
from sseclient import SSEClient

from benchmarks.measure import METHOD, BenchmarkError, Candidate, compare
from benchmarks.report import Table, timed_rows
from simloom.events.sse import EventDecoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measure import Effort

EVENTS = 2000
EVENT_BYTES = 540
CHUNK = 16 * 1024
_HEADERS = {"content-type": "text/event-stream"}


def measure_events(effort: Effort, tell: Callable[[str], None]) -> Table:
    """Compare decoders on events of the M2M Service Portal's size, in chunks as they arrive."""
    stream = _event() * EVENTS
    chunks = [stream[start : start + CHUNK] for start in range(0, len(stream), CHUNK)]
    candidates = [
        Candidate("bytes.split + orjson.loads", lambda: _split(stream)),
        Candidate("simloom", lambda: list(_ours(chunks)), target="<= httpx-sse / 1.2"),
        Candidate(
            "simloom + orjson.loads",
            lambda: [orjson.loads(data) for data in _ours(chunks)],
            target="<= 1.75",
        ),
        Candidate("httpx-sse", lambda: list(_httpx_sse(chunks))),
        Candidate(
            "httpx-sse + orjson.loads", lambda: [orjson.loads(data) for data in _httpx_sse(chunks)]
        ),
        Candidate("sseclient-py", lambda: list(_sseclient(chunks))),
    ]
    for candidate in candidates:
        found = candidate.call()
        if not isinstance(found, list) or len(found) != EVENTS:
            raise BenchmarkError(f"{candidate.name} did not find every event")
    return Table(
        name="events",
        title=f"Events: {EVENTS:,} of {EVENT_BYTES} bytes in chunks of {CHUNK // 1024} KiB",
        method=METHOD,
        floor=candidates[0].name,
        rows=timed_rows(compare(candidates, effort, tell), per=EVENTS, unit="us/event"),
    )


def _event() -> bytes:
    event = {
        "time": "2025-08-02T09:54:13.133Z",
        "id": "00000000-0000-1000-a000-000706409461",
        "source": "/v1/partners/simaction",
        "specversion": "1.0",
        "type": "simaction.v1",
        "datacontenttype": "application/json",
        "data": {"partnerID": "100013", "signupID": "708855306", "message": ""},
    }

    def framed() -> bytes:
        return b"data: " + json.dumps(event, separators=(",", ":")).encode() + b"\n\n"

    event["data"]["message"] = "x" * (EVENT_BYTES - len(framed()))  # type: ignore[index]
    return framed()


def _split(stream: bytes) -> list[object]:
    return [orjson.loads(block[6:]) for block in stream.split(b"\n\n") if block]


def _ours(chunks: list[bytes]) -> Iterator[str]:
    decoder = EventDecoder("text/event-stream")
    for chunk in chunks:
        for event in decoder.feed(chunk):
            yield event.data


def _httpx_sse(chunks: list[bytes]) -> Iterator[str]:
    answer = httpx.Response(200, headers=_HEADERS, content=iter(chunks))
    for event in EventSource(answer).iter_sse():
        yield event.data


def _sseclient(chunks: list[bytes]) -> Iterator[str]:
    for event in SSEClient(iter(chunks)).events():
        yield event.data

"""However a stream is cut, it decodes to the same, in time that is linear in its length."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simloom.events.sse import EventDecoder

KINDS = st.sampled_from(["text/event-stream", "application/x-ndjson", "application/json"])
PIECES = [
    b"data: a", b"data:", b"data", b"id: 1", b"id", b"id: \0", b"event: e", b"retry: 5",
    b"retry: +5", b": c", b"\n", b"\r", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"\xe2\x82", b"\xff",
    b"x" * 30, b'{"a":', b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b" ", b"1", b'{"a":1}',
    b'\n{"b":"c"}\n', b"\n[", b"null", b'"\\', b"[[[[[[",
]  # fmt: skip
STREAMS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=25).map(b"".join)


def outcome(content_type, chunks):
    decoder = EventDecoder(content_type, max_line=24, max_event=32, max_depth=4)
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    events += decoder.close()
    return events, decoder.last_event_id, decoder.retry, decoder.errors, decoder.counts


@settings(max_examples=100, deadline=None)
@given(stream=STREAMS, kind=KINDS, cuts=st.lists(st.integers(0, 200), max_size=12))
@example(stream=b"data: a\r\n\r\n", kind="text/event-stream", cuts=[8, 10])
def test_chunks_do_not_matter(stream, kind, cuts):
    whole = outcome(kind, [stream])
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[a:b] for a, b in pairwise(places)]
    assert outcome(kind, chunks) == whole
    assert outcome(kind, [stream[i : i + 1] for i in range(len(stream))]) == whole


def cpu(content_type, head, body, tail, chunk):
    """Return nanoseconds per byte, the best of three."""
    stream = head + body + tail
    best = float("inf")
    for _ in range(3):
        decoder = EventDecoder(content_type, max_line=1 << 27, max_event=1 << 27)
        begin = time.thread_time_ns()
        for start in range(0, len(stream), chunk):
            decoder.feed(stream[start : start + chunk])
        decoder.close()
        best = min(best, time.thread_time_ns() - begin)
    return best / len(stream)


SHAPES = {
    "one line": ("text/event-stream", b"data: ", b"x", b"\n\n"),
    "many lines of data": ("text/event-stream", b"", b"data: x\n", b"\n"),
    "blank lines": ("text/event-stream", b"", b"\n", b""),
    "carriage returns": ("text/event-stream", b"", b"\r", b""),
    "one id": ("text/event-stream", b"id: ", b"x", b"\n\n"),
    "one string": ("application/x-ndjson", b'{"a":"', b"x", b'"}'),
    "escapes": ("application/x-ndjson", b'{"a":"', b"\\\\", b'"}'),
    "an array": ("application/x-ndjson", b"[", b'{"a": 1},', b"1]"),
    "blanks": ("application/x-ndjson", b"[", b"\n ", b"]"),
    "a string without end": ("application/x-ndjson", b'{"a":"', b"x", b""),
    "opened on every line": ("application/x-ndjson", b"", b'{"a":\n', b""),
    "trailing commas": ("application/x-ndjson", b"[", b"[1,],", b"1]"),
    "quotes": ("application/x-ndjson", b"", b'"\\\n', b""),
    "commas": ("application/x-ndjson", b"", b",", b""),
    "closing brackets": ("application/x-ndjson", b"", b"}", b"\n"),
    "garbage with brackets": ("application/x-ndjson", b"", b"x{", b"\n"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_time_is_linear(name):
    kind, head, unit, tail = SHAPES[name]
    sizes = (1 << 10, 1 << 14)
    small, large = (cpu(kind, head, unit * (size // len(unit)), tail, 256) for size in sizes)
    assert large < 4 * small + 20


def test_small_chunks_of_a_long_line_take_linear_time():
    assert cpu("text/event-stream", b"data: ", b"x" * (1 << 20), b"\n\n", chunk=512) < 100

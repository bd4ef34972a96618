"""The event stream format, case by case (WHATWG HTML 9.2.6)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from simloom.events.sse import EventDecoder, Fault, ServerSentEvent

BOM = b"\xef\xbb\xbf"


def decode(stream, content_type="text/event-stream", *, size=None, **caps):
    decoder = EventDecoder(content_type, **caps)
    size = size or max(1, len(stream))
    events = []
    for start in range(0, len(stream), size):
        events += decoder.feed(stream[start : start + size])
    return events + decoder.close(), decoder


# stream, the events as (type, data, id, retry), the last event id
CASES = {
    "nothing": (b"", [], ""),
    "one event": (b"data: a\n\n", [("message", "a", "", None)], ""),
    "LF, CR, CRLF": (
        b"data: a\n\ndata: b\r\rdata: c\r\n\r\n",
        [("message", "a", "", None), ("message", "b", "", None), ("message", "c", "", None)],
        "",
    ),
    "line ends mixed within an event": (
        b"data: a\rdata: b\ndata: c\r\n\n",
        [("message", "a\nb\nc", "", None)],
        "",
    ),
    "CR CRLF ends an event": (b"data: a\r\r\n", [("message", "a", "", None)], ""),
    "LF CR ends an event": (b"data: a\n\r", [("message", "a", "", None)], ""),
    "CRLF CR ends an event": (b"data: a\r\n\r", [("message", "a", "", None)], ""),
    "CRLF alone does not": (b"data: a\r\n", [], ""),
    "CR alone does not": (b"data: a\r", [], ""),
    "CRLF between lines is one break": (
        b"data: a\r\ndata: b\r\n\r\n",
        [("message", "a\nb", "", None)],
        "",
    ),
    "byte order mark": (BOM + b"data: a\n\n", [("message", "a", "", None)], ""),
    "two byte order marks": (BOM + BOM + b"data: a\n\n", [], ""),
    "byte order mark later is text": (b"\n" + BOM + b"data: a\n\n", [], ""),
    "byte order mark in data": (
        b"data: " + BOM + b"a\n\n",
        [("message", "\ufeffa", "", None)],
        "",
    ),
    "half a byte order mark": (BOM[:2], [], ""),
    "half a byte order mark and text": (
        BOM[:2] + b"\ndata: a\n\n",
        [("message", "a", "", None)],
        "",
    ),
    "no space": (b"data:a\n\n", [("message", "a", "", None)], ""),
    "one space is dropped": (b"data:  a\n\n", [("message", " a", "", None)], ""),
    "a tab is kept": (b"data:\ta\n\n", [("message", "\ta", "", None)], ""),
    "trailing space is kept": (b"data: a \n\n", [("message", "a ", "", None)], ""),
    "no-break space is kept": (
        b"data:\xc2\xa0a\n\n",
        [("message", "\xa0a", "", None)],
        "",
    ),
    "colons in the value": (b"data: a:b: c\n\n", [("message", "a:b: c", "", None)], ""),
    "two lines": (b"data: a\ndata: b\n\n", [("message", "a\nb", "", None)], ""),
    "empty line of data": (b"data\n\n", [("message", "", "", None)], ""),
    "empty value": (b"data:\n\n", [("message", "", "", None)], ""),
    "a single space": (b"data: \n\n", [("message", "", "", None)], ""),
    "two empty lines of data": (b"data\ndata\n\n", [("message", "\n", "", None)], ""),
    "the example of the standard": (
        b"data\n\ndata\ndata\n\ndata:",
        [("message", "", "", None), ("message", "\n", "", None)],
        "",
    ),
    "empty line among data": (b"data: a\ndata\ndata: b\n\n", [("message", "a\n\nb", "", None)], ""),
    "spaces before a name": (b" data: a\n\n", [], ""),
    "space before the colon": (b"data : a\n\n", [], ""),
    "names are case sensitive": (b"Data: a\nDATA: b\n\n", [], ""),
    "unknown field": (b"data: a\nfoo: b\n\n", [("message", "a", "", None)], ""),
    "unknown field without colon": (b"foo\ndata: a\n\n", [("message", "a", "", None)], ""),
    "longer name": (b"datax: a\n\n", [], ""),
    "comment": (b": hello\ndata: a\n\n", [("message", "a", "", None)], ""),
    "comment amid data": (b"data: a\n:x\ndata: b\n\n", [("message", "a\nb", "", None)], ""),
    "only comments": (b":\n:\n\n:\n\n", [], ""),
    "comment that looks like data": (b":data: a\n\n", [], ""),
    "type": (b"event: e\ndata: a\n\n", [("e", "a", "", None)], ""),
    "type after data": (b"data: a\nevent: e\n\n", [("e", "a", "", None)], ""),
    "the last type counts": (b"event: e\nevent: f\ndata: a\n\n", [("f", "a", "", None)], ""),
    "empty type": (b"event: e\nevent:\ndata: a\n\n", [("message", "a", "", None)], ""),
    "type without data": (b"event: e\n\ndata: a\n\n", [("message", "a", "", None)], ""),
    "the type holds for one event": (
        b"event: e\ndata: a\n\ndata: b\n\n",
        [("e", "a", "", None), ("message", "b", "", None)],
        "",
    ),
    "id": (b"id: 1\ndata: a\n\n", [("message", "a", "1", None)], "1"),
    "id after data": (b"data: a\nid: 1\n\n", [("message", "a", "1", None)], "1"),
    "the id stays": (
        b"id: 1\ndata: a\n\ndata: b\n\n",
        [("message", "a", "1", None), ("message", "b", "1", None)],
        "1",
    ),
    "an empty id clears it": (
        b"id: 1\ndata: a\n\nid\ndata: b\n\n",
        [("message", "a", "1", None), ("message", "b", "", None)],
        "",
    ),
    "id without data": (b"id: 1\n\ndata: a\n\n", [("message", "a", "1", None)], "1"),
    "id only": (b"id: 7\n\n", [], "7"),
    "id with NUL": (b"id: 1\nid: 2\0\ndata: a\n\n", [("message", "a", "1", None)], "1"),
    "id with spaces": (b"id:  1 \ndata: a\n\n", [("message", "a", " 1 ", None)], " 1 "),
    "id beyond ASCII": (b"id: \xc3\xa9\ndata: a\n\n", [("message", "a", "\xe9", None)], "\xe9"),
    "id of an unfinished event": (
        b"id: 1\ndata: a\n\nid: 2\ndata: b",
        [("message", "a", "1", None)],
        "1",
    ),
    "id of an event without its blank line": (
        b"id: 1\n\nid: 2\ndata: b\n",
        [],
        "1",
    ),
    "NUL in data": (b"data: a\0b\n\n", [("message", "a\0b", "", None)], ""),
    "retry": (b"retry: 5000\ndata: a\n\n", [("message", "a", "", 5000)], ""),
    "retry of one event": (
        b"retry: 10\ndata: a\n\ndata: b\n\n",
        [("message", "a", "", 10), ("message", "b", "", None)],
        "",
    ),
    "leading zeros of retry": (b"retry: 0010\ndata: a\n\n", [("message", "a", "", 10)], ""),
    "the last retry counts": (b"retry: 1\nretry: 2\ndata: a\n\n", [("message", "a", "", 2)], ""),
    "unfinished": (b"data: a\n\ndata: b", [("message", "a", "", None)], ""),
    "unfinished after its line": (b"data: a\n\ndata: b\n", [("message", "a", "", None)], ""),
    "many blank lines": (
        b"\n\n\ndata: a\n\n\n\n\ndata: b\n\n",
        [("message", "a", "", None), ("message", "b", "", None)],
        "",
    ),
    "line breaks of other kinds": (
        "data: a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\n\n".encode(),
        [("message", "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg", "", None)],
        "",
    ),
    "invalid UTF-8": (b"data: a\xffb\n\n", [("message", "a\ufffdb", "", None)], ""),
    "cut UTF-8 before a break": (b"data: a\xe2\x82\n\n", [("message", "a\ufffd", "", None)], ""),
    "encoded surrogate": (b"data: \xed\xa0\x80\n\n", [("message", "\ufffd" * 3, "", None)], ""),
    "beyond the first plane": (
        "data: \U0001f4f6\n\n".encode(),
        [("message", "\U0001f4f6", "", None)],
        "",
    ),
    "brace later": (b"data: a\n\n{}\n\n", [("message", "a", "", None)], ""),
    "JSON with a brace": (b'data: {"a":1}\n\n', [("message", '{"a":1}', "", None)], ""),
}


@pytest.mark.parametrize("size", [None, 1, 2, 3])
@pytest.mark.parametrize("name", CASES)
def test_events_and_ids(name, size):
    stream, expected, last = CASES[name]
    events, decoder = decode(stream, size=size)
    assert events == [ServerSentEvent(*event) for event in expected]
    assert decoder.last_event_id == last
    assert decoder.errors == []


@pytest.mark.parametrize(
    "value",
    [b"+5", b"-1", b"1_000", b" 7", b"7 ", b"1.5", b"1e3", b"", b"x", b"0x10",
     "\u0665".encode(), "\xb2".encode(), b"9" * 16, b"9" * 5000],
)  # fmt: skip
def test_retry_is_ascii_digits(value):
    events, decoder = decode(b"retry: 3\n\nretry: " + value + b"\ndata: a\n\n")
    assert events == [ServerSentEvent(data="a")]
    assert decoder.retry == 3


def test_retry_counts_before_its_event_ends():
    decoder = EventDecoder("text/event-stream")
    decoder.feed(b"retry: 12\n")
    assert decoder.retry == 12


def test_an_event_is_there_at_its_carriage_return():
    decoder = EventDecoder("text/event-stream")
    assert decoder.feed(b"data: a\r\r") == [ServerSentEvent(data="a")]
    assert decoder.feed(b"\ndata: b\r") == []
    assert decoder.feed(b"\n") == []
    assert decoder.feed(b"\r") == [ServerSentEvent(data="b")]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/event-stream",
        "Text/Event-Stream; charset=iso-8859-1",
        " text/event-stream ;x=y",
        "",
        "x",
    ],
)
def test_utf_8_whatever_the_content_type_says(content_type):
    events, _ = decode("data: \xe9\n\n".encode(), content_type)
    assert events == [ServerSentEvent(data="\xe9")]


def test_close_drops_what_is_unfinished():
    decoder = EventDecoder("text/event-stream")
    assert decoder.feed(b"id: 1\ndata: a\n") == []
    assert decoder.close() == []
    assert decoder.last_event_id == ""


LONG = b"x" * 100


@pytest.mark.parametrize("size", [None, 1, 7])
@pytest.mark.parametrize(
    ("stream", "expected", "faults"),
    [
        (b"data: " + LONG + b"\n\ndata: a\n\n", ["a"], [Fault.LINE_TOO_LONG]),
        (b"data: b\ndata: " + LONG + b"\ndata: c\n\ndata: a\n\n", ["a"], [Fault.LINE_TOO_LONG]),
        (b"data: " + LONG, [], [Fault.LINE_TOO_LONG]),
        (b"data: " + LONG + b"\rdata: b\r\rdata: a\r\r", ["a"], [Fault.LINE_TOO_LONG]),
        (b"data: 34567890123456\n\n", ["34567890123456"], []),
        (b"data: 345678901234567\n\n", [], [Fault.LINE_TOO_LONG]),
        (b"data: 12345678\ndata: 123456\n\n", ["12345678\n123456"], []),
        (b"data: 12345678\ndata: 1234567\n\ndata: a\n\n", ["a"], [Fault.EVENT_TOO_LONG]),
        (b"data: 12345678\n" * 9 + b"\ndata: a\n\n", ["a"], [Fault.EVENT_TOO_LONG]),
        (b"data\n" * 16 + b"\n", ["\n" * 15], []),
        (b"data\n" * 17 + b"\n", [], [Fault.EVENT_TOO_LONG]),
    ],
)
def test_what_is_too_long_is_reported_and_skipped(stream, expected, faults, size):
    events, decoder = decode(stream, size=size, max_line=20, max_event=15)
    assert [event.data for event in events] == expected
    assert decoder.errors == faults


def test_the_id_of_a_skipped_event_counts():
    _, decoder = decode(b"id: 4\ndata: " + LONG + b"\n\n", max_line=20)
    assert decoder.last_event_id == "4"


@pytest.mark.parametrize("content_type", ["text/event-stream", "application/x-ndjson"])
def test_memory_stays_bounded_on_a_line_without_end(content_type):
    decoder = EventDecoder(content_type, max_line=10_000, max_event=10_000)
    decoder.feed(b'{"a":"' if "json" in content_type else b"data: ")
    for _ in range(100):
        assert decoder.feed(b"x" * 5000) == []
    held = decoder._line if decoder._documents is None else decoder._documents._buffer
    assert len(held) <= 10_000
    assert len(decoder.errors) == 1


def test_errors_are_bounded_but_counted():
    events, decoder = decode(b"data: 12345\n\n" * 250 + b"data: a\n\n", max_line=10)
    assert [event.data for event in events] == ["a"]
    assert decoder.errors == [Fault.LINE_TOO_LONG] * 100
    assert decoder.counts == {Fault.LINE_TOO_LONG: 250}


@pytest.mark.parametrize("cap", ["max_line", "max_event", "max_depth"])
def test_caps_are_positive(cap):
    with pytest.raises(ValueError, match="at least 1"):
        EventDecoder("text/event-stream", **{cap: 0})


def test_the_decoder_loads_nothing_that_does_io():
    script = "import sys, simloom.events.sse; print(*sorted({*sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {"httpx", "socket", "asyncio", "threading", "simloom.client"} & loaded == set()

"""JSON documents as events, whole and broken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simloom.events.sse import EventDecoder, Fault

NDJSON = "application/x-ndjson"
KINDS = ["application/stream+json", "application-stream/json", NDJSON, "Application/X-NDJSON; a=b"]
DEEP = b"[" * 65 + b"]" * 65


def decode(stream, content_type=NDJSON, *, size=None, **caps):
    decoder = EventDecoder(content_type, **caps)
    events = []
    for start in range(0, len(stream), size or max(1, len(stream))):
        events += decoder.feed(stream[start : start + (size or len(stream))])
    return [event.data for event in events + decoder.close()], decoder.errors


# stream, documents, faults
CASES = {
    "lines": (b'{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}'], []),
    "CRLF": (b'{"a":1}\r\n{"b":2}\r\n', ['{"a":1}', '{"b":2}'], []),
    "without line breaks": (b'{"a":1}{"b":2}[3]', ['{"a":1}', '{"b":2}', "[3]"], []),
    "the last without a break": (b'{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}'], []),
    "blanks": (b'\n \n{ "a" :\t[ 1 , 2 ] }\n\n', ['{"a":[1,2]}'], []),
    "over several lines": (b'{\n  "a": {\n    "b": 1\n  }\n}\n', ['{"a":{"b":1}}'], []),
    "lines that begin with brackets": (
        b'{"a":\n{"b":\n[\n{"c":1},\n{}]}}\n',
        ['{"a":{"b":[{"c":1},{}]}}'],
        [],
    ),
    "blanks in strings stay": (b'{"a b" : "c  d"}\n', ['{"a b":"c  d"}'], []),
    "brackets in strings": (b'{"a":"}{][\\"}"}{}', ['{"a":"}{][\\"}"}', "{}"], []),
    "backslashes": (b'{"a":"\\\\"}{"b":"\\\\\\""}', ['{"a":"\\\\"}', '{"b":"\\\\\\""}'], []),
    "other line breaks": ('{"a":"\u2028\x85"}\n'.encode(), ['{"a":"\u2028\x85"}'], []),
    "escapes stay": (b'{"a":"\\u00e9\\ud800"}\n', ['{"a":"\\u00e9\\ud800"}'], []),
    "numbers stay": (b"[1.0, 1e400, " + b"7" * 5000 + b"]", ["[1.0,1e400," + "7" * 5000 + "]"], []),
    "scalars on lines": (b'1\n"a{b"\nnull\n', ["1", '"a{b"', "null"], []),
    "invalid UTF-8": (b'{"a":"\xff"}\n', ['{"a":"\ufffd"}'], []),
    "byte order mark": (b'\xef\xbb\xbf{"a":1}\n', ['{"a":1}'], []),
    "nothing": (b"", [], []),
    "trailing comma": (b'{"a":1,}\n', ['{"a":1}'], [Fault.TRAILING_COMMA]),
    "trailing commas": (b'{"a": [1, 2, ] , }\n', ['{"a":[1,2]}'], [Fault.TRAILING_COMMA]),
    "comma in a string stays": (b'{"a":",}",}\n', ['{"a":",}"}'], [Fault.TRAILING_COMMA]),
    "comma behind a document": (b'{"a":1},\n{}\n', ['{"a":1}', "{}"], [Fault.TRAILING_COMMA]),
    "only a comma": (b"{,}\n{}\n", ["{}"], [Fault.INVALID_JSON]),
    "two commas": (b"[1,,]\n{}\n", ["{}"], [Fault.INVALID_JSON]),
    "broken": (b'{"a":1}\n{broken}\n{"b":2}\n', ['{"a":1}', '{"b":2}'], [Fault.INVALID_JSON]),
    "single quotes": (b"{'a':1}\n{}\n", ["{}"], [Fault.INVALID_JSON]),
    "NaN": (b'{"a":NaN}\n{"a":-Infinity}\n{}', ["{}"], [Fault.INVALID_JSON] * 2),
    "no JSON": (b'{}\nhello\n{"a":1}\n', ["{}", '{"a":1}'], [Fault.INVALID_JSON]),
    "no JSON at first": (b'hello\n{"a":1}\n', ['{"a":1}'], [Fault.INVALID_JSON]),
    "no JSON before a document": (b'hello{"a":1}\n', ['{"a":1}'], [Fault.INVALID_JSON]),
    "wrong bracket": (b'{"a":[1}}\n{}\n', ["{}"], [Fault.INVALID_JSON]),
    "too many brackets": (b'{"a":x}}}\n{}\n', ["{}"], [Fault.INVALID_JSON]),
    "two broken lines": (b"{x}\ny\n{}\n", ["{}"], [Fault.INVALID_JSON] * 2),
    "cut in a value": (b'{"a":1\n{"b":2}\n', ['{"b":2}'], [Fault.INVALID_JSON]),
    "cut behind a comma": (b'{"a":1,\n{"b":2}\n', ['{"b":2}'], [Fault.INVALID_JSON]),
    "cut in a string": (b'{"a":"x\n{"b":2}\n', ['{"b":2}'], [Fault.INVALID_JSON]),
    "cut in an escape": (b'{"a":"x\\\n{"b":2}\n[3]\n', ['{"b":2}', "[3]"], [Fault.INVALID_JSON]),
    "cut behind a colon": (
        b'{"a":\n{"b":2}\n{"c":3}\n',
        ['{"b":2}', '{"c":3}'],
        [Fault.INVALID_JSON],
    ),
    "cut behind a colon at the end": (b'{"a":\n{"b":2}\n', ['{"b":2}'], [Fault.TRUNCATED]),
    "cut in an array": (b'[1,\n{"b":2}\n[3]\n', ['{"b":2}', "[3]"], [Fault.INVALID_JSON]),
    "cut twice": (
        b'{"a":\n{"b":\n{"c":3}\n{"d":4}',
        ['{"c":3}', '{"d":4}'],
        [Fault.INVALID_JSON] * 2,
    ),
    "unfinished": (b'{"a":1}\n{"b":', ['{"a":1}'], [Fault.TRUNCATED]),
    "unfinished scalar": (b"{}\n12", ["{}"], [Fault.TRUNCATED]),
    "too deep": (DEEP + b"\n{}\n", ["{}"], [Fault.TOO_DEEP]),
    "as deep as may be": (DEEP[1:-1], [DEEP[1:-1].decode()], []),
    "too deep and never closed": (b"[" * 999 + b'\n{"a":1}\n', ['{"a":1}'], [Fault.TOO_DEEP]),
    "too deep, with strings": (b"[" * 65 + b'"]"' + b"]" * 65 + b"{}", ["{}"], [Fault.TOO_DEEP]),
    "too deep, cut in a string": (b"[" * 65 + b'"\n{}', ["{}"], [Fault.TOO_DEEP]),
    "an event stream": (b"data: {}\n\nid: 1\n\n", ["{}"], [Fault.EVENT_STREAM_IN_JSON]),
    "a comment": (b"\n:\n\ndata: {}\n\n", ["{}"], [Fault.EVENT_STREAM_IN_JSON]),
    "nearly an event stream": (b"dat\n{}\n", ["{}"], [Fault.INVALID_JSON]),
}  # fmt: skip


@pytest.mark.parametrize("size", [None, 1, 2, 5])
@pytest.mark.parametrize("name", CASES)
def test_documents_and_faults(name, size):
    stream, expected, faults = CASES[name]
    assert decode(stream, size=size) == (expected, faults)


@pytest.mark.parametrize("kind", KINDS)
def test_every_spelling_of_the_media_type(kind):
    assert decode(b'{"a":1}\n"text"\n', kind) == (['{"a":1}', '"text"'], [])


@pytest.mark.parametrize("size", [None, 1])
@pytest.mark.parametrize("stream", [b'{"a":1}\n', b'\r\n\n{"a":1}', b'\xef\xbb\xbf{"a": 1}'])
def test_json_that_is_announced_as_an_event_stream(stream, size):
    found = decode(stream, "text/event-stream;charset=utf-8", size=size)
    assert found == (['{"a":1}'], [Fault.JSON_IN_EVENT_STREAM])
    assert decode(stream, "application/json", size=size) == (['{"a":1}'], [])


def test_a_document_is_there_at_its_last_bracket():
    decoder = EventDecoder(NDJSON)
    (event,) = decoder.feed(b'{"a":1}')
    assert event == ("message", '{"a":1}', "", None)


@pytest.mark.parametrize("size", [None, 1, 3])
@pytest.mark.parametrize(
    ("stream", "expected", "faults"),
    [
        (b'["345678"]\n', ['["345678"]'], []),
        (b'["3456789"]\n{}\n', ["{}"], [Fault.EVENT_TOO_LONG]),
        (b'["3456789"]{}', ["{}"], [Fault.EVENT_TOO_LONG]),
        (b'["34567\\"]]"]{}', ["{}"], [Fault.EVENT_TOO_LONG]),
        (b'["345678\\\\"]{}', ["{}"], [Fault.EVENT_TOO_LONG]),
        (b"[[[[[[[[[[[[\n{}\n", ["{}"], [Fault.EVENT_TOO_LONG]),
        (b"[[[[[[[[[\n{}\n{}\n", ["{}", "{}"], [Fault.EVENT_TOO_LONG]),
        (b'["3456789012\n{}\n', ["{}"], [Fault.EVENT_TOO_LONG]),
        (b"1234567890\n{}\n", ["1234567890", "{}"], []),
        (b"12345678901\n{}\n", ["{}"], [Fault.LINE_TOO_LONG]),
        (b"12345678901{}\n{}\n", ["{}"], [Fault.LINE_TOO_LONG]),
    ],
)
def test_what_is_too_long_is_reported_and_skipped(stream, expected, faults, size):
    assert decode(stream, size=size, max_event=10) == (expected, faults)
    assert decode(stream, size=size, max_line=10) == (expected, faults)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
roots = st.lists(documents, max_size=3) | st.dictionaries(st.text(), documents, max_size=3)


@settings(max_examples=100, deadline=None)
@given(
    given=st.lists(st.tuples(roots, st.sampled_from([None, 0, 2]), st.booleans()), max_size=5),
    separator=st.sampled_from([b"", b"\n", b"\r\n", b" "]),
    size=st.integers(1, 40),
)
def test_any_documents_in_any_spelling(given, separator, size):
    texts = [json.dumps(root, indent=dent, ensure_ascii=plain) for root, dent, plain in given]
    stream = b"".join(text.encode("utf-8", "surrogatepass") + separator for text in texts)
    found, faults = decode(stream, size=size)
    assert [json.loads(text) for text in found] == [root for root, _, _ in given]
    assert faults == []

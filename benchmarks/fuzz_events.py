"""`python -m benchmarks.fuzz_events`: random streams against a naive reading of the standard.

Every input is decoded whole and in random pieces: both have to give the same. Event streams are
also read by the reference below, which knows neither chunks nor caps. A failing input is printed.
`benchmarks.fuzz_events_coverage` looks for inputs by what they reach instead of by chance.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from simloom.events.sse import EventDecoder, ServerSentEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("text/event-stream", "text/event-stream", "application/x-ndjson", "")
PIECES = (
    *(b"data: a", b"data:", b"data", b"data: {", b"id: 1", b"id", b"id: \0", b"event: e", b"event"),
    *(b"retry: 5", b"retry: +5", b": c", b":", b"\n", b"\n", b"\n", b"\r", b"\r\n", b"\n\n"),
    *(b"\xef\xbb\xbf", b"\xe2\x82", b"\xff", b"\x00", b"\xe2\x80\xa8", b"x" * 30, b" ", b"\t"),
    *(b'{"a":', b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"1", b'{"a": 1}', b"null"),
    *(b'\n{"b":"c"}\n', b"\n[", b'"\\', b"[[[[[[", b"]]]]", b'{"a":1,}', b'"a"'),
)
CAPS: tuple[dict[str, int], ...] = ({}, {}, {"max_line": 24, "max_event": 32, "max_depth": 4})


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz; return 1 at the first input that is decoded in two ways."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_events")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    random = Random(chosen.seed)
    began = time.monotonic()
    events = 0
    for number in range(chosen.inputs):
        stream, kind = _stream(random), random.choice(KINDS)
        caps = random.choice(CAPS)
        try:
            events += len(agreed(kind, caps, stream, random))
        except Exception as error:  # noqa: BLE001  (any is a finding)
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            print(f"input {number}: {kind!r} {caps} {stream!r}", file=sys.stderr)
            return 1
    seconds = time.monotonic() - began
    print(f"{chosen.inputs:,} inputs, {events:,} events, {seconds:.0f} s: no difference")
    return 0


class Difference(AssertionError):
    """One input is read in two ways."""


def agreed(kind: str, caps: dict[str, int], stream: bytes, random: Random) -> list[ServerSentEvent]:
    """Return the events of a stream. Raises Difference if they depend on how it is read."""
    whole = _decode(kind, caps, [stream])
    if _decode(kind, caps, _cut(stream, random)) != whole:
        raise Difference("in pieces it gives something else")
    if kind == KINDS[0] and not caps and not _is_json(stream) and reference(stream) != whole[:2]:
        raise Difference("the standard gives something else")
    return whole[0]


def reference(stream: bytes) -> tuple[list[ServerSentEvent], str]:
    """Return events and last id of a whole event stream, line by line as the standard says."""
    text = stream.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    lines = re.split("\r\n|\n|\r", text)[:-1]
    events: list[ServerSentEvent] = []
    data, event, last, buffered, retry = "", "", "", "", None
    for line in lines:
        if not line:
            last = buffered
            if data:
                events.append(ServerSentEvent(event or "message", data[:-1], last, retry))
            data, event, retry = "", "", None
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data += value + "\n"
        elif name == "event":
            event = value
        elif name == "id" and "\0" not in value:
            buffered = value
        elif name == "retry" and re.fullmatch("[0-9]+", value):
            retry = int(value)
    return events, last


def _is_json(stream: bytes) -> bool:
    return stream.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").startswith((b"{", b"["))


def _stream(random: Random) -> bytes:
    parts = random.choices(PIECES, k=random.randrange(1, 24))
    if random.random() < 0.3:
        parts.insert(random.randrange(len(parts)), random.randbytes(random.randrange(1, 5)))
    return b"".join(parts)


def _cut(stream: bytes, random: Random) -> list[bytes]:
    if random.random() < 0.3:
        return [stream[at : at + 1] for at in range(len(stream))]
    places = sorted(random.randrange(len(stream) + 1) for _ in range(random.randrange(1, 6)))
    edges = [0, *places, len(stream)]
    return [stream[first:last] for first, last in pairwise(edges)]


def _decode(
    kind: str, caps: dict[str, int], chunks: list[bytes]
) -> tuple[list[ServerSentEvent], str, int | None, list[str]]:
    decoder = EventDecoder(kind, **caps)
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    events += decoder.close()
    return events, decoder.last_event_id, decoder.retry, [str(fault) for fault in decoder.errors]


if __name__ == "__main__":
    sys.exit(main())

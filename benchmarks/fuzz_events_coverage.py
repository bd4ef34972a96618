"""`python -m benchmarks.fuzz_events_coverage`: streams that libFuzzer finds by what they reach.

It changes inputs and keeps those that take the decoder where none was before. Each is decoded
whole and in pieces and read by the reference of `benchmarks.fuzz_events`. What comes out of a JSON
framing has to be JSON, and lines of JSON have to come out as they went in. Every 5000th input
is repeated until it is long: four times the bytes may not take much more than four times the
processor's time. An input that takes longer than a minute is a finding, too.

Needs atheris, which is no part of requirements/dev.txt: it has wheels for Linux only.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence

try:
    atheris: Any = import_module("atheris")
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["simloom.events"]) if atheris else nullcontext():
    from simloom.events.sse import DEFAULT_MAX_DEPTH, EventDecoder, Fault

from benchmarks.fuzz_events import CAPS, KINDS, PIECES, Difference, agreed

_MISSING = """\
atheris is not installed. It has wheels for Linux and Python 3.11 to 3.13; elsewhere it is built,
which needs clang with libFuzzer:

    python -m pip install atheris
"""
_FRAMINGS = (*dict.fromkeys(KINDS), "application/stream+json")
_JSON = _FRAMINGS.index("application/x-ndjson"), _FRAMINGS.index("application/stream+json")
_SHORT, _LONG = 8 * 1024, 32 * 1024
_PIECE = 64
_WORST = 10.0  # times the time for four times the bytes; sixteen would be quadratic
_NOISE = 0.01  # seconds that say nothing about growth
_EVERY = 5000


def check(data: bytes) -> int:
    """Decode one input; return the number of events. Raises Difference.

    The first byte chooses the framing and the caps, the rest is the stream.
    """
    choice, stream = data[0] if data else 0, data[1:]
    framing = choice % len(_FRAMINGS)
    kind, caps = _FRAMINGS[framing], CAPS[choice // len(_FRAMINGS) % len(CAPS)]
    events = agreed(kind, caps, stream, Random(crc32(data)))
    if framing in _JSON:
        _check_json(kind, caps, stream)
    return len(events)


def check_growth(data: bytes) -> None:
    """Repeat an input until it is long. Raises Difference unless the time grows with the bytes."""
    stream = data[1:]
    if not stream:
        return
    kind = _FRAMINGS[data[0] % len(_FRAMINGS)]
    short, long = (stream * -(-size // len(stream)) for size in (_SHORT, _LONG))
    for _ in range(3):  # what is not so again was something else on this machine
        before, after = _seconds(kind, short[:_SHORT]), _seconds(kind, long[:_LONG])
        if after < _NOISE or after < before * _WORST:
            return
    raise Difference(f"{_SHORT} bytes take {before:.3f} s, {_LONG} bytes {after:.3f} s")


def _check_json(kind: str, caps: dict[str, int], stream: bytes) -> None:
    decoder = EventDecoder(kind, **caps)
    events = decoder.feed(stream) + decoder.close()
    if decoder.counts[Fault.EVENT_STREAM_IN_JSON]:
        return
    found = [_STRICT.decode(event.data) for event in events]
    sent = None if caps else _lines_of_json(stream)
    if sent is not None and found != sent:
        raise Difference("lines of JSON do not come out as they went in")


def _lines_of_json(stream: bytes) -> list[Any] | None:
    """Return the documents if every line is one, as the standard library reads them."""
    if not stream.startswith((b"{", b"[")) or not stream.endswith(b"\n"):
        return None
    try:
        lines = [line for line in stream.decode().split("\n") if line.strip(" \t\r")]
        values = [_STRICT.decode(line) for line in lines]
    except ValueError:
        return None
    brackets = max(line.count("{") + line.count("[") for line in lines)
    return values if brackets <= DEFAULT_MAX_DEPTH else None


def _refused(constant: str) -> Any:
    raise ValueError(constant)


_STRICT = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refused)


def _seconds(kind: str, stream: bytes) -> float:
    decoder = EventDecoder(kind)
    began = time.process_time()
    for at in range(0, len(stream), _PIECE):
        decoder.feed(stream[at : at + _PIECE])
    decoder.close()
    return time.process_time() - began


class _Campaign:
    """Counts, and says so at the end: libFuzzer ends the process without going back to Python."""

    def __init__(self, inputs: int) -> None:
        self._inputs = inputs
        self._count = self._events = 0
        self._began = time.monotonic()

    def one(self, data: bytes) -> None:
        self._count += 1
        self._events += check(data)
        if self._count % _EVERY == 0:
            check_growth(data)
        if self._count == self._inputs:
            seconds = time.monotonic() - self._began
            what = f"{self._count:,} inputs, {self._events:,} events, {seconds:.0f} s"
            print(f"{what}: no difference", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz; the status is 0 without a finding, 2 without atheris, and libFuzzer's with one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_events_coverage")
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=int, default=512, help="bytes of an input (default 512)")
    parser.add_argument("--corpus", type=Path, help="folder of inputs to begin with and to add to")
    parser.add_argument("--again", type=Path, metavar="FILE", help="try one finding again")
    chosen = parser.parse_args(arguments)
    if chosen.again:
        data = chosen.again.read_bytes()
        print(f"{check(data)} events")
        check_growth(data)
        return 0
    if atheris is None:
        print(_MISSING, file=sys.stderr, end="")
        return 2
    folder = Path(tempfile.mkdtemp(prefix="fuzz-events-"))
    words = folder / "words"
    words.write_text("".join(f'"{_escaped(piece)}"\n' for piece in sorted(set(PIECES))))
    corpus = chosen.corpus or folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    print(f"findings go to {folder}, inputs worth keeping to {corpus}", flush=True)
    options = {
        "runs": chosen.inputs,
        "seed": chosen.seed,
        "max_len": chosen.longest,
        "timeout": 60,
        "rss_limit_mb": 1024,
        "dict": words,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
    }
    given = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *given, str(corpus)], _Campaign(chosen.inputs).one)
    atheris.Fuzz()
    return 0  # not reached


def _escaped(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)


if __name__ == "__main__":
    sys.exit(main())

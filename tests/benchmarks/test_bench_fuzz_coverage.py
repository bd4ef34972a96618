"""The fuzzer that needs atheris: what it calls a finding, and what it says without atheris."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from simloom.events import sse

ROOT = Path(__file__).resolve().parents[2]
EVENTS, LINES = b"\x00", b"\x01"  # how an input begins


@pytest.fixture
def fuzz(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return SimpleNamespace(
        coverage=import_module("benchmarks.fuzz_events_coverage"),
        plain=import_module("benchmarks.fuzz_events"),
    )


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (b"", 0),
        (EVENTS + b"data: a\n\ndata: b\r\r", 2),
        (LINES + b'{"a": 1}\n[2, {"b": "\xc3\xa4"}]\n3\n', 3),
        (LINES + b'{"a": 1,}\n{"b"\n', 1),
        (LINES + b"data: a\n\n", 1),
        (EVENTS + b"\xff\x00{[" * 40, 0),
    ],
)
def test_what_is_read_in_one_way_is_no_finding(fuzz, data, events):
    assert fuzz.coverage.check(data) == events
    fuzz.coverage.check_growth(data)


class Losing(sse.EventDecoder):
    """Forgets what a chunk of one byte brings."""

    def feed(self, chunk):
        found = super().feed(chunk)
        return [] if len(chunk) == 1 else found


class Changing(sse.EventDecoder):
    """Gives other JSON than it got, in whatever pieces."""

    def feed(self, chunk):
        return [event._replace(data=event.data.replace("1", "2")) for event in super().feed(chunk)]


def test_events_that_depend_on_the_pieces_are_a_finding(fuzz, monkeypatch):
    monkeypatch.setattr(fuzz.plain, "EventDecoder", Losing)
    data = [EVENTS + b"data: %d\n\n" % number for number in range(30)]
    with pytest.raises(fuzz.plain.Difference, match="in pieces"):
        for one in data:
            fuzz.coverage.check(one)


def test_json_that_was_changed_is_a_finding(fuzz, monkeypatch):
    monkeypatch.setattr(fuzz.coverage, "EventDecoder", Changing)
    with pytest.raises(fuzz.plain.Difference, match="as they went in"):
        fuzz.coverage.check(LINES + b'{"a": 1}\n')


def test_time_that_grows_faster_than_the_bytes_is_a_finding(fuzz, monkeypatch):
    monkeypatch.setattr(fuzz.coverage, "_seconds", lambda _, data: (len(data) / 1000) ** 3)
    with pytest.raises(fuzz.plain.Difference, match="32768 bytes"):
        fuzz.coverage.check_growth(EVENTS + b"data: a\n\n")


def test_without_atheris_it_says_what_to_install(fuzz, monkeypatch, capsys):
    monkeypatch.setattr(fuzz.coverage, "atheris", None)
    monkeypatch.setattr(sys, "argv", ["fuzz"])
    assert fuzz.coverage.main([]) == 2
    assert "pip install atheris" in capsys.readouterr().err


def test_a_finding_can_be_tried_again_without_atheris(fuzz, monkeypatch, capsys, tmp_path):
    finding = tmp_path / "crash-1"
    finding.write_bytes(EVENTS + b"data: a\n\n")
    assert fuzz.coverage.main(["--again", str(finding)]) == 0
    assert capsys.readouterr().out == "1 events\n"

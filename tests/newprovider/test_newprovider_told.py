"""What `simloom new-provider` tells at the end, and before."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from simloom.cli import newprovider
from simloom.cli.app import run as cli
from simloom.newprovider import processes
from simloom.newprovider.cassettes import record
from simloom.newprovider.creating import Created
from simloom.newprovider.names import names_of


def told(**more):
    made = {
        "folder": Path.cwd() / "simloom-acme",
        "spec": "specs/acme/openapi.yaml",
        "verbs": ("list", "get"),
        "undecided": {},
        "facts": (),
        "waiting": 0,
        "operations": 12,
        "repairs": 1,
        "limits": 0,
        "unrecorded": "",
    }
    return newprovider._told(Created(**{**made, **more}))


def test_what_is_written_and_what_to_do_next():
    lines = told()
    assert lines[1:4] == [
        "client: 12 operations",
        "report: 1 repair, 0 limits in specs/acme/report.json",
        "verbs: list, get",
    ]
    assert lines[-4:] == [
        "next:",
        "  cd simloom-acme",
        '  python -m pip install -e ".[test]"',
        "  python -m pytest",
    ]
    assert any(line.startswith("left to a person: nothing") for line in lines)


def test_what_is_left_is_counted_and_has_its_place():
    lines = told(undecided={"resume": "no word"}, facts=("mapping.py: odd",), waiting=3, verbs=())
    assert "verbs: the document makes none certain" in lines
    assert "to decide: resume: no word" in lines
    assert "to decide: mapping.py: odd" in lines
    assert "to decide: specs/acme/overlay.yaml: what a repetition does, for 3 writes" in lines
    assert any(line.startswith("left to a person: 5, ") for line in lines)


def test_missing_cassettes_are_told():
    (line,) = [line for line in told(unrecorded="no `list`") if line.startswith("cassettes: ")]
    assert "none yet: no `list`" in line
    assert "`nox -s record`" in line


def test_a_folder_with_blanks_is_quoted():
    assert "  cd 'my provider'" in told(folder=Path.cwd() / "my provider")


@pytest.mark.parametrize(("terminal", "shown"), [(True, "  making it ...\n"), (False, "")])
def test_stages_are_shown_on_a_terminal_only(monkeypatch, capsys, terminal, shown):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    newprovider._stage("making it")
    assert capsys.readouterr().err == shown


def test_the_help_teaches(capsys):
    assert cli(["new-provider", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    for said in ("FILE|URL", "https address", "login-token", "TODO", "docs/providers/writing.md"):
        assert said in text


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import simloom_acme.provider", "ModuleNotFoundError: No module named 'simloom_acme'"),
        ("", "`list` is not written"),
    ],
)
def test_why_there_are_no_cassettes_is_what_the_recording_said(tmp_path, code, why):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "recording.py").write_text(code)
    assert record(names_of("acme", ()), tmp_path, tmp_path / "beside") == why
    assert (tmp_path / "cassettes" / ".gitkeep").exists()


def test_a_signal_to_end_leaves_nothing_behind(tmp_path, monkeypatch):
    document = {"openapi": "3.0.3", "info": {"title": "x", "version": "1"}}
    document["paths"] = {"/sims/{iccid}": {"get": {"responses": {"200": {"description": "x"}}}}}
    (tmp_path / "acme.json").write_text(json.dumps(document))
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    ended = []
    monkeypatch.setattr(
        processes, "generate", lambda *_: ended.append(signal.raise_signal(signal.SIGTERM))
    )
    monkeypatch.chdir(tmp_path)
    try:
        wish = ["new-provider", "acme", "--spec", "acme.json", "--auth", "bearer"]
        assert cli(wish) == 128 + signal.SIGTERM
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == []
    assert [path.name for path in tmp_path.iterdir()] == ["acme.json"]

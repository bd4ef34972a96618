"""What `simloom new-provider` tells at the end, and before."""

from __future__ import annotations

from pathlib import Path

import pytest

from simloom.cli import newprovider
from simloom.cli.app import run as cli
from simloom.newprovider.creating import Created


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
        "recorded": True,
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
    assert any("nox -s record" in line for line in told(recorded=False))


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

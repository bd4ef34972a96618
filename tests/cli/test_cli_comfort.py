"""Colours, completion, version."""

from __future__ import annotations

import io
import sys

import pytest
import typer.main

from simloom.cli import app

GREEN = "\x1b[32m"


class Screen(io.StringIO):
    def __init__(self, tty):
        super().__init__()
        self.tty = tty

    def isatty(self):
        return self.tty


@pytest.mark.parametrize(
    ("tty", "options", "variables", "colored"),
    [
        (True, [], {}, True),
        (False, [], {}, False),
        (True, [], {"NO_COLOR": "1"}, False),
        (True, [], {"NO_COLOR": ""}, True),  # no-color.org: empty does not count
        (True, ["--no-color"], {}, False),
        (True, ["--color", "never"], {}, False),
        (True, ["--color", "auto"], {"NO_COLOR": "1"}, False),
        (True, ["--color", "always"], {"NO_COLOR": "1"}, True),
        (False, ["--color", "always"], {"TERM": "dumb"}, True),
        (True, ["--color", "always", "--no-color"], {}, False),
    ],
)
def test_colours_only_where_wanted(cli, monkeypatch, tty, options, variables, colored):
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    screen = Screen(tty)
    monkeypatch.setattr(sys, "stdout", screen)
    assert cli("providers", "show", "infobip", *options).code == 0
    assert (GREEN in screen.getvalue()) is colored
    assert ("\x1b" in screen.getvalue()) is colored or options != ["--color", "never"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_programs_never_get_colours(cli, form):
    assert "\x1b" not in cli("providers", "list", "--output", form, "--color", "always").out


@pytest.mark.parametrize("tty", [True, False])
def test_colours_of_the_bar_are_switched_off_too(cli, sandbox, monkeypatch, home, tty):
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen(tty)
    monkeypatch.setattr(sys, "stderr", screen)
    assert cli("sims", "export", str(home / "x.csv"), "--color", "never").code == 0
    assert "\x1b[3" not in screen.getvalue()


def test_a_search_that_reads_the_list_shows_how_far_it_is(cli, sandbox, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    imsi = cli("sims", "list", "--output", "jsonl", "--limit", "1").rows[0]["imsi"]
    screen = Screen(tty=True)
    monkeypatch.setattr(sys, "stderr", screen)
    assert cli("sims", "find", f"imei:{imsi}").code == 2  # infobip tells none, and nothing is read
    assert "25/25" not in screen.getvalue()
    assert cli("sims", "find", f"imsi:{imsi}", "--color", "never").code == 0
    assert "SIMs of infobip" in screen.getvalue()
    assert "25/" in screen.getvalue()


def test_a_search_at_all_providers_shows_each_list_that_is_read(cli, sandbox, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("SIMLOOM_PROVIDER")
    screen = Screen(tty=True)
    monkeypatch.setattr(sys, "stderr", screen)
    assert cli("sims", "find", "imsi:262019999999999", "--color", "never").code == 1
    for name in ("infobip", "telcoapi", "telekom-bsc"):
        assert f"SIMs of {name}" in screen.getvalue()
    assert "SIMs of telekom-m2m" not in screen.getvalue()  # it has a search
    assert screen.getvalue().count("25/") >= 3


def test_without_a_terminal_a_search_shows_nothing(cli, sandbox, monkeypatch):
    monkeypatch.delenv("SIMLOOM_PROVIDER")
    done = cli("sims", "find", "imsi:262019999999999")
    assert (done.code, "SIMs of" in done.err) == (1, False)


def test_a_wrong_colour_is_a_usage_error(cli):
    done = cli("providers", "list", "--color", "blue")
    assert (done.code, done.out) == (2, "")
    assert "'blue' is not one of auto, always, never" in done.err


@pytest.fixture
def complete(cli, monkeypatch):
    def offered(words):
        monkeypatch.setenv("_SIMLOOM_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
        done = cli()
        assert done.err == ""
        return done.out.split()

    return offered


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("simloom trans", ["transfers"]),
        ("simloom sims list --provider tel", ["telcoapi", "telekom-bsc", "telekom-m2m"]),
        ("simloom providers show inf", ["infobip"]),
        ("simloom configure telekom-", ["telekom-bsc", "telekom-m2m"]),
        ("simloom sims list --profile ", ["prod", "test"]),
        ("simloom sims list --profile p", ["prod"]),
        ("simloom sims list --output ", ["table", "jsonl", "csv"]),
        ("simloom sims list --color a", ["auto", "always"]),
        ("simloom sims list --status su", ["suspended"]),
    ],
)
def test_what_the_shell_offers(complete, home, words, offered):
    (home / "config.toml").write_text(
        '[profiles.prod.infobip]\napi_key = "canary"\n[profiles.test.infobip]\napi_key = "canary"\n'
    )
    assert complete(words) == offered


@pytest.mark.parametrize("text", ["not [toml", "profiles = 7", "[profiles]", "[" * 5000])
def test_a_broken_settings_file_offers_nothing_and_says_nothing(complete, home, text):
    (home / "config.toml").write_text(text)
    assert complete("simloom sims list --profile ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_shown_and_installed(cli, home, monkeypatch, shell):
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    # Made anew: its options depend on the variable.
    monkeypatch.setattr(app, "_command", lambda: typer.main.get_command(app.app))
    shown = cli("--show-completion", shell)
    assert shown.code == 0
    assert f"_SIMLOOM_COMPLETE=complete_{shell}" in shown.out
    assert "completion installed in" in cli("--install-completion", shell).out
    written = [path for path in home.rglob("*") if path.is_file()]
    assert any("_SIMLOOM_COMPLETE" in path.read_text() for path in written)


def test_the_version_is_the_packages(cli):
    import simloom

    assert cli("--version").out == f"simloom {simloom.__version__}\n"

"""docs/cli.md says what the command line has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from simloom.capabilities import Capability
from simloom.cli.app import app
from simloom.cli.exits import Exit
from simloom.cli.providers import CAPABILITY
from simloom.cli.verbs import WRITE_COMMANDS
from simloom.cli.wishes import OUTPUTS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text("utf-8")


def section(title):
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title):
    return re.findall(r"^\| (`.*?) \| (.*) \|$", section(title), re.MULTILINE)


def test_every_command_is_on_the_page():
    root = typer.main.get_command(app)
    told = set()
    for cell, _ in rows("Commands"):
        first, *more = re.findall(r"`([^`]+)`", cell)
        words = [word for word in first.split()[1:] if not re.match(r"[A-Z]", word)]
        told.add(" ".join(words))
        told |= {f"{words[0]} {name}" for name in more}
    writes = {f"sims {command.name}" for command in WRITE_COMMANDS}
    there = set()
    for name, command in root.commands.items():
        inside = getattr(command, "commands", None)
        there |= {f"{name} {sub}" for sub in inside} if inside else {name}
    assert told - writes == there - writes
    assert told & writes == {"sims suspend"}


def test_every_write_is_on_the_page():
    told = [(name.strip("`"), verb.strip("`")) for name, verb in rows("Changing SIMs")]
    assert told == [(command.name, command.verb.value) for command in WRITE_COMMANDS]


def test_every_common_option_is_on_the_page():
    told = {re.findall(r"--[\w-]+", cell)[0] for cell, _ in rows("Options of every command")}
    root = typer.main.get_command(app)
    sims = root.commands["sims"]
    there = {option for item in sims.params for option in item.opts}
    assert told == there
    for command in [*sims.commands.values(), root.commands["usage"], root.commands["configure"]]:
        assert told <= {option for item in command.params for option in item.opts}
    (forms,) = [text for cell, text in rows("Options of every command") if "--output" in cell]
    assert re.findall(r"`(\w+)`", forms) == list(OUTPUTS)


def test_exit_codes_and_stable_keys_are_on_the_page():
    assert [cell.strip("`") for cell, _ in rows("Exit codes")] == [str(int(code)) for code in Exit]
    keys = section("Options of every command").partition("Its keys are stable: ")[2]
    assert tuple(re.findall(r"`(\w+)`", keys)) == CAPABILITY.names
    assert set(CAPABILITY.names) == set(Capability.__annotations__)


@pytest.mark.parametrize("command", WRITE_COMMANDS, ids=lambda command: command.name)
def test_every_write_can_be_rehearsed(command):
    options = {
        option
        for item in typer.main.get_command(app).commands["sims"].commands[command.name].params
        for option in item.opts
    }
    assert {"--dry-run", "--yes", "--wait"} <= options

"""What README.md and docs/cli.md show of the command line is what it prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from simloom.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/cli.md")


def sessions(page):
    """Yield commands and what they print, block by block."""
    for block in re.findall(
        r"^```console\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        for part in re.split(r"^\$ simloom ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


@pytest.fixture(scope="module")
def running():
    with Sandbox() as sandbox:  # its defaults are those of the command that the pages name
        yield sandbox


@pytest.mark.parametrize("page", PAGES)
def test_the_page_shows_what_is_printed(cli, sandbox, monkeypatch, page):
    monkeypatch.delenv("SIMLOOM_PROVIDER")
    monkeypatch.setenv("COLUMNS", "80")
    shown = list(sessions(page))
    assert len(shown) >= 3
    for command, printed in shown:
        done = cli(*shlex.split(command))
        assert done.out + done.err == printed, command

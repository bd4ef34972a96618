"""The tables in the pages are up to date, and one command makes them so."""

from __future__ import annotations

import shutil

import pytest

from simloom_codegen.errors import LoomError
from simloom_codegen.tables import REMEDY, command_help, main, refresh, rendered
from simloom_codegen.workspace import Workspace


def test_the_tables_in_the_pages_are_up_to_date(root):
    assert refresh(Workspace(root), check=True) == [], REMEDY


def test_a_page_is_rewritten_between_its_markers_only():
    page = "# T\n<!-- table:a -->\nold\n<!-- /table -->\nkept"
    wanted = "# T\n<!-- table:a -->\n\n| new |\n\n<!-- /table -->\nkept"
    once = rendered(page, {"a": lambda: "| new |\n"}, file="p.md")
    assert once == wanted
    assert rendered(once, {"a": lambda: "| new |\n"}, file="p.md") == once


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("", "the page has the tables: none"),
        ("<!-- table:a -->\n<!-- /table -->\n" * 2, "the page has the tables: a, a"),
        ("<!-- table:b -->\n<!-- /table -->\n", "no table 'b' belongs here"),
        ("<!-- table:a -->\n", "not closed"),
        ("<!-- table:a -->\n<!-- /table -->\n<!-- /table -->\n", "closed twice"),
        ("<!-- table:a -->\n<!-- table:a -->\n<!-- /table -->\n", "not closed"),
        ("<!-- table:a -->\n<!-- /table -->\n<!-- help:nix -->\n<!-- /help -->\n", "no command"),
    ],
)
def test_a_wrong_marker_is_an_error(page, complaint):
    with pytest.raises(LoomError, match=complaint):
        rendered(page, {"a": lambda: "new\n"}, file="p.md")


def test_the_help_of_a_command_is_what_the_command_prints():
    text = command_help("diff")
    assert text.startswith("```text\nUsage: simloom-codegen diff [OPTIONS] {old} {new}\n")
    assert "--format <text|md|json>" in text
    assert max(map(len, text.splitlines())) <= 80


def checkout(root, tmp_path):
    """A copy of what the tables are made from, and of the pages."""
    for name in ("specs", "docs", "templates"):
        shutil.copytree(root / name, tmp_path / name)
    shutil.copy(root / "README.md", tmp_path)
    return Workspace(tmp_path)


def test_a_stale_page_is_told_then_rewritten_and_the_others_stay(
    root, tmp_path, monkeypatch, capsys
):
    workspace = checkout(root, tmp_path)
    refresh(workspace)
    page = tmp_path / "docs" / "providers" / "infobip.md"
    right = page.read_text("utf-8")
    page.write_text(right.replace("| `get_sim` |", "| `got_sim` |"), "utf-8")
    monkeypatch.chdir(tmp_path)

    assert main(["--check"]) == 1
    told = capsys.readouterr()
    assert told.out == "out of date: docs/providers/infobip.md\n"
    assert REMEDY in told.err
    assert page.read_text("utf-8") != right

    assert main([]) == 0
    assert capsys.readouterr().out == "rewritten: docs/providers/infobip.md\n"
    assert page.read_text("utf-8") == right
    assert refresh(workspace) == []


def test_a_missing_page_changes_nothing(root, tmp_path, monkeypatch, capsys):
    checkout(root, tmp_path)
    readme = tmp_path / "README.md"
    readme.write_text(readme.read_text("utf-8").replace("`infobip`", "`was-infobip`"), "utf-8")
    before = readme.read_bytes()
    (tmp_path / "docs" / "providers" / "telcoapi.md").unlink()
    monkeypatch.chdir(tmp_path)

    assert main([]) == 1
    assert "docs/providers/telcoapi.md: the page is missing" in capsys.readouterr().err
    assert readme.read_bytes() == before

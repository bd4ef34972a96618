"""The command line: what it prints, how it ends, what it leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = """\
openapi: 3.0.3
info: {title: Tiny, version: "1"}
paths:
  /things: {get: {responses: {200: {description: ok}}}}
  /things/{id}: {get: {responses: {200: {description: ok}}}}
"""


def loom(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simloom_codegen.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC)
    return path


def test_generate_tells_the_numbers_as_json(spec: Path) -> None:
    done = loom(
        spec.parent, "generate", "--spec", str(spec), "--package", "tiny", "--out", ".", "--json"
    )
    assert done.returncode == 0, done.stderr
    numbers = json.loads(done.stdout)
    assert numbers["operations_in_spec"] == numbers["operations_generated"] == 2
    assert numbers["modules"] == numbers["modules_imported"] > 5
    assert {change["step"] for change in numbers["normalised"]}
    assert (spec.parent / "tiny" / "py.typed").is_file()
    assert sorted(path.name for path in spec.parent.iterdir()) == ["spec.yaml", "tiny"]


def test_generate_writes_its_report_to_a_file(spec: Path) -> None:
    arguments = ("generate", "--spec", str(spec), "--package", "tiny", "--out", "out")
    done = loom(spec.parent, *arguments, "--report", "report.json")
    assert done.returncode == 0, done.stderr
    report = json.loads((spec.parent / "report.json").read_text())
    assert report["limits"] == []
    assert report["operations_generated"] == 2


def test_diff_reads_swagger_2(tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(
        "swagger: '2.0'\ninfo: {title: Tiny, version: '1'}\nhost: x.example\n"
        "paths: {/a: {get: {responses: {200: {description: ok}}}}}\n"
    )
    assert loom(tmp_path, "diff", "old.yaml", "old.yaml").stdout == "no changes\n"


def test_a_document_without_schemas_gives_typed_code_too(spec: Path) -> None:
    done = loom(
        spec.parent, "generate", "--spec", str(spec), "--package", "tiny", "--out", ".", "--types"
    )
    assert done.returncode == 0, done.stderr


def test_generate_replaces_only_what_it_made(spec: Path) -> None:
    mine = spec.parent / "tiny"
    mine.mkdir()
    (mine / "precious.py").write_text("x = 1\n")
    arguments = ("generate", "--spec", str(spec), "--package", "tiny", "--out", ".")
    done = loom(spec.parent, *arguments)
    assert done.returncode == 1
    assert "was not made by this command" in done.stderr
    assert [path.name for path in mine.iterdir()] == ["precious.py"]
    (mine / "precious.py").unlink()
    assert loom(spec.parent, *arguments).returncode == 0
    assert loom(spec.parent, *arguments).returncode == 0


def test_generate_of_something_else_is_two_readable_lines(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><html></html>")
    done = loom(tmp_path, "generate", "--spec", "page.html", "--package", "x", "--out", "out")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: page.html")
    assert "remedy:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


@pytest.mark.parametrize("name", ["../evil", "1abc", "a-b", "a..b", ""])
def test_a_package_name_cannot_leave_the_folder(spec: Path, name: str) -> None:
    done = loom(spec.parent, "generate", "--spec", str(spec), "--package", name, "--out", ".")
    assert done.returncode == 1
    assert "is not a package name" in done.stderr


def test_allow_missing_wants_a_reason(spec: Path) -> None:
    done = loom(
        spec.parent, "generate", "--spec", str(spec), "--package", "tiny", "--out", ".",
        "--allow-missing", "GET /things",
    )  # fmt: skip
    assert done.returncode == 2
    assert "reason" in done.stderr


def test_diff_ends_with_the_level(spec: Path) -> None:
    new = spec.parent / "new.yaml"
    new.write_text(
        SPEC.replace("  /things/{id}: {get: {responses: {200: {description: ok}}}}\n", "")
    )
    assert loom(spec.parent, "diff", str(spec), str(spec)).returncode == 0
    removed = loom(spec.parent, "diff", str(spec), str(new), "--format", "json")
    assert removed.returncode == 2
    assert json.loads(removed.stdout)["changes"][0]["code"] == "operation-removed"
    assert loom(spec.parent, "diff", str(new), str(spec)).returncode in {0, 1}


def test_regen_outside_a_checkout_says_so(tmp_path: Path) -> None:
    done = loom(tmp_path, "regen")
    assert done.returncode == 1
    assert "not a checkout of simloom" in done.stderr


@pytest.mark.parametrize("command", ["regen", "lint", "diff", "fetch", "generate", "update"])
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    done = loom(tmp_path, command, "--help")
    assert done.returncode == 0
    assert len(done.stdout) > 200

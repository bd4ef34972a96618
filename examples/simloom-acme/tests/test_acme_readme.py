"""The README says what is so."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import fields

from simloom_acme.settings import Settings
from standin import KEY

if TYPE_CHECKING:
    from attrs import Attribute

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_its_example_runs(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIMLOOM_STATE", str(tmp_path))
    monkeypatch.setenv("SIMLOOM_ACME_BASE_URL", address)
    monkeypatch.setenv("SIMLOOM_ACME_API_KEY", KEY)
    code, told = re.findall(r"```(?:python|text)\n(.*?)```", README, re.DOTALL)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102
    assert printed.getvalue() == told


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_it_has_every_setting(item: Attribute[Any]) -> None:
    assert f"| `SIMLOOM_ACME_{item.name.upper()}` | {item.metadata['help']} |" in README


def test_every_file_that_it_names_is_there() -> None:
    here = Path(__file__).parents[1]
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    named = [
        name for row in rows for name in re.findall(r"`([^`]+)`", row) if "." in name or "/" in name
    ]
    known = {path.name for path in here.rglob("*")}
    assert len(named) > 15
    assert [name for name in named if Path(name).name not in known] == []

"""Files of a vendor in a folder, and what is made of them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simloom_codegen.intake import Intake, take_in

HEAD = 'openapi: 3.0.3\ninfo: {title: Files, version: "1"}\n'


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write files below `vendor/`, the working directory elsewhere; return the first one."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    def files(texts: dict[str, str], *, head: str = HEAD) -> Path:
        folder = tmp_path / "vendor"
        for index, (name, text) in enumerate(texts.items()):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(("" if index else head) + textwrap.dedent(text), "utf-8")
        return folder / next(iter(texts))

    return files


@pytest.fixture
def taken(write: Callable[..., Path]) -> Callable[..., Intake]:
    """Write files and take the first one in."""

    def take(texts: dict[str, str], **options: Any) -> Intake:
        path = write(texts, **options)
        return take_in(path, name=path.name)

    return take

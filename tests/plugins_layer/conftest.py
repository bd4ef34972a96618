"""Distributions as an installer leaves them, written into a folder on the path."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ACME = """
from attrs import frozen
from simloom.plugins import Provider

@frozen(kw_only=True)
class Settings:
    base_url: str = "https://api.acme.example"

class Acme(Provider):
    id = "acme"
    title = "Acme"
    settings_class = Settings
    api_version = "1.0"

    def auth(self):
        from simloom.runtime import Secret
        from simloom.transport.auth import BearerAuth
        return BearerAuth(Secret("k"))
"""


@pytest.fixture
def install(tmp_path, monkeypatch) -> Callable[..., None]:
    """Write a distribution with one module and its entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("SIMLOOM_DISABLE_PLUGINS", raising=False)
    before = set(sys.modules)

    def write(
        distribution: str,
        code: str = ACME,
        *,
        name: str = "acme",
        value: str | None = None,
        version: str = "1.2",
        metadata: str | None = None,
        entry_points: str | None = None,
    ) -> str:
        module = f"fake_{distribution.replace('-', '_').lower()}"
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(code), "utf-8")
        folder = tmp_path / f"{distribution.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        told = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        if metadata is None or metadata:
            (folder / "METADATA").write_text(metadata or told, "utf-8")
        value = value or f"{module}:Acme"
        points = entry_points or f"[simloom.providers]\n{name} = {value}\n"
        (folder / "entry_points.txt").write_text(points, "utf-8")
        return module

    yield write
    for name in set(sys.modules) - before:
        if name.startswith("fake_"):
            del sys.modules[name]


@pytest.fixture
def acme() -> str:
    return ACME

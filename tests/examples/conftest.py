"""The example, as if it were installed, without a build."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "simloom-acme"


@pytest.fixture
def acme(tmp_path, monkeypatch):
    """Put the provider on the path, with its entry point; return its class."""
    about = tmp_path / "site" / "simloom_acme-0.1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: simloom-acme\nVersion: 0.1.0\n")
    entry = "[simloom.providers]\nacme = simloom_acme.provider:Acme\n"
    (about / "entry_points.txt").write_text(entry, "utf-8")
    for folder in (about.parent, EXAMPLE / "src", EXAMPLE / "generated"):
        monkeypatch.syspath_prepend(str(folder))
    for name in ("SIMLOOM_DISABLE_PLUGINS", "SIMLOOM_PROFILE", "SIMLOOM_ACME_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    from simloom.plugins.loader import load

    yield load("acme")
    for name in list(sys.modules):
        if name.partition(".")[0] in {"simloom_acme", "simloom_acme_client"}:
            del sys.modules[name]

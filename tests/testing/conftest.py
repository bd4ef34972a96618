"""Acme of the examples, right and wrong, as installed distributions."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simloom.testing import BaseEvents, ProviderConformance, Served
from simloom.testing.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLE = Path(__file__).parents[2] / "examples" / "simloom-acme"
MODULES = ("simloom_acme", "simloom_acme_client", "standin", "wrong_acme")


@pytest.fixture
def desk_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Install a class of `wrong_acme` and return the suite about it, with an open desk."""
    for folder in ("src", "generated", "tests"):
        monkeypatch.syspath_prepend(str(EXAMPLE / folder))
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("SIMLOOM_DISABLE_PLUGINS", "SIMLOOM_PROFILE"):
        monkeypatch.delenv(name, raising=False)

    @contextmanager
    def opened(name: str) -> Iterator[Any]:
        folder = tmp_path / f"wrong_acme-{name.lower()}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: wrong\nVersion: 1\n")
        (folder / "entry_points.txt").write_text(
            f"[simloom.providers]\nacme = wrong_acme:{name}\n", "utf-8"
        )
        standin = importlib.import_module("standin")

        class Suite(ProviderConformance, BaseEvents):
            provider = "acme"
            sims = standin.CARDS
            samples = [{"type": "card.status", "iccid": "8988000000000000018", "code": "live"}]

        vendor = standin.StandIn()
        with standin.running(vendor) as address, Wire(address) as wire:
            served = Served(
                settings={"base_url": address, "api_key": standin.KEY}, reset=vendor.reset
            )
            with Suite().opened(served, wire) as desk:
                yield Suite(), desk, served, wire

    yield opened
    for name in list(sys.modules):
        if name.partition(".")[0] in MODULES:
            del sys.modules[name]

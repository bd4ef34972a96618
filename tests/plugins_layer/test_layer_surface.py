"""The surface that plugins stand on is what docs/providers/writing.md lists, under one version."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

import simloom.plugins as surface
from simloom.plugins import values
from simloom.plugins.types import API_VERSION

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "providers" / "writing.md").read_text(
    "utf-8"
)
RELIED_ON = PAGE.partition("## What you may rely on\n")[2].partition("\n## ")[0]

# In a major version nothing of this may go away: docs/providers/writing.md promises it.
PROVIDER = {
    "action_streams",
    "api_version",
    "auth",
    "bulk",
    "cancel",
    "capabilities",
    "customer",
    "declared",
    "event_offset",
    "find_actions",
    "flow",
    "iin_prefixes",
    "listed_kinds",
    "lookup",
    "lookups",
    "not_written",
    "operations",
    "pages_ahead",
    "read_event",
    "read_webhook",
    "refresh",
    "rejected",
    "webhook_methods",
}
VALUES = {
    *("count", "day", "decimal", "entries", "identifier", "moment", "number", "part", "records"),
    *("text", "whole"),
}


def test_the_page_lists_what_the_package_exports():
    text = RELIED_ON.partition("`simloom.plugins` exports:")[2].partition(";")[0]
    assert text, "docs/providers/writing.md says what `simloom.plugins` exports"
    assert re.findall(r"`(\w+)`", text) == sorted(surface.__all__)


@pytest.mark.parametrize("module", ["simloom.plugins", "simloom.plugins.values"])
def test_everything_listed_is_there_and_typed(module):
    there = importlib.import_module(module)
    for name in there.__all__:
        item = getattr(there, name)
        if inspect.isfunction(item):
            signature = inspect.signature(item)
            assert signature.return_annotation is not inspect.Signature.empty, name
            assert all(
                one.annotation is not inspect.Parameter.empty
                for one in signature.parameters.values()
            ), name


def test_every_module_that_is_promised_is_there():
    promised = set(re.findall(r"`(simloom(?:\.\w+)+)`", RELIED_ON))
    assert {"simloom.models", "simloom.errors", "simloom.runtime"} <= promised
    for name in promised:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            module, _, member = name.rpartition(".")
            assert hasattr(importlib.import_module(module), member), name


def test_nothing_went_away_since_the_major_version_began():
    assert API_VERSION.startswith("1."), "a new major version begins with a new list here"
    public = {name for name in dir(surface.Provider) if not name.startswith("_")}
    assert public >= PROVIDER
    assert set(values.__all__) >= VALUES


def test_the_versions_that_fit_are_told():
    assert re.fullmatch(r"[0-9]+\.[0-9]+", API_VERSION)
    assert "API_VERSION" in RELIED_ON
    assert 'api_version = "' in RELIED_ON

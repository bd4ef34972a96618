"""`examples/simloom-acme` is what a third party copies: it has everything, and it is right."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from simloom_codegen.prepare import prepare

EXAMPLE = Path(__file__).parents[2] / "examples" / "simloom-acme"
DOCUMENT, OVERLAY = EXAMPLE / "specs" / "openapi.yaml", EXAMPLE / "specs" / "overlay.yaml"
PROJECT = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))


def test_the_lock_is_of_these_files():
    lock = json.loads((EXAMPLE / "specs" / "lock.json").read_text("utf-8"))
    for path in (DOCUMENT, OVERLAY):
        inner = hashlib.sha256(path.read_bytes()).digest()
        assert lock[path.name] == hashlib.sha256(inner).hexdigest(), "run nox -s regen there"


def test_the_overlay_repairs_something():
    raw = prepare(DOCUMENT, None, name="openapi.yaml")
    repaired = prepare(DOCUMENT, OVERLAY, name="openapi.yaml")
    changes = [one.document["paths"]["/v1/status-changes"]["post"] for one in (raw, repaired)]
    assert [sorted(one["responses"]) for one in changes] == [
        ["200", "default"],
        ["200", "202", "default"],
    ]
    assert [one.get("x-retry-class") for one in changes] == [None, "set-state"]
    assert {one.code for one in raw.findings} == {"unmarked-secret"}
    assert repaired.findings == ()
    stored = json.loads((EXAMPLE / "specs" / "repaired.json").read_text("utf-8"))
    assert stored == repaired.document


def test_releases_are_published_by_a_trusted_publisher():
    text = (EXAMPLE / ".github" / "workflows" / "release.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    assert build["permissions"] == {"contents": "read"}
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["environment"] == "pypi"
    assert publish["steps"][-1]["uses"] == "pypa/gh-action-pypi-publish@release/v1"
    used = [step["uses"] for job in (build, publish) for step in job["steps"] if "uses" in step]
    assert all(re.search(r"@(v[0-9]+|release/v1)$", one) for one in used)
    assert "secrets." not in text
    assert {"run": ".ci/run"} in build["steps"]


def test_it_is_whole():
    assert os.access(EXAMPLE / ".ci" / "run", os.X_OK)
    assert PROJECT["project"]["entry-points"]["simloom.providers"] == {
        "acme": "simloom_acme.provider:Acme"
    }
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert all((EXAMPLE / one / "py.typed").is_file() for one in packages)
    sessions = re.findall(r"@nox.session\ndef (\w+)", (EXAMPLE / "noxfile.py").read_text("utf-8"))
    assert sessions == ["tests", "lint", "types", "regen", "drift", "record"]
    licence = (EXAMPLE / "LICENSE").read_bytes()
    assert licence == (EXAMPLE.parents[1] / "LICENSE").read_bytes()
    assert "## [Unreleased]" in (EXAMPLE / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("path", sorted((EXAMPLE / "src").rglob("*.py")), ids=lambda one: one.name)
def test_it_stands_on_what_plugins_may_rely_on(path):
    """Nothing is imported that the page about writing a provider does not name."""
    page = (EXAMPLE.parents[1] / "docs" / "providers" / "writing.md").read_text("utf-8")
    code = path.read_text("utf-8")
    used = set(re.findall(r"^\s*(?:from|import) (simloom(?:\.\w+)*)", code, re.MULTILINE))
    told = {name for name in used if f"`{name}`" in page}
    assert used - told - {"simloom.plugins"} == set()

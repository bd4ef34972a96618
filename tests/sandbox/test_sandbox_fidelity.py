"""The tables that say what is documented and what is not, and the page that shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import fields_dict

import simloom.sandbox
from simloom.sandbox import Quirks
from simloom.sandbox.fidelity import Behaviour, behaviours, markdown, operations
from simloom.sandbox.specs import load_spec
from simloom.sandbox.vendors import VENDORS

HOME = Path(simloom.sandbox.__file__).parent
PAGE = Path(__file__).resolve().parents[2] / "docs" / "sandbox.md"
IDS = [vendor.id for vendor in VENDORS]


def test_the_page_shows_the_tables_as_they_are():
    """`python -m simloom.sandbox.fidelity` prints the end of the page."""
    assert PAGE.read_text("utf-8").endswith(markdown())


@pytest.mark.parametrize("provider", IDS)
def test_every_operation_has_its_evidence(provider):
    listed = {one.id: one for one in operations(provider)}
    spec = load_spec(provider).document["paths"]
    assert len(listed) == sum(
        "operationId" in node for item in spec.values() for node in item.values()
    )
    assert {one.evidence for one in listed.values()} <= {"documented", "assumed"}
    assert all(one.source for one in listed.values())


@pytest.mark.parametrize("provider", IDS)
def test_every_behaviour_points_at_code_and_at_a_source(provider):
    listed = behaviours(provider)
    assert len({one.what for one in listed}) == len(listed) > 10
    for one in listed:
        assert (HOME / one.code).is_file(), one.code
        assert one.source or one.evidence == "assumed", one.what
        assert "|" not in one.what + one.source
        assert one.switch is None or one.switch in fields_dict(Quirks)


def test_a_modules_assumptions_are_not_forgotten():
    """A vendor module that says it assumes something is named by a behaviour that is assumed."""
    named = {one.code for provider in IDS for one in behaviours(provider)}
    for provider in IDS:
        folder = HOME / "vendors" / provider.replace("-", "_")
        for path in folder.glob("*.py"):
            text = path.read_text("utf-8").partition('"""')[2].partition('"""')[0]
            if "ssumed:" in text or "an assumption" in text:
                assert path.relative_to(HOME).as_posix() in named, path


def test_there_are_three_kinds_of_evidence():
    with pytest.raises(ValueError, match="'guessed'"):
        Behaviour("x", "guessed", "", "vendor.py")

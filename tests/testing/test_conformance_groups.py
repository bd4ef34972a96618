"""What the page says of the groups and of the adopter's class is what the code has."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from simloom import testing
from simloom.testing import base

PAGE = (Path(__file__).parents[2] / "docs" / "providers" / "writing.md").read_text("utf-8")
GROUPS = {
    name: getattr(testing, name)
    for name in testing.__all__
    if name.startswith("Base") and name != "BaseProviderTests"
}
NEEDED = {"provider", "sims", "serve"}
"""The page shows them in its example."""


def rows(head):
    """Return the cells of the table with a head, without the head."""
    lines = PAGE.partition(head)[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in re.split(r" \| ", line.strip("| "))] for line in lines[2:]]


def test_the_table_of_groups_is_that_of_the_code():
    told = {
        kind.strip("`"): "Optional" if "optional" in name else "Mandatory"
        for name, kind, _ in rows("| group | class | what it asks |")
    }
    real = {name: inspect.getdoc(group).partition(":")[0] for name, group in GROUPS.items()}
    assert told == real


def test_mandatory_groups_are_in_the_suite_and_optional_ones_are_not():
    for name, group in GROUPS.items():
        mandatory = inspect.getdoc(group).startswith("Mandatory:")
        assert issubclass(testing.ProviderConformance, group) is mandatory, name


def test_the_table_of_attributes_is_that_of_the_code():
    classes = (base.BaseProviderTests, *GROUPS.values())
    names = {
        name
        for kind in classes
        for name in inspect.get_annotations(kind)
        if not name.startswith("_")
    }
    told = {name.strip("`") for name, _ in rows("| name | what it is |")}
    assert told == (names - NEEDED) | {"signed"}
    assert names | {"serve"} >= NEEDED


@pytest.mark.parametrize("name", GROUPS)
def test_a_rule_says_in_a_sentence_what_it_asks(name):
    rules = {key: rule for key, rule in vars(GROUPS[name]).items() if key.startswith("test_")}
    assert rules
    for key, rule in rules.items():
        assert (inspect.getdoc(rule) or "").endswith("."), key


def test_the_page_has_the_version():
    assert f"`simloom.testing.VERSION` counts for the suite; it is {testing.VERSION}." in PAGE

"""The page about writing a provider names what there is, and shows the example's own test."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import simloom.plugins
import simloom.testing

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "providers" / "writing.md").read_text("utf-8")


@pytest.mark.parametrize("module", [simloom.plugins, simloom.testing], ids=lambda one: one.__name__)
def test_every_public_name_is_on_the_page(module):
    assert [name for name in module.__all__ if f"`{name}`" not in PAGE] == []


def test_every_group_is_mandatory_unless_the_page_says_so():
    groups = {name for name in simloom.testing.__all__ if name.startswith("Base")}
    mandatory = {kind.__name__ for kind in simloom.testing.ProviderConformance.__mro__}
    optional = {name for name in groups if f"optional | `{name}`" in PAGE}
    assert groups - mandatory == optional
    assert "BaseEvents" in optional


def test_it_shows_the_test_of_the_example():
    shown = PAGE.partition("```py\n")[2].partition("```")[0]
    real = (ROOT / "examples/simloom-acme/tests/test_acme_conformance.py").read_text("utf-8")

    def fixture_class(code: str) -> str:
        (found,) = [node for node in ast.parse(code).body if isinstance(node, ast.ClassDef)]
        for node in ast.walk(found):
            if isinstance(node, ast.FunctionDef):
                node.returns = None
        return ast.dump(found)

    assert fixture_class(shown) == fixture_class(real)

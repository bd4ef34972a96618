"""A stock template that moved stops the loom until a person has read it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simloom_codegen.errors import TemplateError
from simloom_codegen.templates_guard import check_bases, default_templates, stock_templates

FIRST = '[template."model.py.jinja"]'


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of our templates that a test may change."""
    return Path(shutil.copytree(default_templates(), tmp_path / "templates"))


def edit(templates: Path, old: str, new: str) -> None:
    path = templates / "base.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_our_templates_fit_the_installed_generator() -> None:
    check_bases(default_templates())


def test_a_moved_stock_template_is_an_error_with_both_hashes(
    templates: Path, tmp_path: Path
) -> None:
    stock = tmp_path / "stock"
    shutil.copytree(str(stock_templates()), stock)
    (stock / "model.py.jinja").write_text("{# new release #}")
    with pytest.raises(TemplateError, match="the stock template moved: recorded .*, found") as said:
        check_bases(templates, stock)
    assert said.value.pointer == "/template/model.py.jinja"
    assert "adapt ours" in str(said.value)


def test_a_stock_template_that_vanished_is_an_error(templates: Path, tmp_path: Path) -> None:
    stock = tmp_path / "stock"
    shutil.copytree(str(stock_templates()), stock)
    (stock / "types.py.jinja").unlink()
    with pytest.raises(TemplateError, match="found missing"):
        check_bases(templates, stock)


def test_a_template_without_a_recorded_base_is_an_error(templates: Path) -> None:
    (templates / "README.md.jinja").write_text("")
    with pytest.raises(TemplateError, match=r"no base is recorded for README\.md\.jinja"):
        check_bases(templates)


def test_a_base_without_a_template_is_an_error(templates: Path) -> None:
    (templates / "model.py.jinja").unlink()
    with pytest.raises(TemplateError, match="no longer have"):
        check_bases(templates)


def test_a_base_without_a_reason_is_an_error(templates: Path) -> None:
    text = (templates / "base.toml").read_text()
    start = text.index("why", text.index(FIRST))
    line = text[start : text.index("\n", start)]
    edit(templates, line, 'why = " "')
    with pytest.raises(TemplateError, match="no reason"):
        check_bases(templates)

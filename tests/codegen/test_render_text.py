"""Vendor text inside generated Python: readable, and never code."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_python_client.strings import safe_for_docstring

from simloom_codegen.render.text import described, docstring, literal, quoted, safe, sentence


@given(st.text(max_size=400))
def test_docstrings_stay_docstrings_whatever_the_vendor_writes(text: str) -> None:
    """Quotes, backslashes, control characters: the module holds one string, nothing else."""
    module = ast.parse(f"def f() -> None:\n    {quoted(docstring(text), 4)}\n")
    (function,) = module.body
    assert isinstance(function, ast.FunctionDef)
    (only,) = function.body
    assert isinstance(only, ast.Expr)
    assert isinstance(only.value, ast.Constant)


@given(st.text(alphabet=st.sampled_from('ab \\"\n\t\0\x7f\xa0é\ud800漢'), max_size=40))
def test_texts_with_nothing_to_escape_are_those_that_the_generator_leaves_alone(text: str) -> None:
    assert safe(text).removesuffix(" ") == str(safe_for_docstring(text)).removesuffix(" ")


@pytest.mark.parametrize(
    "attack",
    [
        '""" + __import__("os").system("true") + """',
        "\\",
        'ends with a quote"',
        "ends with a backslash\\",
        '"""',
        "a\u2028b\x00c",
        "'''\n\"\"\"\nimport os",
    ],
)
def test_attacks_in_descriptions_are_text(attack: str) -> None:
    body = described([("name", attack)], heading="Args")
    module = ast.parse(f"{quoted(docstring(attack) + chr(10) + chr(10) + body, 0)}\n")
    assert len(module.body) == 1
    assert ast.get_docstring(module) is not None


@pytest.mark.parametrize("sign", "\u202a\u202e\u2066\u2069\u200f\u061c")
def test_signs_that_turn_text_around_are_seen(sign: str) -> None:
    """Otherwise code that follows would be shown as a part of the text (CVE-2021-42574)."""
    body = described([("name", f"a{sign}b")], heading="Args") + docstring(f"a{sign}b")
    assert sign not in body
    assert body.count(f"a\\u{ord(sign):04x}b") == 2


def test_long_text_is_wrapped_and_closes_on_its_own_line() -> None:
    text = quoted(docstring("word " * 60), 4)
    assert all(len(line) <= 100 for line in text.split("\n"))
    assert text.endswith('\n    """')


def test_short_text_is_one_line() -> None:
    assert quoted(docstring("One  line"), 4) == '"""One line"""'


@pytest.mark.parametrize(
    ("text", "expected"), [("A b", "A b."), ("A b.", "A b."), ("A\n b?", "A b?"), ("", "")]
)
def test_sentence(text: str, expected: str) -> None:
    assert sentence(text) == expected


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_data)
def test_literals_read_back_as_the_same_data(value: object) -> None:
    if value in (float("inf"), float("-inf")):
        return
    text = literal(value)
    if "inf" not in text:
        assert ast.literal_eval(text) == value


def test_only_plain_data_has_a_literal() -> None:
    with pytest.raises(TypeError, match="not plain data"):
        literal({"a": object()})

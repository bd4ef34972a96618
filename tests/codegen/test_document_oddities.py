"""What vendors' tools write that is no clean YAML or JSON, and can be read all the same."""

from __future__ import annotations

from typing import Any

import pytest

from simloom_codegen.document import parse
from simloom_codegen.errors import DocumentError

TEXT = 'openapi: "3.0.3"\ninfo: {title: Größe}\n'
SAME = {"openapi": "3.0.3", "info": {"title": "Größe"}}


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_encodings_with_and_without_a_mark(encoding: str) -> None:
    assert parse(TEXT.encode(encoding), name="a.yaml") == SAME


def test_line_ends_of_windows() -> None:
    assert parse(TEXT.replace("\n", "\r\n").encode(), name="a.yaml") == SAME


@pytest.mark.parametrize("more", ["---\n", "...\n", "...\n---\n", "---\n# the end\n...\n"])
def test_an_empty_document_around_the_one_that_counts(more: str) -> None:
    assert parse((TEXT + more).encode(), name="a.yaml") == SAME
    assert parse(("---\n---\n" + TEXT).encode(), name="a.yaml") == SAME


def test_a_tab_and_a_line_break_within_a_text_of_json() -> None:
    found: dict[str, Any] = parse(b'{"openapi": "3.0.0",\t"x": "a\tb\nc"}', name="a.json")
    assert found["x"] == "a\tb\nc"


def test_keys_that_python_takes_for_one() -> None:
    found = parse(b"openapi: 3.0.0\nx: {1: a, true: b, 1.0: c, 0: d, false: e}", name="a.yaml")
    assert found["x"] == {1: "a", "true": "b", "1.0": "c", 0: "d", "false": "e"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openapi: 3.0.0\nx: {1: a, 1: b}", "line 2: the key 1 is there twice"),
        (f"{TEXT}x: 'a\x0bb'\n", r"line 3: '\x0b': not YAML: control characters are not allowed"),
        (f"{TEXT}---\nx: 1\n", "line 3: a second document starts"),
        ('{"openapi": "3.0.0", // why\n"x": 1}', "line 1: not"),
        ('{"openapi": "3.0.0"} trailing', "line 1: not"),
        ("// why\n{}", "the document is a str, not a mapping"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(DocumentError) as error:
        parse(text.encode(), name="a.json")
    assert said in str(error.value)
    assert error.value.remedy


def test_another_encoding_is_named() -> None:
    with pytest.raises(DocumentError, match=r"not UTF-8 text \(byte 33\)"):
        parse(TEXT.encode("latin-1"), name="a.yaml")
    with pytest.raises(DocumentError, match="not UTF-16"):
        parse(TEXT.encode("utf-16") + b"\xd8", name="a.yaml")

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom_codegen import pointer

# The examples of RFC 6901, section 5.
RFC_DOCUMENT = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", RFC_DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_a_pointer_leads_where_the_rfc_says(text: str, found: object) -> None:
    assert pointer.resolve(RFC_DOCUMENT, pointer.split(text)) == found


@pytest.mark.parametrize("text", ["/nope", "/foo/2", "/foo/-", "/foo/01", "/foo/x", "/foo/0/a"])
def test_a_pointer_to_nothing_is_a_lookup_error(text: str) -> None:
    with pytest.raises(LookupError):
        pointer.resolve(RFC_DOCUMENT, pointer.split(text))


def test_text_without_a_slash_is_no_pointer() -> None:
    with pytest.raises(ValueError, match="not a JSON pointer"):
        pointer.split("foo")


@pytest.mark.parametrize(
    ("ref", "tokens"),
    [
        ("#/components/schemas/Sim", ("components", "schemas", "Sim")),
        ("#/components/schemas/a~1b%20c", ("components", "schemas", "a/b c")),
        ("#/paths/~1sims~1%7Bid%7D/get", ("paths", "/sims/{id}", "get")),
        ("#", ()),
        ("#anchor", None),
        ("other.yaml#/components/schemas/Sim", None),
        ("https://example.com/a.yaml", None),
        ("", None),
    ],
)
def test_only_references_into_the_same_document_have_tokens(
    ref: str, tokens: tuple[str, ...] | None
) -> None:
    assert pointer.ref_tokens(ref) == tokens


@given(st.lists(st.text()))
def test_tokens_survive_a_pointer_and_a_reference(tokens: list[str]) -> None:
    assert pointer.split(pointer.join(tokens)) == tuple(tokens)


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_tokens_survive_a_reference(tokens: list[str]) -> None:
    assert pointer.ref_tokens(pointer.ref_to(tokens)) == tuple(tokens)

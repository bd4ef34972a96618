"""Whatever arrives, decoding returns a value or raises `DecodeError`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import define, field
from hypothesis import example, given
from hypothesis import strategies as st

from simloom.runtime import (
    UNSET,
    Date,
    DecodeError,
    Model,
    OpenIntEnum,
    OpenStrEnum,
    Secret,
    Timestamp,
    Unset,
    to_secret,
)
from simloom.runtime.decoding import decode, parse_json
from simloom.runtime.masking import masked_json
from simloom.runtime.problems import DecodeProblem


class Status(OpenStrEnum):
    ACTIVE = "Active"


class Coding(OpenIntEnum):
    GSM7 = 0


@define(kw_only=True, repr=False, weakref_slot=False)
class Leaf(Model):
    size: float | Unset | None = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Other(Model):
    name: str


@define(kw_only=True, repr=False, weakref_slot=False)
class Open(Model):
    __open__ = True

    a: str | Unset = UNSET
    additional_properties: dict[str, float | None] = field(factory=dict)


@define(kw_only=True, repr=False, weakref_slot=False)
class Tree(Model):
    __wire__ = {"created_at": "createdAt"}

    name: str
    status: Status | Unset = UNSET
    coding: Coding | Unset = UNSET
    count: int | Unset = UNSET
    price: float | Unset = UNSET
    flag: bool | Unset = UNSET
    created_at: Timestamp | Unset = UNSET
    day: Date | Unset = UNSET
    pin: Secret | Unset = field(default=UNSET, converter=to_secret)
    pins: list[Secret] | Unset = UNSET
    either: Leaf | Other | list[Leaf] | str | Unset = UNSET
    open: Open | Unset = UNSET
    children: list[Tree] | Unset = UNSET
    named: dict[str, Tree] | Unset = UNSET
    anything: Any = UNSET


ROOTS = [Tree, list[Tree], dict[str, Tree], Leaf | Other, Open, Tree | None, Status, Any]


def outcome(content: bytes, annotation: Any) -> DecodeError | None:
    """Decode; return the error if there is one. Any other exception fails the test."""
    problems: tuple[DecodeProblem, ...] = ()
    error = None
    try:
        _, problems = decode(content, annotation)
    except DecodeError as caught:
        error = caught
    assert all(str(item).isprintable() for item in (error, *problems))
    return error


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"{",
        b'{"name"',
        b'{"name":"x"',
        b'{"name":"x"}}',
        b'{"name":"x",}',
        b'{"name":"x"} trailing',
        b"{'name':'x'}",
        b"<html><body>502 Bad Gateway</body></html>",
        b'{"name":NaN}',
        b'{"name":"x","price":NaN}',
        b'{"name":"x","price":Infinity}',
        b'{"name":"x","price":1e400}',
        b'{"name":"x","count":1' + b"0" * 5000 + b"}",
        b'{"name":"x","anything":1' + b"0" * 5000 + b"}",
        b'{"name":"\xff"}',
        b'{"name":"x\xed\xa0\x80"}',
        b'{"name":"\\ud800"}',
        b'{"name":"\\x"}',
        b'{"name":"a\nb"}',
        b"\xff\xfe",
        '{"name":"x"}'.encode("utf-16"),
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"children":' * 100_000,
        b'{"name":"x","anything":' + b"[" * 100_000,
        b'{"name":"x","anything":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"name":"x","children":[' * 50_000 + b"]}" * 50_000,
        b"null",
        b"[]",
        b'"text"',
        b"true",
        b"17",
        b"-",
        b"\x00",
    ],
    ids=lambda content: repr(content[:24]),
)
def test_what_is_no_such_document_is_a_decode_error(content):
    with pytest.raises(DecodeError):
        decode(content, Tree)


def test_a_byte_order_mark_is_forgiven():
    assert decode(b'\xef\xbb\xbf{"name":"x"}', Tree) == (Tree(name="x"), ())


def test_numbers_beyond_64_bits_stay_exact():
    number = 10**400 + 1
    content = b'{"name":"x","count":%d,"anything":%d,"price":%d}' % (number, number, number)
    tree, problems = decode(content, Tree)
    assert (tree.count, tree.anything, tree.price) == (number, number, number)
    assert problems == (DecodeProblem("/price", "number", "number"),)


def test_a_number_beyond_float_inside_an_open_model_is_noted_too():
    tree, problems = decode(b'{"name":"x","open":{"a":"x","b":1%s}}' % (b"0" * 400), Tree)
    assert tree.open.additional_properties == {"b": 10**400}
    assert problems == (DecodeProblem("/open/b", "number", "number"),)


def test_nesting_within_bounds_is_read():
    depth = 100
    content = b'{"name":"x","children":[' * depth + b"]}" * depth
    tree, problems = decode(content, Tree)
    assert problems == ()
    for _ in range(depth - 1):
        (tree,) = tree.children
    assert tree == Tree(name="x", children=[])


@pytest.mark.parametrize("depth", range(100, 1000, 60))
def test_nesting_near_the_bounds_is_read_or_refused(depth):
    """The tolerant road needs more stack than the parser."""
    content = b'{"name":1,"children":[' * depth + b"]}" * depth
    error = outcome(content, Tree)
    assert error is None or "nested too deeply" in str(error)
    assert error is not None or depth < 900


@pytest.mark.parametrize(
    ("annotation", "content", "found"),
    [
        (Tree, b"[]", "list"),
        (list[Tree], b'{"name":"x"}', "object"),
        (list[Tree], b"null", "null"),
        (dict[str, Tree], b"[]", "list"),
        (Leaf | Other, b"5", "number"),
        (Open, b'"x"', "text"),
        (Status, b"[]", "list"),
        (int, b'"many"', "text"),
    ],
)
def test_a_root_of_the_wrong_kind_names_both_kinds(annotation, content, found):
    with pytest.raises(DecodeError, match=f"found {found}"):
        decode(content, annotation)


@given(st.binary(max_size=200), st.sampled_from(ROOTS))
@example(b"\xef\xbb\xbf", Tree)
@example(b"\xc3\x28", Any)
def test_arbitrary_bytes(content, annotation):
    outcome(content, annotation)


MEMBERS = [attribute for attribute in Tree.__annotations__ if attribute != "created_at"]
NAMES = st.sampled_from([*MEMBERS, "createdAt", "size", "a", "\n", "~/", "", "é"])
ODD = [None, True, False, 0, -1, 2**63, 2**64, 10**310, 0.5, -0.0, 1e300, "", "Active", "true"]
ODD += ["12", "1e999", "nan", "2025-08-28 11:25:49", "\x00", "\U0001f600"]
SCALARS = st.sampled_from(ODD) | st.text(max_size=3)


def objects(members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.tuples(NAMES, members), max_size=5).map(dict)


VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | objects(inner), max_leaves=8
)
NEARLY = st.builds(lambda name, rest: {**rest, "name": name}, SCALARS, objects(VALUES))


@given(VALUES | NEARLY, st.sampled_from(ROOTS))
def test_arbitrary_json(value, annotation):
    outcome(json.dumps(value).encode(), annotation)


@given(NEARLY, st.integers(0, 400), st.binary(max_size=3))
def test_an_object_with_its_required_members_arrives_and_broken_it_does_not(document, place, junk):
    content = json.dumps(document).encode()
    error = outcome(content, Tree)  # only a nested object may lack what it requires
    assert error is None or error.pointer != ""
    outcome(content[:place] + junk + content[place + 1 :], Tree)
    assert outcome(content[: place % len(content)], Tree) is not None


@given(st.binary(max_size=200))
def test_masked_text_can_be_made_of_anything(content):
    assert isinstance(masked_json(content), str)


@pytest.mark.parametrize("content", [b"[" * 100_000, b"[" * 900 + b"]" * 900, b"\xff", b"<html>"])
def test_masked_text_of_what_cannot_be_shown_is_short(content):
    assert len(masked_json(content)) < 4200


def test_a_parse_error_carries_the_raw_bytes_but_does_not_show_them():
    with pytest.raises(DecodeError) as caught:
        parse_json(b"<html>hunter2</html>")
    assert caught.value.content == b"<html>hunter2</html>"
    assert caught.value.masked_content == "<20 bytes that are not JSON>"
    assert "hunter2" not in str(caught.value)


def test_vendor_names_cannot_forge_log_lines():
    _, problems = decode(b'{"name":"x","named":{"a\\nERROR b\\u001b[2J":{"name":[]}}}', Tree)
    assert problems[0].pointer == "/named/a\nERROR b\x1b[2J/name"
    assert str(problems[0]) == "/named/a ERROR b [2J/name: expected text, found list"
    with pytest.raises(DecodeError) as caught:
        decode(b'{"name":"x","named":{"a\\r\\nERROR b":{}}}', Tree)
    assert str(caught.value) == "required member 'name' is missing at /named/a  ERROR b"

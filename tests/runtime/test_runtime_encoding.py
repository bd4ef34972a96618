from __future__ import annotations

import datetime as dt
import json
from collections import deque
from email.parser import BytesParser
from email.policy import HTTP
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from simloom.runtime import (
    UNSET,
    InvalidParameter,
    Model,
    OpenStrEnum,
    Secret,
    Timestamp,
    Unset,
    to_secret,
)
from simloom.runtime.encoding import encode_body, encode_json, encode_multipart

FORM = "application/x-www-form-urlencoded"


class Status(OpenStrEnum):
    ACTIVE = "Active"


@define(kw_only=True, repr=False, weakref_slot=False)
class Grant(Model):
    __wire__ = {"client_id": "clientId", "expires_at": "expiresAt"}

    client_id: str
    secret: Secret | Unset = field(default=UNSET, converter=to_secret)
    status: Status | Unset | None = UNSET
    expires_at: Timestamp | Unset | None = UNSET
    scopes: list[str] | Unset = UNSET
    active: bool | Unset = UNSET
    price: float | Unset = UNSET
    content: bytes | Unset = UNSET
    inner: Grant | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Nothing(Model):
    pass


@define(kw_only=True, repr=False, weakref_slot=False)
class Labels(Model):
    __open__ = True
    __wire__ = {"label_count": "labelCount"}

    label_count: int | Unset = UNSET
    additional_properties: dict[str, Any] = field(factory=dict)


class Names(list):
    pass


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (Grant(client_id="a"), b'{"clientId":"a"}'),
        (Grant(client_id="a", status=Status.ACTIVE), b'{"clientId":"a","status":"Active"}'),
        (Grant(client_id="a", status=Status("New")), b'{"clientId":"a","status":"New"}'),
        (Grant(client_id="a", status=None), b'{"clientId":"a","status":null}'),
        (Grant(client_id="a", inner=Grant(client_id="b")), None),
        ([Grant(client_id="a")], b'[{"clientId":"a"}]'),
        ((Grant(client_id="a"),), b'[{"clientId":"a"}]'),
        (Names([Grant(client_id="a")]), b'[{"clientId":"a"}]'),
        ({"x": {"y": [Grant(client_id="a")]}}, b'{"x":{"y":[{"clientId":"a"}]}}'),
        ({1: 2}, b'{"1":2}'),
        (Nothing(), b"{}"),
        (Labels(label_count=1, additional_properties={"a": Nothing(), "b": UNSET}), None),
        (None, b"null"),
        ("text", b'"text"'),
        (10**30, b"1" + b"0" * 30),
        (float("1e300"), b"1e300"),
    ],
)
def test_json(body, content):
    special = {
        Grant: b'{"clientId":"a","inner":{"clientId":"b"}}',
        Labels: b'{"labelCount":1,"a":{}}',
    }
    assert encode_json(body) == (content or special[type(body)])


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json;charset=UTF-8", "Application/Merge-Patch+JSON"],
)
def test_the_media_type_is_sent_as_documented(media_type):
    assert encode_body({"a": 1}, media_type) == (b'{"a":1}', media_type)


CYCLE: list[Any] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    "body",
    [
        object(),
        {"a": object()},
        {"a": complex(1, 2)},
        {(1, 2): 3},
        Grant(client_id=object()),
        [iter(())],
        MappingProxyType({"a": 1}),
        deque([Grant(client_id="a")]),
        {"a": float("nan")},
        [float("inf")],
        Grant(client_id="a", price=float("-inf")),
        "\ud800",
        {"\ud800": 1},
        CYCLE,
    ],
)
def test_what_json_cannot_carry_is_refused(body):
    with pytest.raises(InvalidParameter):
        encode_body(body, "application/json")


def test_inputs_are_not_changed():
    body = {"a": [Grant(client_id="a", secret="s")], "b": UNSET}
    encode_json(body)
    assert body == {"a": [Grant(client_id="a", secret="s")], "b": UNSET}
    assert type(body["a"][0]) is Grant


@pytest.mark.parametrize(
    ("body", "pairs"),
    [
        (
            Grant(client_id="a b&c=d", secret="s&\u00fc"),
            [("clientId", "a b&c=d"), ("secret", "s&ü")],
        ),
        (
            Grant(client_id="a", status=Status.ACTIVE, active=True),
            [("clientId", "a"), ("status", "Active"), ("active", "true")],
        ),
        (
            Grant(client_id="a", scopes=["x", "y z"]),
            [("clientId", "a"), ("scopes", "x"), ("scopes", "y z")],
        ),
        (
            Grant(client_id="a", expires_at=dt.datetime(2025, 1, 2, tzinfo=dt.UTC), status=None),
            [("clientId", "a"), ("expiresAt", "2025-01-02T00:00:00Z")],
        ),
        ({"n": 1, "f": 0.5, "no": None, "unset": UNSET}, [("n", "1"), ("f", "0.5")]),
        ({}, []),
    ],
)
def test_forms(body, pairs):
    content, media_type = encode_body(body, FORM)
    assert parse_qsl(content.decode("ascii"), keep_blank_values=True) == pairs
    assert media_type == FORM


@pytest.mark.parametrize("media_type", [FORM, "multipart/form-data"])
@pytest.mark.parametrize(
    "body", ["text", b"bytes", ["a"], 5, None, {"a": object()}, {"a": "\ud800"}, {"a": [[1]]}]
)
def test_what_a_form_cannot_carry_is_refused(body, media_type):
    with pytest.raises(InvalidParameter):
        encode_body(body, media_type)


def test_a_form_has_no_objects_inside():
    with pytest.raises(InvalidParameter, match="'inner'"):
        encode_body(Grant(client_id="a", inner=Grant(client_id="b")), FORM)


def parts(content: bytes, media_type: str) -> list[tuple[str, str | None, str, bytes]]:
    """Read form data with the parser of the standard library."""
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + content
    )
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]


def test_multipart():
    body = Grant(
        client_id="ä",
        scopes=["x", "y"],
        content=b"\x00\r\n--\xff",
        inner=Grant(client_id="b", secret="s"),
        active=False,
    )
    content, media_type = encode_body(body, "multipart/form-data")
    assert media_type.startswith("multipart/form-data; boundary=")
    assert parts(content, media_type) == [
        ("clientId", None, "text/plain", "ä".encode()),
        ("scopes", None, "text/plain", b"x"),
        ("scopes", None, "text/plain", b"y"),
        ("active", None, "text/plain", b"false"),
        ("content", "content", "application/octet-stream", b"\x00\r\n--\xff"),
        ("inner", None, "application/json", b'{"clientId":"b","secret":"s"}'),
    ]


def test_boundaries_cannot_be_guessed():
    first, second = (encode_body({"a": "b"}, "multipart/form-data")[1] for _ in range(2))
    assert first != second
    assert len(first.partition("boundary=")[2]) >= 32


def test_a_member_name_cannot_break_out_of_its_header():
    content, _ = encode_multipart({'a"\r\nX-Evil: 1': "v"}, "b")
    assert b"X-Evil: 1" not in content
    assert content.count(b"\r\n\r\n") == 1


@pytest.mark.parametrize(
    ("body", "content"),
    [("text ü", "text ü".encode()), (b"\x00\xff", b"\x00\xff"), (bytearray(b"a"), b"a")],
)
@pytest.mark.parametrize("media_type", ["text/plain", "application/octet-stream"])
def test_text_and_bytes_are_sent_as_they_are(body, content, media_type):
    assert encode_body(body, media_type) == (content, media_type)
    assert encode_body(memoryview(b"ab")[1:], media_type)[0] == b"b"


@pytest.mark.parametrize("body", [Grant(client_id="a"), {"a": 1}, 5, None, Secret("x"), "\ud800"])
def test_other_media_types_carry_nothing_else(body):
    with pytest.raises(InvalidParameter):
        encode_body(body, "text/csv")


PLAIN = st.recursive(
    st.none()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "", "\u00fc"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@given(PLAIN)
def test_plain_data_is_written_as_json(data):
    assert json.loads(encode_json(data)) == data


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=5), max_size=4))
def test_any_text_goes_through_a_form(members):
    content, _ = encode_body(members, FORM)
    assert dict(parse_qsl(content.decode("ascii"), keep_blank_values=True)) == members

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.runtime import (
    UNSET,
    Empty,
    InvalidParameter,
    Json,
    OpenIntEnum,
    OpenStrEnum,
    Operation,
    Secret,
    Text,
)
from simloom.runtime.client import http_parts
from simloom.runtime.parameters import encode_path


class Status(OpenStrEnum):
    ON_STOCK = "On Stock"


class Coding(OpenIntEnum):
    BINARY = 4


SIM: Operation[None] = Operation(
    id="delete_sim", method="DELETE", path="/v1/sims/{iccid}", results={}, joined={"fields": ","}
)
SMS: Operation[None] = Operation(
    id="get_sms", method="GET", path="/v1/sims/{iccid}/sms/{id}/x{id}", results={}
)


@pytest.mark.parametrize("value", [".", "..", "", UNSET, None, b"1", ["1"], {"a": 1}, object()])
def test_a_value_that_would_change_the_path_is_refused(value):
    with pytest.raises(InvalidParameter, match="'iccid'"):
        SIM.request(path={"iccid": value})


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("8988228066602306770", "8988228066602306770"),
        (8988, "8988"),
        ("a/b", "a%2Fb"),
        ("../../admin", "..%2F..%2Fadmin"),
        ("%2e%2e", "%252e%252e"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b+c", "a%20b%2Bc"),
        ("a\\b", "a%5Cb"),
        ("...", "..."),
        (" .", "%20."),
        ("\r\nX: y", "%0D%0AX%3A%20y"),
        ("\uff18\uff19", "%EF%BC%98%EF%BC%99"),
        ("ü", "%C3%BC"),
        ("\u2024\u2024", "%E2%80%A4%E2%80%A4"),
        ("{id}", "%7Bid%7D"),
        (True, "true"),
        (Status.ON_STOCK, "On%20Stock"),
        (Coding.BINARY, "4"),
        (dt.date(2025, 1, 2), "2025-01-02"),
    ],
)
def test_path_values_are_encoded_whole(value, segment):
    assert SIM.request(path={"iccid": value}).path == f"/v1/sims/{segment}"


@given(st.text(), st.text())
def test_a_value_stays_in_its_segment(iccid, identifier):
    """Looked at after httpx has normalised the URL, which removes dot segments."""
    try:
        request = SMS.request(path={"iccid": iccid, "id": identifier})
    except InvalidParameter:
        assert {iccid, identifier} & {"", ".", ".."}
        return
    method, url, arguments = http_parts(request, "https://host/base")
    sent = httpx.Request(method, url, **arguments).url.raw_path.decode("ascii")
    segments = sent.split("/")
    assert "?" not in sent
    assert [unquote(segment) for segment in segments] == [
        *["", "base", "v1", "sims", iccid, "sms", identifier],
        f"x{identifier}",
    ]


@given(st.text(st.characters(), max_size=5))
def test_any_text_at_all_is_encoded_or_refused(text):
    """Halves of surrogate pairs too, as they come out of environment variables."""
    lone = any("\ud800" <= character <= "\udfff" for character in text)
    try:
        path = encode_path("/sims/{id}", {"id": text})
    except InvalidParameter:
        assert lone or text in {"", ".", ".."}
    else:
        assert not lone
        assert unquote(path.removeprefix("/sims/")) == text


@pytest.mark.parametrize("text", ["\ud800", "a\udcffb"])
def test_half_a_surrogate_pair_is_refused_everywhere(text):
    for where in ("path", "query", "headers", "cookies"):
        values = {"iccid": "1", "x": text} if where == "path" else {"x": text}
        with pytest.raises(InvalidParameter, match="'x'"):
            SIM.request(**{"path": {"iccid": "1"}, where: values})


def query(values: dict) -> tuple[tuple[str, str], ...]:
    return SIM.request(path={"iccid": "1"}, query=values).query


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("a&b=c", ["a&b=c"]),
        (5, ["5"]),
        (2.5, ["2.5"]),
        (10**30, ["1" + "0" * 30]),
        (True, ["true"]),
        (False, ["false"]),
        (Status.ON_STOCK, ["On Stock"]),
        (Status("New"), ["New"]),
        (Coding.BINARY, ["4"]),
        (Coding(9), ["9"]),
        (Secret("s"), ["s"]),
        (dt.date(2025, 1, 2), ["2025-01-02"]),
        (dt.datetime(2025, 1, 2, 3, tzinfo=dt.UTC), ["2025-01-02T03:00:00Z"]),
        (dt.datetime(2025, 1, 2, 3), ["2025-01-02T03:00:00Z"]),  # noqa: DTZ001
        (["a", Status.ON_STOCK, 1], ["a", "On Stock", "1"]),
        (("a", "b"), ["a", "b"]),
        (frozenset({"a"}), ["a"]),
        ([], []),
        ("", [""]),
        (None, []),
        (UNSET, []),
    ],
)
def test_query_values(value, texts):
    assert query({"q": value}) == tuple(("q", text) for text in texts)


def test_a_joined_list_is_one_value():
    assert query({"fields": ["a", "b"], "ids": ["1", "2"]}) == (
        ("fields", "a,b"),
        ("ids", "1"),
        ("ids", "2"),
    )
    assert query({"fields": "a"}) == (("fields", "a"),)


def test_query_values_arrive_as_they_were():
    request = SIM.request(path={"iccid": "1"}, query={"q": "a&b=c#d e+f%20ü", "n": ["1", "2"]})
    method, url, arguments = http_parts(request, "https://host")
    sent = httpx.Request(method, url, **arguments).url
    assert sent.params.multi_items() == [("q", "a&b=c#d e+f%20ü"), ("n", "1"), ("n", "2")]
    assert sent.fragment == ""


@pytest.mark.parametrize(
    "value",
    [object(), {"a": 1}, b"x", [["a"]], [None], [UNSET], Decimal(1), float("nan"), float("inf")],
)
def test_query_values_of_other_kinds_are_refused(value):
    with pytest.raises(InvalidParameter, match="'q'"):
        query({"q": value})


def headers(values: dict) -> dict:
    return SIM.request(path={"iccid": "1"}, headers=values).headers


def test_headers():
    assert headers({"X-Tenant": "t", "X-List": ["a", "b"], "X-Flag": True, "X-None": None}) == {
        "x-tenant": "t",
        "x-list": "a,b",
        "x-flag": "true",
    }


FORBIDDEN = ["a\r\nX: y", "a\nb", "a\rb", "a\x00b", "a\tb", "a\x7f", "ü", "a\u2028b", " a", "a "]


@pytest.mark.parametrize("value", FORBIDDEN)
def test_what_a_header_cannot_hold_is_refused(value):
    with pytest.raises(InvalidParameter, match="'X-Tenant'") as caught:
        headers({"X-Tenant": f"hunter2{value}" if value != " a" else value})
    assert "hunter2" not in str(caught.value)


def cookies(values: dict) -> dict:
    return SIM.request(path={"iccid": "1"}, cookies=values).headers


def test_cookies():
    assert cookies({"a": "1", "b": Status("x"), "c": None}) == {"cookie": "a=1; b=x"}
    assert cookies({"a": None}) == {}
    assert cookies({}) == {}


@pytest.mark.parametrize("value", [*FORBIDDEN, "1; admin=1", 'a"b', "a,b", "a\\b"])
def test_what_would_end_a_cookie_is_refused(value):
    with pytest.raises(InvalidParameter, match="'a'"):
        cookies({"a": value})


def test_a_request_can_be_compared_and_kept():
    first, second = (SIM.request(path={"iccid": "1"}, query={"a": [1]}) for _ in range(2))
    assert first == second
    assert first != SIM.request(path={"iccid": "2"}, query={"a": [1]})
    with pytest.raises(AttributeError):
        first.path = "/other"


@pytest.mark.parametrize(
    ("results", "accept"),
    [
        ({}, "application/json"),
        ({200: Json(lambda: str), 204: Empty()}, "application/json"),
        ({200: Text()}, "application/json, */*;q=0.5"),
        ({200: Json(lambda: str), 202: Text()}, "application/json, */*;q=0.5"),
    ],
)
def test_accept(results, accept):
    assert Operation(id="x", method="GET", path="/", results=results).request().accept == accept


def test_a_deprecated_operation_says_so_where_it_was_asked_for():
    operation: Operation[None] = Operation(
        id="get_api_usage", method="GET", path="/", results={}, deprecated=True
    )

    def request():  # stands for the function that is generated around every operation
        return operation.request()

    with pytest.warns(DeprecationWarning, match="deprecated get_api_usage") as caught:
        request()
    assert caught[0].filename == __file__


def test_a_media_type_can_be_overridden():
    operation: Operation[None] = Operation(
        id="x", method="POST", path="/", results={}, media_type="application/json"
    )
    assert operation.request(body={}).media_type == "application/json"
    assert operation.request(body={}, media_type="text/csv").media_type == "text/csv"


def test_a_body_that_the_operation_does_not_take_is_refused():
    operation = Operation(id="list_sims", method="GET", path="/sims", results={})
    with pytest.raises(InvalidParameter, match="list_sims takes no body"):
        operation.request(body={"a": 1})

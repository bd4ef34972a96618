from __future__ import annotations

import datetime as dt
import json
from typing import Any, Literal

import pytest
from attrs import define, field

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
from simloom.runtime.decoding import codec_for, decode
from simloom.runtime.problems import DecodeProblem


class Status(OpenStrEnum):
    ACTIVE = "Active"
    ON_STOCK = "On Stock"


class Coding(OpenIntEnum):
    GSM7 = 0
    BINARY = 4


@define(kw_only=True, repr=False, weakref_slot=False)
class Usage(Model):
    __wire__ = {"used_bytes": "usedDataBytes"}

    used_bytes: int


@define(kw_only=True, repr=False, weakref_slot=False)
class Sim(Model):
    __wire__ = {
        "msisdn_count": "msisdnCount",
        "created_at": "createdAt",
        "vendor_id": "vendor/~id",
        "by_month": "byMonth",
    }

    iccid: str
    status: Status | Unset | None = UNSET
    coding: Coding | Unset | None = UNSET
    msisdn_count: int | Unset | None = UNSET
    price: float | Unset | None = UNSET
    roaming: bool | Unset | None = UNSET
    created_at: Timestamp | Unset | None = UNSET
    expires: Date | Unset | None = UNSET
    pin: Secret | Unset | None = field(default=UNSET, converter=to_secret)
    kind: Literal["sim"] | Unset = UNSET
    vendor_id: int | Unset | None = UNSET
    usage: Usage | Unset | None = UNSET
    history: list[Usage] | Unset | None = UNSET
    by_month: dict[str, Usage] | Unset | None = UNSET
    anything: Any = UNSET


def read(**members: Any) -> tuple[Sim, tuple[DecodeProblem, ...]]:
    return decode(json.dumps({"iccid": "8988", **members}).encode(), Sim)


def test_what_is_left_out_is_unset():
    sim, problems = read()
    assert (sim, problems) == (Sim(iccid="8988"), ())
    assert sim.status is UNSET
    assert sim.history is UNSET


def test_members_that_nobody_documents_are_dropped():
    sim, problems = read(brandNew={"deep": [1]}, createdat="x")
    assert (sim, problems) == (Sim(iccid="8988"), ())


NULLABLE = [
    "status",
    "coding",
    "msisdnCount",
    "price",
    "roaming",
    "createdAt",
    "expires",
    "pin",
    "vendor/~id",
    "usage",
    "history",
    "byMonth",
    "anything",
]


@pytest.mark.parametrize("name", NULLABLE)
def test_a_null_is_none_and_not_unset(name):
    sim, problems = read(**{name: None})
    assert getattr(sim, name) is None
    assert problems == ()


@pytest.mark.parametrize("name", NULLABLE)
def test_a_null_reads_the_same_on_the_tolerant_road(name):
    sim, problems = codec_for(Sim).read({"iccid": "8988", name: None})
    assert getattr(sim, name) is None
    assert problems == ()


@pytest.mark.parametrize(
    ("members", "pointer", "expected"),
    [
        ({"iccid": None}, "/iccid", "text"),
        ({"kind": None}, "/kind", "a constant"),
        ({"usage": {"usedDataBytes": None}}, "/usage/usedDataBytes", "whole number"),
        ({"history": [None]}, "/history/0", "object"),
        ({"history": [{"usedDataBytes": 1}, None]}, "/history/1", "object"),
        ({"byMonth": {"2025-01": None}}, "/byMonth/2025-01", "object"),
    ],
)
def test_a_null_that_nobody_documents_is_kept_and_noted(members, pointer, expected):
    sim, problems = read(**members)
    assert problems == (DecodeProblem(pointer, expected, "null"),)
    assert isinstance(sim, Sim)


def test_unknown_values_of_enumerations_are_no_problem():
    sim, problems = read(status="Hibernating", coding=77)
    assert problems == ()
    assert isinstance(sim.status, Status)
    assert sim.status == "Hibernating"
    assert not sim.status.is_known
    assert isinstance(sim.coding, Coding)
    assert sim.coding == 77
    assert not sim.coding.is_known


def test_known_values_of_enumerations_are_their_members():
    sim, problems = read(status="On Stock", coding=4)
    assert problems == ()
    assert sim.status is Status.ON_STOCK
    assert sim.coding is Coding.BINARY


@pytest.mark.parametrize(
    ("name", "sent", "value"),
    [
        ("iccid", 8988228066602306770, "8988228066602306770"),
        ("iccid", 12.5, "12.5"),
        ("msisdnCount", "42", 42),
        ("msisdnCount", "-7", -7),
        ("msisdnCount", 42.0, 42),
        ("price", "0.25", 0.25),
        ("price", 3, 3.0),
        ("roaming", "true", True),
        ("roaming", "FALSE", False),
        ("status", 5, Status("5")),
        ("coding", "4", Coding.BINARY),
        ("coding", "9", Coding(9)),
        ("pin", 1234, Secret("1234")),
    ],
)
def test_numbers_as_text_and_text_as_numbers_are_converted(name, sent, value):
    sim, problems = read(**{name: sent})
    assert problems == ()
    found = getattr(sim, name)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "sent", "expected", "found"),
    [
        ("iccid", True, "text", "boolean"),
        ("iccid", ["8988"], "text", "list"),
        ("iccid", {"value": "8988"}, "text", "object"),
        ("status", ["Active"], "one of the documented values", "list"),
        ("status", True, "one of the documented values", "boolean"),
        ("coding", "four", "one of the documented values", "text"),
        ("coding", True, "one of the documented values", "boolean"),
        ("coding", 4.5, "one of the documented values", "number"),
        ("msisdnCount", "many", "whole number", "text"),
        ("msisdnCount", "\uff14\uff12", "whole number", "text"),
        ("msisdnCount", "9" * 50, "whole number", "text"),
        ("msisdnCount", 1.5, "whole number", "number"),
        ("msisdnCount", True, "whole number", "boolean"),
        ("price", "free", "number", "text"),
        ("price", "nan", "number", "text"),
        ("price", "1e999", "number", "text"),
        ("price", 10**400, "number", "number"),
        ("price", False, "number", "boolean"),
        ("roaming", "yes", "true or false", "text"),
        ("roaming", 1, "true or false", "number"),
        ("createdAt", 1754128453, "timestamp", "number"),
        ("expires", {"year": 2033}, "date", "object"),
        ("kind", "esim", "a constant", "text"),
        ("kind", ["sim"], "a constant", "list"),
        ("vendor/~id", [], "whole number", "list"),
        ("usage", "none", "object", "text"),
        ("usage", [], "object", "list"),
        ("history", "none", "list", "text"),
        ("byMonth", [], "object", "list"),
    ],
)
def test_the_wrong_kind_is_kept_and_noted(name, sent, expected, found):
    sim, problems = read(**{name: sent})
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    assert problems == (DecodeProblem(pointer, expected, found),)
    assert getattr(sim, name) == sent
    assert type(getattr(sim, name)) is type(sent)


def test_a_secret_of_the_wrong_kind_stays_out_of_sight():
    sim, problems = read(pin=["1234"])
    assert problems == (DecodeProblem("/pin", "secret text", "list"),)
    assert "1234" not in repr(sim)
    assert "1234" not in str(sim.to_dict())


def test_one_object_where_a_list_belongs_becomes_a_list_of_one():
    sim, problems = read(history={"usedDataBytes": 5})
    assert sim.history == [Usage(used_bytes=5)]
    assert problems == (DecodeProblem("/history", "list", "object"),)


def test_one_odd_member_costs_only_itself():
    sim, problems = read(
        history=[{"usedDataBytes": 1}, {"usedDataBytes": "x"}, "?"],
        byMonth={"a/b": {"usedDataBytes": []}},
        price="1.5",
        createdAt="2025-08-28 11:25:49",
    )
    assert sim.history == [Usage(used_bytes=1), Usage(used_bytes="x"), "?"]
    assert sim.by_month == {"a/b": Usage(used_bytes=[])}
    assert sim.price == 1.5
    assert sim.created_at == dt.datetime(2025, 8, 28, 11, 25, 49, tzinfo=dt.UTC)
    assert [problem.pointer for problem in problems] == [
        "/history/1/usedDataBytes",
        "/history/2",
        "/byMonth/a~1b/usedDataBytes",
    ]


@pytest.mark.parametrize(
    ("members", "pointer", "missing"),
    [
        ({"iccid": UNSET}, "", "iccid"),
        ({"usage": {}}, "/usage", "usedDataBytes"),
        ({"history": [{"usedDataBytes": 1}, {"used_bytes": 1}]}, "/history/1", "usedDataBytes"),
        ({"byMonth": {"~/x": {}}}, "/byMonth/~0~1x", "usedDataBytes"),
    ],
)
def test_a_missing_required_member_is_an_error_with_its_place(members, pointer, missing):
    document = {"iccid": "8988", **members}
    document = {name: value for name, value in document.items() if value is not UNSET}
    with pytest.raises(DecodeError, match="required member") as caught:
        decode(json.dumps(document).encode(), Sim)
    assert caught.value.pointer == pointer
    assert repr(missing) in caught.value.message
    assert str(caught.value).endswith(f" at {pointer}" if pointer else "is missing")


def test_a_problem_names_place_and_kinds_and_never_the_value():
    _, problems = read(price="hunter2")
    assert str(problems[0]) == "/price: expected number, found text"
    assert "hunter2" not in repr(problems[0])


@pytest.mark.parametrize(
    ("annotation", "content", "value"),
    [
        (list[Usage], b'[{"usedDataBytes":"1"}]', [Usage(used_bytes=1)]),
        (dict[str, Usage], b'{"a":{"usedDataBytes":"1"}}', {"a": Usage(used_bytes=1)}),
        (Usage | None, b"null", None),
        (Status, b'"Active"', Status.ACTIVE),
        (list[str], b"[1]", ["1"]),
        (Any, b'{"a":1}', {"a": 1}),
    ],
)
def test_answers_need_not_be_one_object(annotation, content, value):
    assert decode(content, annotation) == (value, ())


def test_a_type_without_a_plan_is_a_programming_error():
    with pytest.raises(TypeError, match="no plan for"):
        decode(b"{}", complex)

"""A page with odd values: items as documented are read by msgspec, the result is the same."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec
import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st

from simloom.runtime import UNSET, Date, DecodeError, Model, OpenStrEnum, Timestamp, Unset, fast
from simloom.runtime.decoding import codec_for
from simloom.runtime.modelnode import ModelNode


class Status(OpenStrEnum):
    ACTIVE = "Active"


@define(kw_only=True, repr=False, weakref_slot=False)
class Plan(Model):
    __wire__ = {"monthly_fee": "monthlyFee"}

    monthly_fee: float | Unset | None = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Sim(Model):
    __wire__ = {"created_at": "createdAt", "used_bytes": "usedBytes", "parent_sims": "parentSims"}

    iccid: str
    status: Status | Unset | None = UNSET
    created_at: Timestamp | Unset | None = UNSET
    expires: Date | Unset = UNSET
    used_bytes: int | Unset = UNSET
    plan: Plan | Unset | None = UNSET
    parent_sims: list[Sim] | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Inner(Model):
    __wire__ = {"all_sims": "allSims"}

    all_sims: list[Sim] | Unset | None = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Page(Model):
    inner: Inner | Unset = UNSET
    sims: list[Sim] | Unset | None = UNSET
    total: int | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class OpenPage(Model):
    __open__ = True
    __wire__ = {"all_sims": "allSims"}

    all_sims: list[Sim] | Unset = UNSET
    additional_properties: dict[str, Any] = UNSET  # type: ignore[assignment]


ODD = st.sampled_from([None, True, 0, 7, 2.5, "x", "12", "Active", "2025-08-02", [], {}, [{}]])
TEXT = st.sampled_from(["", "8988", "Active", "2025-08-02T09:54:13", "2025-08-02"])


def sims(parents: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"iccid": TEXT},
        optional={
            "status": TEXT | ODD,
            "createdAt": TEXT | ODD,
            "expires": TEXT | ODD,
            "usedBytes": st.integers() | ODD,
            "plan": st.fixed_dictionaries({}, optional={"monthlyFee": st.integers() | ODD}) | ODD,
            "parentSims": parents,
            "unheardOf": ODD,
        },
    )


SIMS = st.lists(sims(st.lists(sims(st.just([])), max_size=2) | ODD) | ODD, max_size=4)


def reading(read: Any) -> str:
    """Write down what was read and what was odd, or the error."""
    try:
        value, problems = read()
    except DecodeError as error:
        return f"{error.message} {error.pointer}"
    return f"{value!r} {problems!r}"


@pytest.mark.parametrize("model", [Page, OpenPage, list[Sim]])
@given(found=SIMS | ODD)
def test_items_read_by_msgspec_are_what_the_tolerant_reader_makes_of_them(model, found):
    document = {
        Page: {"inner": {"allSims": found}, "sims": found, "total": "odd"},
        OpenPage: {"allSims": found, "more": 1},
    }.get(model, found)
    codec = codec_for(model)
    content = json.dumps(document).encode()
    assert reading(lambda: codec.decode(content)) == reading(
        lambda: codec.read(json.loads(content))
    )


def test_one_odd_value_costs_one_item(monkeypatch):
    slow = []
    whole = ModelNode.read

    def noted(node, value, pointer, problems):
        if not isinstance(value, node.model):
            slow.append(pointer)
        return whole(node, value, pointer, problems)

    codec = codec_for(Page)
    monkeypatch.setattr(ModelNode, "read", noted)
    items = [{"iccid": str(number), "createdAt": "2025-08-02T09:54:13"} for number in range(9)]
    items[4]["usedBytes"] = "many"
    page, problems = codec.decode(json.dumps({"sims": items}).encode())
    assert slow == ["", "/sims/4"]
    assert [problem.pointer for problem in problems] == ["/sims/4/usedBytes"]
    assert [sim.iccid for sim in page.sims] == list("012345678")
    assert {sim.created_at for sim in page.sims} == {
        dt.datetime(2025, 8, 2, 9, 54, 13, tzinfo=dt.UTC)
    }
    assert page.sims[4].used_bytes == "many"


def test_a_list_inside_an_odd_item_is_not_tried_again(monkeypatch):
    """Otherwise a document of nested lists would be read once more for each level."""
    tried = []
    real = msgspec.convert

    def counted(data, model, **options):
        tried.append(model)
        return real(data, model, **options)

    document: Any = {"iccid": "1", "usedBytes": "odd"}
    for _ in range(20):
        document = {"iccid": "1", "parentSims": [document]}
    codec = codec_for(list[Sim])
    monkeypatch.setattr(fast.msgspec, "convert", counted)
    _, problems = codec.decode(json.dumps([document]).encode())
    assert tried == [Sim]
    assert [problem.pointer for problem in problems] == ["/0" + "/parentSims/0" * 20 + "/usedBytes"]


def test_the_parsed_document_is_left_as_it_was():
    codec = codec_for(Page)
    data = {"sims": [{"iccid": "1"}, {"iccid": "2", "usedBytes": "odd"}]}
    before = json.dumps(data)
    made = fast.read_items(codec._node, data)
    assert json.dumps(data) == before
    assert [type(item).__name__ for item in made["sims"]] == ["Sim", "dict"]

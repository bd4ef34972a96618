"""`simloom.plugins.values`: what every mapping reads single values with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import simloom_plugins
from simloom.errors import DecodeError
from simloom.plugins import values
from simloom.runtime import UNSET
from simloom_clients.telekom_bsc.models import SimStatus

NOW = dt.datetime(2025, 8, 2, 23, 30, tzinfo=dt.UTC)


class Thing:
    pass


THING = Thing()

CASES = [
    (values.text, ["a", "", SimStatus.ENABLED], ["a", "", "Enabled"]),
    (values.number, [1, -1.5, 10**30], [1, -1.5, 10**30]),
    (values.whole, [0, -7, 10**18 - 1], [0, -7, 10**18 - 1]),
    (values.count, [0, 7], [0, 7]),
    (values.decimal, [1, 0.1, "1.50", "-2e3"], list(map(Decimal, ("1", "0.1", "1.50", "-2000")))),
    (values.moment, [NOW], [NOW]),
    (values.day, [NOW, NOW.date()], [NOW.date()] * 2),
]
ODD = {
    values.text: [1, True, [], {}],
    values.number: [True, "1", float("nan"), float("inf"), []],
    values.whole: [True, 1.0, "1", 10**18, -(10**18)],
    values.count: [-1, True, "1", 1.0, 10**18],
    values.decimal: [True and "x", "", "1,5", "0x1", "9" * 19, 10**18, 1e300, "1e99", "nan", []],
    values.moment: [NOW.date(), "2025-08-02", 1],
    values.day: ["2025-08-02", 20250802],
}


@pytest.mark.parametrize(("read", "given", "told"), CASES)
def test_what_is_of_its_kind_is_told(read, given, told):
    assert [read(value) for value in given] == told
    assert [type(read(value)) for value in given] == [type(value) for value in told]


def test_a_time_that_is_still_text():
    read = [values.moment(text, written=True) for text in ("2025-08-02T23:30:00Z", NOW, "soon", 7)]
    assert read == [NOW, NOW, None, None]


@pytest.mark.parametrize("read", ODD, ids=lambda read: read.__name__)
def test_anything_else_is_not_told(read):
    assert [read(value) for value in [*ODD[read], None, UNSET, THING]] == [None] * (
        len(ODD[read]) + 3
    )


@pytest.mark.parametrize(
    ("value", "told"), [("12", 12), ("", None), ("-1", None), ("\u0661", None), ("9" * 19, None)]
)
def test_a_count_in_text_only_where_asked_for(value, told):
    assert values.count(value, written=True) == told
    assert values.count(value) is None


def test_objects_and_lists():
    assert values.part(THING, Thing) is THING
    assert values.part({}, Thing) is None
    assert values.entries([THING, None, 7], Thing) == [THING]
    assert values.entries(UNSET, Thing) == values.records(None, Thing, "list_things") == []
    assert values.records([THING], Thing, "list_things") == [THING]
    with pytest.raises(DecodeError, match="list_things: an entry of the list is not .* Thing"):
        values.records([THING, None], Thing, "list_things")
    with pytest.raises(DecodeError, match="list_things: the answer is not a list"):
        values.records(None, Thing, "list_things", required=True)


@pytest.mark.parametrize("value", [None, "", 7, UNSET, []])
def test_a_record_has_an_identifier(value):
    assert values.identifier("x", "get_thing") == "x"
    with pytest.raises(DecodeError, match="get_thing: a record has no identifier"):
        values.identifier(value, "get_thing")


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(_anything)
def test_no_value_is_an_exception(value):
    for read in ODD:
        read(value)
    figure = values.decimal(value)
    assert figure is None or len(f"{figure:f}") < 160


def test_the_providers_have_no_copies_of_it():
    for folder in simloom_plugins.__path__:
        for path in Path(folder).rglob("*.py"):
            text = path.read_text("utf-8")
            copies = [name for name in values.__all__ if f"def {name}(value: object" in text]
            assert copies == [], path

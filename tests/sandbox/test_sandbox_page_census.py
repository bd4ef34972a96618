"""Counting and finding SIMs by status without looking at each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.sandbox.overlay import LiveSims
from simloom.sandbox.page.counting import Census
from simloom.sandbox.populations.telcoapi import STATES, TelcoApiSims
from simloom.sandbox.seeds import Draw

STATUSES = sorted(set(STATES))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["change", "delete", "create", "name"]),
        st.integers(0, 40),
        st.sampled_from([*STATUSES, "NEW"]),
    ),
    max_size=30,
)


def sims(count, seed=7):
    return LiveSims(TelcoApiSims(Draw(seed, "telcoapi"), count), "state")


def check(census, live):
    census.update()
    everything = list(live.indexes)
    for status in (None, *STATUSES, "NEW"):
        wanted = [index for index in everything if status in (None, live.state(index))]
        assert census.count(status) == len(wanted)
        assert [census.nth(place, status) for place in range(len(wanted))] == wanted
    assert set(census.statuses) >= {live.state(index) for index in everything}


@given(count=st.integers(0, 30), seed=st.integers(0, 50), steps=STEPS)
def test_it_agrees_with_looking_at_each(count, seed, steps):
    live = sims(count, seed)
    census = Census(live)
    check(census, live)
    for number, (what, index, status) in enumerate(steps):
        known = list(live.indexes)
        if what == "create":
            live.create({"iccid": f"99{number:017d}", "state": status})
        elif known and what == "delete":
            live.delete(known[index % len(known)])
        elif known and what == "change":
            live.change(known[index % len(known)], state=status)
        elif known:
            live.change(known[index % len(known)], vendor=status)
    check(census, live)
    live.reset()
    check(census, live)


def test_after_a_long_count_it_waits_before_the_next():
    now = iter([0.0, 1.0, 5.0, 11.1, 11.2])
    live = sims(10)
    census = Census(live, lambda: next(now))
    census.update()  # from 0 to 1: it takes a second, so it holds for ten
    live.change(0, state="BLOCKED")
    before = census.count("BLOCKED")
    census.update()  # at 5
    assert census.is_late
    assert census.count("BLOCKED") == before
    census.update()  # at 11.1
    assert not census.is_late
    assert census.count("BLOCKED") == before + (live.seeded.state_of(0) != "BLOCKED")


@pytest.mark.parametrize("count", [10_000_000])
def test_ten_million_cost_nothing(count):
    census = Census(sims(count))
    census.update()
    assert census.count("ACTIVE") == count // 2
    assert census.nth(count - 1) == count - 1
    assert census.nth(count // 2 - 1, "ACTIVE") >= count - len(STATES)

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from simloom.sandbox import ManualClock, Quirks, SystemClock
from simloom.sandbox.tokens import TokenStore


def test_a_manual_clock_moves_both_hands_and_only_when_told():
    clock = ManualClock(datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2))))
    assert (clock.now(), clock.monotonic()) == (datetime(2026, 3, 1, 10, tzinfo=UTC), 0)
    clock.advance(90.5)
    assert clock.now() == datetime(2026, 3, 1, 10, 1, 30, 500_000, tzinfo=UTC)
    assert clock.monotonic() == 90.5


def test_a_manual_clock_neither_goes_back_nor_guesses_a_zone():
    with pytest.raises(ValueError, match="cannot go back by 1 s"):
        ManualClock().advance(-1)
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_system_clock_is_aware_and_does_not_run_backwards():
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() <= clock.monotonic()


def test_tokens_expire_each_at_its_own_time():
    clock = ManualClock()
    store = TokenStore(clock, 10, "token-{}".format)
    first = store.issue()
    clock.advance(5)
    second = store.issue()
    assert (first, second, store.issued, store.live) == ("token-0", "token-1", 2, 2)
    clock.advance(5)
    assert [store.accepts(token) for token in (first, second, "token-2", None)] == [
        False,
        True,
        False,
        False,
    ]
    assert store.live == 1
    clock.advance(5)
    assert (store.accepts(second), store.live, store.issued) == (False, 0, 2)
    assert store.issue() == "token-2"


def test_switches_are_checked_by_name_and_value():
    assert Quirks.from_settings({}) == Quirks(bsc_token_body="form")
    assert Quirks.from_settings({"bsc_token_body": "any"}).bsc_token_body == "any"
    with pytest.raises(ValueError, match="no switch 'x'; there are: bsc_retry_after, bsc_to"):
        Quirks.from_settings({"x": "1"})
    with pytest.raises(ValueError, match="bsc_token_body is one of form, json, any, not 'xml'"):
        Quirks.from_settings({"bsc_token_body": "xml"})
    with pytest.raises(ValueError, match="bsc_token_body"):
        Quirks(bsc_token_body="xml")

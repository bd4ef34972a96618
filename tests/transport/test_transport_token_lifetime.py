from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.runtime import UNSET, Secret
from simloom.transport.auth import Token, TokenState, lifetime_of

DEFAULT = 100.0

LIFETIMES = [
    (3600, 3540),
    (3599, 3539),
    ("3599", 3539),
    (" 3599 ", 3539),
    (300, 270),
    (300.0, 270),
    (60, 54),
    (50, 45),
    (30, 25),
    (10, 5),
    (8, 4),
    (1, 0.5),
    (UNSET, 90),
    (None, 90),
    ("garbage", 90),
    ("", 90),
    ([300], 90),
    ({}, 90),
    ("nan", 90),
    ("inf", 90),
    (10**400, 90),
]
"""`expires_in` as the vendor sends it, and the seconds for which the token is used."""


@pytest.mark.parametrize(("sent", "used"), LIFETIMES)
def test_a_token_is_used_until_a_little_before_its_end(sent, used):
    state = TokenState(DEFAULT)
    state.store(Token(Secret("t"), lifetime_of(sent)), 1000.0)
    assert state.fresh(1000.0) == Secret("t")
    assert state.fresh(1000.0 + used - 0.001) == Secret("t")
    assert state.fresh(1000.0 + used) is None
    assert state.fresh(1e12) is None


@pytest.mark.parametrize("sent", [0, "0", -1, -3600, "-5", 0.0])
def test_a_token_without_lifetime_is_never_kept(sent):
    state = TokenState(DEFAULT)
    state.store(Token(Secret("t"), lifetime_of(sent)), 1000.0)
    assert state.fresh(1000.0) is None


def test_there_is_no_token_at_first():
    assert TokenState(DEFAULT).fresh(0.0) is None
    assert TokenState(DEFAULT).fresh(-1.0) is None


def test_a_refused_token_is_forgotten_unless_it_was_replaced():
    state = TokenState(DEFAULT)
    state.store(Token(Secret("t1"), 300), 0.0)
    state.store(Token(Secret("t2"), 300), 0.0)
    state.reject(Secret("t1"))
    assert state.fresh(1.0) == Secret("t2")
    state.reject(Secret("t2"))
    assert state.fresh(1.0) is None
    state.reject(Secret("t2"))
    state.store(Token(Secret("t2"), 300), 1.0)
    assert state.fresh(1.0) == Secret("t2")


def test_nothing_that_holds_a_token_shows_it():
    state = TokenState(DEFAULT)
    state.store(Token(Secret("canary"), 300), 0.0)
    assert "canary" not in repr(state)
    assert "canary" not in repr(Token(Secret("canary"), 300))


@given(st.floats(0.001, 1e9), st.floats(0, 1e9))
def test_any_lifetime_is_used_at_least_half_and_never_to_its_end(lifetime, asked):
    state = TokenState(DEFAULT)
    state.store(Token(Secret("t"), lifetime), asked)
    used = state.expires - asked
    kept = min(lifetime, 86_400.0)
    assert used <= kept
    assert used >= kept / 2 - 1e-6
    assert kept - used <= 60.000001


@given(st.text(max_size=12) | st.none() | st.integers() | st.floats() | st.lists(st.integers()))
def test_whatever_the_vendor_sends_as_lifetime_is_a_number_or_nothing(sent):
    lifetime = lifetime_of(sent)
    assert lifetime is None or float("-inf") < lifetime < float("inf")


@pytest.mark.parametrize(("sent", "used"), LIFETIMES)
def test_clients_ask_again_when_the_token_has_been_used_that_long(
    world, exchange, read, sent, used
):
    world.expires_in = sent
    answers = exchange(
        world,
        world.auth(),
        read,
        lambda: setattr(world.clock, "now", 1000.0 + used - 0.001),
        read,
        lambda: setattr(world.clock, "now", 1000.0 + used),
        read,
    )
    assert answers[::2] == ["t1", "t1", "t2"]
    assert len(world.tokens) == 2


@pytest.mark.parametrize("sent", [0, -1])
def test_a_token_without_lifetime_serves_one_request(world, exchange, read, sent):
    world.expires_in = sent
    assert exchange(world, world.auth(), read, read) == ["t1", "t2"]


def test_the_lifetime_counts_from_before_the_token_was_asked_for(world, exchange, read):
    def slow() -> None:
        world.clock.now += 20

    world.expires_in, world.before_token = 30, slow
    answers = exchange(
        world,
        world.auth(),
        read,
        lambda: setattr(world.clock, "now", 1024.9),
        read,
        lambda: setattr(world.clock, "now", 1025.0),
        read,
    )
    assert answers[::2] == ["t1", "t1", "t2"]


def test_a_token_that_took_longer_than_it_lives_still_serves_its_request(world, exchange, read):
    def very_slow() -> None:
        world.clock.now += 500

    world.before_token = very_slow
    assert exchange(world, world.auth(), read, read) == ["t1", "t2"]
    assert world.used == ["t1", "t2"]

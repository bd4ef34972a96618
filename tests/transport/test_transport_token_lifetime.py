from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.runtime import UNSET, Secret
from simloom.transport.tokencache import HeldToken
from simloom.transport.tokens import Token, TokenState, jwt_lifetime, lifetime_of

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


def stored(sent, chance=0.5, asked=1000.0):
    state = TokenState(DEFAULT)
    state.store(Token(Secret("t"), lifetime_of(sent)), asked, chance)
    return state


@pytest.mark.parametrize(("sent", "used"), LIFETIMES)
def test_a_token_is_renewed_a_little_before_its_end(sent, used):
    state = stored(sent)
    assert not state.due(1000.0)
    assert not state.due(1000.0 + used - 0.001)
    assert state.due(1000.0 + used)
    assert state.usable(1000.0 + used) == Secret("t")  # stale, but not invalid
    assert state.usable(1e12) is None


@pytest.mark.parametrize(
    ("lifetime", "invalid"),
    [(3600, 3595), (300, 295), (60, 57), (30, 27.5), (10, 7.5), (1, 0.75), (0.1, 0.075)],
)
def test_a_token_is_used_by_nobody_at_its_very_end(lifetime, invalid):
    state = stored(lifetime)
    assert state.usable(1000.0 + invalid - 0.001) == Secret("t")
    assert state.usable(1000.0 + invalid) is None


@pytest.mark.parametrize(("chance", "due"), [(0.0, 264.0), (0.5, 270.0), (0.999999, 276.0)])
def test_the_moment_of_renewal_varies_by_a_fifth(chance, due):
    """A lifetime of 300 s is left 30 s early, 24 to 36 with the jitter."""
    state = stored(300, 1 - chance, asked=0.0)
    assert not state.due(due - 0.01)
    assert state.due(due + 0.01)


@pytest.mark.parametrize("sent", [0, "0", -1, -3600, "-5", 0.0])
def test_a_token_without_lifetime_is_never_kept(sent):
    assert stored(sent).usable(1000.0) is None


def test_there_is_no_token_at_first():
    assert TokenState(DEFAULT).usable(0.0) is None
    assert TokenState(DEFAULT).usable(-1.0) is None


def test_a_refused_token_is_forgotten_unless_it_was_replaced():
    state = stored(300, asked=0.0)
    state.store(Token(Secret("t2"), 300), 0.0, 0.5)
    assert state.reject(Secret("t"), 1.0)
    assert state.usable(1.0) == Secret("t2")
    assert state.reject(Secret("t2"), 1.0)
    assert state.usable(1.0) is None
    assert state.reject(Secret("t2"), 1.0)
    state.store(Token(Secret("t2"), 300), 1.0, 0.5)
    assert state.usable(1.0) == Secret("t2")


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 5.0), (0.5, 17.5), (0.999999, 30.0)])
def test_after_a_refused_replacement_no_other_is_asked_for_in_a_while(chance, seconds):
    state = stored(300, asked=0.0)
    state.distrust(Secret("t"), 10.0, chance)
    assert not state.reject(Secret("t"), 10.0 + seconds - 0.01)
    assert state.usable(10.0) == Secret("t")
    assert state.reject(Secret("t"), 10.0 + seconds + 0.01)
    assert state.usable(10.0) is None


def test_a_renewal_that_failed_is_not_repeated_at_once():
    state = stored(300, asked=0.0)
    state.postpone(280.0, 0.0)
    assert not state.due(284.9)
    assert state.due(285.0)
    state.postpone(280.0, 0.999999)
    assert not state.due(309.9)
    assert state.usable(294.9) == Secret("t")
    assert state.usable(295.0) is None  # an invalid token is not kept for the pause's sake


def test_a_token_that_is_given_out_again_without_more_life_is_used_up():
    """A server that repeats a token until it ends would be asked on each request."""
    state = stored(300, asked=0.0)
    state.store(Token(Secret("t"), 28), 272.0, 0.5)
    assert not state.due(299.9)
    assert state.usable(299.9) == Secret("t")
    assert state.usable(300.0) is None
    state.store(Token(Secret("t"), 300), 300.0, 0.5)  # with more life it is as good as another
    assert state.due(570.0)
    assert not state.due(569.9)


def test_nothing_that_holds_a_token_shows_it():
    state = TokenState(DEFAULT)
    state.store(Token(Secret("canary"), 300), 0.0, 0.5)
    assert "canary" not in repr(state)
    assert "canary" not in repr(Token(Secret("canary"), 300))
    assert "canary" not in repr(HeldToken(state))


@given(st.floats(0.001, 1e9), st.floats(0, 1e9), st.floats(0, 1, exclude_max=True))
def test_any_lifetime_is_fresh_then_stale_then_invalid_before_its_end(lifetime, asked, chance):
    state = stored(lifetime, chance, asked)
    kept = min(lifetime, 86_400.0)
    fresh, used = state.stale - asked, state.expires - asked
    assert kept * 0.4 - 1e-6 <= fresh <= used + 1e-6 <= kept + 2e-6
    assert kept - used <= 5.000001
    assert kept - fresh <= 72.000001


def jwt(claims):
    text = claims if isinstance(claims, str) else json.dumps(claims)
    middle = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return Secret(f"e30.{middle}.c2ln")


@pytest.mark.parametrize(
    ("claims", "told", "lifetime"),
    [
        ({"exp": 1_000_300, "iat": 1_000_000}, 3600, 300),
        ({"exp": 1_003_600, "iat": 1_000_000}, 300, 300),
        ({"exp": 1_000_300.5, "iat": 1_000_000}, None, 300.5),
        ({"exp": 300, "iat": 0}, 3600, 300),  # whatever this machine's clock says
        ({"exp": 1_000_300}, 3600, 3600),
        ({"exp": 1_000_000, "iat": 1_000_300}, 3600, 3600),
        ({"exp": "1000300", "iat": 1_000_000}, 3600, 3600),
        ({"exp": True, "iat": False}, 3600, 3600),
        ({"exp": 10**400, "iat": 1.5}, 3600, 3600),
        ([1, 2], 3600, 3600),
        ("not json", 3600, 3600),
        ("[" * 10_000, 3600, 3600),
        ('{"exp": NaN, "iat": 1}', None, DEFAULT),
    ],
    ids=str,
)
def test_a_jwt_is_used_no_longer_than_it_says_itself(claims, told, lifetime):
    state = TokenState(DEFAULT)
    state.store(Token(jwt(claims), told), 0.0, 0.5)
    early = min(60.0, max(5.0, lifetime / 10), lifetime / 2)
    assert state.stale == pytest.approx(lifetime - early)


@pytest.mark.parametrize(
    "token",
    ["", "a.b", "a.b.c", "..", "a..c", "a.\u00e4.c", "a.%.c", "a.b.c.d", "x." + "A" * 99_999],
)
def test_what_is_no_jwt_tells_nothing(token):
    assert jwt_lifetime(Secret(token)) is None


@given(st.text(max_size=40))
def test_no_token_whatever_breaks_the_reading_of_a_jwt(text):
    assert jwt_lifetime(Secret(f"a.{text}.c")) is None
    assert jwt_lifetime(jwt(text)) is None


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

"""The plan: which way costs the fewest requests, by table and by law."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.identifiers import Kind
from simloom.resolve.plan import (
    PROBE_FROM,
    UNIQUE,
    Search,
    Terms,
    Way,
    index_tells,
    is_certain,
    plan,
)

IMSI, MSISDN, IMEI, EID = Kind.IMSI, Kind.MSISDN, Kind.IMEI, Kind.EID
ALL = frozenset(Kind)
SEARCHES = {kind: Search() for kind in Kind}
ONE_SIM = {kind: Search(complete=False) for kind in Kind}


@pytest.mark.parametrize(
    ("unknown", "indexed", "terms", "sure", "ways", "cost"),
    [
        ({IMSI: 5}, {}, Terms(native={IMSI}), True, {IMSI: Way.NATIVE}, 0),
        ({IMSI: 1}, {}, Terms(searches=SEARCHES, listed=ALL), True, {IMSI: Way.SINGLY}, 1),
        ({IMSI: 10_000}, {}, Terms(listed=ALL, pages=100), True, {IMSI: Way.SCAN}, 100),
        ({IMSI: 1}, {}, Terms(listed=ALL, pages=100), True, {IMSI: Way.SCAN}, 100),
        ({IMSI: 1}, {}, Terms(listed=ALL), True, {IMSI: Way.SCAN}, None),
        # a search against a scan; at the same price nothing but what is asked for is read
        (
            *({IMSI: 101}, {}, Terms(searches=SEARCHES, listed=ALL, pages=100)),
            *(True, {IMSI: Way.SCAN}, 100),
        ),
        (
            *({IMSI: 100}, {}, Terms(searches=SEARCHES, listed=ALL, pages=100)),
            *(True, {IMSI: Way.SINGLY}, 100),
        ),
        (
            *({IMSI: 40}, {}, Terms(searches={IMSI: Search(cost=3)}, listed=ALL, pages=100)),
            *(True, {IMSI: Way.SCAN}, 100),
        ),
        # the index: each is read again
        ({}, {IMSI: 3}, Terms(listed=ALL, pages=100), True, {IMSI: Way.SINGLY}, 3),
        ({}, {IMSI: 500}, Terms(listed=ALL, pages=100), True, {IMSI: Way.SCAN}, 100),
        ({IMSI: 1}, {IMSI: 3}, Terms(listed=ALL, pages=100), True, {IMSI: Way.SCAN}, 100),
        # one kind has to be scanned for: the others come for nothing
        (
            *({IMSI: 1, EID: 2}, {}, Terms(searches={IMSI: Search()}, listed=ALL, pages=9)),
            *(True, {IMSI: Way.SCAN, EID: Way.SCAN}, 9),
        ),
        # what the list does not tell is searched for all the same
        (
            *({IMSI: 1, IMEI: 2}, {}, Terms(searches=SEARCHES, listed={IMSI}, pages=0)),
            *(True, {IMSI: Way.SCAN, IMEI: Way.SINGLY}, 2),
        ),
        ({EID: 1}, {}, Terms(listed={IMSI}, pages=3), True, {EID: Way.IMPOSSIBLE}, 0),
        ({IMSI: 1}, {}, Terms(), True, {IMSI: Way.IMPOSSIBLE}, 0),
        # a search that names one SIM hides that an IMEI is shared
        (
            *({IMEI: 1}, {}, Terms(searches=ONE_SIM, listed=ALL, pages=7)),
            *(True, {IMEI: Way.SCAN}, 7),
        ),
        (
            *({IMEI: 1}, {}, Terms(searches=ONE_SIM, listed=ALL, pages=7)),
            *(False, {IMEI: Way.SINGLY}, 1),
        ),
        (
            *({MSISDN: 1}, {}, Terms(searches=ONE_SIM, listed=ALL, pages=7)),
            *(True, {MSISDN: Way.SINGLY}, 1),
        ),
        ({}, {}, Terms(listed=ALL, pages=7), True, {}, 0),
    ],
)
def test_the_cheapest_way(unknown, indexed, terms, sure, ways, cost):
    chosen = plan(unknown, indexed, terms, sure=sure)
    assert (dict(chosen.ways), chosen.cost) == (ways, cost)


def test_a_list_of_unknown_length_is_read_until_one_by_one_would_have_been_cheaper():
    terms = Terms(searches=SEARCHES, listed=ALL)
    few = plan({IMSI: PROBE_FROM}, {}, terms, sure=True)
    assert (few.ways, few.most_pages) == ({IMSI: Way.SINGLY}, None)
    many = plan({IMSI: 500}, {}, terms, sure=True)
    assert (many.ways, many.cost, many.most_pages) == ({IMSI: Way.SCAN}, None, 500)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("sure", [True, False])
def test_only_kinds_of_one_sim_are_believed_for_a_write(kind, sure):
    believed = kind in UNIQUE or not sure
    assert is_certain(kind, Search(complete=False), sure=sure) == believed
    assert index_tells(kind, sure=sure) == believed
    assert is_certain(kind, Search(complete=True), sure=sure)


counts = st.dictionaries(st.sampled_from(Kind), st.integers(0, 300))
kinds = st.frozensets(st.sampled_from(Kind))
terms = st.builds(
    Terms,
    native=kinds,
    searches=st.dictionaries(
        st.sampled_from(Kind), st.builds(Search, cost=st.integers(1, 4), complete=st.booleans())
    ),
    listed=kinds,
    pages=st.integers(1, 200),
)


@given(counts, counts, terms, st.booleans())
def test_every_kind_has_a_way_that_exists_and_no_other_choice_is_cheaper(
    unknown, indexed, terms, sure
):
    chosen = plan(unknown, indexed, terms, sure=sure)
    wanted = {kind for kind in Kind if unknown.get(kind) or indexed.get(kind)}
    assert set(chosen.ways) == wanted
    best = 0
    alone: dict[Kind, int | None] = {}
    for kind in wanted - terms.native:
        search = terms.searches.get(kind)
        certain = search is not None and is_certain(kind, search, sure=sure)
        missing = unknown.get(kind, 0)
        alone[kind] = (
            None
            if missing and not certain
            else indexed.get(kind, 0) + (missing * search.cost if missing else 0)
        )
        way = chosen.ways[kind]
        assert way is not Way.NATIVE
        assert (way is Way.IMPOSSIBLE) == (alone[kind] is None and kind not in terms.listed)
        assert way is not Way.SINGLY or alone[kind] is not None
        assert way is not Way.SCAN or kind in terms.listed
    assert all(chosen.ways[kind] is Way.NATIVE for kind in wanted & terms.native)
    possible = {kind: cost for kind, cost in alone.items() if cost is not None}
    without = sum(possible.values())
    with_scan = terms.pages + sum(c for kind, c in possible.items() if kind not in terms.listed)
    forced = any(cost is None and kind in terms.listed for kind, cost in alone.items())
    best = with_scan if forced else min(without, with_scan)
    assert chosen.cost == best

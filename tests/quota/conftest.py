"""A clock that tests move, and every store that has to pass the conformance suite."""

from __future__ import annotations

import itertools

import pytest

from simloom.transport.quota import Bucket, Ledger, MemoryStore, QuotaClock, SqliteStore, Window


class Hand:
    """A clock moved by hand; `step` sets it like an administrator, `restart` like a new boot."""

    def __init__(self):
        self.reading = 1000.0
        self.wall = 1_700_000_000.0
        self.boot = 1

    def pass_(self, seconds):
        self.reading += seconds
        self.wall += seconds

    def restart(self, seconds):
        self.reading, self.boot, self.wall = 5.0, self.boot + 1, self.wall + seconds

    @property
    def clock(self):
        return QuotaClock(lambda: self.reading, str(self.boot), lambda: self.wall)


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture(params=["memory", "sqlite"])
def make_store(request, tmp_path):
    """Makes empty stores; PostgreSQL and Redis are to be added here."""
    made, numbers = [], itertools.count()

    def make():
        if request.param == "memory":
            return MemoryStore()
        made.append(SqliteStore(tmp_path / f"{next(numbers)}.db"))
        return made[-1]

    yield make
    for store in made:
        store.shut()


@pytest.fixture
def store(make_store):
    return make_store()


@pytest.fixture
def make_ledger(store, hand):
    def make(**options):
        return Ledger(store, clock=hand.clock, **{"hold": 30.0, "lease": 5.0, **options})

    return make


@pytest.fixture
def ledger(make_ledger):
    return make_ledger()


@pytest.fixture
def bucket():
    return Bucket(key="acme/actions/1", windows=(Window(10, 6), Window(25, 60)))

"""Random schedules in virtual time, and a vendor that counts for itself."""

from __future__ import annotations

import heapq
import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simloom.transport.quota import (
    Bucket,
    Grant,
    Ledger,
    MemoryStore,
    QuotaClock,
    SqliteStore,
    Wait,
    Window,
)

HOLD = 20.0


class World:
    """Virtual time, what happens in it, and the vendor's own record of what it counted."""

    def __init__(self, store, bucket, seed, *, faults=True, steps=False, lease=2.0):
        self.lease = lease
        self.random = Random(seed)
        self.store, self.bucket = store, bucket
        self.now = 0.0
        self.drift = 0.0
        self.boot = 0
        self.agenda = []
        self.order = itertools.count()
        self.counted = []
        self.granted = []
        self.faults, self.steps = faults, steps

    def ledger(self):
        clock = QuotaClock(
            lambda: self.now + self.drift, str(self.boot), lambda: 1e9 + self.now + self.drift
        )
        return Ledger(self.store, clock=clock, hold=HOLD, lease=self.lease)

    def at(self, delay, what):
        heapq.heappush(self.agenda, (self.now + delay, next(self.order), what))

    def run(self, seconds, grants=100_000):
        while self.agenda and self.agenda[0][0] <= seconds and len(self.granted) < grants:
            self.now, _, what = heapq.heappop(self.agenda)
            if self.steps and self.random.random() < 0.02:
                self.drift -= self.random.choice([0.5, 3, 1000])
            what()

    def work(self, costs, latency=1.0):
        """Send one request after another for ever, each in a process that may die at any time."""
        ledger, cost = self.ledger(), costs()

        def ask(ticket=None):
            answer = ledger.acquire(self.bucket, cost, ticket=ticket)
            if isinstance(answer, Grant):
                self.granted.append((self.now, cost))
                send(answer)
            elif self.faults and self.random.random() < 0.05:
                self.at(0.1, again)  # killed while it waited: nobody withdraws
            else:
                self.at(answer.again_in, lambda: ask(answer.ticket))

        def send(grant):
            fate = self.random.random() if self.faults else 1.0
            arrives = self.random.uniform(0, latency)
            if fate < 0.1:  # the process dies; the vendor counts it at HOLD at the latest
                self.at(self.random.choice([0, HOLD, self.random.uniform(0, HOLD)]), count)
                self.at(0.1, again)
            elif fate < 0.15:  # nothing was sent, and the process lives
                self.at(arrives, lambda: (ledger.give_back(grant), again()))
            elif fate < 0.2:  # nothing was sent, and the process dies
                self.at(0.1, again)
            else:
                self.at(arrives, count)
                answered = arrives + self.random.uniform(0, latency)
                self.at(answered, lambda: (ledger.settle(grant), again()))

        def count():
            self.counted.append((self.now, cost))

        def again():
            self.work(costs, latency)

        ask()

    def worst(self, window):
        """Return the most that the vendor counted in any window, wherever it begins."""
        counted = sorted(self.counted)
        worst = total = first = 0
        for time, cost in counted:
            total += cost
            while counted[first][0] <= time - window.seconds:
                total -= counted[first][1]
                first += 1
            worst = max(worst, total)
        return worst


WINDOWS = st.lists(
    st.builds(Window, st.integers(1, 40), st.sampled_from([0.5, 1, 6, 10, 60])),
    min_size=1,
    max_size=3,
    unique_by=lambda window: window.seconds,
).map(lambda windows: tuple(sorted(windows, key=lambda window: window.seconds)))


def simulate(store, windows, seed, workers, steps):
    bucket = Bucket(key="acme/actions/1", windows=windows)
    world = World(store, bucket, seed, steps=steps)
    most = min(bucket.capacity, world.random.choice([1, 5, 40]))
    latency = world.random.choice([0.0, 0.01, 1.0, HOLD / 2])
    for _ in range(workers):
        world.at(
            world.random.uniform(0, 2),
            lambda: world.work(lambda: world.random.randint(1, most), latency),
        )
    world.run(200, grants=150)
    for window in windows:
        assert world.worst(window) <= window.limit


@given(WINDOWS, st.integers(0, 2**32), st.integers(1, 6), st.booleans())
def test_no_window_of_the_vendors_ever_holds_more_than_the_limit(windows, seed, workers, steps):
    simulate(MemoryStore(), windows, seed, workers, steps)


@settings(max_examples=6)
@given(WINDOWS, st.integers(0, 2**32), st.integers(1, 4), st.booleans())
def test_the_same_with_a_file(tmp_path_factory, windows, seed, workers, steps):
    store = SqliteStore(tmp_path_factory.mktemp("quota") / "quota.db")
    store._connection.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug here
    try:
        simulate(store, windows, seed, workers, steps)
    finally:
        store.shut()


VENDOR = (Window(900, 360), Window(9000, 3600))


@pytest.mark.parametrize(
    ("costs", "workers"), [([20], 4), ([100], 3), ([900], 2), ([1, 5, 10, 25], 6)]
)
def test_97_percent_of_the_allowance_are_used_when_there_is_work(costs, workers):
    world = World(MemoryStore(), Bucket(key="k", windows=VENDOR), 7, faults=False, lease=900)
    for _ in range(workers):
        world.work(lambda: world.random.choice(costs), latency=1.0)
    world.run(3600 * 2)
    used = sum(cost for _, cost in world.counted)
    assert 0.97 <= used / (9000 * 2) <= 1.0 + 900 / 18000
    assert world.worst(VENDOR[0]) <= 900
    assert world.worst(VENDOR[1]) <= 9000


def test_the_most_that_fits_is_granted_soon_among_many_small_ones():
    world = World(MemoryStore(), Bucket(key="k", windows=(Window(30, 6),)), 3, faults=False)
    for _ in range(8):
        world.work(lambda: world.random.randint(1, 3), latency=0.1)
    world.at(10, lambda: world.work(lambda: 30, latency=0.1))
    world.run(80)
    large = [time for time, cost in world.granted if cost == 30]
    assert large[0] < 10 + 2 * 6 + 1  # a window for those before it, and one for itself
    assert len(large) >= 4
    assert sum(cost < 30 for _, cost in world.granted) >= 50


def test_the_checker_would_notice():
    world = World(MemoryStore(), Bucket(key="k", windows=(Window(2, 6),)), 1)
    world.counted = [(0.0, 1), (5.0, 1), (5.999, 1), (12.0, 5)]
    assert world.worst(Window(2, 6)) == 5
    assert world.worst(Window(2, 6.5)) == 6
    world.counted = [(0.0, 1), (6.0, 1)]
    assert world.worst(Window(1, 6)) == 1


def test_a_wait_is_never_longer_than_what_is_held():
    store = MemoryStore()
    world = World(store, Bucket(key="k", windows=VENDOR), 1)
    ledger = world.ledger()
    for _ in range(9):
        ledger.acquire(world.bucket, 100)
    answer = ledger.acquire(world.bucket, 900)
    assert isinstance(answer, Wait)
    assert answer.seconds < 361

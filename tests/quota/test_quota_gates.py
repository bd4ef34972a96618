"""The waiting: threads and tasks share the bodies of the tests."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time

import pytest

from simloom.errors import (
    BadRequest,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    QuotaCostTooLarge,
    QuotaExceeded,
    QuotaStoreError,
    QuotaWaitTooLong,
    RequestTimeout,
    ServerError,
)
from simloom.transport.quota import (
    AsyncQuotaGate,
    Bucket,
    Ending,
    Ledger,
    QuotaGate,
    SqliteStore,
    Window,
    ending_of,
)
from simloom.transport.quota.turns import Turns


class Blocking:
    """The gate of threads, as the tests use it."""

    def __init__(self, ledger, hand, **options):
        self.slept = []

        def sleep(seconds):
            self.slept.append(seconds)
            hand.pass_(seconds)

        self.gate = QuotaGate(ledger, sleep=sleep, clock=lambda: hand.reading, **options)

    def hold(self, bucket, cost, error=None, **options):
        with self.gate.hold(bucket, cost, **options) as grant:
            if error is not None:
                raise error
            return grant


class Awaited:
    """The gate of tasks, in the same shape."""

    def __init__(self, ledger, hand, **options):
        self.slept = []

        async def sleep(seconds):
            self.slept.append(seconds)
            hand.pass_(seconds)

        self.gate = AsyncQuotaGate(ledger, sleep=sleep, clock=lambda: hand.reading, **options)

    def hold(self, bucket, cost, error=None, **options):
        async def hold():
            async with self.gate.hold(bucket, cost, **options) as grant:
                if error is not None:
                    raise error
                return grant

        try:
            return asyncio.run(hold())
        finally:
            self.gate.shut()


@pytest.fixture(params=[Blocking, Awaited])
def make_gate(request, ledger, hand):
    return lambda **options: request.param(ledger, hand, **options)


def answer(kind, status, operation="send", **more):
    return kind(operation=operation, status=status, **more)


def test_it_waits_until_there_is_room(make_gate, ledger, bucket, hand):
    gate = make_gate()
    gate.hold(bucket, 10)
    began = hand.reading
    gate.hold(bucket, 1)
    assert 6 <= hand.reading - began < 6.1
    assert max(gate.slept) <= 2.5  # it asks again to keep its place
    assert [window.used for window in ledger.usage(bucket).windows] == [1, 11]
    assert ledger.usage(bucket).under_way == ledger.usage(bucket).waiting == 0


def test_the_wait_is_told_once(make_gate, bucket, caplog):
    told = []
    gate = make_gate(tell=lambda bucket, seconds: told.append((bucket.key, round(seconds))))
    with caplog.at_level("INFO", "simloom.quota"):
        gate.hold(bucket, 10)
        gate.hold(bucket, 10)
    assert told == [(bucket.key, 6)]
    assert caplog.text.count("until there is room") == 1


@pytest.mark.parametrize("options", [{"longest": 5.0}, {"longest": 0.0}])
def test_a_wait_that_is_too_long_is_refused_at_once_and_holds_nothing(
    make_gate, ledger, bucket, options
):
    gate = make_gate(**options)
    gate.hold(bucket, 10)
    with pytest.raises(QuotaWaitTooLong) as raised:
        gate.hold(bucket, 1)
    assert raised.value.seconds == pytest.approx(6, abs=0.01)
    assert gate.slept == []
    assert ledger.usage(bucket).waiting == 0
    gate.hold(bucket, 1, longest=7.0)


def test_what_never_fits_is_refused_before_anything_waits(make_gate, bucket):
    gate = make_gate()
    gate.hold(bucket, 10)
    with pytest.raises(QuotaCostTooLarge):
        gate.hold(bucket, 11)
    assert gate.slept == []


@pytest.mark.parametrize(
    ("error", "used", "under_way"),
    [
        (None, 4, 0),
        (answer(BadRequest, 400), 4, 0),
        (answer(ServerError, 500), 4, 0),
        (answer(ServerError, 504), 4, 4),
        (DecodeError("odd", operation="send", status=200), 4, 0),
        (DecodeError("cut off", operation="send"), 4, 4),
        (ConnectionFailed("no route", operation="send", sent=False), 0, 0),
        (ConnectionFailed("reset", operation="send"), 4, 4),
        (RequestTimeout("late", operation="send"), 4, 4),
        (answer(ServerError, 500, operation="create_token"), 0, 0),
        (RequestTimeout("late", operation="create_token"), 0, 0),
        (InvalidParameter("x"), 0, 0),
        (KeyboardInterrupt(), 4, 4),
        (RuntimeError("?"), 4, 4),
    ],
)
def test_a_grant_ends_as_its_request_ended(make_gate, ledger, bucket, error, used, under_way):
    gate = make_gate()
    raising = contextlib.nullcontext() if error is None else pytest.raises(type(error))
    with raising:
        gate.hold(bucket, 4, error, operation="send")
    usage = ledger.usage(bucket)
    assert (usage.windows[0].used, usage.under_way, usage.closed_for) == (used, under_way, 0)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (answer(QuotaExceeded, 403), 6),
        (answer(QuotaExceeded, 429), 6),
        (answer(QuotaExceeded, 429, headers={"retry-after": "20"}), 20),
    ],
)
def test_the_vendors_refusal_closes_the_bucket(make_gate, ledger, bucket, hand, error, seconds):
    gate = make_gate()
    with pytest.raises(QuotaExceeded):
        gate.hold(bucket, 4, error, operation="send")
    usage = ledger.usage(bucket)
    assert (usage.windows[0].used, usage.under_way, usage.refusals) == (4, 0, 1)
    assert usage.closed_for == pytest.approx(seconds, abs=0.01)
    began = hand.reading
    gate.hold(bucket, 1)
    assert seconds <= hand.reading - began < seconds + 0.1


def test_a_store_that_fails_at_the_end_does_not_lose_the_answer(
    make_gate, ledger, bucket, monkeypatch, caplog
):
    def fail(*_):
        raise QuotaStoreError("here", "the disk is full", "make room")

    monkeypatch.setattr(ledger.store, "settle", fail)
    assert make_gate().hold(bucket, 4).cost == 4
    assert "the grant stays held" in caplog.text
    assert ledger.usage(bucket).under_way == 4


def test_an_interrupted_wait_leaves_the_queue(ledger, bucket):
    def interrupt(_):
        raise KeyboardInterrupt

    gate = QuotaGate(ledger, sleep=interrupt)
    gate.acquire(bucket, 10)
    with pytest.raises(KeyboardInterrupt):
        gate.acquire(bucket, 1)
    assert ledger.usage(bucket).waiting == 0
    with pytest.raises(KeyboardInterrupt):  # and its turn is free again
        gate.acquire(bucket, 1)


def test_a_cancelled_task_holds_nothing_and_waits_for_nothing(make_store, bucket):
    ledger = Ledger(make_store())
    gate = AsyncQuotaGate(ledger)

    async def scenario():
        await gate.acquire(bucket, 10)
        tasks = [asyncio.create_task(gate.acquire(bucket, 5)) for _ in range(3)]
        await asyncio.sleep(0.05)
        assert ledger.usage(bucket).waiting == 5  # one speaks for all of this process
        for task in tasks:
            task.cancel()
        assert all(isinstance(each, asyncio.CancelledError) for each in await gather(tasks))

    def gather(tasks):
        return asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(scenario())
    gate.shut()
    usage = ledger.usage(bucket)
    assert (usage.waiting, usage.under_way) == (0, 10)


def test_a_grant_for_a_task_that_is_gone_is_given_back(tmp_path, bucket, monkeypatch):
    ledger = Ledger(SqliteStore(tmp_path / "quota.db"))
    gate, asking, go_on = AsyncQuotaGate(ledger), threading.Event(), threading.Event()
    ask = ledger.store.ask

    def slow(*arguments):
        asking.set()
        go_on.wait(5)
        return ask(*arguments)

    monkeypatch.setattr(ledger.store, "ask", slow)

    async def scenario():
        task = asyncio.create_task(gate.acquire(bucket, 10))
        await asyncio.to_thread(asking.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()

    asyncio.run(scenario())
    gate._thread.shutdown(wait=True)
    assert ledger.usage(bucket).windows[0].used == 0
    ledger.store.shut()


def test_the_event_loop_goes_on_while_the_disk_is_slow(tmp_path, bucket, monkeypatch):
    ledger = Ledger(SqliteStore(tmp_path / "quota.db"))
    gate, ask = AsyncQuotaGate(ledger), ledger.store.ask

    def slow(*arguments):
        time.sleep(0.05)
        return ask(*arguments)

    monkeypatch.setattr(ledger.store, "ask", slow)

    async def scenario():
        task = asyncio.create_task(gate.acquire(bucket, 1))
        turns = 0
        while not task.done():
            await asyncio.sleep(0.001)
            turns += 1
        return turns

    assert asyncio.run(scenario()) > 5
    gate.shut()
    ledger.store.shut()


def test_tasks_are_served_in_their_order(ledger, bucket, hand):
    served = []

    async def sleep(seconds):
        hand.pass_(seconds)
        await asyncio.sleep(0)

    gate = AsyncQuotaGate(ledger, sleep=sleep)

    async def one(number, cost):
        async with gate.hold(bucket, cost):
            served.append(number)

    async def scenario():
        await asyncio.gather(*(one(number, cost) for number, cost in enumerate([9, 10, 1, 2, 8])))

    asyncio.run(scenario())
    assert served == [0, 1, 2, 3, 4]


def test_threads_are_served_in_their_order(make_store):
    bucket = Bucket(key="k", windows=(Window(3, 0.05),))
    gate, served, threads = QuotaGate(Ledger(make_store())), [], []

    def one(number, cost):
        with gate.hold(bucket, cost):
            served.append(number)

    for number, cost in enumerate([3, 1, 3, 1, 1, 2]):
        thread = threading.Thread(target=one, args=(number, cost))
        thread.start()
        time.sleep(0.005)
        threads.append(thread)
    for thread in threads:
        thread.join(10)
    assert served == [0, 1, 2, 3, 4, 5]


def test_a_turn_that_does_not_come_in_time_is_passed_by():
    turns = Turns()
    assert turns.take()
    assert not turns.take(0.01)
    later = threading.Thread(target=turns.take)
    later.start()
    turns.pass_on()
    later.join(5)
    assert not later.is_alive()
    assert not turns.take(0.0)
    turns.pass_on()
    assert turns.take(0.0)


def test_waiting_for_a_turn_counts_as_waiting(ledger, bucket):
    gate = QuotaGate(ledger)
    turns = gate._turns[bucket.key] = Turns()
    turns.take()
    with pytest.raises(QuotaWaitTooLong):
        gate.acquire(bucket, 1, longest=0.01)
    turns.pass_on()
    gate.acquire(bucket, 1, longest=0.01)


def test_every_ending_is_told():
    assert ending_of(None, "send") is Ending.ANSWERED
    assert ending_of(answer(QuotaExceeded, 403), "send") is Ending.REFUSED
    assert ending_of(answer(QuotaExceeded, 429, operation="create_token"), "send") is Ending.UNSENT

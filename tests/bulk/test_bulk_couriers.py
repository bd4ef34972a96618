"""The shells around the engine: threads, tasks, Ctrl-C, and being woken."""

from __future__ import annotations

import asyncio
import signal
import threading
import time

import pytest

from simloom.bulk import couriers
from simloom.bulk.errors import BulkStopped
from simloom.bulk.interrupts import stopping_at_interrupt
from simloom.bulk.outcomes import OutcomeStatus
from simloom.capabilities import Verb
from simloom.errors import QuotaStoreError


class Full:
    """A limit without room for a long time."""

    def ask(self, cost):
        return 15.0

    def largest(self):
        return None


class Awaited:
    """An awaited session on a blocking one."""

    def __init__(self, session):
        self._session = session

    async def send_detailed(self, request, *, grant=None):
        return self._session.send_detailed(request)

    def release(self, grant):
        self._session.release(grant)


class Released:
    """A session that is asked for nothing but to take grants back."""

    def __init__(self, session):
        self.session = session

    def send_detailed(self, request, *, grant=None):
        return self.session.send_detailed(request)

    def release(self, grant):
        raise QuotaStoreError("quota.db", "it is full", "make room")


def stopped_soon(bench, tmp_path, limits):
    bench = bench("infobip", sims=4)
    job = bench.job(
        Verb.SET_LABEL, bench.iccids(), journal=tmp_path / "job.db", limits=limits, label="x"
    )
    threading.Timer(0.05, job.engine.stop, args=("enough",)).start()
    return bench, job


def test_a_stop_from_another_thread_wakes_who_waits_for_the_limit(bench, tmp_path):
    bench, job = stopped_soon(bench, tmp_path, Full())
    began = time.monotonic()
    couriers.carry(job.engine, bench.session, at_once=job.at_once)
    assert time.monotonic() - began < 10
    with pytest.raises(BulkStopped, match="enough") as caught:
        job.finish()
    assert caught.value.report.counts[OutcomeStatus.NOT_ATTEMPTED] == 4


def test_a_stop_from_another_thread_wakes_an_awaited_job(bench, tmp_path):
    bench, job = stopped_soon(bench, tmp_path, Full())
    began = time.monotonic()
    asyncio.run(couriers.acarry(job.engine, Awaited(bench.session)))
    assert time.monotonic() - began < 10
    assert job.engine.stopped == "enough"


def test_a_cancelled_job_lets_the_next_one_in(bench, tmp_path):
    bench = bench("infobip", sims=4)
    path = tmp_path / "job.db"
    job = bench.job(Verb.SET_LABEL, bench.iccids(), journal=path, limits=Full(), label="x")

    async def cancelled():
        task = asyncio.create_task(couriers.acarry(job.engine, Awaited(bench.session)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    report = bench.run(Verb.SET_LABEL, bench.iccids(), journal=path, label="x")
    assert report.counts[OutcomeStatus.SUCCEEDED] == 4


def test_a_grant_that_cannot_be_given_back_does_not_cost_the_answer(bench):
    bench = bench("infobip", sims=2)
    job = bench.job(Verb.SET_LABEL, bench.iccids(), label="x")
    rounds = job.engine.rounds()
    step = next(rounds)
    ended = [couriers.run_task(task, Released(bench.session)) for task in step.tasks]
    assert [item.error for item in ended] == [None, None]
    rounds.close()


@pytest.fixture
def interruptible():
    """Python's own handler, also where the suite was started with SIGINT ignored (``&``, nohup)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_the_first_interrupt_stops_in_good_order():
    heard = threading.Event()
    after = []
    with pytest.raises(KeyboardInterrupt), stopping_at_interrupt(lambda _: heard.set()):
        signal.raise_signal(signal.SIGINT)
        assert heard.wait(5)
        after.append("still at work")
    assert after == ["still at work"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("interruptible")
def test_the_second_interrupt_ends_at_once():
    after = []
    with pytest.raises(KeyboardInterrupt), stopping_at_interrupt(lambda _: None):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        after.append("never")
    assert after == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_ignored_interrupt_stays_ignored():
    heard = []
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stopping_at_interrupt(heard.append):
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == []


def test_the_applications_own_handler_stays():
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append("own"))
    try:
        with stopping_at_interrupt(heard.append):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == ["own"]

"""An awaited job that is cancelled while it reads its inputs, or writes to its journal."""

from __future__ import annotations

import asyncio
import threading

import pytest

from simloom.bulk import couriers
from simloom.bulk.journal import Journal
from simloom.capabilities import Verb
from simloom.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(seed=3, sims=20, limits=False) as sandbox:
        yield sandbox


@pytest.fixture
def label(sandbox, tmp_path):
    """Return what starts a job that sets labels."""

    async def bulk(client, inputs):
        journal = tmp_path / "job.db"
        return await client.bulk(Verb.SET_LABEL, inputs, journal=journal, label="x")

    bulk.journal = tmp_path / "job.db"
    return bulk


def writes(sandbox):
    seen = sandbox.emulator.requests()["requests"]
    return [entry for entry in seen if entry["operationId"] == "rename_sim"]


def free(path):
    """Take a journal, which fails while it is busy; return how many SIMs it has."""
    book = Journal(path, make=False)
    try:
        assert book.job().owner == ""
        job = book.job()
        book.begin(job.provider, job.account, job.verb, {"label": "x"})
        return book.results.total()
    finally:
        book.close()


@pytest.mark.parametrize("times", [1, 3])
def test_when_a_cancellation_is_seen_the_journal_is_free(sandbox, label, times):
    reading, gone = threading.Event(), threading.Event()
    read = []

    def endless():
        while not gone.is_set():
            reading.set()
            read.append("+4915112345678")
            yield read[-1]

    async def cancelled():
        async with sandbox.aconnect("infobip") as client:
            task = asyncio.create_task(label(client, endless()))
            assert await asyncio.to_thread(reading.wait, 10)
            for _ in range(times):
                task.cancel()
                await asyncio.sleep(0)
            with pytest.raises(asyncio.CancelledError):
                await task
            so_far = len(read)
            try:
                free(label.journal)
            finally:
                gone.set()  # else a thread would read for ever
            assert len(read) == so_far

    asyncio.run(cancelled())
    assert writes(sandbox) == []


def test_a_job_that_was_ready_when_it_was_cancelled_is_free_as_well(sandbox, label):
    last, go = threading.Event(), threading.Event()

    async def cancelled():
        async with sandbox.aconnect("infobip") as client:
            iccids = [sim.iccid async for sim in client.sims()][:3]

            def slow():
                yield from iccids
                last.set()
                go.wait(10)

            task = asyncio.create_task(label(client, slow()))
            assert await asyncio.to_thread(last.wait, 10)
            task.cancel()
            await asyncio.sleep(0)
            go.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert free(label.journal) == 3

    asyncio.run(cancelled())
    assert writes(sandbox) == []


def test_what_a_cancelled_job_never_began_is_not_in_doubt(bench, tmp_path, monkeypatch):
    bench = bench("infobip", sims=4)
    path = tmp_path / "job.db"
    job = bench.job(Verb.SEND_SMS, bench.iccids(), journal=path, text="x")
    inside, go = threading.Event(), threading.Event()
    advance = couriers._advance

    def slow(rounds, finished):
        step = advance(rounds, finished)
        inside.set()
        go.wait(10)
        return step

    async def main():
        main.left_behind = asyncio.create_task(couriers.acarry(job.engine, bench.session))
        await asyncio.to_thread(inside.wait, 10)
        assert job.report.counts["pending"] == 4  # written down as sent
        asyncio.get_running_loop().call_later(0.05, go.set)

    with monkeypatch.context() as patch:
        patch.setattr(couriers, "_advance", slow)
        asyncio.run(main())  # ends the loop, and with it all that it was at
    assert main.left_behind.cancelled()
    assert job.report.counts["not_attempted"] == 4
    report = bench.run(Verb.SEND_SMS, bench.iccids(), journal=path, text="x")
    assert report.counts["needs_review"] == 0
    assert bench.wire.sent["send_sms"] == 4
    job.report.close()

"""The journal: dirty inputs, full disks, other people's files, two hands on one job."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from simloom.bulk.couriers import run_task
from simloom.bulk.errors import BulkStopped, JournalBusy, JournalError, JournalMismatch, LeaseLost
from simloom.bulk.journal import Entry, Journal
from simloom.bulk.lease import LEASE
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.starting import entries
from simloom.capabilities import Verb
from simloom.identifiers import read_identifiers

ICCID = "8949020000000000014"
OTHER = "8949020000000000022"


@pytest.fixture
def journal(tmp_path):
    books = []

    def make(**options):
        books.append(Journal(tmp_path / "job.db", **options))
        return books[-1]

    yield make
    for book in books:
        book.close()


def begun(book, inputs=(), **values):
    job = book.begin("infobip", "a", "set-label", values)
    book.read(entries(inputs))
    return job


def read(inputs):
    book = Journal()
    try:
        begun(book, inputs)
        return [*book.results.outcomes()], book.job().duplicates
    finally:
        book.close()


def test_a_file_as_spreadsheets_write_it_is_read():
    text = (
        f'\ufeff"name";"ICCID"\r\n"Pump; 1";"{ICCID}"\r\n;{OTHER}\r\nx;broken\r\n"";="{ICCID}"\r\n'
    )
    outcomes, duplicates = read(read_identifiers(text.splitlines(keepends=True)))
    assert [outcome.iccid for outcome in outcomes] == [ICCID, OTHER, None]
    assert duplicates == 1
    assert (outcomes[2].identifier, outcomes[2].status) == ("line 4", OutcomeStatus.REJECTED)


def test_identifiers_of_other_kinds_are_reported_and_stop_nothing(bench):
    bench = bench("infobip", sims=3)
    iccid = bench.iccids()[0]
    report = bench.run(Verb.SET_LABEL, ["imsi:262011234567890", "+4915112345678", iccid], label="x")
    assert [outcome.status.value for outcome in report] == ["rejected", "rejected", "succeeded"]
    assert "an ICCID is needed here, this is the imsi" in next(iter(report)).reason


@pytest.mark.parametrize(
    "given", [None, 8949020000000000014, b"8949020000000000014", "\ud800", "89490200000000000AB"]
)
def test_nothing_that_was_given_disappears(given):
    outcomes, duplicates = read([given, ICCID])
    assert [outcome.iccid for outcome in outcomes] == [None, ICCID]
    assert outcomes[0].status is OutcomeStatus.REJECTED
    assert duplicates == 0


def test_only_duplicates_are_folded(journal):
    book = journal()
    begun(book)
    broken = Entry(identifier=None, iccid=ICCID, key="k")
    with pytest.raises(JournalError, match="NOT NULL"):
        book.read([broken])


def test_a_million_duplicates_are_one_sim(journal):
    book = journal()
    entry = Entry(identifier=ICCID, iccid=ICCID, key="k")
    book.begin("infobip", "a", "suspend", {})
    book.read(entry for _ in range(30_000))
    assert (book.results.total(), book.job().duplicates) == (1, 29_999)


def test_a_job_that_never_read_its_inputs_makes_way_for_another(journal):
    def broken():
        yield ICCID
        raise ValueError("the input broke")

    with pytest.raises(ValueError, match="broke"):
        begun(journal(), broken(), label="x")
    journal_of_other = journal()
    assert journal_of_other.job().read_in is False
    with pytest.raises(JournalBusy):
        begun(journal_of_other, [OTHER], label="y")


def test_a_job_cut_off_while_reading_is_replaced_once_it_is_free(journal):
    first = journal()
    first.begin("infobip", "a", "suspend", {})
    first.close()
    second = journal()
    begun(second, [OTHER], label="y")
    assert (second.job().verb, second.results.total()) == ("set-label", 1)


def test_a_mismatch_shows_no_parameters(journal):
    first = journal()
    begun(first, [ICCID], label="secret " * 100_000)
    first.close()
    with pytest.raises(JournalMismatch) as caught:
        begun(journal(), [ICCID], label="y")
    assert len(str(caught.value)) < 200
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_parameters_of_any_size_are_kept(journal, size):
    first = journal()
    begun(first, [ICCID], label="ä" * size)
    first.close()
    assert len(journal().job().parameters) > size


def test_a_journal_of_another_version_is_left_alone(journal, tmp_path):
    begun(journal(), [ICCID])
    path = tmp_path / "job.db"
    with sqlite3.connect(path) as other:
        other.execute("UPDATE job SET version = 99")
    other.close()
    with pytest.raises(JournalError, match="format 99"):
        Journal(path)


def test_places_where_no_journal_can_be(tmp_path, monkeypatch):
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path)
    with pytest.raises(JournalError, match="No such file"):
        Journal(tmp_path / "missing" / "job.db")
    with pytest.raises(JournalError, match="No such file"):
        Journal(tmp_path / "job.db", make=False)

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(JournalError, match="Permission denied; name a file in a folder"):
        Journal(tmp_path / "job.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_made_by_others_becomes_private(journal, tmp_path):
    path = tmp_path / "job.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    begun(journal(), [ICCID])
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_a_disk_that_fills_up_while_reading_leaves_nothing_sent(journal):
    book = journal()
    book._database.execute("PRAGMA max_page_count = 40")
    book.begin("infobip", "a", "suspend", {})
    many = (Entry(identifier="x" * 50, iccid=str(at), key=str(at)) for at in range(20_000))
    with pytest.raises(JournalError, match="full"):
        book.read(many)
    book.close()
    book.close()


def test_a_disk_that_fills_up_during_a_job_loses_nothing(bench, tmp_path):
    bench = bench("infobip", sims=250)
    path = tmp_path / "job.db"
    job = bench.job(Verb.SEND_SMS, bench.iccids(), journal=path, text="x")
    database = job.engine._journal._database
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")

    rounds, finished = job.engine.rounds(), None
    with pytest.raises(JournalError, match="full"):
        while True:
            step = next(rounds) if finished is None else rounds.send(finished)
            finished = [run_task(task, bench.session) for task in step.tasks]
    job.report.close()
    report = bench.run(Verb.SEND_SMS, bench.iccids(), journal=path, text="x")
    times = Counter(effect["iccid"] for effect in bench.effects("send_sms"))
    assert max(times.values()) == 1
    good = {outcome.iccid for outcome in report.only(OutcomeStatus.SUCCEEDED)}
    review = {outcome.iccid for outcome in report.only(OutcomeStatus.NEEDS_REVIEW)}
    assert good <= set(times) <= good | review


def test_another_process_can_ask_for_a_pause(bench, tmp_path):
    bench = bench("infobip", sims=100)
    path = tmp_path / "job.db"

    class Heard(list):
        def append(self, outcome):
            super().append(outcome)
            if len(self) == 20:
                other = Journal(path, wall=bench.wall, make=False)
                assert other.job().owner
                other.pause()
                other.close()

    bench.outcomes = Heard()
    with pytest.raises(BulkStopped, match="paused") as caught:
        bench.run(Verb.SET_LABEL, bench.iccids(), journal=path, label="x")
    counts = caught.value.report.counts
    caught.value.report.close()
    assert counts[OutcomeStatus.NOT_ATTEMPTED] + counts[OutcomeStatus.PENDING] > 0
    assert counts[OutcomeStatus.SUCCEEDED] >= 20
    bench.outcomes = []
    report = bench.run(Verb.SET_LABEL, bench.iccids(), journal=path, label="x")
    assert report.counts[OutcomeStatus.SUCCEEDED] == 100
    assert max(Counter(e["iccid"] for e in bench.effects("rename_sim")).values()) == 1


def test_a_person_decides_what_nobody_can_tell(bench, tmp_path, lossy):
    faults = lossy(lost=0.5, only={"send_sms"})
    bench = bench("infobip", sims=8, faults=faults)
    path = tmp_path / "job.db"
    report = bench.run(Verb.SEND_SMS, bench.iccids(), journal=path, text="x")
    review = [outcome.iccid for outcome in report.only(OutcomeStatus.NEEDS_REVIEW)]
    report.close()
    assert len(review) >= 3
    book = Journal(path, make=False)
    keys = [next(iter(entries([iccid]))).key for iccid in review]
    assert book.decide(keys[0], OutcomeStatus.SUCCEEDED)
    assert book.decide(keys[1], OutcomeStatus.REJECTED)
    assert book.decide(keys[2], None)
    assert not book.decide(keys[0], None)
    rows = book._database.execute("SELECT choice FROM decision ORDER BY at, position").fetchall()
    assert sorted(rows) == [("rejected",), ("retry",), ("succeeded",)]
    book.close()
    bench.wire.faults = lambda operation, when: None
    report = bench.run(Verb.SEND_SMS, bench.iccids(), journal=path, text="x")
    by_iccid = {outcome.iccid: outcome for outcome in report}
    assert [by_iccid[iccid].status.value for iccid in review[:2]] == ["succeeded", "rejected"]
    assert "decided by a person" in by_iccid[review[0]].reason
    assert by_iccid[review[2]].status is not OutcomeStatus.NEEDS_REVIEW


def test_nobody_decides_while_the_job_is_being_worked_on(journal):
    begun(journal(), [ICCID])
    with pytest.raises(JournalBusy):
        journal().decide("k", None)


def test_a_sleeper_cannot_write_after_somebody_took_over(tmp_path):
    now = [1000.0]
    first = Journal(tmp_path / "job.db", wall=lambda: now[0])
    begun(first, [ICCID])
    now[0] += LEASE + 1
    second = Journal(tmp_path / "job.db", wall=lambda: now[0])
    second.begin("infobip", "a", "set-label", {})
    with pytest.raises(LeaseLost):
        first.heartbeat()
    first.close()
    assert second.heartbeat() is False
    second.close()


def test_the_lease_is_kept_while_a_page_of_the_list_takes_long(bench, tmp_path):
    bench = bench(sims=120)
    path = tmp_path / "job.db"
    job = bench.job(Verb.SUSPEND, bench.iccids(), journal=path)
    rounds = job.engine.rounds()
    step = next(rounds)
    assert step.tasks
    for _ in range(5):
        assert step.wait <= LEASE / 2
        bench.clock.advance(step.wait)
        step = rounds.send(())
    with pytest.raises(JournalBusy):
        bench.job(Verb.SUSPEND, bench.iccids(), journal=path)
    rounds.close()
    job.report.close()


def test_a_finished_job_lets_others_in_while_its_report_is_open(bench, tmp_path):
    bench = bench("infobip", sims=5)
    path = Path(tmp_path / "job.db")
    first = bench.run(Verb.SET_LABEL, bench.iccids(), journal=path, label="x")
    second = bench.run(Verb.SET_LABEL, bench.iccids(), journal=path, label="x")
    assert first.counts == second.counts

"""Whole jobs against the emulated vendors, in virtual time: one truthful outcome per SIM."""

from __future__ import annotations

from collections import Counter

import pytest

from simloom.bulk.errors import BulkFailures, BulkStopped, JournalBusy, JournalMismatch
from simloom.bulk.outcomes import OutcomeStatus
from simloom.capabilities import Verb
from simloom.errors import (
    AuthenticationError,
    ConnectionFailed,
    RequestTimeout,
    UnsupportedOperation,
)


def own(bench):
    """Return the ICCIDs that belong to the partner of the settings."""
    mine = bench.vendor._estate.sims.partners[bench.provider.partner]
    return [bench.vendor.live.iccid(index) for index in mine]


def told(report):
    return {status.value: count for status, count in report.counts.items() if count}


def assert_truthful(bench, report, operation):
    """Each SIM changed at most once, and exactly those that the report calls succeeded."""
    changed = Counter(effect["iccid"] for effect in bench.effects(operation))
    assert [iccid for iccid, times in changed.items() if times > 1] == []
    assert set(changed) == {outcome.iccid for outcome in report.only(OutcomeStatus.SUCCEEDED)}


def test_every_sim_has_one_outcome_and_it_is_what_happened(bench):
    bench = bench(sims=1500)
    iccids = own(bench)
    report = bench.run(Verb.SUSPEND, iccids)
    assert [outcome.iccid for outcome in report] == iccids
    assert [outcome.position for outcome in report] == list(range(1, len(iccids) + 1))
    assert set(told(report)) == {"succeeded", "rejected", "skipped"}
    assert_truthful(bench, report, "suspend_sims")
    assert bench.wire.sent["suspend_sims"] <= 4  # two chunks, and what is doubtful apart


def test_outcomes_are_told_as_they_come(bench):
    bench = bench(sims=100)
    report = bench.run(Verb.SUSPEND, own(bench))
    skipped = report.counts[OutcomeStatus.SKIPPED]
    assert len(bench.outcomes) == len(report) - skipped
    assert {outcome.position for outcome in bench.outcomes} == {
        outcome.position for outcome in report if outcome.status is not OutcomeStatus.SKIPPED
    }


@pytest.mark.parametrize("seed", range(3))
def test_lost_answers_are_looked_up_and_nothing_happens_twice(bench, lossy, seed):
    bench = bench(sims=600, faults=lossy(seed=seed, lost=0.3))
    report = bench.run(Verb.SUSPEND, own(bench))
    assert report.counts[OutcomeStatus.NEEDS_REVIEW] == 0
    assert_truthful(bench, report, "suspend_sims")


@pytest.mark.parametrize("provider", ["infobip", "telekom-bsc"])
def test_vendors_without_bulk_get_single_requests(bench, lossy, provider):
    bench = bench(provider, sims=60, faults=lossy(lost=0.1))
    report = bench.run(Verb.SET_LABEL, bench.iccids(), label="pump 7")
    operation = {"infobip": "rename_sim", "telekom-bsc": "update_sim"}[provider]
    assert_truthful(bench, report, operation)
    assert report.counts[OutcomeStatus.NEEDS_REVIEW] == 0


def test_an_additive_verb_is_never_repeated(bench, lossy):
    bench = bench("infobip", sims=40, faults=lossy(lost=0.3, only={"send_sms"}))
    report = bench.run(Verb.SEND_SMS, bench.iccids(), text="reboot")
    effects = Counter(effect["iccid"] for effect in bench.effects("send_sms"))
    assert max(effects.values()) == 1
    review = {outcome.iccid for outcome in report.only(OutcomeStatus.NEEDS_REVIEW)}
    assert review
    succeeded = {outcome.iccid for outcome in report.only(OutcomeStatus.SUCCEEDED)}
    assert succeeded <= set(effects) <= succeeded | review
    with pytest.raises(BulkFailures, match="needs_review"):
        report.raise_for_failures()


def test_inputs_are_read_tolerantly_and_duplicates_folded(bench):
    bench = bench(sims=20)
    first, second, *_ = own(bench)
    inputs = [first, f" {first[:4]} {first[4:]}F", "", "nonsense", "imsi:262011234567890", second]
    report = bench.run(Verb.SET_LABEL, inputs, label="x")
    assert report.duplicates == 1
    by_input = {outcome.identifier: outcome for outcome in report}
    assert by_input["nonsense"].status is OutcomeStatus.REJECTED
    assert by_input[""].iccid is None
    assert len(report) == 5


def test_nothing_is_sent_for_no_sims(bench):
    bench = bench()
    report = bench.run(Verb.SUSPEND, [])
    assert len(report) == 0
    assert not bench.wire.sent
    report.raise_for_failures()


def test_what_is_no_change_of_a_sim_is_refused_before_anything_is_read(bench):
    def inputs():
        raise AssertionError("read")
        yield

    with pytest.raises(UnsupportedOperation):
        bench().job(Verb.LIST, inputs())
    with pytest.raises(UnsupportedOperation, match="telekom-m2m"):
        bench("infobip").job(Verb.BLOCK, inputs())


def test_a_million_is_not_needed_to_see_that_a_stopped_job_goes_on(bench, tmp_path):
    bench = bench(sims=600)
    iccids = own(bench)
    path = tmp_path / "job.db"
    for _ in range(200):
        job = bench.job(Verb.SUSPEND, iccids, journal=path)
        carry_some(bench, job, 12)
        left = (
            job.report.counts[OutcomeStatus.PENDING]
            + job.report.counts[OutcomeStatus.NOT_ATTEMPTED]
        )
        if not left:
            break
        job.report.close()
    assert not left
    assert_truthful(bench, job.report, "suspend_sims")
    assert path.stat().st_mode & 0o077 == 0


def carry_some(bench, job, rounds):
    finished = None
    steps = job.engine.rounds()
    from simloom.bulk.couriers import run_task

    for _ in range(rounds):
        try:
            step = next(steps) if finished is None else steps.send(finished)
        except StopIteration:
            return
        finished = [run_task(task, bench.session) for task in step.tasks]
        if not step.tasks:
            bench.clock.advance(step.wait or 0)
    steps.close()


def test_a_journal_is_for_one_job(bench, tmp_path):
    bench = bench(sims=20)
    path = tmp_path / "job.db"
    bench.run(Verb.SET_LABEL, own(bench), journal=path, label="x").close()
    with pytest.raises(JournalMismatch, match="verb"):
        bench.job(Verb.SUSPEND, own(bench), journal=path)
    with pytest.raises(JournalMismatch, match="parameters"):
        bench.job(Verb.SET_LABEL, own(bench), journal=path, label="y")
    again = bench.run(Verb.SET_LABEL, own(bench), journal=path, label="x")
    assert len(bench.effects("modify_sim_remarks")) == again.counts[OutcomeStatus.SUCCEEDED]


def test_two_processes_do_not_work_on_one_journal(bench, tmp_path):
    bench = bench(sims=20)
    path = tmp_path / "job.db"
    first = bench.job(Verb.SUSPEND, own(bench), journal=path)
    with pytest.raises(JournalBusy, match="worked on by"):
        bench.job(Verb.SUSPEND, own(bench), journal=path)
    first.report.close()
    bench.job(Verb.SUSPEND, own(bench), journal=path).report.close()


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00" + b"\x00" * 100])
def test_a_file_that_is_no_journal_is_left_alone(bench, tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(Exception, match=r"notes\.txt") as caught:
        bench(sims=5).job(Verb.SUSPEND, [], journal=path)
    assert type(caught.value).__name__ == "JournalError"
    assert path.read_bytes() == content


def test_wrong_credentials_stop_the_job_and_leave_it_untouched(bench, tmp_path):
    def refused(operation, when):
        raise AuthenticationError(operation=operation, status=401)

    broken = bench(sims=50, faults=refused)
    path = tmp_path / "job.db"
    with pytest.raises(BulkStopped) as caught:
        broken.run(Verb.SET_LABEL, own(broken), journal=path, label="x")
    assert isinstance(caught.value.__cause__, AuthenticationError)
    assert set(told(caught.value.report)) == {"not_attempted"}
    caught.value.report.close()
    broken.wire.faults = lambda operation, when: None
    report = broken.run(Verb.SET_LABEL, own(broken), journal=path, label="x")
    assert report.counts[OutcomeStatus.NOT_ATTEMPTED] == 0


def test_an_unreachable_vendor_stops_the_job_after_a_few_attempts(bench):
    def down(operation, when):
        if operation == "modify_sim_remarks":
            raise ConnectionFailed("refused", operation=operation, sent=False)

    bench = bench(sims=50, faults=down)
    with pytest.raises(BulkStopped, match="refused"):
        bench.run(Verb.SET_LABEL, own(bench), label="x")


def test_a_vendor_that_falls_silent_does_not_get_the_whole_fleet_sent(bench):
    def silent(operation, when):
        if operation == "send_sms":
            raise RequestTimeout("no answer", operation=operation)

    bench = bench("infobip", sims=80, faults=silent)
    with pytest.raises(BulkStopped) as caught:
        bench.run(Verb.SEND_SMS, bench.iccids(), text="x")
    assert caught.value.report.counts[OutcomeStatus.NOT_ATTEMPTED] > 50


def test_a_report_is_a_table(bench, tmp_path):
    bench = bench(sims=10)
    report = bench.run(Verb.SET_LABEL, [*own(bench), "=cmd()"], label="x")
    report.to_csv(tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0] == "position,identifier,iccid,status,reason"
    assert len(lines) == len(report) + 1
    assert "'=cmd()" in lines[-1]
    report.to_jsonl(tmp_path / "out.jsonl")
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == len(report)

"""What could lose a SIM, do something twice, or stop a job for nothing."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from simloom.bulk.couriers import run_task
from simloom.bulk.errors import BulkStopped, WriteTooLate
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.policy import Patience
from simloom.bulk.rounds import Kind
from simloom.capabilities import Verb
from simloom.errors import (
    ConnectionFailed,
    PermissionDenied,
    RequestTimeout,
    ServerError,
)
from simloom.models import ActionState, ActionStatus, SimStatus
from simloom.plugins.flows import run


def own(bench):
    mine = bench.vendor._estate.sims.partners[bench.provider.partner]
    return [bench.vendor.live.iccid(index) for index in mine]


def told(report):
    return {status.value: count for status, count in report.counts.items() if count}


def effects(bench, operation):
    return Counter(effect["iccid"] for effect in bench.effects(operation))


def cut_off(bench, job, *, sent):
    """Run a job until its first writes; they reach the vendor or not, and the process is gone."""
    rounds = job.engine.rounds()
    step, finished = next(rounds), None
    while not any(task.kind is Kind.SEND for task in step.tasks):
        finished = [run_task(task, bench.session) for task in step.tasks]
        step = rounds.send(finished)
    if sent:
        for task in step.tasks:
            run_task(task, bench.session)
    rounds.close()
    job.report.close()
    return {iccid for task in step.tasks for iccid in task.chunk.sims}


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize(
    ("provider", "verb", "operation", "parameters"),
    [
        ("infobip", Verb.SEND_SMS, "send_sms", {"text": "reboot"}),
        ("telekom-bsc", Verb.TOP_UP, "top_up_sim", {"payment_method": "creditcard"}),
    ],
)
def test_what_a_crash_left_in_doubt_is_not_bought_twice(
    bench, tmp_path, provider, verb, operation, parameters, sent
):
    bench = bench(provider, sims=20)
    path = tmp_path / "job.db"
    job = bench.job(verb, bench.iccids(), journal=path, **parameters)
    doubtful = cut_off(bench, job, sent=sent)
    report = bench.run(verb, bench.iccids(), journal=path, **parameters)
    assert {outcome.iccid for outcome in report.only(OutcomeStatus.NEEDS_REVIEW)} == doubtful
    assert max(effects(bench, operation).values()) == 1
    assert told(report).keys() <= {"succeeded", "rejected", "needs_review"}


def test_an_additive_request_that_the_vendor_lists_is_adopted_after_a_crash(bench, tmp_path):
    bench = bench(sims=30)
    path = tmp_path / "job.db"
    page = run(bench.provider.list_page(1), bench.session)
    iccids = [sim.iccid for sim in page.items if sim.status is SimStatus.ACTIVE][:1]
    ways = {"journal": path, "option": "800000333"}
    cut_off(bench, bench.job(Verb.BOOK_OPTION, iccids, **ways), sent=True)
    report = bench.run(Verb.BOOK_OPTION, iccids, **ways)
    assert told(report) == {"succeeded": 1}
    assert bench.wire.sent["book_sim_option"] == 1


def test_a_failure_of_the_server_may_come_after_the_effect(bench):
    def failing(operation, when):
        if operation == "send_sms" and when == "after":
            raise ServerError(operation=operation, status=500)

    bench = bench("infobip", sims=4, faults=failing)
    report = bench.run(Verb.SEND_SMS, bench.iccids(), text="x")
    assert set(told(report)) == {"needs_review"}
    assert max(effects(bench, "send_sms").values()) == 1


def test_a_server_that_says_it_cannot_leaves_no_doubt(bench):
    def failing(operation, when):
        if operation == "send_sms" and when == "before":
            raise ServerError(operation=operation, status=501)

    bench = bench("infobip", sims=4, faults=failing)
    with pytest.raises(BulkStopped) as caught:
        bench.run(Verb.SEND_SMS, bench.iccids(), text="x")
    assert set(told(caught.value.report)) == {"not_attempted"}


def test_an_outage_of_some_minutes_does_not_end_a_long_job(bench):
    began = []

    def down(operation, when):
        if operation == "rename_sim" and when == "before":
            began.append(bench.wall())
            if len(began) > 3 and bench.wall() - began[3] < 240:
                raise ConnectionFailed("refused", operation=operation, sent=False)

    bench = bench("infobip", sims=40, faults=down)
    report = bench.run(Verb.SET_LABEL, bench.iccids(), label="x")
    assert told(report) == {"succeeded": 40}
    assert len(began) < 250  # it held back meanwhile: 3 attempts each of 8, some times


def test_failures_of_the_questions_do_not_leave_an_action_to_a_person(bench):
    def unsure(operation, when):
        if operation == "get_sim_action_status" and bench.clock.monotonic() < 3000:
            raise ServerError(operation=operation, status=503)

    bench = bench(sims=30, faults=unsure)
    report = bench.run(Verb.SET_LABEL, own(bench), label="x")
    assert report.counts[OutcomeStatus.NEEDS_REVIEW] == 0
    assert report.counts[OutcomeStatus.SUCCEEDED] > 0


def test_a_look_that_failed_is_no_look(bench):
    looks = []

    def faults(operation, when):
        if operation == "modify_sim_remarks" and when == "before" and not looks:
            looks.append("lost")
            raise RequestTimeout("no answer", operation=operation)
        if operation == "list_sim_actions" and when == "before":
            looks.append(bench.wall())
            if len(looks) < 6:
                raise ServerError(operation=operation, status=500)

    bench = bench(sims=10, faults=faults)
    report = bench.run(Verb.SET_LABEL, own(bench)[:1], label="x")
    assert told(report) == {"succeeded": 1}
    assert len(looks) == 1 + 4 + 3  # lost, failed, and three that found nothing
    assert looks[-1] - looks[-3] >= 300


def test_one_forbidden_sim_does_not_stop_a_job_for_good(bench):
    bench = bench(sims=60)
    iccids = own(bench)[:30]
    answer = bench.emulator.answer

    def guarded(mount, call):
        if b'"remarks"' in call.body and iccids[0].encode() in call.body:
            raise PermissionDenied(operation="modify_sim_remarks", status=403)
        return answer(mount, call)

    bench.emulator.answer = guarded
    report = bench.run(Verb.SET_LABEL, iccids, label="x")
    assert report.counts[OutcomeStatus.SUCCEEDED] > 20
    (first, *_) = report
    assert first.status is OutcomeStatus.REJECTED


def test_credentials_that_may_do_nothing_stop_the_job_early(bench):
    def denied(operation, when):
        if operation == "modify_sim_remarks":
            raise PermissionDenied(operation=operation, status=403)

    bench = bench(sims=200, faults=denied)
    with pytest.raises(BulkStopped) as caught:
        bench.run(Verb.SET_LABEL, own(bench), label="x")
    assert isinstance(caught.value.__cause__, PermissionDenied)
    assert told(caught.value.report)["not_attempted"] > 150
    assert bench.wire.sent["modify_sim_remarks"] <= 6


@pytest.mark.parametrize("status", [ActionStatus.UNKNOWN, ActionStatus.PENDING])
def test_what_was_accepted_without_an_id_is_never_sent_again(bench, status):
    bench = bench("infobip", sims=3)
    sent = Counter()

    def vague(iccid, label):
        yield from ()
        sent[iccid] += 1
        return ActionState(provider="infobip", verb="set-label", status=status, iccids=(iccid,))

    bench.provider.flow = lambda verb, flow=bench.provider.flow: (
        vague if verb is Verb.SET_LABEL else flow(verb)
    )
    report = bench.run(Verb.SET_LABEL, bench.iccids(), label="x")
    assert set(sent.values()) == {1}
    assert told(report) == {"needs_review": 3}


def test_sims_are_recognised_with_and_without_their_check_digit(bench):
    bench = bench(sims=30)
    iccids = own(bench)[:4]
    progress = bench.provider.refresh

    def short(action):
        state = yield from progress(action)
        sims = {iccid[:-1]: end for iccid, end in state.sims.items()}
        return ActionState(
            **{name: getattr(state, name) for name in ("provider", "verb", "id", "status")},
            sims=sims,
        )

    bench.provider.refresh = short
    report = bench.run(Verb.SET_LABEL, iccids, label="x")
    assert report.counts[OutcomeStatus.NEEDS_REVIEW] == 0
    assert report.counts[OutcomeStatus.SUCCEEDED] > 0


def test_an_event_from_another_thread_hurries_the_question(bench):
    bench = bench(sims=30, action_delay=500.0)
    patience = Patience(first_ask=2000.0, longest_ask=2000.0)
    job = bench.job(Verb.SET_LABEL, own(bench)[:1], patience=patience, label="x")
    rung = threading.Event()
    job.engine.listen(rung.set)
    rounds, finished, asked = job.engine.rounds(), None, 0
    while True:
        try:
            step = next(rounds) if finished is None else rounds.send(finished)
        except StopIteration:
            break
        asked += sum(task.kind is Kind.ASK for task in step.tasks)
        finished = [run_task(task, bench.session) for task in step.tasks]
        if not step.tasks:
            bench.clock.advance(step.wait)
            if 600 < bench.clock.monotonic() < 700 and not rung.is_set():
                actions = bench.emulator.vendor("telekom-m2m").parts["actions"]._actions
                hint = threading.Thread(target=job.engine.hint, args=(next(iter(actions)),))
                hint.start()
                hint.join()
    assert asked == 1
    assert rung.is_set()
    assert bench.clock.monotonic() < 1000
    assert len(job.finish()) == 1


def test_a_write_that_was_held_up_for_too_long_is_not_sent(bench):
    bench = bench("telekom-bsc", sims=2)
    held = []

    def slow(operation, when):
        if operation == "get_sim" and when == "after" and not held:
            held.append(operation)
            bench.clock.advance(200)  # longer than `settle`: another process may be looking

    bench.wire.faults = slow
    job = bench.job(Verb.SET_LABEL, bench.iccids()[:1], label="x")
    rounds = job.engine.rounds()
    step = next(rounds)
    while not step.tasks:
        step = rounds.send(())
    (task,) = step.tasks
    ended = run_task(task, bench.session)
    assert isinstance(ended.error, WriteTooLate)
    assert bench.wire.sent["update_sim"] == 0
    rounds.close()


def test_a_list_that_failed_is_read_again_by_the_next_run(bench, tmp_path):
    broken = ["yes"]

    def faults(operation, when):
        if broken and operation in {"list_sims", "suspend_sims"}:
            raise ServerError(operation=operation, status=501)

    bench = bench(sims=100, faults=faults)
    path = tmp_path / "job.db"
    with pytest.raises(BulkStopped) as caught:
        bench.run(Verb.SUSPEND, own(bench), journal=path)
    caught.value.report.close()
    broken.clear()
    report = bench.run(Verb.SUSPEND, own(bench), journal=path)
    assert report.counts[OutcomeStatus.SKIPPED] > 0

"""Bulk jobs with identifiers of any kind: resolved first, in as few requests as may be."""

from __future__ import annotations

from collections import Counter

import pytest

from simloom.bulk import resolving
from simloom.bulk.couriers import run_task
from simloom.bulk.errors import BulkStopped
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.rounds import Finished, Kind
from simloom.bulk.starting import BulkOptions, prepare_bulk
from simloom.capabilities import Verb
from simloom.errors import QuotaWaitTooLong
from simloom.models import SimStatus
from simloom.sandbox import Effect, Fault, Sandbox

UNKNOWN = "imsi:999991234567890"


def sims_of(sandbox, provider, **wanted):
    with sandbox.connect(provider) as client:
        return [sim for sim in client.sims(**wanted) if sim.imsi]


def statuses(report):
    return Counter(outcome.status.value for outcome in report)


def test_ten_thousand_imsis_cost_one_scan_where_the_vendor_has_no_search(state, monkeypatch):
    monkeypatch.setattr(resolving, "MANY", 10_000)
    with Sandbox(seed=3, sims=10_000, limits=False) as sandbox:
        sims = sandbox.emulator._mounted["infobip"].vendor.sims
        suspended = [at for at in range(10_000) if sims.state_of(at) == "Suspended"]
        named = [f"imsi:{sims.record(at)['imsi']}" for at in suspended]
        named += [f"imsi:99999{number:010d}" for number in range(10_000 - len(named))]
        with sandbox.connect("infobip") as client, client.bulk(Verb.SUSPEND, named) as report:
            found = statuses(report)
        assert found == {"skipped": len(suspended), "rejected": 10_000 - len(suspended)}
        assert len(suspended) == 1000
        seen = Counter(entry["operationId"] for entry in sandbox.emulator.requests()["requests"])
        assert seen == {"list_sims": 101}  # the last page is full, so only an empty one ends it


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc"])
def test_each_sim_changes_once_whatever_it_is_called(connect, sandbox, sent, provider):
    sims = sims_of(sandbox, provider, status=SimStatus.ACTIVE)[:6]
    named = [f"imsi:{sim.imsi}" for sim in sims[:3]] + [sim.iccid for sim in sims[3:]]
    twice = [f"imsi:{sims[4].imsi}", f"imsi:{sims[0].imsi}"]
    sent()
    report = connect(provider).bulk(Verb.SET_LABEL, [*named, *twice, UNKNOWN], label="pump 7")
    done = {outcome.iccid for outcome in report.only(OutcomeStatus.SUCCEEDED)}
    refused = {outcome.iccid for outcome in report if outcome.status is OutcomeStatus.REJECTED}
    assert done | refused == {sim.iccid for sim in sims} | {None}
    assert (report.duplicates, len(report)) == (2, 7)
    (bad,) = [outcome for outcome in report if outcome.iccid is None]
    assert (bad.identifier, bad.status) == (UNKNOWN, OutcomeStatus.REJECTED)
    assert "no SIM has this IMSI (***********7890)" in bad.reason
    changed = Counter(effect["iccid"] for effect in sandbox.emulator.ledger()["effects"])
    assert set(changed.values()) == {1}
    report.close()


def test_what_is_there_already_is_skipped_by_the_same_scan(connect, sandbox, sent):
    sims = sims_of(sandbox, "infobip")[:12]
    sent()
    with connect("infobip").bulk(Verb.SUSPEND, [f"imsi:{sim.imsi}" for sim in sims]) as report:
        found = statuses(report)
    skipped = sum(sim.status is SimStatus.SUSPENDED for sim in sims)
    assert (found["skipped"], found.total()) == (skipped, 12)
    assert skipped
    assert Counter(sent())["list_sims"] == 3


def test_a_job_whose_search_fails_stops_and_goes_on_later(connect, sandbox, sent, tmp_path):
    sims = sims_of(sandbox, "infobip", status=SimStatus.ACTIVE)[:5]
    named = [f"imsi:{sim.imsi}" for sim in sims]
    journal = tmp_path / "job.db"
    sandbox.faults.add(
        Fault(effect=Effect.STATUS, status=403, operation="list_sims", provider="infobip")
    )
    client = connect("infobip")
    with pytest.raises(BulkStopped) as caught:
        client.bulk(Verb.SUSPEND, named, journal=journal)
    assert statuses(caught.value.report) == {"not_attempted": 5}
    caught.value.report.close()
    sandbox.faults.clear()
    with client.bulk(Verb.SUSPEND, named, journal=journal) as report:
        assert statuses(report) == {"succeeded": 5}
        assert [outcome.iccid for outcome in report] == [sim.iccid for sim in sims]
        assert [outcome.identifier for outcome in report] == named


def test_a_search_of_a_job_waits_for_room_in_the_limit_as_long_as_it_takes(sandbox, sent):
    sims = sims_of(sandbox, "telekom-m2m", status=SimStatus.ACTIVE)[:5]
    named = [f"imsi:{sim.imsi}" for sim in sims]
    sent()
    full, asked, idle, finished = 6, 0, 0, None
    with sandbox.connect("telekom-m2m") as client:
        options = BulkOptions(find=client._find_many())
        values = {"label": "pump 7"}
        job = prepare_bulk(client.provider, client._hooks, Verb.SET_LABEL, named, values, options)
        rounds = job.engine.rounds()
        while True:
            try:
                step = next(rounds) if finished is None else rounds.send(finished)
            except StopIteration:
                break
            idle += not step.tasks and bool(full)
            finished = []
            for task in step.tasks:
                asked += task.kind is Kind.LIST
                if task.kind is Kind.LIST and asked % 2 and full:
                    full -= 1
                    error = QuotaWaitTooLong("details", 300.0, 60.0)
                    finished.append(Finished(task=task, error=error))
                else:
                    finished.append(run_task(task, client._session))
        with job.finish() as report:
            assert [outcome.iccid for outcome in report] == [sim.iccid for sim in sims]
            assert statuses(report) == {"succeeded": 5}
    assert idle > 0
    assert Counter(sent())["get_sim_details_by_identifier"] == 5


def test_what_was_found_one_by_one_is_not_asked_for_again(sandbox, sent, tmp_path):
    """A search breaks off in its second step, of six at once, and the job goes on later."""
    sims = sims_of(sandbox, "telekom-m2m", status=SimStatus.ACTIVE)[:8]
    named = [UNKNOWN, *(f"imsi:{sim.imsi}" for sim in sims), f"IMSI:{sims[0].imsi}"]
    journal, values = tmp_path / "job.db", {"label": "pump 7"}
    lookup = "get_sim_details_by_identifier"
    sandbox.faults.add(
        Fault(effect=Effect.STATUS, status=403, operation=lookup, provider="telekom-m2m", nth=8)
    )
    sent()
    with sandbox.connect("telekom-m2m") as client:
        with pytest.raises(BulkStopped) as caught:
            client.bulk(Verb.SET_LABEL, named, journal=journal, **values)
        with caught.value.report as report:
            assert statuses(report) == {"rejected": 1, "not_attempted": 8}
            assert sum(outcome.iccid is not None for outcome in report) == 7
        assert Counter(sent()) == {lookup: 9}  # the duplicate is asked for once
        with client.bulk(Verb.SET_LABEL, named, journal=journal, **values) as report:
            assert [outcome.iccid for outcome in report] == [None, *(sim.iccid for sim in sims)]
            assert (report.duplicates, statuses(report)) == (1, {"rejected": 1, "succeeded": 8})
        assert Counter(sent())[lookup] == 1  # the one that had no answer
    changed = Counter(effect["iccid"] for effect in sandbox.emulator.ledger()["effects"])
    assert set(changed.values()) == {1}

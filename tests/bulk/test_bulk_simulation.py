"""Long jobs in virtual time, with the whole client and the vendor's real limits."""

from __future__ import annotations

import random
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from simloom.bulk.estimate import least_seconds
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.starting import BulkOptions
from simloom.capabilities import Verb

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return import_module("benchmarks.bulkworld")


def test_the_vendors_limit_is_used_up_and_never_exceeded(world, tmp_path):
    count, clock = 20_000, world.virtual_clock()
    vendor = world.LeanVendor(count, clock)
    jobs = world.VirtualJobs(vendor, clock, world.Weather())
    options = BulkOptions(journal=tmp_path / "job.db")
    report = jobs.run(Verb.CHANGE_TARIFF, world.made_up(count), options, tariff="12")
    assert report.counts[OutcomeStatus.SUCCEEDED] == count
    assert set(vendor.times) == {1}
    least = least_seconds(count, [(900, 360.0), (9_000, 3_600.0)])
    assert least <= clock.monotonic() <= 1.01 * least
    told = vendor.meter.report()
    assert told["violations"]["count"] == 0
    assert [window["peak"] for window in told["windows"]] == [900, 9_000]


@pytest.mark.parametrize(
    ("sims", "verb", "operation", "weather", "parameters"),
    [
        (3_750, Verb.SUSPEND, "suspend_sims", {"failing": 0.05, "lost": 0.02, "seed": 1}, {}),
        (1_500, Verb.SUSPEND, "suspend_sims", {"failing": 0.1, "lost": 0.2, "seed": 2}, {}),
        (1_500, Verb.SET_LABEL, "modify_sim_remarks", {"lost": 0.4, "seed": 3}, {"label": "x"}),
    ],
)
def test_outcomes_are_what_the_vendor_did(world, sims, verb, operation, weather, parameters):
    clock = world.virtual_clock()
    vendor = world.EmulatedVendor(sims, clock)
    jobs = world.VirtualJobs(vendor, clock, world.Weather(**weather))
    inputs = world.owned(vendor, clock)
    inputs += world.made_up(len(inputs) // 100)
    random.Random(1).shuffle(inputs)
    report = jobs.run(verb, inputs, BulkOptions(), **parameters)
    assert [outcome.iccid for outcome in report] == inputs  # exactly one each
    counts = report.counts
    assert counts[OutcomeStatus.PENDING] == counts[OutcomeStatus.NOT_ATTEMPTED] == 0
    assert counts[OutcomeStatus.NEEDS_REVIEW] == 0
    ledger = vendor.emulator.ledger("telekom-m2m")
    changed = Counter(e["iccid"] for e in ledger["effects"] if e["operation"] == operation)
    assert max(changed.values()) == 1
    assert set(changed) == {o.iccid for o in report.only(OutcomeStatus.SUCCEEDED)}
    assert len(changed) > 400
    assert clock.monotonic() > 300  # the token expired in between

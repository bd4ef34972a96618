"""The clients keep within the vendors' limits, by themselves, and say so when they would not."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

import simloom
from simloom.bulk.outcomes import OutcomeStatus
from simloom.capabilities import Verb
from simloom.errors import ConfigurationError, InvalidParameter, QuotaWaitTooLong
from simloom.sandbox import Sandbox

# 0.003 of 1,000 SIMs in 6 minutes.
SMALL = {"quota_share": 0.003, "quota_wait": 0}


@pytest.fixture
def sandbox():
    with Sandbox(sims=60, seed=5) as running:
        yield running


def sent(sandbox, operation):
    entries = sandbox.emulator.requests()["requests"]
    return Counter(entry["operationId"] for entry in entries)[operation]


def violations(value):
    """Add up how often any limit was exceeded."""
    if isinstance(value, dict):
        own = value.get("violations", {"count": 0})["count"]
        return own + sum(violations(item) for key, item in value.items() if key != "violations")
    return sum(map(violations, value)) if isinstance(value, list) else 0


def active(client, count):
    found = (sim.iccid for sim in client.sims(status=simloom.SimStatus.ACTIVE))
    return [next(found) for _ in range(count)]


def test_a_call_beyond_the_limit_is_not_sent(sandbox):
    with sandbox.connect("telekom-m2m", **SMALL) as client:
        iccids = active(client, 4)
        for iccid in iccids[:3]:
            client.suspend(iccid)
        with pytest.raises(QuotaWaitTooLong, match="room in the vendor's limit in 3"):
            client.suspend(iccids[3])
        assert client.get(iccids[3]).iccid == iccids[3]  # reads have a limit of their own
    assert sent(sandbox, "suspend_sims") == 3


def test_two_clients_of_one_login_share_the_limit(sandbox):
    with (
        sandbox.connect("telekom-m2m", **SMALL) as one,
        sandbox.connect("telekom-m2m", **SMALL) as other,
    ):
        iccids = active(one, 4)
        one.suspend(iccids[0])
        other.suspend(iccids[1])
        one.suspend(iccids[2])
        with pytest.raises(QuotaWaitTooLong):
            other.suspend(iccids[3])


def test_processes_share_a_file(sandbox, tmp_path):
    shared = {**SMALL, "quota_file": str(tmp_path / "quota.db")}
    with sandbox.connect("telekom-m2m", **shared) as client:
        iccids = active(client, 4)
        for iccid in iccids[:3]:
            client.suspend(iccid)

    async def awaited():
        async with sandbox.aconnect("telekom-m2m", **shared) as client:
            with pytest.raises(QuotaWaitTooLong):
                await client.suspend(iccids[3])

    asyncio.run(awaited())
    assert sent(sandbox, "suspend_sims") == 3
    assert (tmp_path / "quota.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc", "telcoapi", "infobip"])
@pytest.mark.parametrize("awaited", [False, True], ids=["blocking", "awaited"])
def test_a_bulk_job_over_http_gives_what_the_ledger_says(sandbox, provider, awaited):
    """And no request of it exceeds a limit."""
    count = 8 if provider == "telekom-bsc" else 30  # ten requests a second
    with sandbox.connect(provider) as client:
        iccids = [sim.iccid for sim in client.sims()][:count]
        if not awaited:
            report = client.bulk(Verb.SUSPEND, iccids)
    if awaited:

        async def job():
            async with sandbox.aconnect(provider) as client:
                return await client.bulk("suspend", iccids)

        report = asyncio.run(job())
    effects = sandbox.emulator.ledger()["effects"]
    changed = Counter(
        effect["iccid"] for effect in effects if {"status", "state"} & set(effect["changed"])
    )
    assert set(changed.values()) <= {1}
    succeeded = {outcome.iccid for outcome in report.only(OutcomeStatus.SUCCEEDED)}
    assert set(changed) == succeeded
    assert len(report) == count
    assert not {OutcomeStatus.PENDING, OutcomeStatus.NOT_ATTEMPTED} & {
        outcome.status for outcome in report
    }
    assert violations(sandbox.emulator.quotas()) == 0
    report.close()


def test_a_bulk_job_of_what_is_no_verb_is_refused(sandbox):
    with sandbox.connect("infobip") as client, pytest.raises(InvalidParameter, match="suspendd"):
        client.bulk("suspendd", ["8949000000000000001"])


@pytest.mark.parametrize(
    ("setting", "value"),
    [("quota_share", 0), ("quota_share", 1.5), ("quota_wait", -1), ("quota_wait", "soon")],
)
def test_nonsense_is_refused(sandbox, setting, value):
    with pytest.raises(ConfigurationError, match=setting):
        sandbox.connect("telekom-m2m", **{setting: value})

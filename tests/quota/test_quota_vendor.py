"""The ledger in front of a vendor that counts: over HTTP, asserting on what the sandbox saw."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest

from simloom.errors import BadRequest, QuotaExceeded
from simloom.sandbox import ManualClock, Sandbox
from simloom.transport.quota import (
    Ledger,
    MemoryStore,
    QuotaClock,
    QuotaGate,
    cost_of,
    limit_of,
)
from simloom_clients.telekom_m2m import models
from simloom_clients.telekom_m2m.api.sim_actions import suspend_sims

SIMS = 120
ROUNDS = 30


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def vendor(clock):
    with Sandbox(clock=clock, sims=SIMS) as sandbox:
        yield sandbox


@pytest.fixture
def client(vendor):
    with vendor.connect("telekom-m2m") as client:
        yield client


def suspend_everything(client):
    """Return a request for all SIMs; it is refused for some of them, and counts for all of them."""
    iccids = [sim.iccid for sim in client.sims()]
    sims = [models.SimReference(iccid=iccid) for iccid in iccids]
    partner = client.provider.settings.partner_id
    return suspend_sims.request(partner, body=models.SimActionTargets(sims=sims))


def actions(vendor):
    limits = vendor.emulator.quotas()["providers"]["telekom-m2m"]
    return next(limit for limit in limits if limit["name"] == "actions")


def test_no_request_is_refused_and_the_vendor_counts_no_violation(vendor, client, clock):
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        clock.advance(seconds)

    ledger = Ledger(MemoryStore(), clock=QuotaClock(clock.monotonic), share=1.0, lease=3600)
    gate = QuotaGate(ledger, sleep=sleep, clock=clock.monotonic)
    request = suspend_everything(client)
    limit = limit_of(request.operation)
    bucket = ledger.bucket(limit, provider="telekom-m2m", account="me")
    cost = cost_of(request, limit)
    for _ in range(ROUNDS):
        with suppress(BadRequest), gate.hold(bucket, cost, operation=request.operation.id):
            client._session.client.send(request)  # as it is, without a gate of the client's own
    seen = actions(vendor)
    assert (seen["violations"]["count"], seen["refused"]) == (0, 0)
    assert seen["admitted"] == cost * ROUNDS
    windows = ROUNDS / (1000 // cost)  # and no more of them than that
    assert sum(slept) == pytest.approx(360 * (math.ceil(windows) - 1), abs=1)


def test_without_the_ledger_the_vendor_refuses(vendor, client):
    request = suspend_everything(client)
    with pytest.raises(QuotaExceeded):
        for _ in range(ROUNDS):
            with suppress(BadRequest):
                client._session.client.send(request)
    assert actions(vendor)["violations"]["count"] == 1

"""What our own client makes of faults, judged by the sandbox's ledger and journal."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

import simloom
from simloom.errors import (
    AuthenticationError,
    ConnectionFailed,
    DecodeError,
    OutcomeUnknown,
    RequestTimeout,
    ServerError,
)
from simloom.models import SimStatus
from simloom.sandbox import Fault, ManualClock, Sandbox

PROVIDERS = ("telekom-m2m", "telekom-bsc", "telcoapi", "infobip")
NEW = (f"89441200000000{number:06d}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def running():
    with Sandbox(seed=7, clock=ManualClock(), limits=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.emulator.reset()
    return running


@pytest.fixture
def connect(sandbox, monkeypatch, tmp_path):
    """Open a client of a vendor whose waiting moves the sandbox's clock."""
    monkeypatch.setenv("SIMLOOM_CONFIG", str(tmp_path / "none.toml"))
    opened = []

    def open_client(provider, **more):
        address = sandbox.provider(provider)
        settings: dict[str, Any] = {"base_url": address.base_url, **address.settings, **more}
        if provider == "telekom-m2m":
            settings["token_url"] = address.token_url
        client = simloom.connect(provider, **settings)
        clock = sandbox.emulator.world.clock
        client._sleep, client._clock = clock.advance, clock.monotonic
        client._session._sleep = clock.advance
        opened.append(client)
        return client

    yield open_client
    for client in opened:
        client.close()


def active(client):
    return next(sim.iccid for sim in client.sims() if sim.status is SimStatus.ACTIVE)


def asked(sandbox, operation):
    entries = sandbox.emulator.requests()["requests"]
    return [(one["status"], one["fault"]) for one in entries if one["operationId"] == operation]


def effects(sandbox, operation):
    return [one for one in sandbox.emulator.ledger()["effects"] if one["operation"] == operation]


# An additive call of each vendor: doing it twice would do it twice.
ADDITIVE = {
    "telekom-m2m": ("send_message", lambda client, iccid: client.send_sms(iccid, "x")),
    "telekom-bsc": ("top_up_sim", lambda client, iccid: client.top_up(iccid)),
    "telcoapi": ("provision_sim", lambda client, _: client.provision(next(NEW))),
    "infobip": ("send_sms", lambda client, iccid: client.send_sms(iccid, "x")),
}
LOST = [
    {"effect": "reset-after"},
    {"effect": "reset-after", "how": "close"},
    {"effect": "latency", "latency": 20},
    {"effect": "status", "status": 504, "content_type": "text/html", "body": "<h1>504</h1>"},
    {"effect": "status", "status": 502},
]


@pytest.mark.parametrize("script", LOST, ids=lambda script: " ".join(map(str, script.values())))
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_additive_call_whose_answer_is_lost_is_in_doubt_and_not_repeated(
    sandbox, connect, provider, script
):
    operation, act = ADDITIVE[provider]
    client = connect(provider)
    iccid = active(client)
    if script["effect"] == "latency":
        client = connect(provider, timeout=0.3)
    sandbox.faults.add(Fault(operation=operation, **script))
    with pytest.raises(OutcomeUnknown) as doubt:
        act(client, iccid)
    assert doubt.value.operation == operation
    give_up = time.monotonic() + 10
    while not asked(sandbox, operation) and time.monotonic() < give_up:
        time.sleep(0.01)  # on a busy machine the client gives up before the sandbox has begun
    was_applied = script["effect"] != "status"
    assert len(effects(sandbox, operation)) == was_applied
    assert [fault for _, fault in asked(sandbox, operation)] == [1]
    assert sandbox.faults.report()["unconsumed"] == 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_happens_after_a_504_is_in_doubt_and_happens_once(sandbox, connect, provider):
    operation, act = ADDITIVE[provider]
    client = connect(provider)
    iccid = active(client)
    sandbox.faults.add(Fault(effect="delayed-apply", operation=operation, delay=30))
    with pytest.raises(OutcomeUnknown):
        act(client, iccid)
    assert effects(sandbox, operation) == []
    sandbox.emulator.world.clock.advance(30)
    assert len(effects(sandbox, operation)) == 1


READS = {
    "telekom-m2m": "get_sim_details",
    "telekom-bsc": "get_sim",
    "telcoapi": "get_sim",
    "infobip": "get_sim",
}
REPEATED = [
    {"effect": "reset-before"},
    {"effect": "reset-before", "how": "close"},
    {"effect": "reset-after"},
    {"effect": "truncate"},
    {"effect": "truncate", "keep": 0},
    {"effect": "status", "status": 503, "headers": {"Retry-After": "9"}},
    {"effect": "status", "status": 429},
]


@pytest.mark.parametrize("script", REPEATED, ids=lambda script: " ".join(map(str, script.values())))
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_read_is_repeated_until_it_succeeds(sandbox, connect, provider, script):
    operation = READS[provider]
    client = connect(provider)
    iccid = active(client)
    sandbox.faults.add(Fault(operation=operation, times=2, **script))
    before = sandbox.emulator.world.clock.monotonic()
    assert client.get(iccid).iccid == iccid
    assert [fault for _, fault in asked(sandbox, operation)] == [1, 1, None]
    if "headers" in script:
        assert sandbox.emulator.world.clock.monotonic() - before >= 18


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_read_that_never_succeeds_fails_with_what_was_last(sandbox, connect, provider):
    client = connect(provider)
    iccid = active(client)
    sandbox.faults.add(Fault(effect="reset-before", operation=READS[provider], times=None))
    with pytest.raises(ConnectionFailed):
        client.get(iccid)
    sandbox.faults.clear()
    sandbox.faults.add(Fault(effect="status", operation=READS[provider], times=None))
    with pytest.raises(ServerError):
        client.get(iccid)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_read_that_takes_too_long_is_a_time_out(sandbox, connect, provider):
    iccid = active(connect(provider))
    client = connect(provider, timeout=0.15)
    sandbox.faults.add(Fault(effect="latency", latency=30, operation=READS[provider], times=None))
    with pytest.raises(RequestTimeout):
        client.get(iccid)


# Bodies that are no answer: never repeated, never taken for one, and bounded in memory.
SPOILT = ["malformed", "invalid-utf8", "gzip-bomb"]


@pytest.mark.parametrize("effect", SPOILT)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_spoilt_answer_is_a_decode_error(sandbox, connect, provider, effect):
    operation = READS[provider]
    client = connect(provider)
    iccid = active(client)
    sandbox.faults.add(Fault(effect=effect, operation=operation))
    with pytest.raises(DecodeError):
        client.get(iccid)
    assert len(asked(sandbox, operation)) == 1
    assert client.get(iccid).iccid == iccid


WHOLE = [
    {"effect": "chunks", "every_bytes": 1},
    {"effect": "chunks", "at": [1, 2, 30]},
    {"effect": "content-type"},
    {"effect": "gzip-bomb", "size": 1000},
]


@pytest.mark.parametrize("script", WHOLE, ids=lambda script: " ".join(map(str, script.values())))
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_that_is_only_odd_is_read(sandbox, connect, provider, script):
    client = connect(provider)
    iccid = active(client)
    expected = client.get(iccid)
    sandbox.faults.add(Fault(operation=READS[provider], **script))
    assert client.get(iccid) == expected
    assert sandbox.faults.report()["unconsumed"] == 0


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc"])
def test_a_revoked_token_is_replaced_once_and_the_call_succeeds(sandbox, connect, provider):
    client = connect(provider)
    iccid = active(client)
    logins = len(asked(sandbox, "create_token"))
    sandbox.faults.add(Fault(effect="token-revoked", operation=READS[provider]))
    assert client.get(iccid).iccid == iccid
    assert [status for status, _ in asked(sandbox, READS[provider])] == [401, 200]
    assert len(asked(sandbox, "create_token")) == logins + 1
    assert client.get(iccid).iccid == iccid
    assert len(asked(sandbox, "create_token")) == logins + 1


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc"])
def test_a_revoked_token_stays_revoked(sandbox, connect, provider):
    client = connect(provider)
    active(client)
    vendor = sandbox.emulator._mounted[provider].vendor
    before = vendor.tokens.live
    sandbox.faults.add(Fault(effect="token-revoked", provider=provider))
    active(client)
    assert vendor.tokens.live == before  # one went, one came


@pytest.mark.parametrize("provider", ["telcoapi", "infobip"])
def test_a_key_that_is_refused_is_an_authentication_error(sandbox, connect, provider):
    client = connect(provider)
    iccid = active(client)
    sandbox.faults.add(Fault(effect="token-revoked", operation=READS[provider]))
    with pytest.raises(AuthenticationError):
        client.get(iccid)
    assert client.get(iccid).iccid == iccid


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc"])
@pytest.mark.parametrize("script", [{"effect": "reset-after"}, {"effect": "status"}])
def test_a_token_that_was_lost_is_asked_for_again_even_for_an_additive_call(
    sandbox, connect, provider, script
):
    operation, act = ADDITIVE[provider]
    client = connect(provider)
    iccid = active(client)
    sandbox.emulator.world.clock.advance(4000)  # no token lives that long
    sandbox.faults.add(Fault(operation="create_token", **script))
    act(client, iccid)
    assert len(effects(sandbox, operation)) == 1
    assert sandbox.faults.report()["unconsumed"] == 0

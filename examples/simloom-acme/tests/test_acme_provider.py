"""What Acme does beyond the conformance suite: jobs, limits, identifiers, hooks."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

import simloom
from simloom.capabilities import Verb
from simloom.errors import (
    Conflict,
    InvalidParameter,
    QuotaExceeded,
    QuotaWaitTooLong,
    SimNotFound,
    UnsupportedOperation,
)
from simloom.models import ActionStatus, SimStatus
from simloom.plugins.flows import Script
from simloom.runtime import Secret
from simloom_acme import mapping
from simloom_acme.cardnumbers import iccid_of
from simloom_acme.provider import Acme
from simloom_acme.settings import Settings
from standin import KEY, LIMITS, StandIn
from startcards import cards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom import SimClient

ICCIDS = list(cards())
LIVE, PAUSED, STOCK = ICCIDS[:3]
SETTINGS = Settings(api_key=Secret("k"), account="4711")


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def pages_of(client: SimClient) -> Any:
    return client.provider.flow(Verb.LIST)


def connected(address: str, **others: Any) -> SimClient:
    return simloom.connect("acme", base_url=address, api_key=KEY, keep_index=False, **others)


@pytest.fixture
def acme(address: str) -> Iterator[SimClient]:
    with connected(address) as client:
        yield client


def test_a_job_ends_a_card(acme: SimClient, vendor: StandIn) -> None:
    action = acme.terminate(LIVE)
    assert (action.status, action.state.cancellable) == (ActionStatus.PENDING, True)
    vendor.advance(0.6)
    assert action.refresh().status is ActionStatus.PENDING
    assert not action.state.cancellable
    vendor.advance(0.6)
    assert action.refresh().status is ActionStatus.DONE
    assert acme.get(LIVE).status is SimStatus.TERMINATED
    with pytest.raises(Conflict):
        action.cancel()


def test_a_queued_job_is_cancelled(acme: SimClient, vendor: StandIn) -> None:
    action = acme.terminate(LIVE).cancel()
    assert action.status is ActionStatus.CANCELLED
    vendor.advance(5)
    assert action.wait().status is ActionStatus.CANCELLED
    assert acme.get(LIVE).status is SimStatus.ACTIVE


def test_what_is_no_job_cannot_be_cancelled(acme: SimClient) -> None:
    with pytest.raises(UnsupportedOperation, match="done when it is answered"):
        acme.suspend(LIVE).cancel()


@pytest.mark.parametrize(
    ("code", "status"),
    [*mapping.JOB_STATES.items(), ("paused", ActionStatus.UNKNOWN), (None, ActionStatus.UNKNOWN)],
)
def test_states_of_jobs(code: str | None, status: ActionStatus) -> None:
    job = {"id": "job-1", "kind": "end", "state": code, "iccids": [LIVE], "created": "-"}
    script = Script([(202, body(job))])
    assert script.play(Acme(SETTINGS).terminate(LIVE)).status is status


def test_each_card_of_a_job_has_its_result(acme: SimClient, vendor: StandIn) -> None:
    started = acme.run(acme.provider.bulk(Verb.SUSPEND, ICCIDS[:6]))
    assert (started.status, started.id) == (ActionStatus.PENDING, "job-1")
    vendor.advance(1)
    ended = acme.run(acme.provider.refresh(started))
    done = {iccid for iccid, (status, _) in ended.sims.items() if status is ActionStatus.DONE}
    assert done == {iccid for iccid in ICCIDS[:6] if iccid not in (STOCK, ICCIDS[5])}
    assert ended.sims[STOCK] == (ActionStatus.FAILED, "no such card, or not from this status")
    assert ended.status is ActionStatus.FAILED


def test_a_card_without_a_result_is_asked_about() -> None:
    told = {"results": [{"iccid": LIVE, "ok": True, "reason": None}]}
    acme = Acme(SETTINGS)
    state = Script([(200, body(told))]).play(acme.bulk(Verb.SUSPEND, [LIVE, PAUSED]))
    assert state.status is ActionStatus.UNKNOWN
    paused = [(200, body(cards()[PAUSED] | {"iccid": one})) for one in (LIVE, PAUSED)]
    assert Script(paused).play(acme.refresh(state)).status is ActionStatus.DONE


def test_a_lost_answer_is_found_among_the_jobs(acme: SimClient, vendor: StandIn) -> None:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    job = acme.run(acme.provider.bulk(Verb.SUSPEND, ICCIDS[:6]))
    find = acme.provider.find_actions
    found = acme.run(find(Verb.SUSPEND, set(ICCIDS[:6]), since))
    assert found is not None
    assert [one.id for one in found] == [job.id]
    for verb, iccids, moment in (
        (Verb.RESUME, ICCIDS[:6], since),
        (Verb.SUSPEND, ICCIDS[:5], since),
        (Verb.SUSPEND, ICCIDS[:6], since + dt.timedelta(hours=1)),
    ):
        assert acme.run(find(verb, iccids, moment)) is None, (verb, len(iccids))


def test_a_message_is_sent_once(acme: SimClient) -> None:
    sent = acme.send_sms(LIVE, "on")
    assert [(one.id, one.text) for one in acme.messages(LIVE)] == [(sent.id, "on")]
    for text in ("", "x" * 161):
        with pytest.raises(InvalidParameter):
            acme.send_sms(LIVE, text)
    assert len(list(acme.messages(LIVE))) == 1


def test_limits_are_kept_before_the_vendor_has_to_refuse(address: str, vendor: StandIn) -> None:
    """Two clients of one account share its 30 messages a minute, of which 0.1 is 3."""
    given: dict[str, Any] = {"account": "4711", "quota_share": 0.1, "quota_wait": 0}
    with connected(address, **given) as one, connected(address, **given) as other:
        for client in (one, one, other):
            client.send_sms(LIVE, "on")
        for client in (one, other):
            with pytest.raises(QuotaWaitTooLong):
                client.send_sms(LIVE, "on")
        assert len(list(one.messages(LIVE))) == 3


def test_a_refusal_is_a_quota_exceeded(acme: SimClient, vendor: StandIn) -> None:
    """Somebody else used the account's limit up."""
    text = body({"text": "on"})
    for _ in range(LIMITS["messages"]):
        assert vendor.answer("POST", f"/v1/cards/{LIVE}/messages", KEY, text)[0] == 201
    with pytest.raises(QuotaExceeded):
        acme.send_sms(LIVE, "on")


def test_usage_is_told_day_by_day(acme: SimClient) -> None:
    days = acme.usage(LIVE, start=dt.date(2026, 1, 2), end=dt.date(2026, 1, 3))
    assert [(one.period_start, one.data_bytes) for one in days] == [
        (dt.date(2026, 1, 2), 2500),
        (dt.date(2026, 1, 3), 3500),
    ]


def test_a_sim_is_found_by_imsi_and_by_its_printed_number(acme: SimClient) -> None:
    imsi = cards()[PAUSED]["imsi"]
    assert acme.get(f"imsi:{imsi}").iccid == PAUSED
    assert acme.get("card:000001").iccid == PAUSED == iccid_of(1)
    with pytest.raises(SimNotFound):
        acme.get("imsi:999709999999999")


@pytest.mark.parametrize(
    "text", ["card:", "card:x", "card:1234567890123", "iccid:1", "card:\u0661"]
)
def test_other_identifiers_are_left_to_simloom(text: str) -> None:
    assert Acme(SETTINGS).simloom_resolve_identifier(text) is None


def test_activations_go_in_portions_that_are_answered_at_once(acme: SimClient) -> None:
    stock = [iccid for iccid, card in cards().items() if card["status"]["code"] == "stock"]
    with acme.bulk(Verb.ACTIVATE, stock) as report:
        assert {outcome.status.value for outcome in report} == {"succeeded"}
    assert len(stock) == 7
    assert list(acme.actions()) == [], "no job"


def test_a_page_is_reached_from_the_start_when_its_cursor_is_forgotten(address: str) -> None:
    with connected(address) as first, connected(address) as second:
        pages = [first.run(pages_of(first)(number, size=10)) for number in (1, 2, 3)]
        alone = second.run(pages_of(second)(3, size=10))
        assert alone == pages[2]
        assert [len(page.items) for page in pages] == [10, 10, 3]
        assert second.run(pages_of(second)(9, size=10)).items == []
        with pytest.raises(InvalidParameter):
            second.run(pages_of(second)(0))


def test_limits_are_counted_for_the_account() -> None:
    assert Acme(SETTINGS).customer == "4711"
    assert Acme(Settings(api_key=Secret("k"))).customer == "https://api.acme.example"

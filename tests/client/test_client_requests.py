"""What a client does with one call: retries, lost answers, errors. One body for both kinds."""

from __future__ import annotations

import datetime as dt
import socket
from email.utils import format_datetime

import pytest

from simloom.capabilities import Verb
from simloom.connection import prepare
from simloom.errors import (
    BadRequest,
    ConnectionFailed,
    InvalidIdentifier,
    InvalidParameter,
    OutcomeUnknown,
    QuotaExceeded,
    ServerError,
    UnsupportedOperation,
)
from simloom.models import ActionStatus

ICCID = "8949000000000000001"
DROP = None
BUSY = (503, {}, "busy")


def test_a_read_is_sent_again_until_it_is_answered(both, vendor):
    vendor.script(BUSY, BUSY, "north gate")
    sim = both.acme(vendor).get(ICCID)
    assert (sim.label, sim.iccid) == ("north gate", ICCID)
    assert vendor.targets == [f"/sims/{ICCID}"] * 3
    assert len(both.slept) == 2


def test_a_read_gives_up_after_three(both, vendor):
    vendor.script(BUSY, BUSY, BUSY, "never asked")
    with pytest.raises(ServerError) as caught:
        both.acme(vendor).get(ICCID)
    assert caught.value.operation == "get_sim"
    assert len(vendor.asked) == 3


def test_a_read_whose_answer_is_lost_is_sent_again(both, vendor):
    vendor.script(DROP, "here")
    assert both.acme(vendor).get(ICCID).label == "here"
    assert len(vendor.asked) == 2


@pytest.mark.parametrize("call", ["suspend", "send_sms"])
def test_a_write_whose_answer_is_lost_is_unknown_and_sent_once(both, vendor, call):
    vendor.script(DROP)
    client = both.acme(vendor)
    arguments = (ICCID, "hello") if call == "send_sms" else (ICCID,)
    with pytest.raises(OutcomeUnknown) as caught:
        getattr(client, call)(*arguments)
    assert len(vendor.asked) == 1
    assert both.slept == []
    error = caught.value
    assert error.started <= error.ended
    assert error.intent
    assert error.operation in {"suspend_sim", "send_sms"}
    assert isinstance(error.__cause__, ConnectionFailed)
    assert "hello" not in str(error)


@pytest.mark.parametrize("status", [408, 502, 503, 504])
def test_a_write_behind_a_failing_gateway_is_unknown(both, vendor, status):
    vendor.script((status, {"retry-after": "1"}, ""))
    with pytest.raises(OutcomeUnknown):
        both.acme(vendor).suspend(ICCID)
    assert len(vendor.asked) == 1


def test_a_write_that_never_left_is_sent_again_and_then_refused(both, vendor):
    client = both.acme(vendor)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        vendor.url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        client = both.acme(vendor)
        with pytest.raises(ConnectionFailed) as caught:
            client.send_sms(ICCID, "hello")
    assert caught.value.sent is False
    assert len(both.slept) == 2


def test_retry_after_is_waited_for(both, vendor):
    vendor.script((429, {"retry-after": "7"}, ""), "ok")
    assert both.acme(vendor).get(ICCID).label == "ok"
    (slept,) = both.slept
    assert 7 <= slept < 8


def test_retry_after_as_a_date_is_waited_for(both, vendor):
    at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=40)
    vendor.script((429, {"retry-after": format_datetime(at, usegmt=True)}, ""), "ok")
    both.acme(vendor).get(ICCID)
    (slept,) = both.slept
    assert 30 < slept < 42


def test_retry_after_beyond_the_ceiling_is_the_callers_decision(both, vendor):
    vendor.script((429, {"retry-after": "3600"}, ""))
    with pytest.raises(QuotaExceeded):
        both.acme(vendor).get(ICCID)
    assert both.slept == []


def test_a_set_state_refused_for_its_rate_is_sent_again(both, vendor):
    vendor.script((429, {"retry-after": "2"}, ""), "s1")
    assert both.acme(vendor).suspend(ICCID).id == "s1"
    assert [one.method for one in vendor.asked] == ["PUT", "PUT"]


@pytest.mark.parametrize("answer", [(429, {"retry-after": "1"}, ""), (500, {}, ""), (400, {}, "")])
def test_what_adds_something_is_never_repeated(both, vendor, answer):
    vendor.script(answer)
    with pytest.raises((QuotaExceeded, ServerError, BadRequest)):
        both.acme(vendor).send_sms(ICCID, "hello")
    assert len(vendor.asked) == 1


def test_unsupported_is_told_before_anything_is_sent(both, vendor):
    client = both.acme(vendor)
    with pytest.raises(UnsupportedOperation) as caught:
        client.block(ICCID)
    assert caught.value.alternatives == ("telekom-m2m",)
    with pytest.raises(UnsupportedOperation):
        client.orders()  # not only when the first order is asked for
    assert vendor.asked == []


@pytest.mark.parametrize(
    "iccid",
    [
        "8949 0000 0000 0000 001",
        "89490-00000-00000-0001",
        "8949000000000000001F",
        "8949000000000000001f",
    ],
)
def test_an_iccid_as_people_write_it(both, vendor, iccid):
    both.acme(vendor).get(iccid)
    assert vendor.targets == [f"/sims/{ICCID}"]


@pytest.mark.parametrize(
    "iccid",
    [
        "",
        ".",
        "..",
        "../../../orders",
        "8949.0000.0000.0000.001",
        "\uff18\uff19" + "0" * 17,
        "8949000000000000001\n",
        "8949000000000000001?x=1",
        "894900000000000000\u06601",
        "1" * 17,
        "1" * 23,
        "FFFFFFFFFFFFFFFFFFFF",
        8949000000000000001,
        None,
    ],
)
def test_what_is_no_iccid_is_never_sent(both, vendor, iccid):
    client = both.acme(vendor)
    for call in (client.get, client.suspend, lambda wrong: client.send_sms(wrong, "x")):
        with pytest.raises(InvalidIdentifier):
            call(iccid)
    with pytest.raises(InvalidIdentifier):
        client.create_transfer([ICCID, iccid], to_partner="1")
    assert vendor.asked == []


@pytest.mark.parametrize("iccid", ["..", ".", ""])
def test_the_way_around_the_check_is_closed_too(both, vendor, iccid):
    with pytest.raises(InvalidParameter):
        both.acme(vendor).do(Verb.GET, iccid)
    assert vendor.asked == []


@pytest.mark.parametrize("verb", [Verb.SEND_SMS, Verb.LIST, Verb.TOP_UP])
def test_change_takes_only_changes(both, vendor, verb):
    with pytest.raises(TypeError, match="own method"):
        both.acme(vendor).change(verb, ICCID)
    assert vendor.asked == []


def test_change_is_the_method_of_the_verb(both, vendor):
    vendor.script("s1", "s2")
    client = both.acme(vendor)
    assert client.change(Verb.SUSPEND, ICCID).status is ActionStatus.PENDING
    assert client.suspend(ICCID).id == "s2"
    assert len(set(vendor.targets)) == 1


def test_an_error_reaches_the_flow_before_the_caller(both, vendor):
    from simloom.plugins.flows import call

    def flow():
        try:
            return (yield from call(first))
        except BadRequest:
            return (yield from call(second))

    vendor.script((400, {}, ""), "second")
    client = both.acme(vendor)
    provider = client.provider
    first = next(provider.get(ICCID))
    second = next(provider.get("8949000000000000002"))
    assert client.run(flow()) == "second"
    assert vendor.targets == [f"/sims/{ICCID}", "/sims/8949000000000000002"]


def test_requests_of_the_generated_client_go_the_same_way(both, vendor):
    vendor.script(BUSY, "text", "more")
    client = both.acme(vendor)
    request = next(client.provider.get(ICCID))
    assert client.send(request) == "text"
    answer = client.send_detailed(request)
    assert (answer.status, answer.parsed) == (200, "more")
    assert {one.headers["authorization"] for one in vendor.asked} == {"Bearer acme-key-canary-91c2"}


def test_capabilities_are_the_providers(both, vendor):
    client = both.acme(vendor)
    usable = {verb for verb, line in client.capabilities().items() if line.usable}
    assert usable == {Verb.LIST, Verb.GET, Verb.SUSPEND, Verb.SEND_SMS}
    assert set(client.capabilities()) == set(Verb)


def test_a_login_that_fails_is_repeated_and_the_write_behind_it_sent_once(both, vendor):
    client = both.client(
        prepare(
            "telekom-m2m",
            base_url=vendor.url,
            token_url=f"{vendor.url}/token",
            client_id="c",
            client_secret="s",
            partner_id="1",
        )
    )
    token = (200, {"content-type": "application/json"}, '{"access_token":"t","expires_in":300}')
    vendor.script(BUSY, DROP, token, DROP)
    with pytest.raises(OutcomeUnknown):
        client.suspend(ICCID)
    assert vendor.targets == ["/token"] * 3 + ["/partners/1/sims/actions/suspend"]

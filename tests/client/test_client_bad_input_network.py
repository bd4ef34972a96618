"""Hosts that are not there, TLS that is not spoken, clients that are closed, and what is logged."""

from __future__ import annotations

import logging
import socket

import httpx
import pytest

from simloom.capabilities import Verb
from simloom.connection import prepare
from simloom.errors import ClientClosed, ConnectionFailed
from simloom.runtime import Operation, Text

ICCID = "8949000000000000001"
KEY = "acme-key-canary-91c2"


@pytest.fixture
def nowhere():
    """A URL at which nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{unused.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("call", ["get", "suspend", "send_sms"])
def test_an_unreachable_host_leaves_no_write_in_doubt(both, vendor, nowhere, scheme, call):
    vendor.url = f"{scheme}://{nowhere}"
    client = both.acme(vendor)
    arguments = (ICCID, "hello") if call == "send_sms" else (ICCID,)
    with pytest.raises(ConnectionFailed) as caught:
        getattr(client, call)(*arguments)
    assert caught.value.sent is False
    assert "ConnectError" in str(caught.value)
    assert KEY not in f"{caught.value!r} {vars(caught.value)}"
    assert len(both.slept) == 2


@pytest.mark.parametrize("call", ["get", "suspend", "send_sms"])
def test_a_host_that_speaks_no_tls_gets_no_request(both, vendor, call):
    vendor.url = vendor.url.replace("http://", "https://")
    client = both.acme(vendor)
    arguments = (ICCID, "hello") if call == "send_sms" else (ICCID,)
    with pytest.raises(ConnectionFailed) as caught:
        getattr(client, call)(*arguments)
    assert caught.value.sent is False
    assert "SSL" in str(caught.value)
    assert vendor.asked == []


def test_a_closed_client_sends_nothing(both, vendor):
    client = both.acme(vendor)
    assert client.get(ICCID).label == "ok"
    close = getattr(client, "aclose", None) or client.close
    close()
    close()
    for call in (client.get, client.suspend, lambda iccid: client.send_sms(iccid, "x")):
        with pytest.raises(ClientClosed, match="the client was closed; nothing was sent"):
            call(ICCID)
    assert len(vendor.asked) == 1
    assert both.slept == []


def test_a_client_that_is_closed_before_its_first_request(both, vendor):
    client = both.acme(vendor)
    close = getattr(client, "aclose", None) or client.close
    close()
    with pytest.raises(ClientClosed):
        client.do(Verb.GET, ICCID)
    assert vendor.asked == []


def test_identifiers_in_a_query_are_not_logged(both, vendor, caplog):
    """httpx logs each URL at INFO; an IMSI may be the filter of a list."""
    caplog.set_level(logging.DEBUG)
    search = Operation(
        id="list_sims", method="GET", path="/sims", results={200: Text()}, media_type="text/plain"
    )
    client = both.acme(vendor)
    assert client.send(search.request(query={"imsi": "901405100000123"})) == "ok"
    assert vendor.targets == ["/sims?imsi=901405100000123"]
    assert f'HTTP Request: GET {vendor.url}/sims "HTTP/1.' in caplog.text
    assert "901405100000123" not in caplog.text


def test_what_an_application_logs_of_its_own_requests_stays_as_it_is(vendor, caplog):
    caplog.set_level(logging.INFO)
    with httpx.Client(trust_env=False) as client:
        client.get(f"{vendor.url}/x?page=2")
    assert "/x?page=2" in caplog.text


def test_one_token_for_a_client_per_request(both, vendor):
    token = (200, {"content-type": "application/json"}, '{"access_token":"t","expires_in":300}')
    vendor.answer = lambda asked: token if asked.target == "/token" else (404, {}, "{}")
    settings = {
        "base_url": vendor.url,
        "token_url": f"{vendor.url}/token",
        "client_id": "c",
        "partner_id": "1",
    }
    for number in range(3):
        client = both.client(prepare("telekom-m2m", client_secret="s", **settings))
        with pytest.raises(Exception, match="404|no SIM|No SIM"):
            client.get(ICCID)
        assert vendor.targets.count("/token") == 1, number
    options = {"share_tokens": False} | settings
    for secret, expected in (("s", 2), ("other", 3)):
        client = both.client(prepare("telekom-m2m", client_secret=secret, **options))
        with pytest.raises(Exception, match="404|no SIM|No SIM"):
            client.get(ICCID)
        assert vendor.targets.count("/token") == expected

"""The application that takes webhooks, over HTTP: whom it lets in, and that nothing is lost."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import socket

import httpx
import pytest

from simloom.errors import ConfigurationError, WebhookRejected, WebhookStoreError
from simloom.events.webhookapp import Endpoint, WebhookApp
from simloom.events.webhookevents import WebhookEvents
from simloom.events.webhookguard import (
    HmacVerifier,
    Tokens,
    Window,
    is_in,
    networks,
    new_token,
    sender,
)
from simloom.events.webhooks import LONGEST
from simloom.models import Event
from simloom.runtime import Secret

BSC, TELCO = "telekom-bsc", "telcoapi"
TOKEN = "t" * 43
NOW = dt.datetime(2024, 1, 15, 12, tzinfo=dt.UTC)
DELETED = {
    "event": "sim.physical.deleted",
    "timestamp": "2024-01-15T10:35:00Z",
    "data": {"iccid": "89"},
}


def test_it_is_stored_before_it_is_answered(serve):
    receiver = serve()
    assert [receiver.post(), receiver.post()] == [204, 204]
    assert receiver.store.waiting() == 1
    with WebhookEvents(receiver.store) as events:
        assert next(events).iccid == "89"


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"path": f"/{TELCO}/{'x' * 43}"}, 404),
        ({"path": f"/{TELCO}/{TOKEN}x"}, 404),
        ({"path": f"/{TELCO}/{TOKEN}/"}, 404),
        ({"path": f"/{TELCO}/"}, 404),
        ({"path": "/"}, 404),
        ({"path": f"/infobip/{TOKEN}"}, 404),
        ({"method": "GET", "path": f"/{TELCO}/wrong"}, 404),
        ({"method": "GET"}, 405),
        ({"method": "HEAD"}, 405),
        ({"method": "PATCH"}, 405),
        ({"content": b"{}"}, 415),
        ({"content": b"{}", "headers": {"content-type": "text/xml"}}, 415),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"json": [DELETED]}, 400),
        ({"json": {**DELETED, "pad": "x" * LONGEST}}, 413),
        ({"json": {**DELETED, "timestamp": "2024-01-08T10:00:00Z"}}, 400),
        ({"json": {**DELETED, "timestamp": "2024-01-17T10:00:00Z"}}, 400),
    ],
)
def test_what_is_refused_is_not_stored(serve, how, status):
    receiver = serve()
    assert receiver.post(**how) == status
    assert receiver.store.waiting() == 0


@pytest.mark.parametrize(
    "body",
    [
        {**DELETED, "timestamp": "some day"},
        {**DELETED, "timestamp": None},
        {"event": "sim.physical.brand_new"},
        {**DELETED, "timestamp": "2024-01-09T10:00:00Z"},
    ],
)
def test_what_is_odd_is_stored(serve, body):
    receiver = serve()
    assert receiver.post(json=body) == 204
    assert receiver.store.waiting() == 1


def test_a_wrong_method_is_told_the_right_ones(serve):
    receiver = serve()
    answer = receiver.client.get(f"/{BSC}/{TOKEN}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "PATCH, POST")


def test_a_body_that_lies_about_its_length(serve):
    def chunks():
        for _ in range(10):
            yield b" " * (LONGEST // 4)

    receiver = serve()
    headers = {"content-type": "application/json"}
    with httpx.Client() as client:
        try:
            answer = client.post(
                f"{receiver.url}/{TELCO}/{TOKEN}", content=chunks(), headers=headers
            ).status_code
        except httpx.TransportError:  # closed while it was still being sent
            answer = 413
    assert answer == 413
    assert receiver.store.waiting() == 0


def test_a_body_that_never_ends(serve):
    receiver = serve(slowest=0.05)
    port = int(receiver.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(
            f"POST /{TELCO}/{TOKEN} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            "content-length: 10\r\n\r\n{".encode()
        )
        assert b"408" in connection.recv(100)


@pytest.mark.parametrize("end", [b"", b"{"])
def test_a_sender_that_goes_away(serve, end, caplog):
    receiver = serve()
    port = int(receiver.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(
            f"POST /{TELCO}/{TOKEN} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            "content-length: 10\r\n\r\n".encode()
            + end
        )
    assert receiver.post() == 204
    assert "Traceback" not in caplog.text


class Broken:
    def add(self, webhook):
        raise WebhookStoreError("the disk is full")


def test_what_cannot_be_stored_is_not_taken(serve, caplog):
    receiver = serve(store=Broken())
    answer = receiver.client.post(f"/{TELCO}/{TOKEN}", json=DELETED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "the disk is full" in caplog.text


def test_neither_tokens_nor_messages_are_logged(serve, caplog):
    caplog.set_level("DEBUG", logger="simloom")
    receiver = serve()
    message = {"id": "1", "payload": "private-canary", "source_address": "4915112345678"}
    assert receiver.post(f"/{BSC}/{TOKEN}", json=message) == 204
    assert receiver.post(f"/{BSC}/{TOKEN}", json=[message]) == 400
    assert receiver.post(f"/{BSC}/{TOKEN[1:]}", json=message) == 404
    written = "\n".join(
        f"{r.name} {r.getMessage()}" for r in caplog.records if r.name.startswith("simloom")
    )
    assert "stored" in written
    for secret in (TOKEN, TOKEN[1:], "private-canary", "4915112345678"):
        assert secret not in written


def test_networks_and_proxies(serve):
    allowed = networks(["192.0.2.0/24"])
    endpoint = Endpoint(TELCO, Tokens.of(TOKEN), allowed=allowed)
    assert serve(endpoint).post() == 403
    behind = serve(endpoint, proxies=["127.0.0.0/8"])
    for forwarded, status in (
        ("192.0.2.7", 204),
        ("192.0.2.7, 198.51.100.1", 403),  # the first one is the sender's own word
        ("198.51.100.1, 192.0.2.7", 204),
        ("nonsense", 403),
        ("", 403),
    ):
        how = {"json": DELETED, "headers": {"x-forwarded-for": forwarded}}
        assert behind.post(**how) == status, forwarded


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1", "203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        ("::ffff:10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"),
        ("10.0.0.1", ["x"], "None"),
        (None, ["203.0.113.9"], "None"),
    ],
)
def test_who_sent_it(peer, forwarded, found):
    assert str(sender(peer, forwarded, networks(["10.0.0.0/8"]))) == found


def test_nobody_is_in_no_network():
    assert not is_in(None, networks(["0.0.0.0/0"]))
    with pytest.raises(ConfigurationError):
        networks(["192.0.2.0/99"])


def test_two_tokens_while_one_replaces_the_other(serve):
    former, current = new_token(), new_token()
    receiver = serve(Endpoint(TELCO, Tokens.of(current, Secret(former))))
    assert [receiver.post(f"/{TELCO}/{token}") for token in (former, current)] == [204, 204]
    assert receiver.post(f"/{TELCO}/{new_token()}") == 404


@pytest.mark.parametrize("tokens", [[], ["short"], ["x" * 21], ["x" * 30 + "/"], ["é" * 30]])
def test_a_token_that_can_be_guessed(tokens):
    with pytest.raises(ConfigurationError, match="at least 22") as caught:
        Tokens.of(*tokens)
    assert not any(token in str(caught.value) for token in tokens)
    assert TOKEN not in repr(Tokens.of(TOKEN))


def test_endpoints_that_cannot_be():
    with pytest.raises(ConfigurationError, match="infobip sends no webhooks"):
        Endpoint("infobip", Tokens.of(TOKEN))
    twice = [Endpoint(TELCO, Tokens.of(TOKEN)), Endpoint(TELCO, Tokens.of(new_token()))]
    with pytest.raises(ConfigurationError, match="two endpoints"):
        WebhookApp(Broken(), twice)


def signature(body, secret="key-2", moment=NOW, scheme="v1"):
    stamp = str(int(moment.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()
    return f"t={stamp},{scheme}={digest}"


def test_signed_webhooks(serve):
    verifier = HmacVerifier((Secret("key-1"), Secret("key-2")))
    receiver = serve(Endpoint(TELCO, Tokens.of(TOKEN), verifier=verifier))
    body = json.dumps(DELETED).encode()
    headers = {"content-type": "application/json"}
    early = NOW - dt.timedelta(seconds=301)
    for given, status in (
        (None, 401),
        ("", 401),
        ("v1=00", 401),
        (f"t={int(NOW.timestamp())},v1=00", 401),
        (signature(body, "key-3"), 401),
        (signature(body + b" "), 401),
        (signature(body, moment=early), 401),
        (signature(body, scheme="v0"), 401),
        (signature(body), 204),
        (signature(body, "key-1"), 204),
    ):
        more = {} if given is None else {"X-Signature": given}
        found = receiver.post(content=body, headers={**headers, **more})
        assert found == status, given
    assert "key-1" not in repr(verifier)


@pytest.mark.parametrize(
    ("moment", "is_let_in"),
    [
        (NOW, True),
        (NOW - dt.timedelta(days=7), True),
        (NOW - dt.timedelta(days=7, seconds=1), False),
        (NOW + dt.timedelta(days=1), True),
        (NOW + dt.timedelta(days=1, seconds=1), False),
        ("yesterday", True),
        (None, True),
    ],
)
def test_the_window(moment, is_let_in):
    event = Event(provider="acme", time=moment)
    if is_let_in:
        Window().check(event, NOW)
        return
    with pytest.raises(WebhookRejected, match="too old"):
        Window().check(event, NOW)

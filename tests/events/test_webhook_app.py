"""The application that takes webhooks, over HTTP: whom it lets in, and that nothing is lost."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest
import uvicorn

from simloom.errors import ConfigurationError, WebhookRejected, WebhookStoreError
from simloom.events.types import SmsReceived
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
from simloom.events.webhookstore import SqliteWebhooks
from simloom.models import Event
from simloom.runtime import Secret
from simloom.sandbox import Sandbox
from simloom.sandbox.clock import SystemClock
from simloom.sandbox.faults import Fault
from simloom.sandbox.quirks import Quirks

BSC, TELCO = "telekom-bsc", "telcoapi"
TOKEN = "t" * 43
NOW = dt.datetime(2024, 1, 15, 12, tzinfo=dt.UTC)
DELETED = {
    "event": "sim.physical.deleted",
    "timestamp": "2024-01-15T10:35:00Z",
    "data": {"iccid": "89"},
}


class Receiver:
    """The application in a server of its own."""

    def __init__(self, app):
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="on", proxy_headers=False
        )
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        self.client = httpx.Client(base_url=self.url)

    def post(self, path=f"/hooks/{TELCO}/{TOKEN}", body=DELETED, method="POST", **how):
        how = how or {"json": body}
        return self.client.request(method, path, **how).status_code

    def close(self):
        self.client.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@pytest.fixture
def serve(tmp_path):
    receivers, stores = [], []

    def start(*endpoints, store=None, **how):
        if store is None:
            store = SqliteWebhooks(tmp_path / "webhooks.db")
            stores.append(store)
        made = [Endpoint(TELCO, Tokens.of(TOKEN)), Endpoint(BSC, Tokens.of(TOKEN))]
        app = WebhookApp(store, endpoints or made, **{"now": lambda: NOW, **how})
        receivers.append(Receiver(app))
        receivers[-1].store = store
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.close()
    for store in stores:
        store.close()


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
    assert receiver.post(body=body) == 204
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


# What the sandbox delivers


def texts(store):
    with WebhookEvents(store) as events:
        found = []
        while (event := events._next()) is not None:
            found.append(event.text)
        return found


@pytest.fixture
def vendor(request):
    quirks = Quirks(**getattr(request, "param", {}))
    with Sandbox(seed=7, sims=5, clock=SystemClock(), quirks=quirks) as sandbox:
        yield sandbox


def register(sandbox, receiver):
    hook = {"provider": BSC, "url": f"{receiver.url}/hooks/{BSC}/{TOKEN}"}
    httpx.put(f"{sandbox.url}/_sandbox/webhooks", json=hook).raise_for_status()


def sms(sandbox, payload, dcs=0):
    iccid = sandbox.emulator.visit(BSC, lambda vendor: vendor.live.record(0))["iccid"]
    body = {"iccid": iccid, "payload": payload, "dcs": dcs}
    httpx.post(f"{sandbox.url}/_sandbox/webhooks/mo-sms", json=body).raise_for_status()


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def states(sandbox):
    return [one["state"] for one in sandbox.emulator.webhooks.deliveries()["deliveries"]]


@pytest.mark.parametrize(
    "vendor", [{}, {"webhook_delivery": "twice", "bsc_webhook_ids": "number"}], indirect=True
)
def test_messages_of_the_sandbox_come_once_and_whole(serve, vendor):
    receiver = serve(now=lambda: dt.datetime.now(dt.UTC))
    register(vendor, receiver)
    long = "0123456789" * 40
    vendor.emulator.faults.add(
        Fault(effect="reorder-events", provider=BSC, event="forwarded_sms", nth=2)
    )
    sms(vendor, long)
    sms(vendor, "Grüße 😀 " * 20, dcs=8)
    wait_for(lambda: len(states(vendor)) == 6 and set(states(vendor)) == {"delivered"})
    assert texts(receiver.store) == [long, "Grüße 😀 " * 20]


def test_what_was_refused_comes_again(serve, vendor, tmp_path):
    full = SqliteWebhooks(tmp_path / "full.db", most=1)
    receiver = serve(store=full, now=lambda: dt.datetime.now(dt.UTC))
    register(vendor, receiver)
    sms(vendor, "one")
    wait_for(lambda: states(vendor) == ["delivered"])
    sms(vendor, "two")
    attempts = vendor.emulator.webhooks.deliveries
    wait_for(lambda: [a["status"] for a in attempts()["deliveries"][1]["attempts"]] == [503])
    assert texts(full) == ["one"]
    vendor.emulator.world.clock.advance(30)
    wait_for(lambda: states(vendor) == ["delivered", "delivered"])
    assert texts(full) == ["two"]
    full.close()


SERVER = """
import os, signal, socket, sys
import uvicorn
from simloom.events.webhookapp import Endpoint, WebhookApp
from simloom.events.webhookguard import Tokens
from simloom.events.webhookstore import SqliteWebhooks

path, port, token, die = sys.argv[1:]

class Killed(SqliteWebhooks):
    def add(self, webhook):
        if die == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        known = super().add(webhook)
        if die == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return known

app = WebhookApp(Killed(path), [Endpoint("telekom-bsc", Tokens.of(token))])
listener = socket.create_server(("127.0.0.1", int(port)))
print("ready", flush=True)
uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off")).run([listener])
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_between_storing_and_answering(vendor, tmp_path, moment):
    path = tmp_path / "webhooks.db"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def start(die):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(path), str(port), TOKEN, die],
            stdout=subprocess.PIPE,
            env={**os.environ},
        )
        assert process.stdout.readline() == b"ready\n"
        return process

    hook = {"provider": BSC, "url": f"http://127.0.0.1:{port}/{BSC}/{TOKEN}"}
    httpx.put(f"{vendor.url}/_sandbox/webhooks", json=hook).raise_for_status()
    with start(moment) as process:
        sms(vendor, "survives")
        assert process.wait(10) == -signal.SIGKILL
    wait_for(lambda: vendor.emulator.webhooks.deliveries()["deliveries"][0]["attempts"])
    (attempt,) = vendor.emulator.webhooks.deliveries()["deliveries"][0]["attempts"]
    assert attempt["status"] is None
    with start("never") as process:
        vendor.emulator.world.clock.advance(30)
        wait_for(lambda: states(vendor) == ["delivered"])
        process.kill()
    with SqliteWebhooks(path) as store:
        assert texts(store) == ["survives"]
        assert store.waiting() == 0


def test_parts_of_a_message_are_typed(serve):
    receiver = serve(now=lambda: dt.datetime.now(dt.UTC))
    info = {"partno": 1, "total": 2, "identifier": "5"}
    receiver.post(f"/{BSC}/{TOKEN}", json={"id": "1", "payload": "a", "multi_part_info": info})
    info = {**info, "partno": 2}
    receiver.post(f"/{BSC}/{TOKEN}", json={"id": "2", "payload": "b", "multi_part_info": info})
    with WebhookEvents(receiver.store) as events:
        event = next(events)
    assert isinstance(event, SmsReceived)
    assert (event.text, event.part, event.parts, event.reference) == ("ab", None, 2, "5")

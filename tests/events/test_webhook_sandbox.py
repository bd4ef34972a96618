"""Webhooks that the sandbox delivers: once, whole, and not lost when the receiver is killed."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from simloom.events.types import SmsReceived
from simloom.events.webhookevents import WebhookEvents
from simloom.events.webhookstore import SqliteWebhooks
from simloom.sandbox import Sandbox
from simloom.sandbox.clock import SystemClock
from simloom.sandbox.faults import Fault
from simloom.sandbox.quirks import Quirks

BSC = "telekom-bsc"
TOKEN = "t" * 43


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

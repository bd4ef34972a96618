"""Answers that are late, effects that are later still, and what ends when the sandbox stops."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from simloom.sandbox import Fault, ManualClock, Sandbox

KEY = "App sandbox-infobip-api-key"
LIST = "/infobip/iot/2/sims?limit=3"


@pytest.fixture(scope="module")
def running():
    with Sandbox(seed=7, clock=ManualClock()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.emulator.reset()
    return running


@pytest.fixture
def client(sandbox):
    headers = {"Authorization": KEY}
    with httpx.Client(base_url=sandbox.url, headers=headers, trust_env=False) as opened:
        yield opened


def effects(sandbox):
    return [one["operation"] for one in sandbox.emulator.ledger()["effects"]]


def active(client):
    sims = client.get("/infobip/iot/2/sims?limit=25").json()["sims"]
    return next(sim["iccid"] for sim in sims if sim["status"] == "Active")


def test_an_answer_is_late_while_others_are_served(sandbox, client):
    iccid = active(client)
    sandbox.faults.add(Fault(effect="latency", latency=30, operation="send_sms"))
    gave_up = []

    def send():
        try:
            with httpx.Client(headers={"Authorization": KEY}, trust_env=False) as other:
                url = f"{sandbox.url}/infobip/iot/1/sims/{iccid}/sms"
                other.post(url, json={"text": "x"}, timeout=0.3)
        except httpx.ReadTimeout:
            gave_up.append(True)

    thread = threading.Thread(target=send)
    thread.start()
    before = time.monotonic()
    assert client.get(LIST).status_code == 200
    assert time.monotonic() - before < 2
    thread.join()
    while not effects(sandbox):
        time.sleep(0.01)
    assert (gave_up, effects(sandbox)) == ([True], ["send_sms"])


def test_latency_goes_with_any_effect(sandbox, client):
    sandbox.faults.add(Fault(effect="status", status=429, latency=0.08))
    before = time.monotonic()
    assert client.get(LIST).status_code == 429
    assert time.monotonic() - before >= 0.08


def test_what_was_answered_with_504_happens_later(sandbox, client):
    iccid = active(client)
    path = f"/infobip/iot/1/sims/{iccid}"
    sandbox.faults.add(Fault(effect="delayed-apply", operation="rename_sim", delay=60))
    assert client.patch(path, json={"name": "late"}).status_code == 504
    assert effects(sandbox) == []
    sandbox.emulator.world.clock.advance(59)
    assert effects(sandbox) == []
    sandbox.emulator.world.clock.advance(1)
    (effect,) = sandbox.emulator.ledger()["effects"]
    assert (effect["operation"], effect["iccid"]) == ("rename_sim", iccid)
    assert client.get(f"/infobip/iot/2/sims/{iccid}").json()["name"] == "late"


@pytest.mark.parametrize(
    ("headers", "body"), [({"Authorization": "App wrong"}, {"name": "x"}), ({}, {"colour": "x"})]
)
def test_what_would_have_been_refused_does_not_happen_later_either(sandbox, client, headers, body):
    path = f"/infobip/iot/1/sims/{active(client)}"
    sandbox.faults.add(Fault(effect="delayed-apply", operation="rename_sim", delay=1))
    assert client.patch(path, json=body, headers=headers).status_code == 504
    sandbox.emulator.world.clock.advance(2)
    assert effects(sandbox) == []


ENDLESS: list[dict[str, Any]] = [
    {"effect": "latency", "latency": 60},
    {"effect": "slow-loris", "pause": 60},
    {"effect": "chunks", "every_bytes": 1, "pause": 60},
]


@pytest.mark.parametrize("script", ENDLESS, ids=lambda script: script["effect"])
def test_a_stopped_sandbox_ends_what_would_take_for_ever(script, caplog):
    sandbox = Sandbox(sims=3)
    sandbox.start()
    sandbox.faults.add(Fault(**script))
    thread = sandbox._thread
    with asked(sandbox) as connection:
        before = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - before < 2
        assert read_all(connection)[1] == "reset"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert not thread.is_alive()


def test_a_stopped_sandbox_ends_a_bomb_that_nobody_reads(caplog):
    sandbox = Sandbox(sims=3)
    sandbox.start()
    sandbox.faults.add(Fault(effect="gzip-bomb", size=4 * 2**30))
    with asked(sandbox, buffer=1024) as connection:
        sandbox.stop()
        assert read_all(connection)[1] == "reset"
    assert [record for record in caplog.records if record.exc_info] == []


@contextmanager
def asked(sandbox, buffer=None):
    """Yield a connection on which a request was sent that the sandbox has taken."""
    request = f"GET {LIST} HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY}\r\n\r\n"
    with socket.socket() as connection:
        connection.settimeout(5)
        if buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.connect(("127.0.0.1", sandbox.port))
        connection.sendall(request.encode())
        while not sandbox.emulator.requests()["requests"]:
            time.sleep(0.01)
        yield connection


def read_all(connection):
    received = b""
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return received, "reset"
        if not piece:
            return received, "closed"
        received += piece

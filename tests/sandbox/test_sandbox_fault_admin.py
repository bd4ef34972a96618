"""Fault scripts over HTTP: `/_sandbox/faults`."""

from __future__ import annotations

import httpx
import pytest

from simloom.sandbox import ManualClock, Sandbox

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


def test_scripts_over_http_from_the_first_to_the_last(sandbox, client):
    one = {"effect": "status", "operation": "get_sim"}
    other = {"effect": "latency", "latency": 0.001}
    added = client.post("/_sandbox/faults", json=[one, other])
    assert added.status_code == 201
    assert [script["number"] for script in added.json()["faults"]] == [1, 2]
    assert client.get(LIST).status_code == 200
    report = client.get("/_sandbox/faults").json()
    assert report["unconsumed"] == 1
    assert report["faults"][1] == {
        "number": 2,
        "fault": other,
        "matched": 1,
        "fired": 1,
        "consumed": True,
        "requests": [1],
        "events": [],
    }
    assert client.delete("/_sandbox/faults").status_code == 204
    assert client.get("/_sandbox/faults").json() == {"faults": [], "unconsumed": 0}
    client.post("/_sandbox/faults", json=one)
    assert client.post("/_sandbox/reset").status_code == 204
    assert client.get("/_sandbox/faults").json() == {"faults": [], "unconsumed": 0}


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        (b"", 400, "the body has to be a fault, or a list of faults, in JSON"),
        (b"{", 400, "the body has to be a fault"),
        (b"[" * 100_000, 400, "the body has to be a fault"),
        (b"{}", 400, "effect is missing"),
        (b'[{"effect": "status"}, {"effect": "x"}]', 400, "[1]: effect is one of status"),
        (b'{"effect": "latency", "latency": 1e999}', 400, "the body has to be a fault"),
        (b" " * (1024 * 1024 + 1), 413, "at most 1048576 bytes"),
    ],
)
def test_what_is_no_script_is_refused_and_adds_nothing(sandbox, client, sent, status, told):
    answer = client.post("/_sandbox/faults", content=sent)
    assert (answer.status_code, told in answer.json()["error"]) == (status, True)
    assert sandbox.faults.report()["faults"] == []

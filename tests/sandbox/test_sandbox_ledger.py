"""The ledger and the reset, over HTTP where it matters."""

from __future__ import annotations

import httpx
import pytest

from simloom.sandbox import ManualClock, Sandbox, World
from simloom.sandbox.agenda import Agenda
from simloom.sandbox.bodies import check_body
from simloom.sandbox.emulator import Emulator
from simloom.sandbox.journal import Masker
from simloom.sandbox.ledger import Ledger
from simloom.sandbox.messages import Refused
from simloom.sandbox.specs import Spec

START = "2026-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def running():
    with (
        Sandbox(seed=7, sims=30, clock=ManualClock(), action_delay=5) as sandbox,
        httpx.Client(base_url=sandbox.url, verify=False, trust_env=False) as client,
    ):
        yield sandbox, client


def test_effects_of_several_vendors_over_http_and_the_way_back(running):
    _, client = running
    key = {"Authorization": "App sandbox-infobip-api-key"}
    sims = client.get("/infobip/iot/2/sims?limit=30", headers=key).json()["sims"]
    iccid = next(sim["iccid"] for sim in sims if sim["status"] == "Active")
    path = f"/infobip/iot/1/sims/{iccid}"
    assert client.patch(path, json={"name": "x"}, headers=key).status_code == 200
    assert client.patch(path, json={"name": "x"}, headers=key).status_code == 200
    sent = client.post(f"{path}/sms", json={"text": "hello"}, headers=key)
    assert (sent.status_code, sent.content) == (200, b"")

    bearer = {"Authorization": "Bearer sandbox-telcoapi-api-key"}
    new = {"iccid": "89441234567890123456", "pin1": "8642"}
    assert client.post("/telcoapi/v1/sim/physical", json=new, headers=bearer).status_code == 201

    everything = client.get("/_sandbox/ledger")
    assert "8642" not in everything.text
    effects = everything.json()["effects"]
    assert [(e["number"], e["time"], e["provider"], e["operation"]) for e in effects] == [
        (1, START, "infobip", "rename_sim"),
        (2, START, "infobip", "send_sms"),
        (3, START, "telcoapi", "provision_sim"),
    ]
    assert client.get("/_sandbox/ledger", params={"iccid": iccid}).json()["effects"] == effects[:2]
    by_vendor = client.get("/_sandbox/ledger?provider=telcoapi").json()
    assert (by_vendor["effects"], by_vendor["dropped"]) == (effects[2:], 0)

    assert client.get("/_sandbox/state").json()["effects"] == 3
    assert client.post("/_sandbox/reset").status_code == 204
    assert client.get("/_sandbox/ledger").json()["effects"] == []
    assert client.get("/infobip/iot/2/sims?limit=30", headers=key).json()["sims"] == sims
    gone = client.get("/telcoapi/v1/sim/physical/89441234567890123456", headers=bearer)
    assert gone.status_code == 404


def test_what_is_due_is_in_the_ledger_without_another_request(running):
    sandbox, client = running
    address = sandbox.provider("telekom-m2m")
    form = {name: address.settings[name] for name in ("client_id", "client_secret")}
    form["grant_type"] = "client_credentials"
    token = client.post(address.token_url or "", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{address.base_url}/partners/100013/sims"
    listed = client.get(url, headers=headers).json()["sims"]
    iccid = next(sim["iccid"] for sim in listed if sim["status"] == "Productive")
    body = {"sims": [{"iccid": iccid}]}
    assert client.post(f"{url}/actions/block", json=body, headers=headers).status_code == 202
    assert client.get("/_sandbox/ledger").json()["effects"] == []
    sandbox.emulator.world.clock.advance(60)
    (effect,) = client.get("/_sandbox/ledger").json()["effects"]
    assert (effect["time"], effect["iccid"]) == ("2026-01-01T00:00:05+00:00", iccid)
    client.post("/_sandbox/reset")


def test_a_reset_forgets_what_was_promised(desk):
    iccid = desk.sim("telekom-m2m", status="Productive")
    before = desk.emulator.state()
    body = {"sims": [{"iccid": iccid}]}
    desk.ask("telekom-m2m", "POST", "/partners/100013/sims/actions/block", body)
    desk.emulator.reset()
    desk.clock.advance(60)
    assert desk.emulator.state() == before
    assert desk.effects() == []


def test_the_ledger_keeps_the_last_ones_and_counts_the_others():
    ledger = Ledger(ManualClock(), Masker({"pin1"}, {"open sesame"}), capacity=2)
    for number in range(4):
        ledger.add("x", "y", str(number), {"pin1": (1, 2), "sms": (None, "say open sesame")})
    assert [entry["iccid"] for entry in ledger.entries()] == ["2", "3"]
    assert (ledger.count, ledger.dropped) == (4, 2)
    assert ledger.entries()[0]["changed"] == {
        "pin1": "***",
        "sms": {"from": None, "to": "say ***"},
    }


def test_jobs_are_done_in_the_order_in_which_they_are_due():
    clock, done = ManualClock(), []
    agenda = Agenda(clock)
    agenda.can("note", lambda moment, text: done.append((text, moment.second)))
    agenda.after(2, "note", "late")
    agenda.after(1, "note", "early")
    agenda.after(1, "note", "next")
    agenda.after(0, "note", "now")
    clock.advance(0.5)
    agenda.settle()
    assert done == [("now", 0)]
    clock.advance(10)
    agenda.settle()
    agenda.settle()
    assert done == [("now", 0), ("early", 1), ("next", 1), ("late", 2)]


@pytest.mark.parametrize("delay", [-1, float("nan"), 86_401])
@pytest.mark.parametrize("name", ["queue_delay", "action_delay"])
def test_delays_have_limits(name, delay):
    with pytest.raises(ValueError, match=name):
        World(**{name: delay})


def test_a_million_sims_cost_nothing_until_asked_for():
    emulator = Emulator(World(sims=1_000_000, clock=ManualClock()))
    live = emulator._mounted["telcoapi"].vendor.live
    assert len(live.indexes) == 1_000_000
    live.change(999_999, state="BLOCKED")
    assert live.record(999_999)["state"] == live.state(999_999) == "BLOCKED"
    assert list(live.changed) == [999_999]


SCHEMA = {
    "type": "object",
    "required": ["name", "status"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "pattern": "^a"},
        "status": {"allOf": [{"type": "string", "enum": ["on", "off"]}], "default": "on"},
        "count": {"type": "integer", "minimum": 1},
        "flag": {"type": "boolean"},
        "items": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "number"}},
    },
}


def checked(body):
    check_body(Spec("x", {}), SCHEMA, body)


@pytest.mark.parametrize(
    "body", [{"name": "ab"}, {"name": "ab", "status": "off", "items": [1, 1.5], "flag": True}]
)
def test_bodies_that_fit(body):
    checked(body)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (7, ""),
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": "a"}, "name"),
        ({"name": "ba"}, "name"),
        ({"name": "ab", "status": "dim"}, "status"),
        ({"name": "ab", "count": 0}, "count"),
        ({"name": "ab", "count": 1.5}, "count"),
        ({"name": "ab", "count": True}, "count"),
        ({"name": "ab", "flag": 1}, "flag"),
        ({"name": "ab", "items": []}, "items"),
        ({"name": "ab", "items": [1, 2, 3]}, "items"),
        ({"name": "ab", "items": [1, "2"]}, "items[1]"),
        ({"name": "ab", "nmae": 1}, "nmae"),
    ],
)
def test_bodies_that_do_not_fit_say_where(body, where):
    with pytest.raises(Refused) as caught:
        checked(body)
    assert caught.value.where == where

"""What a sandbox writes down, and how the next one goes on from it."""

from __future__ import annotations

import json
import sqlite3
import stat
from datetime import timedelta

import httpx
import pytest

from simloom.sandbox import ManualClock, Sandbox
from simloom.sandbox.state import About, StateFile, StateRefused

M2M, BSC, TELCO, SUPERUNIT = "telekom-m2m", "telekom-bsc", "telcoapi", "100013"


def act(desk, name, *iccids, **more):
    body = {"sims": [{"iccid": iccid} for iccid in iccids], **more}
    return desk.ask(M2M, "POST", f"/partners/{SUPERUNIT}/sims/actions/{name}", body).body


def busy(desk):
    """Do a little of everything that is remembered."""
    one, other, third = desk.sims(M2M, status="Productive")[:3]
    act(desk, "modifyremarks", one, remarks="done before")
    transfer = {"sims": [{"iccid": third}], "receivingPartnerID": "100017"}
    path = f"/partners/{SUPERUNIT}/sims/actions/simtransfer"
    number = desk.ask(M2M, "POST", path, transfer).body["transactionID"]
    accept = {"action": "ACCEPT"}
    desk.ask(M2M, "PATCH", f"/partners/100017/sims/actions/simtransfer/{number}", accept)
    desk.ask(M2M, "POST", f"/partners/{SUPERUNIT}/sims/{other}/sms", {"message": "x"})
    desk.wait(10)
    act(desk, "suspend", other)
    act(desk, "block", one)
    iccid = desk.sim(BSC, status="Enabled", imei_lock=False)
    desk.ask(BSC, "PUT", f"/v1/sims/{iccid}", {"iccid": iccid, "label": "Pump"})
    desk.ask(BSC, "POST", f"/v1/sims/{iccid}/topup")
    desk.ask(BSC, "POST", f"/v1/sims/{iccid}/sms", {"payload": "x"})
    desk.ask(BSC, "POST", f"/v1/sims/{iccid}/reset")
    desk.ask(BSC, "POST", "/v1/orders", {"products": [{"productId": 1001, "quantity": 2}]})
    iccid = desk.sim(TELCO, state="ACTIVE")
    wrong = {"pin_type": "PIN1", "current_pin": "x", "new_pin": "1111"}
    desk.ask(TELCO, "POST", f"/v1/sim/physical/{iccid}/reset-pin", wrong)
    desk.ask(TELCO, "PATCH", f"/v1/sim/physical/{iccid}/state", {"state": "SUSPENDED"})
    desk.ask(TELCO, "POST", "/v1/sim/physical", {"iccid": "8944120000000000001", "pin1": "1234"})
    desk.ask(TELCO, "DELETE", f"/v1/sim/physical/{desk.sims(TELCO)[3]}")
    iccid = desk.sim("infobip", status="Active")
    desk.ask("infobip", "PATCH", f"/iot/1/sims/{iccid}", {"name": "x"})


def listens(desk):
    emulator = desk.emulator
    emulator.webhooks.register(TELCO, "http://192.0.2.1/x", None, allow_remote=True)
    emulator.webhooks.register(
        BSC, "http://127.0.0.1:9/y", ["sms_delivery_report"], allow_remote=False
    )
    emulator.events.subscribe("simaction.v1", "mine", "sandbox-client", ("100017",))


def remembered(desk):
    return [(*row[:3], json.dumps(row[3])) for row in desk.emulator._rows()]


def test_the_next_sandbox_goes_on_where_the_last_one_was(new_desk, tmp_path):
    file = StateFile(tmp_path / "state.db")
    before, after = new_desk(), new_desk()
    listens(before)
    busy(before)
    number = before.emulator.save(file)
    after.clock.advance(3)  # it starts at another time
    assert after.emulator.restore(file)
    assert after.clock.now() == before.clock.now()
    assert remembered(after) == remembered(before)
    assert number == len(remembered(before)) > 40
    counts = [desk.emulator.state()["providers"] for desk in (before, after)]
    assert counts[0] == counts[1]
    assert counts[0][M2M]["tokensIssued"] > 1
    assert [made["url"] for made in after.emulator.webhooks.registered()] == [
        "http://192.0.2.1/x",
        "http://127.0.0.1:9/y",
    ]
    assert after.emulator.events.subscription("mine").partners == ("100017",)
    for look in (lambda e: e.events.events(), lambda e: e.webhooks.deliveries()):
        assert look(after.emulator) == look(before.emulator)
    assert len(after.emulator.events.events()["events"]) > 3
    assert len(after.emulator.webhooks.due()) > 3
    after._logins = dict(before._logins)  # the tokens count as long as they would have
    for desk in (before, after):
        assert desk.emulator.state()["providers"][M2M]["tokensLive"] > 0
        desk.clock.advance(86_400)
    assert remembered(after) == remembered(before)
    effects = [desk.emulator.ledger() for desk in (before, after)]
    assert effects[0] == effects[1]
    assert [entry["operation"] for entry in effects[0]["effects"]][-1] == "create_order"
    for desk in (before, after):
        desk._logins.clear()
    paths = (f"/partners/{SUPERUNIT}/sims", f"/partners/{SUPERUNIT}/sims/actions")
    for path in paths:
        assert after.ask(M2M, "GET", path).body == before.ask(M2M, "GET", path).body
    for provider, path in ((BSC, "/v1/sims"), (BSC, "/v1/orders"), (TELCO, "/v1/sim/physical")):
        shown = [desk.ask(provider, "GET", path).body for desk in (before, after)]
        assert shown[0] == shown[1]
    # Numbers go on from where they were: none is given twice.
    ids = [act(desk, "modifyremarks", desk.sim(M2M), remarks="y") for desk in (before, after)]
    assert ids[0]["signupId"] == ids[1]["signupId"]


def test_what_was_due_while_nothing_ran_is_done_with_its_own_time(new_desk, tmp_path):
    file = StateFile(tmp_path / "state.db")
    before, after = new_desk(action_delay=60), new_desk(action_delay=60)
    signup = act(before, "suspend", before.sim(M2M, status="Productive"))["signupId"]
    before.emulator.save(file)
    after.clock.advance(3600)
    after.emulator.restore(file)
    path = f"/partners/{SUPERUNIT}/sims/actions/{signup}"
    status = after.ask(M2M, "GET", path).body
    assert (status["status"], status["finished"]) == ("DONE", "2026-01-01T00:01:00.000Z")


def test_the_file_is_for_its_owner_and_replaced_as_a_whole(new_desk, tmp_path, monkeypatch):
    file = StateFile(tmp_path / "state.db")
    desk = new_desk()
    desk.emulator.save(file)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    old = file.path.read_bytes()
    about = About(seed=7, sims=60, saved="2026-01-01T00:00:00+00:00")

    def breaks():
        yield "", "ledger", "count", 1
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        file.write(about, breaks())
    assert file.path.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["state.db"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 8}, "with seed 8, not 7: name another file, or start with that seed"),
        ({"sims": 61}, "with sims 61, not 60"),
        ({"format": 2}, "with format 2, not 1: .* the version of simloom that wrote it"),
    ],
)
def test_the_state_of_another_sandbox_is_refused(desk, tmp_path, change, message):
    file = StateFile(tmp_path / "state.db")
    about = {"seed": 7, "sims": 60, "saved": "2026-01-01T00:00:00+00:00", **change}
    file.write(About(**about), [])
    before = remembered(desk)
    with pytest.raises(StateRefused, match=message):
        desk.emulator.restore(file)
    assert remembered(desk) == before


def test_what_is_no_state_is_refused(desk, tmp_path):
    text, database = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("no database at all, but long enough to be looked at " * 40)
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE about (name, value)")
    connection.close()
    for path in (text, database):
        with pytest.raises(StateRefused, match="is not the state of a sandbox"):
            desk.emulator.restore(StateFile(path))
        with pytest.raises(StateRefused, match="is not the state of a sandbox"):
            Sandbox(state=path)
    assert desk.emulator.restore(StateFile(tmp_path / "nothing.db")) is False
    assert not (tmp_path / "nothing.db").exists()


@pytest.mark.parametrize(
    "row",
    [
        (M2M, "no such part", "1", {}),
        (M2M, "actions", "1", {"partner": "100013"}),
        (M2M, "sims", "changed x", {}),
        ("", "events", "1", {"stream": "simaction.v1"}),
        ("", "events", "", {"idle": "x"}),
        ("", "deliveries", "sent 1", {"url": "file:///etc/passwd"}),
        ("", "deliveries", "count", None),
    ],
)
def test_a_damaged_state_is_refused_as_a_whole(desk, tmp_path, row):
    file, start = StateFile(tmp_path / "state.db"), remembered(desk)
    label = ("infobip", "sims", "changed 1", {"name": "half"})
    file.write(About(seed=7, sims=60, saved="2026-01-01T00:00:00+00:00"), [label, row])
    with pytest.raises(StateRefused, match="not known here"):
        desk.emulator.restore(file)
    assert remembered(desk) == start


def test_a_server_writes_when_it_stops_and_when_it_is_asked(tmp_path):
    path = tmp_path / "state.db"
    options = {"sims": 5, "seed": 3, "clock": ManualClock(), "state": path}
    with Sandbox(**options) as sandbox, sandbox.connect("infobip") as infobip:
        iccid = next(iter(infobip.sims())).iccid
        infobip.set_label(iccid, "first")
        with httpx.Client(base_url=sandbox.url, trust_env=False, verify=False) as admin:
            answer = admin.post("/_sandbox/state/save").json()
        assert answer["file"] == str(path)
        assert answer["rows"] == len(list(sandbox.emulator._rows()))
        infobip.set_label(iccid, "second")
    with Sandbox(**options) as sandbox, sandbox.connect("infobip") as infobip:
        assert infobip.get(iccid).label == "second"
        assert len(sandbox.emulator.ledger("infobip", iccid)["effects"]) == 2
    with pytest.raises(StateRefused, match="with seed 3, not 4"):
        Sandbox(**{**options, "seed": 4})


@pytest.mark.parametrize("given", [{}, {"seed": 3}, {"sims": 5}, {"seed": 3, "sims": 5}])
def test_seed_and_number_of_sims_come_from_the_file(tmp_path, given):
    path = tmp_path / "state.db"
    Sandbox(sims=5, seed=3).emulator.save(StateFile(path))
    world = Sandbox(state=path, **given).emulator.world
    assert (world.seed, world.sims) == (3, 5)


@pytest.mark.parametrize(
    ("given", "message"),
    [({"seed": 1}, "with seed 3, not 1"), ({"seed": 3, "sims": 25}, "with sims 5, not 25")],
)
def test_other_values_are_refused_even_if_they_are_the_usual_ones(tmp_path, given, message):
    path = tmp_path / "state.db"
    Sandbox(sims=5, seed=3).emulator.save(StateFile(path))
    with pytest.raises(StateRefused, match=message):
        Sandbox(state=path, **given)


@pytest.mark.parametrize("about", [{}, {"seed": "3", "sims": 5}, {"seed": 3, "sims": -1}])
def test_a_file_without_a_usable_origin_is_refused(tmp_path, about):
    path = tmp_path / "state.db"
    StateFile(path).write(About(seed=3, sims=5, saved="2026-01-01T00:00:00+00:00"), [])
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM about WHERE name IN ('seed', 'sims')")
        rows = [(name, json.dumps(value)) for name, value in about.items()]
        database.executemany("INSERT INTO about VALUES (?, ?)", rows)
    database.close()
    with pytest.raises(ValueError, match="not the state of a sandbox|SIMs, not -1"):
        Sandbox(state=path)


def test_without_a_file_or_values_the_usual_ones_are_used(tmp_path):
    for options in ({}, {"state": tmp_path / "nothing.db"}):
        world = Sandbox(**options).emulator.world
        assert (world.seed, world.sims) == (1, 25)


def test_without_a_file_nothing_is_saved(sandbox):
    with httpx.Client(base_url=sandbox.url, trust_env=False, verify=False) as admin:
        answer = admin.post("/_sandbox/state/save")
    assert answer.status_code == 409
    assert "--state" in answer.json()["error"]


def test_a_place_that_cannot_be_written_is_refused_at_the_start(tmp_path):
    with pytest.raises(OSError, match="is no folder"):
        Sandbox(state=tmp_path / "missing" / "state.db")
    with pytest.raises(OSError, match="is a folder"):
        Sandbox(state=tmp_path)


def test_the_clock_of_the_machine_is_moved_forward_and_never_back(tmp_path):
    path = tmp_path / "state.db"
    with Sandbox(sims=1, state=path) as sandbox:
        sandbox.emulator.world.clock.advance(86_400)
        ahead = sandbox.emulator.world.clock.now()
    with Sandbox(sims=1, state=path) as sandbox:
        assert timedelta(0) <= sandbox.emulator.world.clock.now() - ahead < timedelta(minutes=1)

"""Reading SIMs, and changing one thing about them without touching the rest."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from simloom.capabilities import Verb
from simloom.errors import DecodeError, NotFound, UnsupportedOperation
from simloom.models import ActionState, ActionStatus, Sim, SimStatus

ICCID = "8988280666000000001"
PATH = f"/v1/sims/{ICCID}"
READ = ("get_sim", f"GET {PATH}", (), None)
RECORD = {
    "iccid": ICCID,
    "iccid_with_luhn": "89882806660000000016",
    "imsi": "901405100000001",
    "current_imsi": "901405100000001",
    "msisdn": "882285100000001",
    "imei": "3512345678901201",
    "imei_lock": True,
    "status": "Disabled",
    "activation_date": "2018-03-09T07:59:09.000+0000",
    "ip_address": "10.1.2.3",
    "current_quota": 499.5,
    "quota_status": {"id": 0, "description": "More than 20% available"},
    "current_quota_SMS": 249,
    "label": "Pump 1",
}
DONE_200 = (200, b"")


def written(status: str, lock: bool | None, label: str | None) -> tuple[str, str, tuple, bytes]:
    body: dict[str, object] = {"iccid": ICCID, "status": status}
    if lock is not None:
        body["imei_lock"] = lock
    if label is not None:
        body["label"] = label
    return "update_sim", f"PUT {PATH}", (), json.dumps(body, separators=(",", ":")).encode()


def test_get_maps_what_the_vendor_tells(bsc, play):
    assert play(bsc.get(ICCID), RECORD) == Sim(
        provider="telekom-bsc",
        iccid=ICCID,
        imsi="901405100000001",
        msisdn="882285100000001",
        imei="3512345678901201",  # 16 digits, an IMEISV, as it came
        status=SimStatus.SUSPENDED,
        vendor_status="Disabled",
        label="Pump 1",
        activated_at=dt.datetime(2018, 3, 9, 7, 59, 9, tzinfo=dt.UTC),
    )
    assert play.sent == [READ]


@pytest.mark.parametrize(
    ("vendor", "status", "vendor_status"),
    [
        ("Enabled", SimStatus.ACTIVE, "Enabled"),
        ("Disabled", SimStatus.SUSPENDED, "Disabled"),
        ("Hibernating", SimStatus.UNKNOWN, "Hibernating"),
        (None, SimStatus.UNKNOWN, ""),
        ({"odd": 1}, SimStatus.UNKNOWN, ""),
    ],
)
def test_statuses(bsc, play, vendor, status, vendor_status):
    sim = play(bsc.get(ICCID), {"iccid": ICCID, "status": vendor})
    assert (sim.status, sim.vendor_status) == (status, vendor_status)


def test_what_is_missing_or_null_is_none_and_an_odd_date_stays_in_raw(bsc, play):
    nulls = dict.fromkeys(("imsi", "msisdn", "imei", "label", "imei_lock"))
    sim = play(bsc.get(ICCID), {"iccid": ICCID, **nulls, "activation_date": "some day"})
    assert sim == Sim(provider="telekom-bsc", iccid=ICCID)
    assert sim.raw.activation_date == "some day"


@pytest.mark.parametrize("record", [{"iccid": None}, {"iccid": ""}, {"iccid": ["1"]}, {}, [], 7])
def test_a_sim_without_an_iccid_is_a_decode_error(bsc, play, record):
    with pytest.raises(DecodeError):
        play(bsc.get(ICCID), record)


def test_the_label_alone_changes(bsc, play):
    action = play(bsc.set_label(ICCID, "Pump 2"), RECORD, DONE_200)
    assert action == ActionState(
        provider="telekom-bsc", verb="set-label", status=ActionStatus.DONE, iccids=(ICCID,)
    )
    assert play.sent == [READ, written("Disabled", True, "Pump 2")]


@pytest.mark.parametrize(
    ("verb", "record", "sent"),
    [
        ("activate", RECORD, written("Enabled", True, "Pump 1")),
        ("resume", RECORD, written("Enabled", True, "Pump 1")),
        ("suspend", RECORD | {"status": "Enabled"}, written("Disabled", True, "Pump 1")),
        ("unlock_imei", RECORD, written("Disabled", False, "Pump 1")),
        ("lock_imei", RECORD | {"imei_lock": False}, written("Disabled", True, "Pump 1")),
        # What the vendor does not tell is not made up; an empty label is one.
        ("activate", {"iccid": ICCID, "status": "Disabled"}, written("Enabled", None, None)),
        ("lock_imei", {"iccid": ICCID, "status": "Disabled"}, written("Disabled", True, None)),
        ("activate", RECORD | {"imei_lock": None, "label": None}, written("Enabled", None, None)),
        ("activate", RECORD | {"label": ""}, written("Enabled", True, "")),
        # A status that nobody documents is sent back as it came.
        ("unlock_imei", RECORD | {"status": "Parked"}, written("Parked", False, "Pump 1")),
    ],
)
def test_a_change_sends_the_present_values_of_everything_else(bsc, play, verb, record, sent):
    play(getattr(bsc, verb)(ICCID), record, DONE_200)
    assert play.sent == [READ, sent]


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("activate", SimStatus.ACTIVE),
        ("resume", SimStatus.ACTIVE),
        ("suspend", SimStatus.SUSPENDED),
    ],
)
def test_a_change_of_status_is_pending_until_the_sim_shows_it(bsc, play, verb, expected):
    other = {"activate": "Disabled", "resume": "Disabled", "suspend": "Enabled"}[verb]
    action = play(getattr(bsc, verb)(ICCID), RECORD | {"status": other}, DONE_200)
    assert action == ActionState(
        provider="telekom-bsc",
        verb=verb,
        status=ActionStatus.PENDING,
        iccids=(ICCID,),
        expected=expected,
    )
    still = play(bsc.refresh(action), RECORD | {"status": other})
    assert still == action
    assert play.sent == [READ]
    wanted = {"activate": "Enabled", "resume": "Enabled", "suspend": "Disabled"}[verb]
    assert play(bsc.refresh(action), RECORD | {"status": wanted}).status is ActionStatus.DONE


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (lambda bsc: bsc.suspend(ICCID), SimStatus.SUSPENDED),
        (lambda bsc: bsc.set_label(ICCID, "Pump 1"), None),
        (lambda bsc: bsc.lock_imei(ICCID), None),
    ],
)
def test_nothing_is_written_when_the_sim_is_so_already(bsc, play, flow, expected):
    action = play(flow(bsc), RECORD)
    assert (action.status, action.expected) == (ActionStatus.DONE, expected)
    assert play.sent == [READ]


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"iccid": ICCID}, "status"),
        (RECORD | {"status": None}, "status"),
        (RECORD | {"status": ["Enabled"]}, "status"),
        (RECORD | {"imei_lock": "locked"}, "imei_lock"),
        (RECORD | {"label": {"text": "Pump"}}, "label"),
    ],
)
def test_without_a_value_to_keep_nothing_is_written(bsc, play, record, name):
    with pytest.raises(DecodeError, match=f"SIM's {name} is not told.*nothing was changed"):
        play(bsc.lock_imei(ICCID) if name != "imei_lock" else bsc.activate(ICCID), record)
    assert play.sent == [READ]


def test_a_sim_that_cannot_be_read_is_not_written(bsc, play):
    with pytest.raises(NotFound):
        play(bsc.suspend(ICCID), (404, b""))
    assert play.sent == [READ]


def test_refresh_of_several_sims_is_done_when_all_are(bsc, play):
    action = ActionState(
        provider="telekom-bsc", verb="suspend", iccids=("1", "2"), expected=SimStatus.SUSPENDED
    )
    off, on = ({"iccid": "1", "status": word} for word in ("Disabled", "Enabled"))
    assert play(bsc.refresh(action), off, on).status is ActionStatus.PENDING
    assert play(bsc.refresh(action), off, off).status is ActionStatus.DONE
    assert [line for _, line, _, _ in play.sent] == ["GET /v1/sims/1", "GET /v1/sims/2"]


def test_refresh_sends_nothing_for_what_is_over_or_cannot_be_seen(bsc, play):
    over = ActionState(
        provider="telekom-bsc",
        verb="suspend",
        status=ActionStatus.FAILED,
        iccids=(ICCID,),
        expected=SimStatus.SUSPENDED,
    )
    assert play(bsc.refresh(over)) == over
    queued = play(bsc.reset_connectivity(ICCID), (201, b""))
    assert queued.status is ActionStatus.PENDING
    assert play(bsc.refresh(queued)).status is ActionStatus.UNKNOWN
    assert play.sent == []


def test_nothing_can_be_called_back(bsc, play):
    action = ActionState(provider="telekom-bsc", verb=Verb.SUSPEND.value, iccids=(ICCID,))
    with pytest.raises(UnsupportedOperation, match="telekom-bsc has no operation 'cancel'"):
        play(bsc.cancel(action))
    assert play.sent == []

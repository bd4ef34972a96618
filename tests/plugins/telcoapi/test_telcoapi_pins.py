"""Provisioning and PINs: what goes out, and that no secret shows."""

from __future__ import annotations

import datetime as dt
import traceback

import pytest

from simloom.errors import BadRequest, DecodeError, InvalidParameter
from simloom.models import PinResult, Sim, SimStatus
from simloom.plugins.flows import Script
from simloom.runtime import Secret

ICCID = "89441234567890123456"
PATH = f"/v1/sim/physical/{ICCID}"
SECRETS = {
    "pin1": "canary-1",
    "pin2": "canary-2",
    "puk1": "canary-3",
    "puk2": "canary-4",
    "ki": "canary-5",
    "opc": "canary-6",
}


@pytest.mark.parametrize("wrap", [str, Secret])
def test_provisioning_hands_everything_over(telcoapi, play, wrap):
    secrets = {name: wrap(value) for name, value in SECRETS.items()}
    flow = telcoapi.provision(
        ICCID, imsi="234150123456789", msisdn="447123456789", vendor="GEMALTO", **secrets
    )
    answer = {
        "iccid": ICCID,
        "state": "INVENTORY",
        "created_at": "2024-01-15T10:30:00Z",
        "updated_at": "2024-01-15T10:30:00Z",
    }
    sim = play(flow, answer)
    moment = dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC)
    assert sim == Sim(
        provider="telcoapi",
        iccid=ICCID,
        status=SimStatus.INVENTORY,
        vendor_status="INVENTORY",
        created_at=moment,
        updated_at=moment,
    )
    body = (
        b'{"iccid":"89441234567890123456","imsi":"234150123456789","msisdn":"447123456789",'
        b'"vendor":"GEMALTO","pin1":"canary-1","pin2":"canary-2","puk1":"canary-3",'
        b'"puk2":"canary-4","ki":"canary-5","opc":"canary-6"}'
    )
    assert play.sent == [("provision_sim", "POST /v1/sim/physical", (), body)]
    assert "canary" not in f"{sim!r} {sim.raw!r}"


def test_what_is_not_given_is_left_out(telcoapi, play):
    play(telcoapi.provision(ICCID, pin1=Secret("1")), (201, b'{"iccid":"89441234567890123456"}'))
    assert play.sent[0][3] == b'{"iccid":"89441234567890123456","pin1":"1"}'


def test_a_request_shows_no_secret(telcoapi):
    script = Script([(201, b'{"iccid":"89441234567890123456"}')])
    script.play(telcoapi.provision(ICCID, **SECRETS))
    (request,) = script.requests
    assert "canary" not in f"{request!r} {request.body!r} {request.body.to_dict()}"


def test_changing_a_pin(telcoapi, play):
    flow = telcoapi.reset_pin(ICCID, current_pin=Secret("1234"), new_pin="4321")
    answer = {"success": True, "updated_at": "2024-01-15T10:40:00Z"}
    assert play(flow, answer) == PinResult(provider="telcoapi", iccid=ICCID, success=True)
    body = b'{"pin_type":"PIN1","current_pin":"1234","new_pin":"4321"}'
    assert play.sent == [("reset_pin", f"POST {PATH}/reset-pin", (), body)]


def test_unblocking_a_pin(telcoapi, play):
    flow = telcoapi.unblock_pin(ICCID, puk="12345678", new_pin=Secret("4321"), pin="PIN2")
    answer = {"success": False, "remaining_attempts": 9, "updated_at": "2024-01-15T10:45:00Z"}
    assert play(flow, answer) == PinResult(
        provider="telcoapi", iccid=ICCID, success=False, remaining_attempts=9
    )
    body = b'{"pin_type":"PIN2","puk":"12345678","new_pin":"4321"}'
    assert play.sent == [("unblock_pin", f"POST {PATH}/unblock-pin", (), body)]


@pytest.mark.parametrize(
    ("left", "told"), [(10, 10), ("3", 3), (None, None), (-1, None), ([], None)]
)
def test_remaining_attempts(telcoapi, play, left, told):
    flow = telcoapi.unblock_pin(ICCID, puk="1", new_pin="2")
    assert play(flow, {"success": True, "remaining_attempts": left}).remaining_attempts == told


@pytest.mark.parametrize(
    ("flow", "name"),
    [
        (lambda api: api.reset_pin(ICCID, current_pin="", new_pin="1"), "current_pin is empty"),
        (lambda api: api.reset_pin(ICCID, current_pin="1", new_pin=Secret("")), "new_pin is empty"),
        (lambda api: api.unblock_pin(ICCID, puk="", new_pin="1"), "puk is empty"),
        (lambda api: api.unblock_pin(ICCID, puk="1", new_pin="1", pin="PIN3"), "PIN1 nor PIN2"),
        (lambda api: api.reset_pin(ICCID, current_pin="1", new_pin="1", pin="pin1"), "PIN1 nor"),
    ],
)
def test_what_would_waste_an_attempt_is_not_sent(telcoapi, play, flow, name):
    with pytest.raises(InvalidParameter, match=name):
        play(flow(telcoapi))
    assert play.sent == []


@pytest.mark.parametrize("answer", [{}, {"success": None}, {"success": "perhaps"}, {"success": 1}])
def test_an_answer_without_an_outcome_is_no_success_and_no_failure(telcoapi, play, answer):
    for flow in (
        telcoapi.reset_pin(ICCID, current_pin="1", new_pin="2"),
        telcoapi.unblock_pin(ICCID, puk="1", new_pin="2"),
    ):
        with pytest.raises(DecodeError, match="does not tell whether") as caught:
            play(flow, answer)
        assert caught.value.status == 200
        assert caught.value.content


OLD, NEW = Secret("canary-old"), Secret("canary-new")


def test_an_error_shows_no_secret_not_even_with_local_variables(telcoapi):
    script = Script([(400, b'{"title": "Wrong PIN", "detail": "2 attempts left"}')])
    with pytest.raises(BadRequest, match="2 attempts left") as caught:
        script.play(telcoapi.reset_pin(ICCID, current_pin=OLD, new_pin=NEW))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(shown.format())
    assert "Secret(***)" in text
    assert "canary" not in f"{text} {caught.value!r} {script.requests!r}"

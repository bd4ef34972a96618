"""Events of the M2M Service Portal, as its document shows them and as it might send them."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from simloom.events.types import (
    CostLimit,
    PoolLimit,
    ProfileNotification,
    SimAction,
    SimTransfer,
    TransferStep,
    UnknownEvent,
)
from simloom_clients.telekom_m2m import models
from simloom_plugins.telekom_m2m.events import offset, read_event

SPEC = Path(__file__).resolve().parents[2] / "specs" / "telekom-m2m" / "openapi.yaml"
SCHEMAS = yaml.load(SPEC.read_text("utf-8"), yaml.CSafeLoader)["components"]["schemas"]
MOMENT = dt.datetime(2025, 8, 2, 9, 54, 13, 133000, dt.UTC)


def example(name, number=0):
    return copy.deepcopy(SCHEMAS[name]["examples"][number])


@pytest.mark.parametrize("number", [708855306, "708855306"])
def test_an_action(number):
    raw = example("SimActionEvent")
    raw["data"]["signupID"] = number
    event = read_event(raw)
    assert event == SimAction(
        provider="telekom-m2m",
        id="00000000-0000-1000-a000-000706409461",
        type="simaction.v1",
        source="/v1/partners/simaction",
        time=MOMENT,
        partner="100013",
        signup_id="708855306",
        message="Action with signup ID 708855306 is done.",
    )
    assert isinstance(event.raw, models.SimActionEvent)
    assert event.raw.data.signup_id == "708855306"


@pytest.mark.parametrize("number", [1002946614, "1002946614"])
@pytest.mark.parametrize(
    ("word", "step"),
    [
        ("REQUESTED", TransferStep.REQUESTED),
        ("ACCEPTED", TransferStep.ACCEPTED),
        ("REJECTED", TransferStep.REJECTED),
        ("cancelled", TransferStep.CANCELLED),
        ("COMPLETED", TransferStep.COMPLETED),
        ("FROZEN", TransferStep.UNKNOWN),
        (None, TransferStep.UNKNOWN),
    ],
)
def test_a_transfer_has_the_type_of_an_action_and_a_transaction(number, word, step):
    raw = example("SimTransferEvent")
    raw["data"].update(transactionID=number, action=word)
    event = read_event(raw)
    assert isinstance(event, SimTransfer)
    assert (event.transaction_id, event.signup_id) == ("1002946614", "708855337")
    assert event.step is step
    assert event.message.startswith("You have received a request")
    assert isinstance(event.raw, models.SimTransferEvent)


@pytest.mark.parametrize("key", ["restrictionStatus", "restrictionStatus:"])
def test_a_profile_notification_in_both_spellings(key):
    raw = example("ProfileNotificationEvent", 1)
    raw["data"]["sim"] = {"iccid": "8999829698800485278", key: "Speed Step-down"}
    event = read_event(raw)
    assert isinstance(event, ProfileNotification)
    assert (event.iccid, event.restriction) == ("8999829698800485278", "Speed Step-down")
    assert (event.condition, event.profile, event.level) == ("Session Limit", "Limit", 2)
    assert (event.allowed, event.detected) == ("5", "6")
    assert (event.apn, event.apn_restriction) == ("b2b.dtag.test", "Speed Step-down")
    assert type(event.restriction) is str


def test_a_pool_limit():
    event = read_event(example("PoolLimitNotificationEvent"))
    assert isinstance(event, PoolLimit)
    assert (event.pool, event.offering, event.offering_id) == (
        "SMS Test Pool",
        "Test Pool PLS",
        "800206106",
    )
    assert (event.threshold, event.limit, event.partner) == ("SMS Limit 1", Decimal(50), "162652")
    assert event.reached_at == dt.datetime(2025, 8, 2, 9, 43, 11, 142000, dt.UTC)


def test_a_cost_limit_keeps_subscriber_numbers_out_of_its_repr():
    event = read_event(example("CostLimitNotificationEvent"))
    assert isinstance(event, CostLimit)
    assert (event.iccid, event.eid) == ("8925475978255758883", "22233356789100043")
    assert (event.imsi, event.msisdn) == ("254759782866388", "4367619128340")
    assert (event.limit, event.profile_id) == (Decimal(25), "708529655")
    assert "254759782866388" not in repr(event)
    assert "4367619128340" not in repr(event)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2025-08-02T09:54:13.133Z", MOMENT),
        ("2025-08-02 09:54:13", dt.datetime(2025, 8, 2, 9, 54, 13, tzinfo=dt.UTC)),
        ("2025-08-02T11:54:13.133+02:00", MOMENT),
        ("yesterday", "yesterday"),
        (17, None),
    ],
)
def test_times_are_utc_or_text(text, time):
    assert read_event({**example("SimActionEvent"), "time": text}).time == time


@pytest.mark.parametrize(
    "change",
    [
        {"type": "weather.v1"},
        {"type": "simaction.v2"},
        {"type": None},
        {"type": ["simaction.v1"]},
        {"data": None},
        {"data": "text"},
        {"data": [1]},
    ],
)
def test_what_is_not_documented_is_an_unknown_event(change):
    raw = {**example("SimActionEvent"), **change}
    event = read_event(raw)
    assert type(event) is UnknownEvent
    assert event.raw is raw
    assert event.id == "00000000-0000-1000-a000-000706409461"


ODD = [None, 1, 1.5, True, "x", [], [1], {}, {"a": 1}, "9" * 5000, 10**400]


@pytest.mark.parametrize(
    "name",
    [
        "SimActionEvent",
        "SimTransferEvent",
        "ProfileNotificationEvent",
        "PoolLimitNotificationEvent",
        "CostLimitNotificationEvent",
    ],
)
def test_no_odd_value_raises_or_is_lost(name):
    def places(value, path=()):
        for key in value:
            yield (*path, key)
            if isinstance(value[key], dict):
                yield from places(value[key], (*path, key))

    for path in list(places(example(name))):
        for odd in ODD:
            raw = example(name)
            inner = raw
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = odd
            event = read_event(raw)
            assert event.provider == "telekom-m2m"
            assert repr(event)
            del inner[path[-1]]
            assert read_event(raw).provider == "telekom-m2m"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"x-pubsub-offset-id": ["a-1"]}, "a-1"),
        ({"X-Pubsub-Offset-Id": "a-1"}, "a-1"),
        ({"x-pubsub-offset-id": []}, None),
        ({"x-pubsub-offset-id": [7]}, None),
        ({"other": ["a"]}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_offset_is_a_header_of_the_event(headers, found):
    assert offset({**example("SimActionEvent"), "httpHeaders": headers}) == found


def test_reading_leaves_the_event_as_it_was():
    raw = example("ProfileNotificationEvent")
    read_event(raw)
    assert raw == example("ProfileNotificationEvent")

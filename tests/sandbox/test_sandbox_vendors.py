"""Vendors asked directly, without a server."""

from __future__ import annotations

import pytest

from simloom.sandbox import ManualClock, World
from simloom.sandbox.emulator import Emulator, split_path
from simloom.sandbox.messages import Call, Refused, Reply, Why
from simloom.sandbox.vendors import VENDORS
from simloom.sandbox.vendors.infobip import Infobip
from simloom.sandbox.vendors.telcoapi import TelcoApi
from simloom.sandbox.vendors.telekom_bsc import TelekomBsc
from simloom.sandbox.vendors.telekom_m2m import TelekomM2m

WORLD = World(seed=1, sims=10, clock=ManualClock())


def call(**parameters: object) -> Call:
    return Call(method="GET", path="/v1/x", parameters=parameters)


def test_a_vendor_answers_a_call_without_a_server():
    reply = Infobip(WORLD).handle("list_sims", call(page=2, limit=4))
    assert reply.status == 200
    assert [len(reply.body["sims"]), reply.body["page"]] == [4, 2]


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_operation_without_a_handler_is_501(vendor):
    reply = vendor(WORLD).handle("launch_rocket", call())
    assert reply.status == 501
    assert "launch_rocket" in (reply.reason or "")


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_reply_repeats_a_body_object(vendor):
    emulated = vendor(WORLD)
    sims = emulated.sims
    first = sims.record(0)
    first["iccid"] = "changed"
    assert sims.record(0)["iccid"] != "changed"


@pytest.mark.parametrize(
    ("why", "replies"),
    [
        (
            Why.PATH,
            [
                (404, {"status", "message", "errors", "timestamp"}),
                (404, None),
                (404, "problem"),
                (404, "infobip"),
            ],
        ),
        (
            Why.METHOD,
            [
                (405, {"status", "message", "errors", "timestamp"}),
                (405, None),
                (405, "problem"),
                (405, "infobip"),
            ],
        ),
        (
            Why.REQUEST,
            [
                (400, {"status", "message", "errors", "timestamp"}),
                (400, {"message"}),
                (400, "problem"),
                (400, "infobip"),
            ],
        ),
    ],
)
def test_each_vendor_refuses_in_its_own_words(why, replies):
    shapes = {
        "problem": {"type", "title", "status", "detail", "instance"},
        "infobip": {"requestError"},
    }
    for vendor, (status, members) in zip(VENDORS, replies, strict=True):
        refused = Refused(why, "because", where="x", place="query", allowed=("GET", "PUT"))
        reply = vendor(WORLD).refuse(refused, None, call())
        assert (reply.status, reply.reason) == (status, "because")
        assert reply.headers["Allow"] == "GET, PUT"
        wanted = shapes.get(members, members) if isinstance(members, str) else members
        assert (set(reply.body) if reply.body else None) == wanted


def test_the_time_of_an_error_comes_from_the_clock():
    clock = ManualClock()
    vendor = TelekomM2m(World(clock=clock))
    clock.advance(3661)
    reply = vendor.authenticate(call())
    assert reply is not None
    assert reply.body["timestamp"] == "2026-01-01 01:01:01"


@pytest.mark.parametrize("vendor", [TelekomM2m, TelekomBsc])
def test_a_reset_forgets_tokens(vendor):
    emulated = vendor(WORLD)
    token = emulated.tokens.issue()
    emulated.reset()
    assert not emulated.tokens.accepts(token)
    assert emulated.state()["tokensIssued"] == 0


def test_no_secret_is_in_the_repr_of_a_call():
    secret = Call(method="GET", path="/", headers={"authorization": "Bearer abc"}, body=b"abc")
    assert "abc" not in repr(secret)


def test_an_answer_that_the_spec_declares_without_a_body_has_none():
    emulator = Emulator(WORLD)
    vendor = TelcoApi(WORLD)
    unknown = Call(method="GET", path="/v1/sim/physical")
    own = vendor.authenticate(unknown)
    assert own is not None
    assert own.body["status"] == 401
    assert emulator.answer("telcoapi", unknown) == Reply(
        status=401,
        headers=own.headers,
        media_type="application/problem+json",
        reason=own.reason,
    )


@pytest.mark.parametrize(
    ("path", "mount", "rest"),
    [
        ("/infobip/iot/2/sims", "infobip", "/iot/2/sims"),
        ("/infobip", "infobip", "/"),
        ("//infobip/iot", "", "/infobip/iot"),
        ("//[", "", "/["),
        ("/info%62ip/x", "info%62ip", "/x"),
        ("", "", "/"),
    ],
)
def test_the_first_part_of_a_path_is_the_mount(path, mount, rest):
    assert split_path(path) == (mount, rest)


def test_changing_an_address_changes_no_vendor():
    emulator = Emulator(WORLD)
    emulator.address("telcoapi", "http://x").settings["api_key"] = "changed"
    assert emulator.address("telcoapi", "http://x").settings["api_key"] != "changed"


def test_an_unknown_provider_is_a_key_error():
    with pytest.raises(KeyError):
        Emulator(WORLD).answer("acme", call())

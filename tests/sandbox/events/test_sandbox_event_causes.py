"""What makes events happen, and what they say then."""

from __future__ import annotations

import time

import pytest

from simloom.sandbox import Sandbox

SUPERUNIT, SUBUNIT = "100013", "100017"


def test_a_finished_action_is_an_event_with_its_documented_members(place, portal, complaints):
    stream = place.open()
    signup = portal.act("suspend", portal.sim(status="Productive"))["signupId"]
    place.clock.advance(1)
    event = stream.event()
    assert complaints("simaction.v1", event) == []
    assert list(event) == [
        "time",
        "id",
        "source",
        "specversion",
        "type",
        "datacontenttype",
        "data",
    ]
    assert event["type"] == "simaction.v1"
    assert event["source"] == "/v1/partners/simaction"
    assert event["datacontenttype"] == "application/json"
    assert event["data"] == {
        "partnerID": SUPERUNIT,
        "signupID": signup,
        "message": f"Action with signup ID {signup} is done.",
        "actionLink": {
            "rel": "actions",
            "href": f"http://172.19.14.203:8083/v1/partners/{SUPERUNIT}/sims/actions/{signup}",
            "type": "GET",
            "name": "get action status",
        },
    }
    shown = portal.ask("GET", f"/sims/actions/{signup}")
    # The time is that at which the action was due, not that at which the clock was moved.
    assert event["time"] == shown["finished"]


def test_failed_cancelled_and_ordered_actions_are_events_too(place, portal):
    stream = place.open()
    failed = portal.act("modifyremarks", portal.live.iccid(17), remarks="x")["signupId"]
    place.clock.advance(1)
    assert stream.event()["data"]["message"] == f"Action with signup ID {failed} has failed."
    cancelled = portal.act("suspend", portal.sim(status="Productive"))["signupId"]
    portal.ask("DELETE", f"/sims/actions/{cancelled}")
    message = f"Action with signup ID {cancelled} was cancelled."
    assert stream.event()["data"]["message"] == message
    order = portal.ask("POST", "/orders", {"material": "4FF", "quantity": 10})["signupId"]
    place.clock.advance(1)
    assert stream.event()["data"]["signupID"] == order
    # Nothing is left: a cancelled action is not carried out, and so is not done later.
    assert place.get("streams")["subscriptions"][0]["undelivered"] == 0


def test_with_the_clock_of_the_machine_an_event_comes_by_itself(place_of, portal_of):
    with Sandbox(seed=7, sims=60, action_delay=0.05) as sandbox:
        place = place_of(sandbox, sandbox.emulator.world.clock)
        portal = portal_of(place)
        stream = place.open()
        signup = portal.act("suspend", portal.sim(status="Productive"))["signupId"]
        before = time.monotonic()
        assert stream.event()["data"]["signupID"] == signup
        assert time.monotonic() - before < 2


def decide(portal, number, decision, partner):
    body = {"action": decision}
    return portal.ask("PATCH", f"/sims/actions/simtransfer/{number}", body, partner)


def offer(portal):
    body = {"receivingPartnerID": SUBUNIT, "sims": [{"iccid": portal.sim(status="Productive")}]}
    return portal.ask("POST", "/sims/actions/simtransfer", body)["transactionID"]


@pytest.mark.parametrize(
    ("decision", "by", "notified"),
    [
        ("REJECT", SUBUNIT, [("REJECTED", SUPERUNIT)]),
        ("CANCEL", SUPERUNIT, [("CANCELLED", SUBUNIT)]),
        ("ACCEPT", SUBUNIT, [("COMPLETED", SUPERUNIT), ("COMPLETED", SUBUNIT)]),
    ],
)
def test_a_transfer_is_notified_at_each_step_to_whom_it_concerns(
    place, portal, decision, by, notified, complaints
):
    stream = place.open("simtransfer.v1")
    number = offer(portal)
    event = stream.event()
    assert complaints("simtransfer.v1", event) == []
    assert event["type"] == "simaction.v1"
    data = event["data"]
    assert (data["partnerID"], data["action"]) == (SUBUNIT, "REQUESTED")
    assert set(data["actionLinks"]) == {"accept", "reject", "sims"}
    assert data["actionLinks"]["accept"]["type"] == "PATCH"
    decide(portal, number, decision, by)
    place.clock.advance(1)
    events = [stream.event() for _ in notified]
    assert [complaints("simtransfer.v1", event) for event in events] == [[]] * len(events)
    found = [(event["data"]["action"], event["data"]["partnerID"]) for event in events]
    assert found == notified
    assert {event["data"]["transactionID"] for event in events} == {number}
    kinds = [event["eventType"] for event in place.get("events")["events"]]
    assert kinds == ["simtransfer.v1"] * (1 + len(notified))


def test_transfers_may_come_with_the_actions_and_say_that_they_were_accepted(at, portal_of):
    place = at(m2m_transfer_events="simaction", m2m_transfer_accepted="yes")
    portal, stream = portal_of(place), place.open("simaction.v1")
    decide(portal, offer(portal), "ACCEPT", SUBUNIT)
    place.clock.advance(1)
    actions = [stream.event()["data"]["action"] for _ in range(4)]
    assert actions == ["REQUESTED", "ACCEPTED", "COMPLETED", "COMPLETED"]


def test_profiles_are_notified_when_an_action_finds_a_sim_above_its_limit(
    place, portal, complaints
):
    stream = place.open("profilenotification.v1")
    iccid = portal.sim(status="Productive", restrictionStatus="Speed Step-down")
    portal.act("modifyprofiles", iccid, limitProfile="1")
    place.clock.advance(1)
    event = stream.event()
    assert complaints("profilenotification.v1", event) == []
    assert event["data"]["sim"] == {"iccid": iccid, "restrictionStatus:": "Speed Step-down"}
    assert event["data"]["profileStatus"]["barring"] == "Usage Limit"
    bound = portal.sim(status="Productive")
    sims = [{"iccid": bound, "euiccid": "89049032000000000000000000000001"}]
    portal.ask("POST", "/sims/actions/bindeuiccid", {"mode": "BIND", "sims": sims})
    place.clock.advance(1)
    status = stream.event()["data"]["profileStatus"]
    assert (status["barring"], status["barringType"]) == ("Device Fraud", "Fraud")

"""Every unified operation of the M2M Service Portal, from the client to what it changes."""

from __future__ import annotations

import datetime as dt

import pytest

from simloom.capabilities import Verb
from simloom.models import ActionStatus, SimStatus
from simloom.plugins.loader import load

PROVIDER = "telekom-m2m"
SUBUNIT = "100017"
EID = "89049032000000000000000000000001"
CASES = {}


def case(verb, *asks):
    def keep(act):
        CASES[verb] = (asks, act)
        return act

    return keep


def details(desk, iccid):
    """Return the vendor's own record, in the words of its specification."""
    return desk.client.get(iccid).raw


@case(Verb.LIST, *["list_sims"] * 3)
def listing(desk):
    sims = list(desk.client.sims(page_size=8))
    assert len({sim.iccid for sim in sims}) == len(sims) == 20
    assert {sim.vendor_status for sim in sims if sim.status is SimStatus.READY} == {"Delivered"}


@case(Verb.GET, "get_sim_details")
def reading(desk):
    listed = desk.sim(SimStatus.ACTIVE, lambda sim: sim.label)
    assert desk.client.get(listed.iccid) == listed


def followed(desk, action, iccid, *, changes=True):
    """Check that an action is on its way and changes nothing yet; wait until it is done."""
    assert (action.status, action.state.iccids) == (ActionStatus.PENDING, (iccid,))
    assert desk.effects() == []
    assert action.wait().status is ActionStatus.DONE
    assert action.id
    assert desk.references() == ([action.id] if changes else [])


def status_change(verb, operation, before, after, words):
    @case(verb, operation, "get_sim_action_status", "get_sim_details")
    def changing(desk):
        sim = desk.sim(before, lambda sim: sim.vendor_status == words[0])
        followed(desk, getattr(desk.client, verb.value)(sim.iccid), sim.iccid)
        assert desk.client.get(sim.iccid).status is after
        return operation, sim.iccid, {"status": words}


IN_USE, BY_HAND = "Productive", "Blocked (manually)"
for row in (
    (Verb.ACTIVATE, "activate_sims", SimStatus.READY, SimStatus.ACTIVE, ("Delivered", IN_USE)),
    (Verb.SUSPEND, "suspend_sims", SimStatus.ACTIVE, SimStatus.SUSPENDED, (IN_USE, "Suspended")),
    (Verb.RESUME, "unsuspend_sims", SimStatus.SUSPENDED, SimStatus.ACTIVE, ("Suspended", IN_USE)),
    (Verb.BLOCK, "block_sims", SimStatus.ACTIVE, SimStatus.BLOCKED, (IN_USE, BY_HAND)),
    (Verb.UNBLOCK, "unblock_sims", SimStatus.BLOCKED, SimStatus.ACTIVE, (BY_HAND, IN_USE)),
    (
        Verb.TERMINATE,
        "terminate_sims",
        SimStatus.TEST,
        SimStatus.TERMINATED,
        ("Test", "Terminated"),
    ),
):
    status_change(*row)


@case(Verb.SET_LABEL, "modify_sim_remarks", "get_sim_action_status", "get_sim_details")
def labelling(desk):
    sim = desk.sim(SimStatus.ACTIVE, lambda sim: sim.label)
    followed(desk, desk.client.set_label(sim.iccid, "Zählwerk 9"), sim.iccid)
    now = desk.client.get(sim.iccid)
    assert (now.label, now.status) == ("Zählwerk 9", SimStatus.ACTIVE)
    return "modify_sim_remarks", sim.iccid, {"remarks": (sim.label, "Zählwerk 9")}


def limit_change(verb, operation, field, name, before, after):
    """Add a case of one of the four actions that set a status of limits or fraud."""
    asks = (operation, "get_sim_action_status", "get_sim_details")

    @case(verb, "get_sim_details", *asks)
    def changing(desk):
        sim = desk.sim(
            SimStatus.BLOCKED, lambda sim: sim.vendor_status == "Blocked (automatically)"
        )
        assert getattr(details(desk, sim.iccid), name) == before
        followed(desk, desk.client.change(verb, sim.iccid), sim.iccid, changes=before != after)
        assert getattr(details(desk, sim.iccid), name) == after
        return operation, sim.iccid, {} if before == after else {field: (before, after)}


LIMIT = ("limitStatus", "limit_status", "Limit 2")
limit_change(Verb.RESET_LIMIT, "reset_limit_status", *LIMIT, "OK")
limit_change(Verb.OVERRIDE_LIMIT, "override_limit_status", *LIMIT, "Overridden")
limit_change(Verb.RESTORE_LIMIT, "restore_limit_status", *LIMIT, "Limit 2")
limit_change(Verb.RESET_FRAUD, "reset_fraud_status", "fraudStatus", "fraud_status", "OK", "OK")


@case(Verb.BIND_EID, "bind_euiccids", "get_sim_action_status", "get_sim_details")
def binding(desk):
    sim = desk.sim(SimStatus.ACTIVE, lambda sim: sim.eid is None)
    followed(desk, desk.client.change(Verb.BIND_EID, sim.iccid, eid=EID), sim.iccid)
    assert desk.client.get(sim.iccid).eid == EID
    changes = {"euiccid": (None, EID), "eidProfileStatus": (None, "Enabled")}
    return "bind_euiccids", sim.iccid, changes


@case(Verb.MODIFY_PROFILES, "modify_sim_profiles", "get_sim_action_status", "get_sim_details")
def profiles(desk):
    sim = desk.sim(SimStatus.TEST)
    before = details(desk, sim.iccid).access_profile
    desk.forget()
    addresses = {"internet.m2m": "10.0.0.7"}
    action = desk.client.change(
        Verb.MODIFY_PROFILES, sim.iccid, access_profile="77", static_ips_per_apn=addresses
    )
    followed(desk, action, sim.iccid)
    assert details(desk, sim.iccid).access_profile == "77"
    changes = {
        "accessProfile": (before, "77"),
        "staticIpsPerApn": (None, [{"apnName": "internet.m2m", "ipAddress": "10.0.0.7"}]),
    }
    return "modify_sim_profiles", sim.iccid, changes


@case(Verb.CHANGE_TARIFF, "change_sim_tariff", "get_sim_action_status", "get_sim_details")
def tariff(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    before = details(desk, sim.iccid).offering
    desk.forget()
    action = desk.client.change(Verb.CHANGE_TARIFF, sim.iccid, tariff="Tariff 9", upgrade=True)
    followed(desk, action, sim.iccid)
    assert details(desk, sim.iccid).offering == "Tariff 9"
    changes = {"offering": (before, "Tariff 9"), "upgrade": (None, True)}
    return "change_sim_tariff", sim.iccid, changes


def option_change(verb, operation, booked, options, left):
    """Add a case that starts with the options `booked` and ends with those of `left`."""

    @case(verb, operation, "get_sim_action_status", "get_sim_details")
    def changing(desk):
        sim = desk.sim(SimStatus.READY)
        desk.client.activate(sim.iccid, options=booked).wait()
        desk.forget()
        followed(desk, desk.client.change(verb, sim.iccid, **options), sim.iccid)
        assert [item.option_id for item in details(desk, sim.iccid).options] == left
        ((_, _, changed),) = desk.effects()
        ids = [[item["optionID"] for item in items] for items in changed["options"]]
        assert ids == [booked, left]
        return operation, sim.iccid, {"options": changed["options"]}


ONE, OTHER = {"option": "11"}, {"option": "11", "new_option": "33"}
option_change(Verb.BOOK_OPTION, "book_sim_option", ["22"], ONE, ["22", "11"])
option_change(Verb.TERMINATE_OPTION, "terminate_sim_option", ["11", "22"], ONE, ["22"])
option_change(Verb.CHANGE_OPTION, "change_sim_option", ["11"], OTHER, ["33"])


@case(Verb.RESET_CONNECTIVITY, "reset_sim_in_hlr")
def resetting(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    action = desk.client.reset_connectivity(sim.iccid)
    assert (action.id, action.message) == ("", "The SIM was reset.")
    assert action.wait().status is ActionStatus.DONE
    return "reset_sim_in_hlr", sim.iccid, {"registration": (None, "reset")}


@case(Verb.USAGE, "get_sim_details")
def usage(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    (used,) = desk.client.usage(sim.iccid, bytes_per_unit=1000)
    assert (used.period_start, used.period_end) == (dt.date(2025, 1, 1), dt.date(2025, 1, 31))
    assert used.data_bytes == used.data_bytes_received + used.data_bytes_sent > 0


@case(Verb.POOL_USAGE, "get_pool_usage")
def pools(desk):
    found = desk.client.pool_usage()
    assert [(pool.name, pool.kind, pool.total, pool.unit) for pool in found] == [
        ("Data 1", "Data", 10_000, "MB"),
        ("SMS 1", "SMS", 1000, "SMS"),
    ]
    assert all(0 <= pool.used <= pool.total for pool in found)


@case(Verb.CONNECTIVITY, "get_sim_session")
def connectivity(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    session = desk.client.connectivity(sim.iccid)
    assert (session.iccid, session.online) == (sim.iccid, True)
    assert session.network
    assert session.session_start.date() == dt.date(2025, 12, 31)


@case(Verb.SESSION_HISTORY, "get_sim_session_history")
def history(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    first, last = dt.date(2025, 11, 1), dt.date(2025, 11, 30)
    events = list(desk.client.session_history(sim.iccid, start=first, end=last))
    assert len(events) > 5
    assert {event.kind for event in events} == {"session"}
    assert all(first <= event.at.date() <= last for event in events)
    assert all(event.at < event.ended_at for event in events)


@case(Verb.SEND_SMS, "send_message")
def sending(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    sms = desk.client.send_sms(sim.iccid, "wake up")
    assert (sms.text, sms.direction, sms.status) == ("wake up", "mt", "ACCEPTED")
    assert desk.references() == [sms.id]
    return "send_message", sim.iccid, {"sms": (None, "wake up")}


@case(Verb.LIST_SMS, "get_sms_history")
def messages(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    sent = desk.client.send_sms(sim.iccid, "wake up")
    desk.forget()
    found = list(desk.client.messages(sim.iccid))
    (mine,) = [sms for sms in found if sms.id == sent.id]
    assert (mine.direction, mine.status, mine.text) == ("mt", "DELIVERED", None)
    assert {sms.direction for sms in found if sms is not mine} <= {"mo"}


@case(Verb.ORDER, "create_sim_order")
def ordering(desk):
    order = desk.client.order(material="M2M-4FF", quantity=20)
    assert order.provider == PROVIDER
    assert desk.references() == [order.number] != [""]
    return "create_sim_order", None, {"material": (None, "M2M-4FF"), "quantity": (None, 20)}


def offered(desk):
    """Return a SIM and its transfer to the subunit, as a case finds it."""
    sim = desk.sim(SimStatus.ACTIVE)
    transfer = desk.client.create_transfer([sim.iccid], to_partner=SUBUNIT)
    desk.receiver = desk.connect(partner_id=SUBUNIT)
    desk.forget()
    return sim.iccid, transfer.id


@case(Verb.CREATE_TRANSFER, "create_sim_transfer")
def creating_a_transfer(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    transfer = desk.client.create_transfer([sim.iccid], to_partner=SUBUNIT)
    assert transfer.iccids == (sim.iccid,)
    assert desk.references() == [transfer.id] != [""]
    return "create_sim_transfer", sim.iccid, {"transfer": (None, "REQUESTED")}


@case(Verb.GET_TRANSFER, "get_sim_transfer")
def reading_a_transfer(desk):
    iccid, number = offered(desk)
    transfer = desk.receiver.get_transfer(number)
    assert (transfer.id, transfer.status, transfer.iccids) == (number, "REQUESTED", (iccid,))


def decision(verb, who, status):
    @case(verb, "update_sim_transfer")
    def deciding(desk):
        iccid, number = offered(desk)
        method = verb.value.replace("-", "_")
        client = {"sender": desk.client, "receiver": desk.receiver}[who]
        transfer = getattr(client, method)(number)
        assert (transfer.id, transfer.status) == (number, status)
        assert desk.references() == [number]
        return "update_sim_transfer", iccid, {"transfer": ("REQUESTED", status)}


decision(Verb.ACCEPT_TRANSFER, "receiver", "ACCEPTED")
decision(Verb.REJECT_TRANSFER, "receiver", "REJECTED")
decision(Verb.CANCEL_TRANSFER, "sender", "CANCELLED")


@case(Verb.LIST_ACTIONS, "list_sim_actions")
def listing_actions(desk):
    sims = [desk.sim(status).iccid for status in (SimStatus.ACTIVE, SimStatus.SUSPENDED)]
    first, second = desk.client.suspend(sims[0]), desk.client.terminate(sims[1])
    second.wait()
    desk.forget()
    found = {action.id: action for action in desk.client.actions()}
    assert {first.id: "suspend", second.id: "terminate"} == {
        name: action.verb for name, action in found.items()
    }
    assert found[second.id].status is ActionStatus.DONE
    assert found[second.id].finished_at >= found[second.id].requested_at


@pytest.mark.parametrize("verb", CASES)
def test_verb(verb, desk):
    desk.prove(verb, *CASES[verb])


def test_every_usable_verb_has_a_case():
    usable = {verb for verb, line in load(PROVIDER).capabilities().items() if line.usable}
    assert set(CASES) == usable

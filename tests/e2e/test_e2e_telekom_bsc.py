"""Every unified operation of Business Smart Connect, from the client to what it changes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from simloom.capabilities import Verb
from simloom.errors import SimloomError, UnsupportedOperation
from simloom.models import ActionStatus, SimStatus
from simloom.plugins.loader import load

PROVIDER = "telekom-bsc"
EXPIRED = 13  # place in the list, from 0: the 14th of every 19 has expired
CASES = {}


def case(verb, *asks):
    def keep(act):
        CASES[verb] = (asks, act)
        return act

    return keep


def in_a_device(sim):
    return sim.imei is not None


def never_in_a_device(sim):
    return sim.imei is None


def locked(sim):
    return sim.raw.imei_lock is True


def open_to_any(sim):
    return sim.raw.imei_lock is False


@case(Verb.LIST, *["list_sims"] * 3)
def listing(desk):
    sims = list(desk.client.sims(page_size=10))
    assert len({sim.iccid for sim in sims}) == len(sims) == 25
    assert {sim.status for sim in sims} == {SimStatus.ACTIVE, SimStatus.SUSPENDED}


@case(Verb.GET, "get_sim")
def reading(desk):
    listed = desk.sim(SimStatus.ACTIVE, lambda sim: sim.label and sim.imei)
    assert desk.client.get(listed.iccid) == listed


def status_change(verb, before, after, words):
    @case(verb, "get_sim", "update_sim", "get_sim", "get_sim")
    def changing(desk):
        sim = desk.sim(before, lambda sim: sim.label and in_a_device(sim))
        action = getattr(desk.client, verb.value)(sim.iccid)
        assert (action.status, action.id, action.state.expected) == ("pending", "", after)
        assert action.wait().status is ActionStatus.DONE
        now = desk.client.get(sim.iccid)
        assert (now.status, now.label, now.raw.imei_lock) == (after, sim.label, sim.raw.imei_lock)
        return "update_sim", sim.iccid, {"status": words}


status_change(Verb.ACTIVATE, SimStatus.SUSPENDED, SimStatus.ACTIVE, ("Disabled", "Enabled"))
status_change(Verb.RESUME, SimStatus.SUSPENDED, SimStatus.ACTIVE, ("Disabled", "Enabled"))
status_change(Verb.SUSPEND, SimStatus.ACTIVE, SimStatus.SUSPENDED, ("Enabled", "Disabled"))


@case(Verb.SET_LABEL, "get_sim", "update_sim", "get_sim")
def labelling(desk):
    sim = desk.sim(SimStatus.SUSPENDED, lambda sim: sim.label)
    action = desk.client.set_label(sim.iccid, "Zählwerk 9")
    assert action.wait().status is ActionStatus.DONE
    now = desk.client.get(sim.iccid)
    assert (now.label, now.status) == ("Zählwerk 9", SimStatus.SUSPENDED)
    assert now.raw.imei_lock == sim.raw.imei_lock
    return "update_sim", sim.iccid, {"label": (sim.label, "Zählwerk 9")}


@case(Verb.LOCK_IMEI, "get_sim", "update_sim", "get_sim")
def locking(desk):
    sim = desk.sim(SimStatus.SUSPENDED, open_to_any)
    assert desk.client.lock_imei(sim.iccid).status is ActionStatus.DONE
    now = desk.client.get(sim.iccid)
    assert (now.raw.imei_lock, now.status) == (True, SimStatus.SUSPENDED)
    return "update_sim", sim.iccid, {"imei_lock": (False, True)}


@case(Verb.UNLOCK_IMEI, "get_sim", "update_sim", "get_sim")
def unlocking(desk):
    sim = desk.sim(SimStatus.ACTIVE, locked)
    assert desk.client.unlock_imei(sim.iccid).status is ActionStatus.DONE
    assert desk.client.get(sim.iccid).raw.imei_lock is False
    return "update_sim", sim.iccid, {"imei_lock": (True, False)}


@case(Verb.USAGE, "get_usage")
def usage(desk):
    sim = desk.sim(SimStatus.ACTIVE, in_a_device)
    first, last = dt.date(2025, 12, 24), dt.date(2025, 12, 26)
    days = desk.client.usage(sim.iccid, start=first, end=last)
    assert [day.period_start for day in days] == [first, dt.date(2025, 12, 25), last]
    assert all(day.iccid == sim.iccid and day.period_end == day.period_start for day in days)
    volumes = [(day.data_bytes_received, day.data_bytes_sent) for day in days]
    assert any(sum(told) > 0 for told in volumes)
    assert [day.data_bytes for day in days] == [sum(told) for told in volumes]


@case(Verb.CONNECTIVITY, "get_connectivity_info")
def connectivity(desk):
    sim = desk.sim(SimStatus.ACTIVE, in_a_device)
    attached = desk.client.connectivity(sim.iccid)
    assert (attached.provider, attached.iccid) == (PROVIDER, sim.iccid)
    assert (attached.mcc, attached.mnc, attached.cell_id) != (None, None, None)


@case(Verb.SESSION_HISTORY, "list_events")
def history(desk):
    sim = desk.sim(SimStatus.SUSPENDED, in_a_device)
    desk.client.activate(sim.iccid)
    desk.forget()
    events = list(desk.client.session_history(sim.iccid))
    assert events[0].kind == "Status changed from Disabled to Enabled"
    assert [one.at for one in events] == sorted((one.at for one in events), reverse=True)


@case(Verb.RESET_CONNECTIVITY, "reset_connectivity")
def resetting(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    action = desk.client.reset_connectivity(sim.iccid)
    assert action.status is ActionStatus.PENDING
    assert action.wait().status is ActionStatus.UNKNOWN  # the vendor never tells
    return "reset_connectivity", sim.iccid, {"connectivity": (None, "reset")}


@case(Verb.QUOTA, "get_data_quota", "get_sms_quota")
def quota(desk):
    sim = desk.sim(SimStatus.ACTIVE, in_a_device)
    data, sms = desk.client.quota(sim.iccid)
    assert [(one.kind, one.unit, one.total) for one in (data, sms)] == [
        ("data", "MB", Decimal(500)),
        ("sms", "sms", Decimal(250)),
    ]
    assert data.remaining == Decimal(str(sim.raw.current_quota))
    assert sms.expires_at is not None


@case(Verb.TOP_UP, "top_up_sim", "get_order", "get_data_quota", "get_sms_quota")
def topping_up(desk):
    sim = desk.sim(SimStatus.ACTIVE, never_in_a_device)
    order = desk.client.top_up(sim.iccid, payment_method="creditcard")
    assert (order.kind, order.iccids) == ("TOPUP", (sim.iccid,))
    assert desk.references() == [order.number]
    assert desk.client.get_order(order.number).iccids == (sim.iccid,)
    assert [one.remaining for one in desk.client.quota(sim.iccid)] == [1000, 500]
    (effect,) = desk.effects()
    changed = effect[2]
    assert changed["payment_method"] == (None, "creditcard")
    assert (changed["current_quota"][1], changed["current_quota_SMS"][1]) == (1000, 500)
    return "top_up_sim", sim.iccid, changed


@case(Verb.SEND_SMS, "send_sms", "list_sms")
def sending(desk):
    sim = desk.sim(SimStatus.ACTIVE, in_a_device)
    sms = desk.client.send_sms(sim.iccid, "wake up")
    assert (sms.iccid, sms.text, sms.direction, sms.id) == (sim.iccid, "wake up", "mt", None)
    (listed,) = desk.client.messages(sim.iccid)
    assert desk.references() == [listed.id]
    return "send_sms", sim.iccid, {"sms": (None, "wake up")}


@case(Verb.LIST_SMS, "list_sms")
def messages(desk):
    sim = desk.sim(SimStatus.ACTIVE, in_a_device)
    for text in ("one", "two"):
        desk.client.send_sms(sim.iccid, text)
    desk.forget()
    found = list(desk.client.messages(sim.iccid))
    assert [(sms.text, sms.direction, sms.status) for sms in found] == [
        ("one", "mt", "DELIVERED"),
        ("two", "mt", "DELIVERED"),
    ]
    assert all(sms.submitted_at == sms.delivered_at for sms in found)


@case(Verb.GET_SMS, "get_sms")
def message(desk):
    sim = desk.sim(SimStatus.ACTIVE, in_a_device)
    desk.client.send_sms(sim.iccid, "wake up")
    (listed,) = desk.client.messages(sim.iccid)
    desk.forget()
    assert desk.client.message(sim.iccid, listed.id) == listed


@case(Verb.CANCEL_SMS, "cancel_sms", "get_sms")
def cancelling(desk):
    sim = desk.sim(SimStatus.SUSPENDED)  # it is not reachable: the message waits
    desk.client.send_sms(sim.iccid, "wake up")
    (listed,) = desk.client.messages(sim.iccid)
    desk.forget()
    assert desk.client.cancel_sms(sim.iccid, listed.id).status is ActionStatus.DONE
    assert desk.references() == [listed.id]
    assert desk.client.message(sim.iccid, listed.id).status == "CANCELLED"
    return "cancel_sms", sim.iccid, {"sms_status": ("BUFFERED", "CANCELLED")}


@case(Verb.LIST_PRODUCTS, "list_products")
def products(desk):
    found = desk.client.products()
    assert [product.id for product in found] == ["1001", "1002"]
    assert all(product.name for product in found)


@case(Verb.ORDER, "create_order", "list_orders")
def ordering(desk):
    order = desk.client.order(products={"1001": 3})
    assert (order.provider, order.number) == (PROVIDER, "")
    newest = list(desk.client.orders())[-1]
    assert (newest.kind, newest.status) == ("ADDITIONAL_ORDER", "IN PROGRESS")
    assert desk.references() == [newest.number]
    return "create_order", None, {"products": (None, [{"product_id": 1001, "quantity": 3}])}


@case(Verb.LIST_ORDERS, "list_orders", "list_orders")
def orders(desk):
    for _ in range(10):
        desk.client.order(products={"1002": 1})
    desk.forget()
    found = list(desk.client.orders())
    assert len({order.number for order in found}) == len(found) == 11
    assert found[0].kind == "FIRST_ORDER"


@case(Verb.GET_ORDER, "get_order")
def one_order(desk):
    (listed,) = desk.client.orders()
    desk.forget()
    assert desk.client.get_order(listed.number) == listed


@pytest.mark.parametrize("verb", CASES)
def test_verb(verb, desk):
    desk.prove(verb, *CASES[verb])


def test_every_usable_verb_has_a_case():
    usable = {verb for verb, line in load(PROVIDER).capabilities().items() if line.usable}
    assert set(CASES) == usable


def test_nothing_is_written_for_what_is_as_wanted(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    assert desk.client.activate(sim.iccid).wait().status is ActionStatus.DONE
    assert (desk.asked(), desk.effects()) == (["get_sim"], [])


@pytest.mark.parametrize(
    ("change", "operation"),
    [
        (lambda client, iccid: client.suspend(iccid), "update_sim"),
        (lambda client, iccid: client.send_sms(iccid, "wake up"), "send_sms"),
        (lambda client, iccid: client.top_up(iccid), "top_up_sim"),
        (lambda client, iccid: client.reset_connectivity(iccid), "reset_connectivity"),
    ],
)
def test_a_sim_that_has_expired_is_refused_and_stays(change, operation, desk):
    sim = list(desk.client.sims())[EXPIRED]
    desk.forget()
    with pytest.raises(SimloomError):
        change(desk.client, sim.iccid)
    assert (desk.refused(), desk.effects()) == ([(operation, 422)], [])
    assert desk.client.get(sim.iccid) == sim


def test_an_action_cannot_be_cancelled(desk):
    sim = desk.sim(SimStatus.ACTIVE)
    action = desk.client.suspend(sim.iccid)
    with pytest.raises(UnsupportedOperation):
        action.cancel()
    assert len(desk.effects()) == 1

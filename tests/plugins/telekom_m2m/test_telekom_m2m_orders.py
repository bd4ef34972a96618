from __future__ import annotations

import json
from typing import Any

import pytest

from simloom.errors import Conflict, InvalidParameter
from simloom.models import Order, Transfer
from simloom_clients.telekom_m2m import models

FIRST, SECOND = "8949025298846257344", "8949025298846257351"
TRANSFERS = "/partners/100013/sims/actions/simtransfer"
INTERNAL = (
    "https://mmint4.dev-vie.int.compax.at/m2m-customerapi-restservice/v1/partners/100015"
    "/sims/actions/simtransfer/1002947462"
)


def test_order(m2m: Any, play: Any):
    order, sent = play(
        m2m.order(
            material="M2M Plug-in",
            quantity=50,
            override_moq=True,
            reference="PO 7",
            delivery_address=models.DeliveryAddress(city="Bonn"),
        ),
        {"signupId": "708855306", "message": "Order received."},
    )
    body = (
        b'{"material":"M2M Plug-in","quantity":50,"overrideMoq":true,"reference":"PO 7",'
        b'"deliveryAddress":{"city":"Bonn"}}'
    )
    assert sent == [("create_sim_order", "POST", "/partners/100013/orders", {}, body)]
    assert order == Order(provider="telekom-m2m", number="708855306")
    assert order.raw.message == "Order received."


@pytest.mark.parametrize("answer", [{}, {"signupId": None}])
def test_an_order_sends_nothing_that_was_not_given(m2m: Any, play: Any, answer: Any):
    order, (sent,) = play(m2m.order(material="M2M Plug-in", quantity=1), answer)
    assert sent.body == b'{"material":"M2M Plug-in","quantity":1}'
    assert order.number == ""


@pytest.mark.parametrize("quantity", [0, -1])
def test_an_order_of_nothing_is_not_sent(m2m: Any, play: Any, quantity: int):
    with pytest.raises(InvalidParameter, match="at least one"):
        play(m2m.order(material="M2M Plug-in", quantity=quantity))


def test_create_transfer(m2m: Any, play: Any):
    transfer, sent = play(
        m2m.create_transfer([FIRST, SECOND], to_partner="100015"),
        {
            "signupId": "708855337",
            "transactionID": 1002946614,
            "actionLink": {"rel": "sims", "href": INTERNAL},
        },
    )
    body = (
        b'{"sims":[{"iccid":"8949025298846257344"},{"iccid":"8949025298846257351"}],'
        b'"receivingPartnerID":"100015"}'
    )
    assert sent == [("create_sim_transfer", "POST", TRANSFERS, {}, body)]
    assert transfer == Transfer(provider="telekom-m2m", id="1002946614", iccids=(FIRST, SECOND))


def test_a_transfer_may_carry_a_note_and_lack_an_id(m2m: Any, play: Any):
    transfer, (sent,) = play(
        m2m.create_transfer((FIRST,), to_partner="100015", message="as agreed"),
        {"signupId": "708855337", "actionLink": {"rel": "sims", "href": INTERNAL}},
    )
    assert json.loads(sent.body)["message"] == "as agreed"
    assert transfer.id == ""  # links to internal hosts tell nothing (quirk 6)
    assert transfer.raw.signup_id == "708855337"


@pytest.mark.parametrize("iccids", [[], FIRST, [FIRST] * 1001])
def test_a_transfer_needs_a_list_of_sims(m2m: Any, play: Any, iccids: Any):
    with pytest.raises(InvalidParameter):
        play(m2m.create_transfer(iccids, to_partner="100015"))


TRANSFER = {
    "transactionID": "1002946614",
    "signupId": "708855337",
    "status": "REQUESTED",
    "subunitPartnerID": None,
    "sims": [{"iccid": FIRST}, {"iccid": None}, None],
}


def test_get_transfer(m2m: Any, play: Any):
    transfer, sent = play(m2m.get_transfer("1002946614"), TRANSFER)
    assert sent == [("get_sim_transfer", "GET", f"{TRANSFERS}/1002946614", {}, None)]
    assert transfer == Transfer(
        provider="telekom-m2m", id="1002946614", status="REQUESTED", iccids=(FIRST,)
    )
    assert isinstance(transfer.raw, models.SimTransfer)


@pytest.mark.parametrize(
    ("answer", "status"), [({"status": "MISLAID"}, "MISLAID"), ({"status": None}, None), ({}, None)]
)
def test_a_transfer_told_in_part(m2m: Any, play: Any, answer: Any, status: str | None):
    transfer, _ = play(m2m.get_transfer("1002946614"), {"transactionID": None, **answer})
    assert transfer == Transfer(provider="telekom-m2m", id="1002946614", status=status)


@pytest.mark.parametrize(
    ("method", "arguments", "body"),
    [
        ("accept_transfer", {}, b'{"action":"ACCEPT"}'),
        (
            "accept_transfer",
            {"subunit": "100017"},
            b'{"action":"ACCEPT","subunitPartnerID":"100017"}',
        ),
        ("reject_transfer", {}, b'{"action":"REJECT"}'),
        ("cancel_transfer", {}, b'{"action":"CANCEL"}'),
    ],
)
def test_decisions(m2m: Any, play: Any, method: str, arguments: dict[str, str], body: bytes):
    flow = getattr(m2m, method)("1002946614", **arguments)
    transfer, sent = play(flow, {**TRANSFER, "status": "COMPLETED"})
    assert sent == [("update_sim_transfer", "PATCH", f"{TRANSFERS}/1002946614", {}, body)]
    assert (transfer.id, transfer.status) == ("1002946614", "COMPLETED")


def test_a_decision_that_comes_too_late(m2m: Any, play: Any):
    with pytest.raises(Conflict):
        play(m2m.cancel_transfer("1002946614"), (409, b'{"message": "completed"}'))


@pytest.mark.parametrize("transfer_id", ["", ".", ".."])
def test_a_transfer_id_cannot_change_the_path(m2m: Any, play: Any, transfer_id: str):
    with pytest.raises(InvalidParameter):
        play(m2m.get_transfer(transfer_id))

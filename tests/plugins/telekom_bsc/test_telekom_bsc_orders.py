"""Top-ups, orders and products: what costs money."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.errors import BadRequest, DecodeError, InvalidParameter
from simloom.models import Order, Product
from simloom_clients.telekom_bsc import models
from simloom_plugins.telekom_bsc.mapping import order_number

ICCID = "8988280666000000001"
RECORD = {
    "order_number": 1234,
    "order_type": "ADDITIONAL_ORDER",
    "order_date": "2018-10-01T11:59:44.000Z",
    "order_status": "COMPLETED",
    "invoice_amount": "11.90",
    "currency": "EUR",
    "sims": [{"iccid": ICCID, "_links": [{"rel": "self", "href": "https://elsewhere/x"}]}, {}],
    "products": [{"product_id": 1, "quantity": 5}],
}
ORDER = Order(
    provider="telekom-bsc",
    number="1234",
    kind="ADDITIONAL_ORDER",
    status="COMPLETED",
    placed_at=dt.datetime(2018, 10, 1, 11, 59, 44, tzinfo=dt.UTC),
    iccids=(ICCID,),
)


@pytest.mark.parametrize(
    ("location", "number"),
    [
        ("https://api.1nce.com/management-api/v1/orders/1234", "1234"),
        ("http://172.19.14.203:8083/v1/orders/1234/", "1234"),
        ("/v1/orders/1234?x=9", "1234"),
        ("/v1/orders/1234#9", "1234"),
        ("1234", "1234"),
        ("https://api.1nce.com/management-api/v1/orders/", ""),
        ("https://api.1nce.com:8443", ""),
        ("http://[broken/orders/x", ""),
        ("/v1/orders/12a", ""),
        ("/v1/orders/" + "1" * 40, ""),
        ("/v1/orders/١٢", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_top_up_has_the_number_at_the_end_of_its_location(bsc, play, location, number):
    headers = {} if location is None else {"location": location}
    assert play(bsc.top_up(ICCID), (201, b"", headers)) == Order(
        provider="telekom-bsc", number=number, kind="TOPUP", iccids=(ICCID,)
    )
    assert play.sent == [("top_up_sim", f"POST /v1/sims/{ICCID}/topup", (), None)]


@given(st.text(max_size=80))
def test_any_location_gives_digits_or_nothing(location):
    number = order_number({"location": location})
    assert number == "" or (number.isascii() and number.isdigit() and number in location)


def test_the_method_of_payment_is_sent(bsc, play):
    play(bsc.top_up(ICCID, payment_method="creditcard"), (201, b""))
    assert play.sent[0][2] == (("payment_method", "creditcard"),)


@pytest.mark.parametrize("method", ["", "cash", "CreditCard"])
def test_an_unknown_method_would_be_a_bank_transfer_and_is_refused(bsc, play, method):
    with pytest.raises(InvalidParameter, match="banktransfer, boleto, creditcard, monthlyinvoice"):
        play(bsc.top_up(ICCID, payment_method=method))
    assert play.sent == []


def test_the_vendor_s_refusal_has_its_message(bsc, play):
    refusal = (400, b'{"message": "Payment method used is not valid."}')
    with pytest.raises(BadRequest, match="Payment method used is not valid"):
        play(bsc.top_up(ICCID), refusal)


def test_an_order_is_read(bsc, play):
    assert play(bsc.get_order("1234"), RECORD) == ORDER
    assert play.sent == [("get_order", "GET /v1/orders/1234", (), None)]


def test_orders_are_listed(bsc, play):
    page = play(bsc.list_orders_page(), [RECORD, {"order_number": 7, "order_type": "GIFT"}])
    assert page.items == [ORDER, Order(provider="telekom-bsc", number="7", kind="GIFT")]


@pytest.mark.parametrize("number", ["", "12a", "1.0", "-1", "../sims", "١٢", "1" * 19])
def test_an_order_number_is_digits(bsc, play, number):
    with pytest.raises(InvalidParameter, match="digits only"):
        play(bsc.get_order(number))
    assert play.sent == []


@pytest.mark.parametrize("number", [None, "x", [], 10**4000])
def test_an_order_without_a_number_is_an_error(bsc, play, number):
    with pytest.raises(DecodeError):
        play(bsc.get_order("1"), RECORD | {"order_number": number})


def test_a_number_written_as_text_or_decimal_is_one(bsc, play):
    for number in ("1234", 1234.0):
        assert play(bsc.get_order("1234"), RECORD | {"order_number": number}).number == "1234"


def test_an_order_goes_out_in_the_spelling_of_the_request(bsc, play):
    address = models.Address(last_name="Muster", zip_="53113", city="Bonn", country="DE")
    flow = bsc.order(
        products={"1": 5, "20": 1}, delivery_address=address, customer_reference="PO 7"
    )
    echo = b'{"products":[{"productId":1,"quantity":5}]}'
    order = play(flow, (200, echo))
    assert order == Order(provider="telekom-bsc", number="")
    assert order.raw.products[0].quantity == 5
    body = (
        b'{"products":[{"productId":1,"quantity":5},{"productId":20,"quantity":1}],'
        b'"delivery_address":{"last_name":"Muster","zip":"53113","city":"Bonn","country":"DE"},'
        b'"customer_reference":"PO 7"}'
    )
    assert play.sent == [("create_order", "POST /v1/orders", (), body)]


def test_an_empty_201_is_an_order_too_and_a_location_is_used_if_it_comes(bsc, play):
    assert play(bsc.order(products={"1": 1}), (201, b"")).number == ""
    assert play.sent[0][3] == b'{"products":[{"productId":1,"quantity":1}]}'
    answer = (201, b"", {"location": "https://elsewhere/v1/orders/88"})
    assert play(bsc.order(products={"1": 1}), answer).number == "88"


@pytest.mark.parametrize(
    "products", [{}, {"1": 0}, {"1": -1}, {"1": True}, {"1": 1.5}, {"one": 1}, {"": 1}]
)
def test_a_senseless_order_is_refused_before_anything_is_sent(bsc, play, products):
    with pytest.raises(InvalidParameter):
        play(bsc.order(products=products))
    assert play.sent == []


def test_products_come_in_one_answer(bsc, play):
    price = {"name": "Card", "amount_net": 1.0, "currency": "EUR"}
    answer = [
        {"id": 1, "product": "IoT SIM Card", "minQuantity": 5, "recurring_charges": [price]},
        {"id": 2, "product": None, "recurring_charges": price},  # an object instead, as in 2019
    ]
    products = play(bsc.list_products(), answer)
    assert products == [
        Product(provider="telekom-bsc", id="1", name="IoT SIM Card"),
        Product(provider="telekom-bsc", id="2"),
    ]
    assert products[1].raw.recurring_charges[0].amount_net == 1.0
    assert play.sent == [("list_products", "GET /v1/products", (), None)]

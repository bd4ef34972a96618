"""Messages: sending, listing, reading, cancelling."""

from __future__ import annotations

import datetime as dt

import pytest

from simloom.errors import InvalidParameter, PermissionDenied
from simloom.models import ActionState, ActionStatus, Sms

ICCID = "8988280666000000001"
PATH = f"/v1/sims/{ICCID}/sms"
RECORD = {
    "id": 6206,
    "submit_date": "2018-08-17 16:46:48",
    "delivery_date": "2018-08-17T16:46:52.000Z",
    "final_date": "2018-08-17 16:46:53",
    "retry_count": "0",
    "source_address": "1234567890",
    "iccid": ICCID,
    "payload": "message text",
    "dcs": 0,
    "status": {"id": 4, "description": "DELIVERED"},
    "sms_type": {"id": 1, "description": "MT"},
}


def test_the_guide_s_message_goes_out_and_has_no_id(bsc, play):
    flow = bsc.send_sms(ICCID, "message text", source_address="898822806770000")
    assert play(flow, (201, b"")) == Sms(
        provider="telekom-bsc", iccid=ICCID, text="message text", direction="mt"
    )
    body = b'{"payload":"message text","source_address":"898822806770000"}'
    assert play.sent == [("send_sms", f"POST {PATH}", (), body)]


@pytest.mark.parametrize(
    ("keywords", "body"),
    [
        ({}, '{"payload":"Zähler"}'),
        ({"dcs": 8}, '{"payload":"Zähler","dcs":8}'),
        ({"dcs": 0}, '{"payload":"Zähler","dcs":0}'),
    ],
)
def test_only_what_is_given_is_sent(bsc, play, keywords, body):
    play(bsc.send_sms(ICCID, "Zähler", **keywords), (201, b""))
    assert play.sent[0][3] == body.encode()


def test_a_message_is_mapped(bsc, play):
    assert play(bsc.get_sms(ICCID, "6206"), RECORD) == Sms(
        provider="telekom-bsc",
        iccid=ICCID,
        id="6206",
        text="message text",
        direction="mt",
        status="DELIVERED",
        submitted_at=dt.datetime(2018, 8, 17, 16, 46, 48, tzinfo=dt.UTC),
        delivered_at=dt.datetime(2018, 8, 17, 16, 46, 52, tzinfo=dt.UTC),
    )
    assert play.sent == [("get_sms", f"GET {PATH}/6206", (), None)]


def test_the_list_maps_the_same(bsc, play):
    page = play(bsc.list_sms_page(ICCID), [RECORD, RECORD | {"sms_type": {"description": "MO"}}])
    assert [sms.direction for sms in page.items] == ["mt", "mo"]
    assert page.items[0] == play(bsc.get_sms(ICCID, "6206"), RECORD)


@pytest.mark.parametrize(
    ("number", "text"), [(6206, "6206"), ("6206", "6206"), (6206.0, "6206"), ("a-1", "a-1")]
)
def test_an_id_can_go_back_into_the_path(bsc, play, number, text):
    sms = play(bsc.get_sms(ICCID, "6206"), {"id": number})
    assert sms.id == text
    play(bsc.cancel_sms(ICCID, sms.id), (204, b""))
    assert play.sent[0][1] == f"DELETE {PATH}/{text}"


@pytest.mark.parametrize("dcs", [4, "4"])
def test_8_bit_data_is_no_text(bsc, play, dcs):
    sms = play(bsc.get_sms(ICCID, "1"), RECORD | {"dcs": dcs, "payload": "0aff"})
    assert sms.text is None
    assert sms.raw.payload == "0aff"


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({"id": 4}, "DELIVERED"),
        ({"id": "4", "description": None}, "DELIVERED"),
        ({"id": 7}, None),
        ({"id": 7, "description": "BUFFERED"}, "BUFFERED"),
        (None, None),
        ("DELIVERED", None),
    ],
)
def test_the_status_is_the_vendor_s_text(bsc, play, status, told):
    assert play(bsc.get_sms(ICCID, "1"), RECORD | {"status": status}).status == told


@pytest.mark.parametrize("kind", [None, {}, {"description": "XX"}, {"description": None}, "MT"])
def test_an_unknown_direction_is_none(bsc, play, kind):
    assert play(bsc.get_sms(ICCID, "1"), {"id": 1, "sms_type": kind}).direction is None


@pytest.mark.parametrize("status", [200, 204])
def test_cancelling_is_done_with_either_success(bsc, play, status):
    assert play(bsc.cancel_sms(ICCID, "6206"), (status, b"")) == ActionState(
        provider="telekom-bsc", verb="cancel-sms", status=ActionStatus.DONE, iccids=(ICCID,)
    )
    assert play.sent == [("cancel_sms", f"DELETE {PATH}/6206", (), None)]


def test_errors_without_a_body_are_typed(bsc, play):
    with pytest.raises(PermissionDenied):
        play(bsc.cancel_sms(ICCID, "6206"), (403, b""))


@pytest.mark.parametrize("sms_id", ["", ".", ".."])
def test_an_id_cannot_turn_into_another_path(bsc, play, sms_id):
    with pytest.raises(InvalidParameter):
        play(bsc.cancel_sms(ICCID, sms_id))
    assert play.sent == []


def test_a_slash_in_an_id_stays_in_its_segment(bsc, play):
    play(bsc.cancel_sms(ICCID, "1/../2"), (204, b""))
    assert play.sent[0][1] == f"DELETE {PATH}/1%2F..%2F2"

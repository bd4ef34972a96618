"""Usage and messages of Infobip. Bodies are those of the vendor's page."""

from __future__ import annotations

import datetime as dt

import pytest

from simloom.errors import DecodeError, InvalidParameter
from simloom.models import Page, Sms, Usage

ICCID = "8981100022152967721"
RECORD = {
    "iccid": ICCID,
    "receivedSmsCount": None,
    "sentSmsCount": None,
    "usedDataBytes": 27199488,
    "receivedCallsCount": None,
    "sentCallsCount": None,
}
USAGE = Usage(provider="infobip", iccid=ICCID, data_bytes=27_199_488)


def test_usage_is_the_current_month_without_a_period(infobip, play):
    assert play(infobip.usage(ICCID), RECORD) == [USAGE]
    assert play.sent == [("get_usage", f"GET /iot/2/sims/{ICCID}/usage", (), None)]


@pytest.mark.parametrize(
    "span",
    [
        {"start": dt.date(2024, 1, 1)},
        {"end": dt.date(2024, 1, 1)},
        {"start": dt.date(2024, 1, 1), "end": dt.date(2024, 1, 2)},
    ],
)
def test_another_span_is_refused_rather_than_ignored(infobip, play, span):
    with pytest.raises(InvalidParameter, match="the current month only"):
        play(infobip.usage(ICCID, **span))
    assert play.sent == []


def test_the_names_of_the_table_mean_the_same(infobip, play):
    table = {
        "iccid": ICCID,
        "simName": "1st activated",
        "totalSmsMt": "3",
        "totalSmsMo": "2",
        "totalData": "27199488",
        "totalVoiceIncoming": "60",
        "totalVoiceOutgoing": "0",
    }
    example = {
        "iccid": ICCID,
        "receivedSmsCount": 3,
        "sentSmsCount": 2,
        "usedDataBytes": 27199488,
    }
    (first,) = play(infobip.usage(ICCID), table)
    (second,) = play(infobip.usage(ICCID), example)
    assert first == second
    assert (first.sms_received, first.sms_sent, first.data_bytes) == (3, 2, 27199488)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"usedDataBytes": 0, "totalData": "5"}, 0),  # the example's name wins, zero too
        ({"usedDataBytes": None, "totalData": "5"}, 5),
        ({"usedDataBytes": "7"}, 7),
        ({"usedDataBytes": 7.0}, 7),
        ({"totalData": 5}, 5),
        ({"totalData": "5 MB"}, None),
        ({"totalData": ""}, None),
        ({"usedDataBytes": -1}, None),
        ({"usedDataBytes": [], "totalData": {}}, None),
        ({"totalData": "9" * 400}, None),
        ({}, None),
    ],
)
def test_figures(infobip, play, members, expected):
    (usage,) = play(infobip.usage(ICCID), {"iccid": ICCID, **members})
    assert usage.data_bytes == expected


def test_the_month_of_all_sims(infobip, play):
    other = RECORD | {"iccid": "8981100022152967705", "usedDataBytes": 227199488}
    body = {"page": 1, "limit": 2, "usage": [RECORD, other]}
    page = play(infobip.monthly_usage_page(size=2), body)
    assert page == Page(
        items=[
            USAGE,
            Usage(provider="infobip", iccid="8981100022152967705", data_bytes=227_199_488),
        ],
        number=1,
        more=True,
    )
    line = "GET /iot/2/sims/usage/monthly"
    assert play.sent == [("list_monthly_usage", line, (("limit", "2"), ("page", "1")), None)]
    assert play(infobip.monthly_usage_page(2), {"usage": [RECORD]}).more is False


@pytest.mark.parametrize("usage", [None, ["x"], [{}], [{"iccid": []}]])
def test_a_page_with_a_hole_is_an_error(infobip, play, usage):
    with pytest.raises(DecodeError):
        play(infobip.monthly_usage_page(), {"usage": usage})


def test_a_message_goes_out_and_has_no_id(infobip, play):
    text = "This is an example of SMS message text."
    assert play(infobip.send_sms(ICCID, text), (200, b"")) == Sms(
        provider="infobip", iccid=ICCID, text=text, direction="mt"
    )
    body = f'{{"text":"{text}"}}'.encode()
    assert play.sent == [("send_sms", f"POST /iot/1/sims/{ICCID}/sms", (), body)]


@pytest.mark.parametrize("text", ["x" * 160, "ä" * 160])
def test_160_characters_are_sent(infobip, play, text):
    play(infobip.send_sms(ICCID, text), (200, b""))
    assert len(play.sent) == 1


@pytest.mark.parametrize("text", ["x" * 161, "ä" * 161, "x" * 10_000])
def test_more_are_not(infobip, play, text):
    with pytest.raises(InvalidParameter, match=f"{len(text)} characters.*160 at most"):
        play(infobip.send_sms(ICCID, text))
    assert play.sent == []

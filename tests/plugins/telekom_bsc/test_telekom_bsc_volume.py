"""Usage and quota: units, directions, exact numbers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.errors import DecodeError
from simloom.models import Quota, Usage
from simloom.plugins.values import decimal

ICCID = "8988280666000000001"


def record(volume, received, sent, unit) -> dict:
    return {
        "volume": volume,
        "volume_rx": received,
        "volume_tx": sent,
        "cost": volume,
        "currency": {"id": 1, "symbol": "€", "code": "EUR"},
        "traffic_type": {"id": 5, "description": "Data", "unit": unit},
    }


def day_of(**members) -> dict:
    return {"stats": [{"date": "2024-05-01", **members}]}


def test_a_day_is_mapped_from_the_sim_s_side(bsc, play):
    body = day_of(
        data=record("0.499539", "0.300000", "0.199539", "MB"), sms=record("5", "2", "3", "SMS")
    )
    assert play(bsc.usage(ICCID), body) == [
        Usage(
            provider="telekom-bsc",
            iccid=ICCID,
            period_start=dt.date(2024, 5, 1),
            period_end=dt.date(2024, 5, 1),
            data_bytes=499_539,
            data_bytes_received=300_000,
            data_bytes_sent=199_539,
            sms_received=3,  # MT counts as sent by the vendor
            sms_sent=2,
        )
    ]
    assert play.sent == [("get_usage", f"GET /v1/sims/{ICCID}/usage", (), None)]


@pytest.mark.parametrize(
    ("span", "query"),
    [
        ({"start": dt.date(2024, 1, 2)}, (("start_dt", "2024-01-02"),)),
        (
            {"start": dt.date(2024, 1, 2), "end": dt.date(2024, 3, 4)},
            (("start_dt", "2024-01-02"), ("end_dt", "2024-03-04")),
        ),
        ({"end": dt.datetime(2024, 3, 4, 23, 5, tzinfo=dt.UTC)}, (("end_dt", "2024-03-04"),)),
    ],
)
def test_a_span_is_sent_as_days(bsc, play, span, query):
    assert play(bsc.usage(ICCID, **span), {"stats": []}) == []
    assert play.sent[0][2] == query


@pytest.mark.parametrize("body", [{}, {"stats": None}, {"stats": []}])
def test_no_days_are_no_usage(bsc, play, body):
    assert play(bsc.usage(ICCID), body) == []


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ("0", 0),
        ("0.0000019", 1),  # cut, not rounded up
        ("1.0E-6", 1),
        ("0E-12", 0),
        ("12", 12_000_000),
        (1.5, 1_500_000),
        ("", None),
        ("n/a", None),
        ("1,5", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999999999", None),
        ("9" * 5000, None),
        (None, None),
        ([], None),
    ],
)
def test_volumes_are_exact_or_not_told(bsc, play, volume, expected):
    body = day_of(data={"volume": volume, "traffic_type": {"unit": "MB"}})
    (usage,) = play(bsc.usage(ICCID), body)
    assert usage.data_bytes == expected


@pytest.mark.parametrize(("unit", "expected"), [("MB", 1_000_000), ("mb", 1_000_000), ("KB", None)])
def test_a_unit_that_is_not_mb_is_not_guessed_at(bsc, play, unit, expected):
    (usage,) = play(bsc.usage(ICCID), day_of(data=record("1", "1", "1", unit)))
    assert usage.data_bytes == usage.data_bytes_received == usage.data_bytes_sent == expected


def test_a_day_without_details_and_with_an_odd_date(bsc, play):
    body = {
        "stats": [{"date": "yesterday", "data": None, "sms": "none"}, {"data": {"volume": "1"}}]
    }
    assert play(bsc.usage(ICCID), body) == [
        Usage(provider="telekom-bsc", iccid=ICCID),
        Usage(provider="telekom-bsc", iccid=ICCID, data_bytes=1_000_000),
    ]


def test_a_day_that_is_no_object_is_an_error(bsc, play):
    with pytest.raises(DecodeError):
        play(bsc.usage(ICCID), {"stats": ["2024-05-01"]})


def test_2019_s_currency_is_read_too(bsc, play):
    (usage,) = play(
        bsc.usage(ICCID), day_of(data=record("2", "1", "1", "MB") | {"currency": "EUR"})
    )
    assert usage.data_bytes == 2_000_000


def test_quota_is_what_remains_in_the_vendor_s_units(bsc, play):
    data = {
        "volume": 499.539617,
        "total_volume": 500,
        "expiry_date": "2033-02-02 00:00:00",
        "peak_throughput": 128000,
        "threshold_percentage": 20,
    }
    sms = {"volume": "249", "total_volume": 250.0, "expiry_date": None}
    assert play(bsc.quota(ICCID), data, sms) == [
        Quota(
            provider="telekom-bsc",
            iccid=ICCID,
            kind="data",
            unit="MB",
            remaining=Decimal("499.539617"),
            total=Decimal(500),
            expires_at=dt.datetime(2033, 2, 2, tzinfo=dt.UTC),
        ),
        Quota(
            provider="telekom-bsc",
            iccid=ICCID,
            kind="sms",
            unit="sms",
            remaining=Decimal(249),
            total=Decimal(250),
        ),
    ]
    assert play.sent == [
        ("get_data_quota", f"GET /v1/sims/{ICCID}/quota/data", (), None),
        ("get_sms_quota", f"GET /v1/sims/{ICCID}/quota/sms", (), None),
    ]


def test_a_quota_that_says_nothing_is_none_not_zero(bsc, play):
    data, sms = play(bsc.quota(ICCID), {}, {"volume": "lots"})
    assert (data.remaining, data.total, data.expires_at) == (None, None, None)
    assert sms.remaining is None


@given(st.decimals(min_value=0, max_value=10**9, places=9, allow_nan=False))
def test_text_is_read_without_loss(number):
    assert decimal(f"{number:f}") == number


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.none()))
def test_any_value_is_a_bounded_number_or_none(value):
    number = decimal(value)
    assert number is None or (number.is_finite() and abs(number) < 10**18)

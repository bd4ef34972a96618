from __future__ import annotations

import datetime as dt
import json

import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st

from simloom.runtime import UNSET, Date, Model, Timestamp, Unset
from simloom.runtime.decoding import codec_for, decode
from simloom.runtime.encoding import encode_json
from simloom.runtime.timestamps import parse_date, parse_timestamp, to_text


@define(kw_only=True, repr=False, weakref_slot=False)
class Event(Model):
    __wire__ = {"created_at": "createdAt"}

    created_at: Timestamp | Unset | None = UNSET
    day: Date | Unset | None = UNSET


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


SHAPES = [
    ("2025-08-02T09:54:13.133Z", utc(2025, 8, 2, 9, 54, 13, 133_000)),
    ("2019-06-04T11:42:49", utc(2019, 6, 4, 11, 42, 49)),
    ("2018-08-17 16:46:48", utc(2018, 8, 17, 16, 46, 48)),
    ("2025-08-28 11:25:49", utc(2025, 8, 28, 11, 25, 49)),
    ("2018-03-09T07:59:09.000+0000", utc(2018, 3, 9, 7, 59, 9)),
    ("2033-02-02 00:00:00", utc(2033, 2, 2)),
    ("2025-08-02T11:54:13+02:00", utc(2025, 8, 2, 9, 54, 13)),
    ("2025-08-02T09:54:13.133456789Z", utc(2025, 8, 2, 9, 54, 13, 133_456)),
    ("2025-08-02t09:54:13z", utc(2025, 8, 2, 9, 54, 13)),
    ("2025-08-02 09:54:13 UTC", utc(2025, 8, 2, 9, 54, 13)),
    (" 2025-08-02T09:54:13Z ", utc(2025, 8, 2, 9, 54, 13)),
    ("2025-08-02", utc(2025, 8, 2)),
]
ODD = [
    "",
    "never",
    "28.08.2025",
    "2025-13-01T00:00:00Z",
    "2025-02-30 00:00:00",
    "0000-00-00 00:00:00",
    "1754128453",
    "0001-01-01T00:00:00+05:00",
    "9999-12-31T23:59:59-05:00",
    "2025-08-02T09:54:13Z and much more text than a date has",
    "\uff12\uff10\uff12\uff15-08-02",
    "Fri, 02 Aug 2025 09:54:13 GMT",
]


@pytest.mark.parametrize(("text", "moment"), SHAPES)
def test_every_shape_becomes_aware_utc(text, moment):
    parsed = parse_timestamp(text)
    assert parsed == moment
    assert parsed.tzinfo is dt.UTC


@pytest.mark.parametrize("text", ODD)
def test_what_is_no_moment_stays_text(text):
    assert parse_timestamp(text) == text


@pytest.mark.parametrize(("text", "value"), [*SHAPES, *zip(ODD, ODD, strict=True)])
def test_both_roads_read_every_shape_without_a_problem(text, value):
    content = json.dumps({"createdAt": text}).encode()
    assert decode(content, Event) == (Event(created_at=value), ())
    assert codec_for(Event)._fast.decode(content) == Event(created_at=value)
    assert codec_for(Event).read({"createdAt": text}) == (Event(created_at=value), ())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2033-02-02", dt.date(2033, 2, 2)),
        ("2033-02-02 00:00:00", dt.date(2033, 2, 2)),
        ("2033-02-02T23:30:00-05:00", dt.date(2033, 2, 3)),
        ("20330202", dt.date(2033, 2, 2)),
        ("02.02.2033", "02.02.2033"),
        ("", ""),
        ("x" * 100, "x" * 100),
    ],
)
def test_dates(text, day):
    assert parse_date(text) == day
    assert type(parse_date(text)) is type(day)
    assert decode(json.dumps({"day": text}).encode(), Event) == (Event(day=day), ())


@given(st.text(max_size=45) | st.text("0123456789-:TZ+. ", max_size=30))
def test_any_text_is_a_moment_in_utc_or_itself(text):
    moment = parse_timestamp(text)
    if moment != text:
        assert moment.tzinfo is dt.UTC
    day = parse_date(text)
    assert day == text or type(day) is dt.date


@given(st.datetimes(timezones=st.none() | st.just(dt.UTC)))
def test_a_moment_written_and_read_is_the_same(moment):
    aware = moment.replace(tzinfo=dt.UTC)
    assert parse_timestamp(to_text(moment)) == aware
    assert Event.from_json(encode_json(Event(created_at=moment))) == Event(created_at=aware)


@given(
    st.datetimes(
        min_value=dt.datetime(1970, 1, 1),  # noqa: DTZ001
        max_value=dt.datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-14 * 60, 14 * 60)
        .map(lambda minutes: st.just(dt.timezone(dt.timedelta(minutes=minutes))))
        .flatmap(lambda zone: zone),
    )
)
def test_a_moment_of_any_zone_is_the_same_moment_in_utc(moment):
    parsed = parse_timestamp(to_text(moment))
    assert parsed == moment
    assert parsed.tzinfo is dt.UTC


def test_moments_are_written_as_rfc_3339():
    naive = dt.datetime(2025, 1, 2, 3, 4, 5)  # noqa: DTZ001
    assert to_text(naive) == "2025-01-02T03:04:05Z"
    assert to_text(dt.date(2025, 1, 2)) == "2025-01-02"
    assert to_text("next week") == "next week"
    zone = dt.timezone(dt.timedelta(hours=2))
    assert to_text(naive.replace(tzinfo=zone)) == "2025-01-02T03:04:05+02:00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.datetime(2025, 1, 2, 3, 4, 5), "2025-01-02T03:04:05Z"),  # noqa: DTZ001
        (utc(2025, 1, 2, 3, 4, 5), "2025-01-02T03:04:05Z"),
        (utc(2025, 1, 2, 3, 4, 5, 6), "2025-01-02T03:04:05.000006Z"),
        ("28.08.2025", "28.08.2025"),
    ],
)
def test_bodies_and_dictionaries_write_moments_the_same_way(value, text):
    event = Event(created_at=value, day=dt.date(2025, 1, 2))
    assert event.to_dict() == {"createdAt": text, "day": "2025-01-02"}
    assert json.loads(encode_json(event)) == event.to_dict()

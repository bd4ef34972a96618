"""Points in time as the vendors write them, read into aware UTC datetimes.

Shapes seen: `2025-08-02T09:54:13.133Z`, `2019-06-04T11:42:49` (Infobip, no zone),
`2018-03-09T07:59:09.000+0000` and `2033-02-02 00:00:00` (Business Smart Connect, GMT+0),
`2025-08-28 11:25:49` (M2M error body). A value without a zone is UTC. A value that is none of these
is kept as the text it was: a page of SIMs is worth more than one odd date.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

Timestamp: TypeAlias = dt.datetime | str
"""An aware UTC datetime, or the vendor's text where it is not a date."""

Date: TypeAlias = dt.date | str
"""A calendar date, or the vendor's text where it is not one."""

_UTC = dt.UTC
_LONGEST = 40


def parse_timestamp(text: str) -> Timestamp:
    """Return an aware UTC datetime, or the text itself when it cannot be read as one."""
    if len(text) > _LONGEST:
        return text
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = dt.datetime.fromisoformat(text.strip().upper().removesuffix(" UTC"))
        except ValueError:
            return text
    zone = moment.tzinfo
    if zone is _UTC:
        return moment
    if zone is None:
        return _in_utc(text, moment)
    try:
        return moment.astimezone(_UTC)
    except OverflowError:
        return text


def _in_utc(text: str, naive: dt.datetime) -> dt.datetime:
    """Return the moment that `text` tells without a zone, in UTC."""
    try:
        return dt.datetime.fromisoformat(f"{text}Z")  # a seventh of what `replace` takes
    except ValueError:
        return naive.replace(tzinfo=_UTC)


def parse_date(text: str) -> Date:
    """Return a date, or the text itself when it cannot be read as one."""
    if len(text) > _LONGEST:
        return text
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        moment = parse_timestamp(text)
        return moment.date() if isinstance(moment, dt.datetime) else text


def to_text(moment: dt.datetime | dt.date | str) -> str:
    """Write a point in time as RFC 3339; naive datetimes are UTC, text is left alone."""
    if isinstance(moment, dt.datetime):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=_UTC)
        return aware.isoformat().replace("+00:00", "Z")
    return moment if isinstance(moment, str) else moment.isoformat()

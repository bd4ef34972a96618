"""A span of time, applied to events: the vendor's list of events has no such parameter."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simloom.models import SessionEvent


def within(
    event: SessionEvent, start: dt.datetime | dt.date | None, end: dt.datetime | dt.date | None
) -> bool:
    """Tell whether an event lies in a span, both ends included; a date means its whole UTC day.

    An event whose time cannot be read is in every span: leaving it out would be a guess.
    """
    if event.at is None:
        return True
    if start is not None and event.at < _moment(start, dt.time.min):
        return False
    return end is None or event.at <= _moment(end, dt.time.max)


def _moment(bound: dt.datetime | dt.date, of_day: dt.time) -> dt.datetime:
    """Return an aware time; a time without a zone is UTC."""
    if not isinstance(bound, dt.datetime):
        return dt.datetime.combine(bound, of_day, dt.UTC)
    return bound if bound.tzinfo else bound.replace(tzinfo=dt.UTC)

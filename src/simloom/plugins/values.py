"""Single values of a vendor's answer, read without trust: for providers' mappings.

The decoder keeps an odd value rather than lose a page to it, so the annotation of a generated model
says what the vendor documents, not what arrived. Each function here takes any value. What is not of
its kind counts as not told: None. Only what names a record, or is an entry of a list, raises
`DecodeError`: a list with a hole in it would look complete.

    Sim(provider=ID, iccid=identifier(record.iccid, name), label=text(record.label), ...)
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import TypeVar

from simloom.errors import DecodeError
from simloom.runtime.timestamps import parse_timestamp

__all__ = [
    "count",
    "day",
    "decimal",
    "entries",
    "identifier",
    "moment",
    "number",
    "part",
    "records",
    "text",
    "whole",
]

T = TypeVar("T")

LIMIT = 10**18
"""Numbers from here on are taken for garbage: written out as bytes they would fill the memory."""

_DIGITS = re.compile(r"[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")


def text(value: object) -> str | None:
    """Return text as plain `str`, also of an open enumeration."""
    return str(value) if isinstance(value, str) else None


def number(value: object) -> float | None:
    """Return a finite JSON number; a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) else None


def whole(value: object) -> int | None:
    """Return a whole JSON number whose size is below 10**18."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < LIMIT else None


def count(value: object, *, written: bool = False) -> int | None:
    """Return a whole number from 0; with `written` also one that came as a text of digits."""
    if written and isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    found = whole(value)
    return found if found is not None and found >= 0 else None


def decimal(value: object) -> Decimal | None:
    """Return an exact number below 10**18 from a JSON number or from text (`"1.50"`)."""
    if isinstance(value, int):
        found = whole(value)
        return None if found is None else Decimal(found)
    written = repr(value) if isinstance(value, float) else value
    if not isinstance(written, str) or not _NUMBER.fullmatch(written):
        return None
    exact = Decimal(written)
    return exact if abs(exact) < LIMIT else None


def moment(value: object, *, written: bool = False) -> dt.datetime | None:
    """Return a point in time as the decoder reads it, aware and in UTC; None for odd text.

    With `written` also one that is still text, as in the parsed JSON of an event.
    """
    if written and isinstance(value, str):
        value = parse_timestamp(value)
    return value if isinstance(value, dt.datetime) else None


def day(value: object) -> dt.date | None:
    """Return a calendar day; of a point in time its day in UTC."""
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


def part(value: object, kind: type[T]) -> T | None:
    """Return an inner object of the documented model."""
    return value if isinstance(value, kind) else None


def entries(value: object, kind: type[T]) -> list[T]:
    """Return those entries of a list that are objects of the documented model.

    For details that may be missing. What is a list of records for the caller goes to `records`.
    """
    return [item for item in value if isinstance(item, kind)] if isinstance(value, list) else []


def records(value: object, kind: type[T], operation: str, *, required: bool = False) -> list[T]:
    """Return all entries of a list; `DecodeError` for one that is not of the documented model.

    A list that is not there is empty, or with `required` a `DecodeError`, too. `operation` is the
    generated operation's id, for the error.
    """
    if not isinstance(value, list):
        if not required:
            return []
        raise DecodeError(
            f"the answer is not a list of the documented {kind.__name__}", operation=operation
        )
    if not all(isinstance(item, kind) for item in value):
        raise DecodeError(
            f"an entry of the list is not the documented {kind.__name__}", operation=operation
        )
    return value


def identifier(value: object, operation: str) -> str:
    """Return the text that names a record; `DecodeError` when it is missing or empty."""
    if not isinstance(value, str) or not value:
        raise DecodeError("a record has no identifier", operation=operation)
    return str(value)

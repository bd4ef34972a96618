"""Single vendor values, read without trust: what is not of its documented kind counts as not told.

The decoder keeps an odd value rather than lose a page to it, so an annotation of a generated model
says what the vendor documents, not what arrived.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TypeVar

from simloom.errors import DecodeError

M = TypeVar("M")

_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")
_LIMIT = 10**18


def text(value: object) -> str | None:
    """Return text, None for anything else."""
    return str(value) if isinstance(value, str) else None


def whole(value: object) -> int | None:
    """Return a whole number below 10**18, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < _LIMIT else None


def moment(value: object) -> dt.datetime | None:
    """Return a point in time, None for text that is not one."""
    return value if isinstance(value, dt.datetime) else None


def day(value: object) -> dt.date | None:
    """Return a calendar date, None for text that is not one."""
    return value if isinstance(value, dt.date) else None


def decimal(value: object) -> Decimal | None:
    """Return an exact number from text or a JSON number, None for anything else.

    Numbers of 10**18 and more are taken for garbage: as bytes they would fill the memory.
    """
    if isinstance(value, int):
        number = whole(value)
        return None if number is None else Decimal(number)
    written = repr(value) if isinstance(value, float) else value
    if not isinstance(written, str) or not _NUMBER.fullmatch(written):
        return None
    exact = Decimal(written)
    return exact if abs(exact) < _LIMIT else None


def part(value: object, kind: type[M]) -> M | None:
    """Return an inner object, None when the vendor left it out or sent something else."""
    return value if isinstance(value, kind) else None


def records(value: object, kind: type[M], operation: str) -> list[M]:
    """Return the entries of a list; raise `DecodeError` for an entry that is no such object.

    An entry is never dropped: a page with a hole in it would look complete.
    """
    if not isinstance(value, list):
        return []
    if not all(isinstance(item, kind) for item in value):
        raise DecodeError(
            f"an entry of the list is not the documented {kind.__name__}", operation=operation
        )
    return value


def identifier(value: object, operation: str) -> str:
    """Return what names a record; raise `DecodeError` when it is missing."""
    if not isinstance(value, str) or not value:
        raise DecodeError("a record has no identifier", operation=operation)
    return value

"""Reading single values of an answer without trusting their annotations.

The decoder keeps a value of the wrong type rather than lose the answer: text that is not text, a
time that is not a time and an entry that is not an object count as not told.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TypeVar

PROVIDER = "telekom-m2m"

T = TypeVar("T")


def text(value: object) -> str | None:
    """Return text, None for anything else."""
    return str(value) if isinstance(value, str) else None


def number(value: object) -> float | None:
    """Return a finite number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) else None


def whole(value: object) -> int | None:
    """Return a whole number, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def moment(value: object) -> dt.datetime | None:
    """Return a point in time, None for text that is none."""
    return value if isinstance(value, dt.datetime) else None


def day(value: object) -> dt.date | None:
    """Return a calendar day, None for text that is none."""
    return value if isinstance(value, dt.date) else None


def entries(value: object, kind: type[T]) -> list[T]:
    """Return the entries of a list that are objects of the documented kind."""
    return [item for item in value if isinstance(item, kind)] if isinstance(value, list) else []


def octets(value: object, bytes_per_unit: float | None) -> int | None:
    """Return a volume in bytes; None without the unit, which the vendor does not state."""
    volume = number(value)
    if volume is None or bytes_per_unit is None:
        return None
    size = volume * bytes_per_unit
    return round(size) if math.isfinite(size) else None


def exact(value: object) -> Decimal | None:
    """Return a number without binary rounding, None for anything else."""
    found = number(value)
    return None if found is None else Decimal(str(found))

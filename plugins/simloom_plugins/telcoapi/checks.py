"""Checks of arguments before anything is sent."""

from __future__ import annotations

import re
from typing import TypeVar

from simloom.errors import InvalidParameter
from simloom.runtime import UNSET, Secret, Unset, to_secret
from simloom_clients.telcoapi import models

T = TypeVar("T")

_ICCID = re.compile(r"[0-9]{19,20}")


def iccid_of(text: str) -> str:
    """Return an ICCID of 19 or 20 digits; the vendor answers 400 to any other."""
    if not _ICCID.fullmatch(text):
        raise InvalidParameter("an ICCID has 19 or 20 digits here")
    return text


def pin_type(pin: str) -> models.PinType:
    """Return which PIN is meant: `PIN1`, or `PIN2` (inferred)."""
    known = models.PinType(pin)
    if not known.is_known:
        raise InvalidParameter(f"pin {pin!r} is neither PIN1 nor PIN2")
    return known


def given(name: str, value: str | Secret) -> Secret:
    """Return a secret that is not empty: a wrong PIN or PUK uses up one of few attempts."""
    secret = to_secret(value)
    if not secret:
        raise InvalidParameter(f"{name} is empty")
    return secret


def told(value: T | None) -> T | Unset:
    """Return what to send for an argument: nothing at all for None, which would be a null."""
    return UNSET if value is None else value


def page_number(number: int, size: int | None) -> int:
    """Return the number of a page, from 1; the vendor states no maximum for its size."""
    if number < 1:
        raise InvalidParameter(f"page {number}: pages count from 1")
    if size is not None and size < 1:
        raise InvalidParameter(f"a page cannot have {size} entries")
    return number

"""Identifiers of SIMs, checked before they become part of a request."""

from __future__ import annotations

import re

from simloom.errors import InvalidIdentifier

_ICCID = re.compile(r"[0-9]{18,22}")


def parse_iccid(text: str) -> str:
    """Return an ICCID as its digits (ITU-T E.118: at most 19, and 20 with GSMA's padding in use).

    Blanks, dashes and a trailing filler `F` are taken away. 18 to 22 ASCII digits must be left;
    full-width digits, dots and anything else are an `InvalidIdentifier`. Check digits are not
    verified: the vendors' own examples fail them.
    """
    if not isinstance(text, str):
        raise InvalidIdentifier(f"an ICCID is text, not a {type(text).__name__}")
    digits = text.replace(" ", "").replace("-", "").removesuffix("F").removesuffix("f")
    if not _ICCID.fullmatch(digits):
        raise InvalidIdentifier(f"{text[:40]!a} is not an ICCID: 18 to 22 digits are expected")
    return digits

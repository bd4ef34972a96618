"""The number that is printed on a card, and its ICCID."""

from __future__ import annotations

import re

PREFIX = "898800"
"""The beginning of every ICCID of Acme (introduction of the vendor's document)."""
_PRINTED = re.compile(r"card:0*([0-9]{1,12})", re.ASCII)


def luhn(digits: str) -> str:
    """Return the check digit (ISO/IEC 7812-1, annex B) of a number."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def iccid_of(number: int) -> str:
    """Return the ICCID of a card's number: the prefix, twelve digits, the check digit."""
    head = f"{PREFIX}{number:012d}"
    return head + luhn(head)


def iccid_of_printed(identifier: str) -> str | None:
    """Return the ICCID of `card:<number>`, None for anything else."""
    found = _PRINTED.fullmatch(identifier)
    return None if found is None else iccid_of(int(found[1]))

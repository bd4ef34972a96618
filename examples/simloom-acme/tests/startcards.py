"""The cards that the stand-in starts with."""

from __future__ import annotations

from typing import Any

CARDS = 23
DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")


def luhn(digits: str) -> str:
    """Return the check digit (ISO/IEC 7812-1) of a number."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def cards() -> dict[str, dict[str, Any]]:
    """Return the cards of the start, by ICCID."""
    made = {}
    for number in range(CARDS):
        head = f"898800{number:012d}"
        iccid = head + luhn(head)
        code = ("live", "paused", "stock")[number % 3]
        made[iccid] = {
            "iccid": iccid,
            "imsi": f"99970{number:010d}",
            "msisdn": None if code == "stock" else f"88210{number:07d}",
            "name": f"pump {number}",
            "puk": f"{40_000_000 + 7919 * number}",
            "status": {"code": code, "since": "2026-01-01T00:00:00Z"},
        }
    return made

"""From a text as people and spreadsheets write it to the bare characters of an identifier."""

from __future__ import annotations

import re

from simloom.errors import InvalidIdentifier

LONGEST = 100
"""Characters beyond which a text is refused unread."""

_SHOWN = 40
_DIGIT = re.compile(r"[0-9]")
_BROKEN_BY_SPREADSHEET = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+")

# Blanks and dashes of word processors, and the invisible marks that come along with a copied
# number. Line ends, other controls and digits of other scripts stay, and are refused.
_BLANKS = " \u00a0\u2007\u2009\u202f"
_DASHES = "-\u2010\u2011\u2012\u2013"
_INVISIBLE = "\u200b\u200e\u200f\u202a\u202c\u2060\u2066\u2068\u2069\ufeff"
_SEPARATORS = str.maketrans("", "", _BLANKS + _DASHES + _INVISIBLE)


def without_separators(text: object, kind: str) -> str:
    """Return a text without blanks, dashes and invisible marks."""
    if not isinstance(text, str):
        raise InvalidIdentifier(f"an identifier ({kind}) is text, not a {type(text).__name__}")
    if len(text) > LONGEST:
        raise InvalidIdentifier(f"a text of {len(text)} characters is no {kind}")
    return text.translate(_SEPARATORS)


def shown(text: str) -> str:
    """Return a text for an error: ASCII, cut, and of its digits at most the last four."""
    cut = ascii(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")
    digits = len(_DIGIT.findall(cut))
    return _DIGIT.sub("*", cut, count=max(0, digits - tail_length(digits)))


def tail_length(digits: int) -> int:
    """Return how many last digits of so many may be seen."""
    return 4 if digits >= 10 else digits // 4


def refusal(text: str, kind: str, expected: str) -> InvalidIdentifier:
    """Return the error for a text that is not of its kind."""
    if _BROKEN_BY_SPREADSHEET.fullmatch(text.strip()):
        return InvalidIdentifier(
            f"{shown(text)} is not {kind}: a spreadsheet has made it a number and its digits are"
            " lost; export the column as text"
        )
    return InvalidIdentifier(f"{shown(text)} is not {kind}: {expected}")

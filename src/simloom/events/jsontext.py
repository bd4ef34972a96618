"""Single JSON documents as text: valid or not, and repaired where a vendor's habit is known.

Texts pass through as they are: no number is rounded, no escape resolved, no key dropped.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

_STRING = r'("[^"\\]*+(?:\\.[^"\\]*+)*+"?)'
_BLANKS = re.compile(_STRING + r"|[ \t\r\n]++", re.DOTALL)
_TRAILING_COMMAS = re.compile(_STRING + r"|(?<![{\[,]),(?=[}\]])", re.DOTALL)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


# Numbers are not worked out: one of 5,000 digits is valid, and only its text is passed on.
_STRICT = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse)


def is_json(text: str) -> bool:
    """Tell whether a text is one JSON document (RFC 8259, so without NaN)."""
    try:
        _STRICT.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def without_trailing_commas(text: str) -> str | None:
    """Return compact JSON that is valid without its trailing commas, None where that is not all."""
    broken = compact(text)
    repaired = _TRAILING_COMMAS.sub(r"\1", broken)
    return repaired if repaired != broken and is_json(repaired) else None


def compact(text: str) -> str:
    """Drop the blanks outside of strings."""
    return _BLANKS.sub(r"\1", text) if any(blank in text for blank in " \t\r\n") else text

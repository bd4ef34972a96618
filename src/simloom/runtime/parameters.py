"""Path, query and header values, written so that nothing can be smuggled through them."""

from __future__ import annotations

import datetime as dt
import re
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from simloom.runtime.errors import InvalidParameter
from simloom.runtime.secret import Secret
from simloom.runtime.timestamps import to_text
from simloom.runtime.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Mapping

_COOKIE = re.compile(r"[!#-+\--:<-\[\]-~]*")
"""What a cookie's value may hold (RFC 6265, section 4.1.1)."""
_WHOLE = 2**53  # beyond it a float is no longer exact


def encode_path(template: str, values: Mapping[str, Any]) -> str:
    """Fill a path template.

    Every value is percent-encoded whole. `.`, `..` and the empty value are refused: HTTP clients
    remove dot segments, so `DELETE /sims/..` would hit the collection.
    """
    path = template
    for name, value in values.items():
        text = encode_value(value, name)
        if text in {"", ".", ".."}:
            raise InvalidParameter(f"path parameter {name!r}: {text!r} would change the path")
        path = path.replace("{" + name + "}", quote(text, safe=""))
    return path


def encode_query(values: Mapping[str, Any], joined: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return name and text of every value that is set; lists repeat the name or are joined."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if value is UNSET or value is None:
            continue
        if isinstance(value, (list, tuple, set, frozenset)):
            texts = [encode_value(item, name) for item in value]
            separator = joined.get(name)
            if separator is not None:
                pairs.append((name, separator.join(texts)))
            else:
                pairs.extend((name, text) for text in texts)
        else:
            pairs.append((name, encode_value(value, name)))
    return pairs


def encode_headers(values: Mapping[str, Any]) -> dict[str, str]:
    """Return header names (lower case) and texts; what a header cannot hold is refused."""
    headers: dict[str, str] = {}
    for name, text in encode_query(values, dict.fromkeys(values, ",")):
        if not text.isprintable() or not text.isascii() or text != text.strip():
            raise InvalidParameter(
                f"header {name!r}: only printable ASCII without blanks around it can be sent"
            )
        headers[name.lower()] = text
    return headers


def encode_cookies(values: Mapping[str, Any]) -> str:
    """Return the text of a `Cookie` header; a value that would end its cookie is refused."""
    pairs = encode_query(values, {})
    for name, text in pairs:
        if not _COOKIE.fullmatch(text):
            raise InvalidParameter(f"cookie {name!r}: the value holds what a cookie cannot")
    return "; ".join(f"{name}={text}" for name, text in pairs)


def encode_value(value: Any, name: str) -> str:
    """Write one scalar as text: enums by value, booleans in lower case, times as RFC 3339."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Secret):
        value = value.reveal()
    if isinstance(value, (dt.datetime, dt.date)):
        value = to_text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        value = int(value)  # an id that is documented as a number is 12, never 12.0
    if isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return str(value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InvalidParameter(f"parameter {name!r}: half a surrogate pair") from None
        return value
    raise InvalidParameter(f"parameter {name!r}: a {type(value).__name__} cannot be sent")

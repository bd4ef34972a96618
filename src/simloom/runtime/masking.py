"""Answers made fit for people's eyes: secret values replaced, sizes bounded."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from simloom.runtime.secret import MASK


class Unshown(dict[str, Any]):
    """A dict for local variables that hold a request: its repr has the names only."""

    def __repr__(self) -> str:
        return f"<{', '.join(self)}>"


SECRET_NAMES = frozenset(
    {
        "accesstoken",
        "activationcode",
        "adm",
        "apikey",
        "apptoken",
        "authorization",
        "clientsecret",
        "currentpin",
        "idtoken",
        "ki",
        "newpin",
        "op",
        "opc",
        "password",
        "pin",
        "pin1",
        "pin2",
        "puk",
        "puk1",
        "puk2",
        "refreshtoken",
        "secret",
        "token",
    }
)
"""Names of fields that hold secrets, lower case, without `_` and `-`."""

_LONGEST = 4096
_NUMBER = re.compile(r"(?<![0-9])[0-9]{10,17}(?![0-9])")
_NAMED = re.compile(r"""(\b([A-Za-z][A-Za-z0-9_-]{0,20})["']?\s?[:=]\s?["']?)[^\s,;"']{1,300}""")


def is_secret_name(name: str) -> bool:
    """Tell whether a field of this name holds a secret, whatever its case and separators."""
    return name.replace("_", "").replace("-", "").lower() in SECRET_NAMES


def masked(value: Any) -> Any:
    """Return a copy of JSON-like data in which every value under a secret name is `***`."""
    if isinstance(value, dict):
        return {
            key: MASK if isinstance(key, str) and is_secret_name(key) else masked(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def masked_json(content: bytes) -> str:
    """Return JSON text with secrets masked, at most 4,096 characters; else only the size."""
    try:
        text = msgspec.json.encode(masked(msgspec.json.decode(content))).decode()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return f"<{len(content)} bytes that are not JSON>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def masked_words(text: str, longest: int = 300) -> str:
    """Return vendor text as `safe_text`, without what a vendor may repeat of a request.

    Values named like a secret (`pin: 1234`), and numbers of 10 to 17 digits, which may be an IMSI,
    an IMEI or a telephone number, become `***`. ICCIDs are longer and stay.
    """
    line = _NUMBER.sub(MASK, safe_text(text, longest))
    return _NAMED.sub(
        lambda found: f"{found[1]}{MASK}" if is_secret_name(found[2]) else found[0], line
    )


def safe_text(text: str, longest: int = 300) -> str:
    """Return vendor text on one line, without control characters, bounded."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= longest else f"{line[:longest]}…"

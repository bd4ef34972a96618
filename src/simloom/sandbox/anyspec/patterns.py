"""A text that a regular expression matches, made up by the seed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from simloom.sandbox.anyspec.sizes import check_length
from simloom.sandbox.anyspec.validation import matches

if TYPE_CHECKING:
    from simloom.sandbox.seeds import Draw

_CATEGORIES = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_WORD": "abcdef0123", "CATEGORY_SPACE": " "}
_SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.: "
_TRIES = 20


def text_for(pattern: str, draw: Draw, key: str, least: int = 0) -> str:
    """Return a text with the pattern in it, of `least` characters where its repeats allow that.

    A pattern with look-arounds or references back may get a text that does not match. Raises
    TooLarge for one whose repeats of repeats make too long a text.
    """
    # The parser of the standard library; its old public name warns.
    try:
        parsed = import_module("re._parser").parse(pattern)
    except Exception:  # noqa: BLE001  (whatever it is that cannot be read rules out nothing)
        return f"text-{draw.digits(0, key, 6)}"
    text = ""
    for number in range(_TRIES):
        text = _Writer(draw, f"{key}~{number}", least).write(parsed)
        if matches(pattern, text) and len(text) >= least:
            break
    return text


class _Writer:
    """Walks over a parsed pattern and draws wherever it leaves a choice."""

    def __init__(self, draw: Draw, key: str, least: int) -> None:
        self._draw = draw
        self._key = key
        self._least = least
        self._drawn = 0
        self._pieces = 0

    def write(self, parsed: Any) -> str:
        return "".join(self._piece(str(code), argument) for code, argument in parsed)

    def _number(self, below: int) -> int:
        self._drawn += 1
        return self._draw.number(self._drawn, self._key, below)

    def _piece(self, code: str, argument: Any) -> str:
        self._pieces += 1
        check_length(self._pieces)
        if code == "LITERAL":
            return chr(argument)
        if code in {"IN", "ANY", "NOT_LITERAL"}:
            signs = _signs(code, argument)
            return signs[self._number(len(signs))] if signs else ""
        if code in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            low, high, part = argument
            high = min(int(high), max(int(low) + 3, self._least))
            count = int(low) + self._number(max(1, high - int(low) + 1))
            count = max(count, min(high, self._least))
            return "".join(self.write(part) for _ in range(min(count, 1000)))
        if code == "SUBPATTERN":
            return self.write(argument[3])
        if code == "BRANCH":
            branches = argument[1]
            return self.write(branches[self._number(len(branches))])
        return ""  # anchors and look-arounds write nothing


def _signs(code: str, argument: Any) -> str:
    if code == "ANY":
        return _SIGNS
    if code == "NOT_LITERAL":
        return _SIGNS.replace(chr(argument), "")
    found, negated = "", False
    for name, item in argument:
        kind = str(name)
        if kind == "NEGATE":
            negated = True
        elif kind == "LITERAL":
            found += chr(item)
        elif kind == "RANGE":
            found += "".join(map(chr, range(item[0], min(item[1], item[0] + 200) + 1)))
        elif kind == "CATEGORY":
            found += _CATEGORIES.get(str(item), "x")
    return "".join(sign for sign in _SIGNS if sign not in found) if negated else found

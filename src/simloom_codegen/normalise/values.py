"""Plain values of the type that a field must have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.kinds import Value

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING = object()  # no value of the right type can be made

_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_LARGEST = 1e300


def repaired(kind: Value, value: Any) -> Any:
    """Return the value as the type a field needs, or MISSING; a good value comes back unchanged."""
    return _REPAIRS[kind](value)


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else MISSING


def _flag(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return _FLAGS.get(str(value).strip().lower(), MISSING)


def _number(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = float(value)
        value = int(number) if number.is_integer() and abs(number) < 2**53 else number
    if isinstance(value, bool) or not isinstance(value, int | float):
        return MISSING
    return value if -_LARGEST < value < _LARGEST else MISSING


def _count(value: Any) -> Any:
    number = _number(value)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return number if isinstance(number, int) and 0 <= number < 2**63 else MISSING


def _positive(value: Any) -> Any:
    number = _number(value)
    return number if number is not MISSING and number > 0 else MISSING


def _limit(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
        return _flag(value)
    return value if isinstance(value, bool) else _number(value)


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        return MISSING
    texts = [_text(item) for item in value]
    good = [text for text in texts if text is not MISSING]
    return value if good == value else good


def _text_map(value: Any) -> Any:
    if not isinstance(value, dict):
        return MISSING
    good = {key: item for key, item in value.items() if isinstance(item, str)}
    return value if len(good) == len(value) else good


def _list(value: Any) -> Any:
    if isinstance(value, list):
        return value or MISSING
    return [value] if isinstance(value, str | int | float) else MISSING


def _requirements(value: Any) -> Any:
    good = isinstance(value, list) and all(
        isinstance(item, dict) and all(_texts(scopes) is scopes for scopes in item.values())
        for item in value
    )
    return value if good else MISSING


def _type(value: Any) -> Any:
    if isinstance(value, list):
        good = [item for item in value if isinstance(item, str)]
        if len(good) < len(value):
            good = [
                item if isinstance(item, str) else "null" for item in value if _names_a_type(item)
            ]
        return value if good == value else good
    return value if isinstance(value, str) else MISSING


def _names_a_type(item: Any) -> bool:
    return isinstance(item, str) or item is None  # YAML reads an unquoted null as nothing


_REPAIRS: dict[Value, Callable[[Any], Any]] = {
    Value.TEXT: _text,
    Value.FLAG: _flag,
    Value.COUNT: _count,
    Value.NUMBER: _number,
    Value.POSITIVE: _positive,
    Value.LIMIT: _limit,
    Value.TEXTS: _texts,
    Value.TEXT_MAP: _text_map,
    Value.LIST: _list,
    Value.REQUIREMENTS: _requirements,
    Value.TYPE: _type,
}

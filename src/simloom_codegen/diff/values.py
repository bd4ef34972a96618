"""Plain JSON values: reading them without trust, comparing them, keeping a copy."""

from __future__ import annotations

import json
import math
from json.encoder import encode_basestring_ascii
from typing import Any, TypeAlias

Value: TypeAlias = "str | int | float | bool | tuple[Value, ...] | None"


def mapping(value: Any) -> dict[Any, Any]:
    """Give the value if it is a mapping, otherwise an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Give the value if it is a list, otherwise an empty one."""
    return value if isinstance(value, list) else []


def members(value: Any) -> list[tuple[str, Any]]:
    """Give the members of a mapping sorted by name; YAML reads an unquoted 200 as a number."""
    return sorted(((str(name), member) for name, member in mapping(value).items()), key=_name)


def _name(member: tuple[str, Any]) -> str:
    return member[0]


def number(value: Any) -> int | float | None:
    """Give the value if it is a finite number. JSON's true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def canonical(value: Any) -> str:
    """Write equal JSON as equal text: key order does not count, nor 1 versus 1.0."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{canonical(v)}" for k, v in members(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, default=str)


def same(old: Any, new: Any) -> bool:
    """Compare two values as JSON: true is not 1."""
    return old is new or canonical(old) == canonical(new)


def kept(value: Any) -> Value:
    """Copy a value into a form that is hashable and shares nothing with the document.

    A mapping becomes its canonical JSON text.
    """
    if isinstance(value, list | tuple):
        return tuple(map(kept, value))
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return canonical(value) if isinstance(value, dict) else str(value)


def as_list(value: Value) -> Any:
    """Turn the tuples of a kept value back into lists, as JSON readers get them."""
    return [as_list(item) for item in value] if isinstance(value, tuple) else value

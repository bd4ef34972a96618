"""Whether a JSON body is what the spec describes.

Not a general validator: it knows the keywords that the four specs use for request bodies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import bad_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.specs import Spec

_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def check_body(spec: Spec, schema: Mapping[str, Any], value: Any, where: str = "") -> None:
    """Raise Refused for the first thing that the schema rules out.

    A missing member is no fault if the spec gives it a default: the vendor fills it in. A member
    that the spec does not name is one, so that a misspelt name is noticed.
    """
    schema = spec.flat(schema)
    name = where or "the body"
    _check_kind(schema, value, name, where)
    if "enum" in schema and value not in schema["enum"]:
        raise bad_body(f"{name} has to be one of {', '.join(map(str, schema['enum']))}", where)
    if isinstance(value, str):
        _check_text(schema, value, name, where)
    elif isinstance(value, list):
        _check_size(schema, len(value), ("minItems", "maxItems"), "entries", name, where)
        for number, item in enumerate(value):
            check_body(spec, schema.get("items", {}), item, f"{where}[{number}]")
    elif isinstance(value, dict):
        _check_members(spec, schema, value, name, where)
    elif isinstance(value, (int, float)) and value < schema.get("minimum", value):
        raise bad_body(f"{name} has to be at least {schema['minimum']}", where)


def _check_kind(schema: Mapping[str, Any], value: Any, name: str, where: str) -> None:
    kind = schema.get("type")
    if kind is None:
        return
    is_flag = isinstance(value, bool) and kind != "boolean"
    if is_flag or not isinstance(value, _KINDS[kind]):
        raise bad_body(f"{name} has to be of type {kind}", where)


def _check_text(schema: Mapping[str, Any], value: str, name: str, where: str) -> None:
    _check_size(schema, len(value), ("minLength", "maxLength"), "characters", name, where)
    if "pattern" in schema and not re.search(schema["pattern"], value):
        raise bad_body(f"{name} does not match {schema['pattern']}", where)


def _check_members(
    spec: Spec, schema: Mapping[str, Any], value: dict[str, Any], name: str, where: str
) -> None:
    _check_size(schema, len(value), ("minProperties", "maxProperties"), "members", name, where)
    known = schema.get("properties", {})
    for member in schema.get("required", ()):
        if member not in value and "default" not in spec.flat(known.get(member, {})):
            raise bad_body(f"{_below(where, member)} is missing", _below(where, member))
    for member, item in value.items():
        if member not in known:
            raise bad_body(f"{_below(where, member)} is not known here", _below(where, member))
        check_body(spec, known[member], item, _below(where, member))


def _check_size(
    schema: Mapping[str, Any], size: int, limits: tuple[str, str], unit: str, name: str, where: str
) -> None:
    low, high = limits
    if size < schema.get(low, size):
        raise bad_body(f"{name} needs at least {schema[low]} {unit}", where)
    if size > schema.get(high, size):
        raise bad_body(f"{name} may have at most {schema[high]} {unit}", where)


def _below(where: str, member: str) -> str:
    return f"{where}.{member}" if where else member

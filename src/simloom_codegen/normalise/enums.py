"""Enumerations and constants: values of one type, texts or integers.

Anything else the generator refuses, and with it the schema and all that use it. The vendor's values
are kept as `x-vendor-enum`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.changes import shown
from simloom_codegen.normalise.facts import is_object, type_names

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node, Site

KEPT_ENUM = "x-vendor-enum"
KEPT_CONST = "x-vendor-const"
# What leaves no room for values from one level up.
_HAS_TYPE = frozenset({"$ref", "enum", "const", "allOf", "oneOf", "anyOf"})
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")


def repair(tree: Tree, note: Note) -> None:
    """Repair `enum` and `const` of every schema."""
    for site in tree.schemas():
        if "$ref" in site.node:
            continue
        if "enum" in site.node:
            _repair_enum(site.node, site, note)
        if "const" in site.node:
            _repair_const(site.node, site, note)


def _repair_enum(schema: Node, site: Site, note: Note) -> None:
    given: list[Any] = schema["enum"]
    types = [name for name in type_names(schema) if name != "null"]
    if types == ["array"] and not any(isinstance(value, list) for value in given):
        # The values of the items, one level too high.
        items = schema.get("items")
        if isinstance(items, dict) and not _HAS_TYPE.intersection(items):
            items["enum"] = schema.pop("enum")
            note(site.pointer, "the enum is that of the items")
            _repair_enum(items, site, note)
            return
    values = _distinct(value for value in given if value is not None)
    wanted = _usable(values, types) if not is_object(schema) else None
    if wanted is None:
        schema[KEPT_ENUM] = schema.pop("enum")
        _type_from(values, schema)
        if None in given and types and "null" not in type_names(schema):
            schema["type"] = [*types, "null"]
        note(site.pointer, f"no enumeration: {shown(given)}")
        return
    if wanted:
        _agree_on_type(schema, types, "string" if isinstance(wanted[0], str) else "integer")
    new = [*wanted, *([None] if None in given else [])]
    if not _same(new, given):
        schema["enum"] = new
        note(site.pointer, f"the values {shown(given)} are now {shown(new)}")


def _agree_on_type(schema: Node, types: list[str], found: str) -> None:
    """Let the type be that of the values; the generator goes by the values alone."""
    if types and types not in ([found], ["number"] if found == "integer" else []):
        schema["type"] = [found, "null"] if "null" in type_names(schema) else found


def _same(one: list[Any], other: list[Any]) -> bool:
    return one == other and list(map(type, one)) == list(map(type, other))


def _distinct(values: Any) -> list[Any]:
    result: list[Any] = []
    seen: set[tuple[type, Any]] = set()
    for value in values:
        key = (type(value), repr(value))
        if key not in seen:
            seen.add(key)
            result.append(value)
    return result


def _usable(values: list[Any], types: list[str]) -> list[Any] | None:
    """Return the values as texts or as integers; None if they are neither."""
    if not values:
        return []  # null alone
    if types and not {"string", "integer", "number"} & set(types):
        return None
    kinds = {type(value) for value in values}
    if kinds == {str}:
        if types in (["integer"], ["number"]) and all(_INTEGER.fullmatch(v) for v in values):
            return _distinct(int(value) for value in values)
        return values
    if types == ["string"] and kinds <= {str, int, bool}:
        return _distinct(_text(value) for value in values)
    return values if kinds == {int} and "string" not in types else None


def _text(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _type_from(values: list[Any], schema: Node) -> None:
    """Say the type that the removed values had, if nothing else says one."""
    if type_names(schema) or is_object(schema):
        return
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        schema["type"] = "boolean"
    elif kinds and kinds <= {int, float}:
        schema["type"] = "number"


def _repair_const(schema: Node, site: Site, note: Note) -> None:
    value = schema["const"]
    types = [name for name in type_names(schema) if name != "null"]
    if schema.get("enum"):
        schema[KEPT_ENUM] = schema.pop("enum")
        note(site.pointer, "the constant is one of the values")
    if value is None:
        del schema["const"]
        schema["type"] = "null"
        note(site.pointer, "the constant null is the null type")
    elif types == ["string"] and isinstance(value, int):
        schema["const"] = _text(value)
        note(site.pointer, f"the constant {value!r} is text")
    elif types == ["integer"] and isinstance(value, str) and _INTEGER.fullmatch(value):
        schema["const"] = int(value)
        note(site.pointer, f"the constant {value!r} is an integer")
    elif not isinstance(value, str | int) or not allows(types, value) or is_object(schema):
        schema[KEPT_CONST] = schema.pop("const")
        if isinstance(value, float) and not types:
            schema["type"] = "number"
        note(site.pointer, f"no constant: {shown(value)}")


def allows(types: list[str], value: Any) -> bool:
    """Tell whether a value of an enumeration is of one of the types; no types allow all."""
    if not types:
        return True
    if isinstance(value, bool):
        return "boolean" in types
    return "string" in types if isinstance(value, str) else bool({"integer", "number"} & set(types))

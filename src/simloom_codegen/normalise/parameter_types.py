"""Which schemas the generator accepts in a query, a path, a header and a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.facts import (
    Shape,
    describe,
    is_annotation,
    is_null,
    resolved,
    shape_of,
    stand_in,
    type_names,
    union_members,
)
from simloom_codegen.normalise.flatten import members_of
from simloom_codegen.normalise.walk import Node, copied

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_SCHEMA = "x-vendor-schema"
KEPT_PARAMETER = "x-vendor-parameter"

_NOT_IN_HEADERS = frozenset({"date", "date-time", "binary"})
_NOT_IN_PATHS = frozenset({"binary"})


def repair(parameter: Node, components: dict[str, Node], tell: Callable[[str], None]) -> None:
    """Make the schema text if the generator refuses it in the parameter's location."""
    schema = parameter["schema"]
    location = parameter["in"]
    if location == "path":
        schema = parameter["schema"] = _without_null(schema)
    if accepts(location, schema, components):
        return
    tell(f"{describe(schema)} is not possible in a {location}: text")
    kept = {key: value for key, value in schema.items() if is_annotation(key)}
    parameter["schema"] = {**kept, KEPT_SCHEMA: schema, "type": "string"}


def accepts(location: str, schema: Node, components: dict[str, Node]) -> bool:
    """Tell whether the generator takes such a schema there, and a request can carry it."""
    shape = shape_of(schema, components)
    real = resolved(schema, components)
    if shape is Shape.UNION:
        options = union_members(real)
        if not options:  # a list of types, with arrays in it
            return location == "query"
        return all(accepts(location, option, components) for option in options)
    if shape is Shape.ARRAY:
        return location == "query" and accepts(location, real.get("items", {}), components)
    if shape is Shape.PLAIN:
        refused = {"header": _NOT_IN_HEADERS, "path": _NOT_IN_PATHS}.get(location, frozenset())
        is_text = "string" in type_names(real)
        if is_text and real.get("format") in refused:
            return False
        return location != "path" or not _nullable(real)
    if shape is Shape.ENUM:
        return True
    if shape is Shape.CONST:
        return location != "header"
    if shape is Shape.NULL:
        return location != "path"
    return shape is Shape.ANY and location in {"query", "cookie"}


def expanded(parameter: Node, components: dict[str, Node]) -> list[Node] | None:
    """Return one parameter per property of an object in a query, if the request stays the same.

    `form` with `explode`, which is what nothing said means, sends each property by its own name;
    `deepObject` sends `name[property]`. None for any other style and for properties that are not
    plain.
    """
    if parameter["in"] != "query":
        return None
    schema = parameter["schema"]
    if shape_of(schema, components) is not Shape.OBJECT:
        return None
    style = parameter.get("style", "form")
    deep = style == "deepObject"
    if not deep and (style != "form" or parameter.get("explode", True) is not True):
        return None
    name = stand_in(schema)
    members = members_of(name, components) if name is not None else None
    if members is None or not members.properties:
        return None
    result: list[Node] = []
    for key, member in members.properties.items():
        if not accepts("query", member, components):
            return None
        wire = member.get("x-wire-name", key)
        if not wire:
            return None
        made = {
            "name": f"{parameter['name']}[{wire}]" if deep else wire,
            "in": "query",
            "required": parameter.get("required") is True and key in members.required,
            "schema": copied(member),
            KEPT_PARAMETER: parameter["name"],
        }
        if isinstance(member.get("description"), str):
            made["description"] = member["description"]
        result.append(made)
    return result


def _nullable(schema: Node) -> bool:
    return schema.get("nullable") is True or "null" in type_names(schema)


def _without_null(schema: Node) -> Node:
    """Return a schema that does not allow null: a path always has a value."""
    result = {key: value for key, value in schema.items() if key != "nullable"}
    types = [name for name in type_names(schema) if name != "null"]
    if types:
        result["type"] = types[0] if len(types) == 1 else types
    for key in ("oneOf", "anyOf"):
        options = [option for option in schema.get(key, ()) if not is_null(option)]
        if key in schema and len(options) == 1:
            del result[key]
            result.update(options[0])
        elif options:
            result[key] = options
    return result

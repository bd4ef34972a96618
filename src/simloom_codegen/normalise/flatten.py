"""All members of an object component, those it inherits included."""

from __future__ import annotations

from attrs import field, frozen

from simloom_codegen.normalise.facts import (
    Shape,
    describe,
    is_object,
    shape_of,
    stand_in,
    type_names,
    without_annotations,
)
from simloom_codegen.normalise.walk import Node, copied


@frozen
class Members:
    """Properties and required names, in the order the generator would give them.

    `conflicts` names the properties that are there twice with different schemas.
    """

    properties: dict[str, Node] = field(factory=dict)
    required: list[str] = field(factory=list)
    conflicts: dict[str, str] = field(factory=dict)


def members_of(name: str, components: dict[str, Node]) -> Members:
    """Return the members of a component; a component that is no object has none."""
    return _collect(components.get(name, {}), components, frozenset({name}))


def _collect(schema: Node, components: dict[str, Node], seen: frozenset[str]) -> Members:
    found = Members()
    inherited = [member for member in schema.get("allOf", ()) if stand_in(member) is not None]
    for member in inherited:
        other = str(stand_in(member))
        if other not in seen and other in components:
            _add(found, _collect(components[other], components, seen | {other}), components)
    inline = [member for member in schema.get("allOf", ()) if stand_in(member) is None]
    for part in (*inline, schema):
        own = Members(dict(part.get("properties") or {}), list(part.get("required") or ()))
        _add(found, own, components)
    return found


def _add(found: Members, more: Members, components: dict[str, Node]) -> None:
    for name, schema in more.properties.items():
        mine = found.properties.get(name)
        if mine is None:
            found.properties[name] = schema
        elif without_annotations(mine) != without_annotations(schema):
            chosen = _chosen(mine, schema, components)
            found.properties[name] = chosen
            found.conflicts[name] = f"{describe(mine)} and {describe(schema)}"
    found.conflicts.update(more.conflicts)
    found.required.extend(name for name in more.required if name not in found.required)


def _chosen(first: Node, later: Node, components: dict[str, Node]) -> Node:
    """Return the schema that says more; of two that say as much, the later one."""
    return first if _weight(first, components) > _weight(later, components) else later


def _weight(schema: Node, components: dict[str, Node]) -> int:
    shape = shape_of(schema, components)
    if shape is Shape.ANY:
        return 0
    if shape is Shape.PLAIN and "$ref" not in schema:
        return 2 if "format" in schema or type_names(schema) == ["integer"] else 1
    return 3


def flatten(name: str, components: dict[str, Node]) -> None:
    """Write all members of a component into it, in place of its `allOf`."""
    schema = components[name]
    members = members_of(name, components)
    inline = [part for part in schema.pop("allOf", ()) if stand_in(part) is None]
    for part in inline:
        if is_object(part) and "additionalProperties" in part:
            schema.setdefault("additionalProperties", part["additionalProperties"])
    schema["type"] = "object"
    schema["properties"] = copied(members.properties)
    if members.required:
        schema["required"] = list(members.required)

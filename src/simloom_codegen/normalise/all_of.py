"""`allOf`: kept where the generator puts the members together as meant, flattened elsewhere.

It takes the properties of everything referred to, and drops the class if one of the members is no
object, if a property is there twice with types it cannot merge, or if references go in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.facts import (
    STRONGEST,
    TYPE_BEARING,
    Shape,
    describe,
    is_object,
    shape_of,
    stand_in,
    type_names,
)
from simloom_codegen.normalise.flatten import flatten, members_of
from simloom_codegen.normalise.graph import depth_first
from simloom_codegen.normalise.naming import python_name
from simloom_codegen.normalise.simplify import absorb

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node

_OF_OBJECTS = ("properties", "required")
_NOT_OF_OBJECTS = frozenset({"const", "enum", "items", "type"})
_ONLY_OF_OBJECTS = frozenset({"properties", "required", "additionalProperties"})


def repair(tree: Tree, note: Note) -> None:
    """Repair each `allOf`, what is referred to before what refers to it."""
    components = tree.components
    graph = depth_first(
        {
            name: [
                (member, other)
                for member in schema.get("allOf", ())
                if (other := stand_in(member)) is not None
            ]
            for name, schema in components.items()
        }
    )
    for name, node, other in graph.closing:
        schema = components[name]
        schema["allOf"] = [member for member in schema["allOf"] if member is not node]
        _tell(note, name, f"{other} is left out of allOf: it includes this schema itself")
    for name in graph.order:
        if "allOf" in components[name]:
            _repair(name, components, note)


def _tell(note: Note, name: str, detail: str) -> None:
    note(pointer.join(("components", "schemas", name)), detail)


def _repair(name: str, components: dict[str, Node], note: Note) -> None:
    schema = components[name]
    members: list[Node] = schema["allOf"]
    if not members:
        del schema["allOf"]
        return
    shapes = [shape_of(member, components) for member in members]
    beside = is_object(schema) or any(schema.get(key) for key in _OF_OBJECTS)
    beside = beside or isinstance(schema.get("additionalProperties"), dict)
    if Shape.OBJECT in shapes or beside:
        objects = [m for m, s in zip(members, shapes, strict=True) if _is_part(m, s)]
        for member in members:
            if not any(member is kept for kept in objects):
                _tell(note, name, f"{describe(member)} is left out of allOf: it is no object")
        _repair_object(name, objects, components, note)
    elif len(members) > 1 or stand_in(schema) is None:
        _repair_plain(name, components, shapes, note)


def _is_part(member: Node, shape: Shape) -> bool:
    """Tell whether a member of `allOf` adds to an object; a list of required names does."""
    return shape is Shape.OBJECT or (stand_in(member) is None and "required" in member)


def _repair_object(name: str, objects: list[Node], components: dict[str, Node], note: Note) -> None:
    schema = components[name]
    del schema["allOf"]
    for key in [key for key in schema if key in _NOT_OF_OBJECTS]:
        if key != "type" or "object" not in type_names(schema):
            del schema[key]
            _tell(note, name, f"{key} beside allOf is left out: the whole is an object")
    if not any(stand_in(member) is not None for member in objects):
        # Without the references that were left out, the members may fit together.
        objects = [member for member in objects if not absorb(schema, member)]
    if not objects:
        schema["type"] = "object"
        return
    schema["allOf"] = objects
    own = [key for key in _OF_OBJECTS if schema.get(key)]
    alone = len(objects) == 1 and stand_in(objects[0]) is not None
    extra = schema.get("additionalProperties")
    if alone and not own and not (isinstance(extra, dict) and extra):
        schema.pop("type", None)
        return
    _lift_additional_properties(name, schema, note)
    members = members_of(name, components)
    python_names = {python_name(key) for key in members.properties}
    if members.conflicts:
        listed = ", ".join(f"{key} ({which})" for key, which in members.conflicts.items())
        _tell(note, name, f"allOf is written out, because members contradict: {listed}")
        flatten(name, components)
    elif len(python_names) < len(members.properties):
        # The generator would rename the properties of the other classes, too.
        _tell(note, name, "allOf is written out, because members share a Python name")
        flatten(name, components)
    elif alone:
        beside = {key: schema.pop(key) for key in own}
        schema.pop("type", None)
        schema["allOf"] = [objects[0], {"type": "object", **beside}]
        _tell(note, name, "what stands beside allOf moved into it")


def _lift_additional_properties(name: str, schema: Node, note: Note) -> None:
    """Say on top what an inline member says of further members: the generator looks only there."""
    for member in schema["allOf"]:
        extra = member.get("additionalProperties")
        if (
            isinstance(extra, dict)
            and "$ref" not in member
            and "additionalProperties" not in schema
        ):
            schema["additionalProperties"] = member.pop("additionalProperties")
            _tell(note, name, "additionalProperties moved out of allOf")


def _repair_plain(name: str, components: dict[str, Node], shapes: list[Shape], note: Note) -> None:
    """Keep what says most about a value that is no object: the generator cannot combine types."""
    schema = components[name]
    members: list[Node] = schema.pop("allOf")
    own = {key: schema[key] for key in schema if key in TYPE_BEARING}
    candidates = [*zip(shapes, members, strict=True), (shape_of(own, components), own)]
    ranked = [candidate for candidate in candidates if candidate[0] in STRONGEST]
    _tell(note, name, f"allOf keeps one of {', '.join(map(describe, members))}")
    if not ranked:
        return
    _, chosen = min(ranked, key=lambda candidate: STRONGEST.index(candidate[0]))
    for key in own if chosen is not own else _ONLY_OF_OBJECTS.intersection(own):
        del schema[key]
    if chosen is own:
        return
    if stand_in(chosen) is not None:
        schema["allOf"] = [chosen]
    else:
        schema.update({key: value for key, value in chosen.items() if key not in schema})

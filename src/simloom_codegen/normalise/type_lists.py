"""Several types at once: objects among them need a schema of their own to become a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.facts import is_annotation, is_union, type_names

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node

_OF_ARRAYS = frozenset({"items", "minItems", "maxItems", "uniqueItems"})
_OF_OBJECTS = frozenset(
    {
        *("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
        *("discriminator", "allOf"),
    }
)


def repair(tree: Tree, note: Note) -> None:
    """Split a list of types that has objects in it into a choice of schemas.

    Lists of plain types and arrays, with or without null, the generator understands.
    """
    for site in tree.schemas():
        schema = site.node
        if not isinstance(schema.get("type"), list):
            continue
        types = [name for name in type_names(schema) if name != "null"]
        if len(types) < 2 or "object" not in types or "$ref" in schema or is_union(schema):
            continue
        if "array" in types:
            _make_any(schema)
            note(site.pointer, f"any value: {' or '.join(types)}")
        else:
            _split(schema, types)
            note(site.pointer, f"a choice of {' or '.join(types)}")


def _make_any(schema: Node) -> None:
    for key in [key for key in schema if not is_annotation(key)]:
        del schema[key]


def _split(schema: Node, types: list[str]) -> None:
    nullable = "null" in type_names(schema)
    words = {key: schema.pop(key) for key in list(schema) if not is_annotation(key)}
    del words["type"]
    if words.pop("nullable", False) is True:
        nullable = True
    members: list[Node] = []
    for name in types:
        of_type = _OF_OBJECTS if name == "object" else frozenset(words) - _OF_OBJECTS - _OF_ARRAYS
        members.append({"type": name, **{k: v for k, v in words.items() if k in of_type}})
    schema["oneOf"] = [*members, *([{"type": "null"}] if nullable else [])]

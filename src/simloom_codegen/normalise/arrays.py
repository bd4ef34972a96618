"""Arrays: one schema for all items, because Python lists have one type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.facts import type_names

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node


def repair(tree: Tree, note: Note) -> None:
    """Give each array `items`; a tuple becomes an array of any of its members."""
    for site in tree.schemas():
        schema = site.node
        types = type_names(schema)
        if not types and ("items" in schema or "prefixItems" in schema) and _is_bare(schema):
            schema["type"] = "array"
            types = ["array"]
            note(site.pointer, "the type is array: it has items")
        if "prefixItems" in schema:
            _merge_tuple(schema)
            note(site.pointer, "a tuple is now an array of any of its members")
        if "array" in types and "items" not in schema:
            schema["items"] = {}
            note(site.pointer, "array without items: any value")


def _is_bare(schema: Node) -> bool:
    return not any(key in schema for key in ("$ref", "allOf", "oneOf", "anyOf"))


def _merge_tuple(schema: Node) -> None:
    members = schema.pop("prefixItems")
    rest = schema.pop("items", None)
    if rest:
        members = [*members, rest]
    distinct = [member for index, member in enumerate(members) if member not in members[:index]]
    if len(distinct) == 1:
        schema["items"] = distinct[0]
    elif all(distinct):
        schema["items"] = {"oneOf": distinct} if distinct else {}
    else:
        schema["items"] = {}

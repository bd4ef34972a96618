"""Objects that do not say so, or name their members by a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.facts import is_object, is_union, type_names
from simloom_codegen.normalise.walk import Node, copied

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

KEPT_PATTERNS = "x-vendor-patternProperties"


def repair(tree: Tree, note: Note) -> None:
    """Say `type: object`, and let the additional properties be what the patterns allow."""
    for site in tree.schemas():
        schema = site.node
        if "$ref" in schema:
            continue
        if "patternProperties" in schema:
            _repair_patterns(schema)
            note(site.pointer, "patternProperties are now additionalProperties")
        if _has_members(schema) and not type_names(schema) and not _is_combined(schema):
            schema["type"] = "object"
            note(site.pointer, "the type is object: it has members")
        if not is_object(schema) and "allOf" not in schema:
            # Left beside another type they would still be checked, and classes made of them.
            for key in ("properties", "additionalProperties"):
                if isinstance(schema.get(key), dict) and type_names(schema):
                    del schema[key]
                    note(site.pointer, f"removed {key}: the type is {schema['type']}")


def _is_combined(schema: Node) -> bool:
    return is_union(schema) or bool(schema.get("allOf"))


def _has_members(schema: Node) -> bool:
    """Tell whether there are members that the generator does not see without the type."""
    empty = "properties" in schema and not schema["properties"]
    return empty or isinstance(schema.get("additionalProperties"), dict)


def _repair_patterns(schema: Node) -> None:
    patterns = schema.pop("patternProperties")
    schema[KEPT_PATTERNS] = patterns
    schemas_of = list(patterns.values()) if isinstance(patterns, dict) else []
    if schema.get("additionalProperties") in (None, False):
        same = bool(schemas_of) and all(other == schemas_of[0] for other in schemas_of)
        schema["additionalProperties"] = copied(schemas_of[0]) if same else {}

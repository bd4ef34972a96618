"""What a schema is, as the generator would see it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from simloom_codegen import pointer

if TYPE_CHECKING:
    from simloom_codegen.normalise.walk import Node

# Keywords that say nothing about the value itself.
ANNOTATIONS = frozenset(
    {
        *("title", "description", "example", "examples", "deprecated", "readOnly", "writeOnly"),
        *("externalDocs", "xml", "default", "$comment"),
    }
)
# Keywords that decide which Python type comes out. All others only narrow the values.
TYPE_BEARING = frozenset(
    {
        *("$ref", "type", "enum", "const", "properties", "additionalProperties", "required"),
        *("items", "prefixItems", "allOf", "oneOf", "anyOf"),
    }
)
# Keywords that say more about the type than a `$ref` they stand beside.
ADDING = TYPE_BEARING - {"$ref", "type", "items", "prefixItems"}
UNIONS = ("oneOf", "anyOf")
_COMBINED = frozenset({"allOf", *UNIONS})
_COMPONENT = ("components", "schemas")
_START = "#/components/schemas/"


class Shape(Enum):
    """What kind of Python type a schema becomes."""

    ANY = auto()
    NULL = auto()
    PLAIN = auto()  # text, number, boolean, or several of them
    ENUM = auto()
    CONST = auto()
    ARRAY = auto()
    OBJECT = auto()
    UNION = auto()


# Of the members of an `allOf`, the first of these that is there decides.
STRONGEST = (
    *(Shape.OBJECT, Shape.UNION, Shape.ENUM, Shape.CONST, Shape.ARRAY, Shape.PLAIN, Shape.NULL),
)


def is_annotation(key: str) -> bool:
    """Tell whether a keyword only describes."""
    return key in ANNOTATIONS or key.startswith("x-")


def is_type_bearing(schema: Node) -> bool:
    """Tell whether a schema says anything about the type."""
    return not TYPE_BEARING.isdisjoint(schema)


def ref_to(name: str) -> str:
    """Return the reference to a component schema."""
    return pointer.ref_to((*_COMPONENT, name))


def referred(schema: Node) -> str | None:
    """Return the name of the component schema that a schema is a reference to."""
    ref = schema.get("$ref")
    if not isinstance(ref, str):
        return None
    name = ref.removeprefix(_START)
    if len(name) < len(ref) and name.isidentifier():
        return name  # nearly always; nothing in it to unescape
    tokens = pointer.ref_tokens(ref)
    if tokens is None or len(tokens) != 3 or tokens[:2] != _COMPONENT:
        return None
    return tokens[2]


def stand_in(schema: Node) -> str | None:
    """Return the component that the generator uses instead of making anything of this schema.

    That is a reference, and any `allOf`, `oneOf` or `anyOf` with one reference as only member:
    whatever stands beside it is then lost.
    """
    if "$ref" in schema:
        return referred(schema)
    if _COMBINED.isdisjoint(schema):
        return None
    members = [member for key in ("allOf", *UNIONS) for member in schema.get(key, ())]
    return referred(members[0]) if len(members) == 1 else None


def resolved(schema: Node, components: dict[str, Node]) -> Node:
    """Return what stands in for a schema in the end; a circle ends where it closes."""
    seen: set[str] = set()
    while (name := stand_in(schema)) is not None and name in components and name not in seen:
        seen.add(name)
        schema = components[name]
    return schema


def type_names(schema: Node) -> list[str]:
    """Return the type names of a schema, none, one or several."""
    types = schema.get("type")
    return list(types) if isinstance(types, list) else [types] if isinstance(types, str) else []


def is_null(schema: Node) -> bool:
    """Tell whether null is the only value."""
    return type_names(schema) == ["null"]


def is_object(schema: Node) -> bool:
    """Tell whether a schema describes members of an object itself."""
    if "$ref" in schema:
        return False
    types = type_names(schema)
    return "object" in types if types else "properties" in schema


def is_union(schema: Node) -> bool:
    """Tell whether a schema offers a choice."""
    return "$ref" not in schema and any(schema.get(key) for key in UNIONS)


def union_members(schema: Node) -> list[Node]:
    """Return the members of a union in the order the generator tries them."""
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ())]


def without_annotations(schema: Node) -> Node:
    """Return a schema without what only describes it, for comparing."""
    return {key: value for key, value in schema.items() if not is_annotation(key)}


def shape_of(
    schema: Node, components: dict[str, Node], seen: frozenset[str] = frozenset()
) -> Shape:
    """Return what a schema becomes, references followed; a circle of references is ANY."""
    while (name := stand_in(schema)) is not None:
        if name in seen or name not in components:
            return Shape.ANY
        seen |= {name}
        schema = components[name]
    if is_union(schema):
        return Shape.UNION
    if is_object(schema):
        return Shape.OBJECT
    if schema.get("allOf"):
        shapes = [shape_of(member, components, seen) for member in schema["allOf"]]
        return next((shape for shape in STRONGEST if shape in shapes), Shape.ANY)
    return _own_shape(schema)


def _own_shape(schema: Node) -> Shape:
    if "enum" in schema:
        return Shape.ENUM
    if "const" in schema:
        return Shape.CONST
    types = type_names(schema)
    if types == ["null"]:
        return Shape.NULL
    if "array" in types:
        return Shape.ARRAY if set(types) <= {"array", "null"} else Shape.UNION
    return Shape.PLAIN if types else Shape.ANY


def describe(value: Any) -> str:
    """Return a schema as few words for a record."""
    if isinstance(value, dict):
        name = stand_in(value)
        if name is not None:
            return name
        types = " or ".join(type_names(value))
        return types or ("a union" if is_union(value) else "any value")
    return repr(value)

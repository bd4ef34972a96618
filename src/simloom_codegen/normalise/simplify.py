"""Each schema by itself: fewer ways to say the same, and nothing the generator cannot express.

Afterwards an `allOf` without references has gone where its members could be put together, a choice
has at least two members that are types, and the type stands in the members of a choice, not beside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.enums import allows
from simloom_codegen.normalise.facts import (
    ADDING,
    TYPE_BEARING,
    UNIONS,
    is_annotation,
    is_type_bearing,
    is_union,
    type_names,
)
from simloom_codegen.normalise.walk import Node, Site, copied

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

# Conditions on values. They do not change which type a value has, and some hold schemas that the
# generator would check without using them.
_CONDITIONS = (
    *("not", "if", "then", "else", "contains", "propertyNames", "dependentSchemas"),
    *("unevaluatedItems", "unevaluatedProperties", "contentSchema", "$defs"),
)
# A schema without any of these is as simple as it gets.
_OF_INTEREST = frozenset({*_CONDITIONS, "$ref", "allOf", *UNIONS})


def repair(tree: Tree, note: Note) -> None:
    """Simplify every schema, the innermost first."""
    for site in tree.schemas(innermost_first=True):
        if not _OF_INTEREST.isdisjoint(site.node):
            _Simplifier(site, note).run()


class _Simplifier:
    def __init__(self, site: Site, note: Note) -> None:
        self._site = site
        self._schema = site.node
        self._note = note

    def _tell(self, detail: str) -> None:
        self._note(self._site.pointer, detail)

    def run(self) -> None:
        schema = self._schema
        self._siblings_of_ref()
        for key in _CONDITIONS:
            if key in schema:
                schema[f"x-vendor-{key.lstrip('$')}"] = schema.pop(key)
                self._tell(f"`{key}` says nothing about the type")
        for key in ("allOf", *UNIONS):
            if key in schema and not schema[key]:
                del schema[key]
                self._tell(f"removed an empty {key}")
        for key in UNIONS:
            if key in schema and ("enum" in schema or "const" in schema):
                schema[f"x-vendor-{key}"] = schema.pop(key)
                self._tell(f"the values say more than {key}")
            elif key in schema:
                self._union(key)
        if "allOf" in schema:
            self._all_of()
        if is_union(schema):
            self._type_into_members()

    def _siblings_of_ref(self) -> None:
        """Say with `allOf` what 3.1 says beside a `$ref`; the generator reads the `$ref` alone."""
        schema = self._schema
        if "$ref" not in schema or ADDING.isdisjoint(schema):
            return
        beside = {
            key: schema.pop(key)
            for key in list(schema)
            if key not in {"$ref", "nullable"} and not is_annotation(key)
        }
        schema["allOf"] = [{"$ref": schema.pop("$ref")}, beside]
        self._tell(f"{', '.join(beside)} beside $ref moved to allOf")

    def _union(self, key: str) -> None:
        schema = self._schema
        members = _distinct(schema[key])
        if len(members) < len(schema[key]):
            schema[key] = members
            self._tell(f"removed equal members of {key}")
        if all(set(member) & TYPE_BEARING <= {"required"} for member in members):
            # "One of these must be there": no choice between types.
            schema[f"x-vendor-{key}"] = schema.pop(key)
            self._tell(f"{key} offers no choice between types")
        elif len(members) == 1:
            del schema[key]
            schema.pop("discriminator", None)
            self._tell(f"{key} has one member")
            direct = "$ref" in members[0] and _only_describes(schema)
            if direct and self._site.component is None:
                schema["$ref"] = members[0]["$ref"]
            else:
                schema["allOf"] = [*schema.get("allOf", ()), members[0]]

    def _all_of(self) -> None:
        schema = self._schema
        given = schema["allOf"]
        members = []
        for member in _spliced(given):
            if is_type_bearing(member):
                members.append(member)
            else:
                absorb(schema, member)
        if not any("$ref" in member for member in members):
            members = [member for member in members if not absorb(schema, member)]
        elif len(members) == 1 and "type" in schema and not _has_members(schema):
            if "null" in type_names(schema):
                schema["nullable"] = True
            del schema["type"]
            self._tell("the type is that of what allOf refers to")
        if members == given:
            return
        self._tell("members of allOf are put together")
        if members:
            schema["allOf"] = members
        else:
            del schema["allOf"]

    def _type_into_members(self) -> None:
        schema = self._schema
        types = [name for name in type_names(schema) if name != "null"]
        if "type" not in schema or (types == ["object"] and _has_members(schema)):
            return
        for key in UNIONS:
            for member in schema.get(key, ()):
                if not is_type_bearing(member) and types:
                    member["type"] = types[0] if len(types) == 1 else list(types)
                    _take_array_words(schema, member)
        if "null" in type_names(schema):
            schema["nullable"] = True
        del schema["type"]
        for key in ("items", "enum", "const"):
            schema.pop(key, None)
        self._tell("the type is that of the members")


def _take_array_words(schema: Node, member: Node) -> None:
    if "array" in type_names(member) and "items" in schema:
        member["items"] = copied(schema["items"])


def _has_members(schema: Node) -> bool:
    return bool(schema.get("properties")) or isinstance(schema.get("additionalProperties"), dict)


def _only_describes(schema: Node) -> bool:
    return all(is_annotation(key) or key == "nullable" for key in schema)


def _distinct(members: list[Node]) -> list[Node]:
    return [member for index, member in enumerate(members) if member not in members[:index]]


def _spliced(members: list[Node]) -> list[Node]:
    """Return members of `allOf` that each say one thing.

    Those of an inner `allOf` stand beside what it stood in, a choice beside the properties it had.
    """
    result: list[Node] = []
    for member in members:
        parts = [key for key in ("allOf", *UNIONS) if member.get(key)]
        of_choice = {"discriminator"} if is_union(member) else set()
        rest = {k: v for k, v in member.items() if k not in of_choice.union(parts)}
        if not parts or ("allOf" not in parts and not _type_words(rest)):
            result.append(member)
            continue
        result.extend(_spliced(member.get("allOf", [])))
        choice = {k: v for k, v in member.items() if k in of_choice.union(parts) and k != "allOf"}
        result.extend(part for part in (choice, rest) if part)
    return result


def absorb(schema: Node, member: Node) -> bool:
    """Put a member of `allOf` into the schema itself; tell whether the two fit together."""
    if is_union(member) and (is_union(schema) or _type_words(schema)):
        return False
    if is_union(schema) and _type_words(member):
        return False
    merged: Node = {}
    for key, value in member.items():
        mine: Any = schema.get(key)
        if key not in schema or mine == value:
            merged[key] = value
        elif key == "required":
            merged[key] = [*mine, *(name for name in value if name not in mine)]
        elif key == "properties" and all(mine.get(n, s) == s for n, s in value.items()):
            merged[key] = {**mine, **value}
        elif key in TYPE_BEARING:
            return False
        else:
            merged[key] = mine  # the schema's own word counts
    if not _one_type({**schema, **merged}):
        return False
    schema.update(merged)
    return True


def _type_words(schema: Node) -> bool:
    return bool(set(schema) & TYPE_BEARING - {"allOf", "required"})


def _one_type(schema: Node) -> bool:
    """Tell whether what was put together still describes one type of value."""
    types = [name for name in type_names(schema) if name != "null"]
    values = [value for value in schema.get("enum", ()) if value is not None]
    values.extend([schema["const"]] if "const" in schema else [])
    if not all(allows(types, value) for value in values):
        return False
    of_objects = "properties" in schema or isinstance(schema.get("additionalProperties"), dict)
    if of_objects and (values or "items" in schema or (types and "object" not in types)):
        return False
    return not ("items" in schema and (values or (types and "array" not in types)))

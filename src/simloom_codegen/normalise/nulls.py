"""Null as a member of a choice, wherever the generator would lose it or make an odd class of it.

It understands `nullable` and `type: [..., null]` on plain types and arrays. It forgets `nullable`
beside `$ref` and beside `enum`, and makes a class called `SimType0` of an object that may be null.
A component that may be null stays what it is without null, and those that use it say the rest: so
its class keeps its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.facts import (
    UNIONS,
    is_annotation,
    is_null,
    is_object,
    is_type_bearing,
    is_union,
    referred,
    stand_in,
    type_names,
)

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node, Site

_NULL = {"type": "null"}


def repair(tree: Tree, note: Note) -> None:
    """Move every null to where the generator sees it."""
    every = tree.schemas(innermost_first=True)
    for site in every:
        _simplify(site, note)
    nullable = {
        str(site.component)
        for site in every
        if site.component is not None and _take_null_off(site.node)
    }
    for name in sorted(nullable):
        note(f"/components/schemas/{name}", "may be null where it is used, not by itself")
    for site in every:
        if site.component not in nullable:
            _say_null(site, nullable, note)


def _simplify(site: Site, note: Note) -> None:
    """Write the ways to say "only null" as the null type, and lift null out of `allOf`."""
    schema = site.node
    if schema.get("enum") == [None] and "$ref" not in schema:
        del schema["enum"]
        schema["type"] = "null"
        note(site.pointer, "the only value null is the null type")
    for key in UNIONS:
        for member in schema.get(key, ()):
            if member.get("nullable") is True and not is_type_bearing(member):
                del member["nullable"]
                member["type"] = "null"
                note(site.pointer, f"a member of {key} that is only nullable is the null type")
    if "allOf" in schema and any(is_null(member) for member in schema["allOf"]):
        schema["allOf"] = [member for member in schema["allOf"] if not is_null(member)]
        schema["nullable"] = True
        note(site.pointer, "null in allOf makes the whole nullable")
        if not schema["allOf"]:
            del schema["allOf"]
    may_be_null = [member for member in schema.get("allOf", ()) if _may_be_null(member)]
    if may_be_null:
        # All members hold at once: null fits if it fits them all.
        if len(may_be_null) == len(schema["allOf"]):
            schema["nullable"] = True
        for member in may_be_null:
            _drop_null(member)
        note(site.pointer, "members of allOf are never null by themselves")


def _may_be_null(schema: Node) -> bool:
    enum = schema.get("enum")
    return (
        schema.get("nullable") is True
        or ("null" in type_names(schema) and not is_null(schema))
        or (isinstance(enum, list) and None in enum)
    )


def _needs_choice(schema: Node) -> bool:
    """Tell whether null must be a member of a choice for the generator to keep it."""
    if "$ref" in schema or is_union(schema):
        return True
    return is_object(schema) or any(key in schema for key in ("allOf", "enum", "const"))


def _take_null_off(component: Node) -> bool:
    """Make a component that becomes a class one that is never null; tell whether it was."""
    if is_union(component) and not is_object(component):
        return _unwrap(component)
    makes_class = is_object(component) or any(key in component for key in ("allOf", "enum"))
    if "$ref" in component or not makes_class or not _may_be_null(component):
        return False
    _drop_null(component)
    return True


def _unwrap(component: Node) -> bool:
    """Take apart a choice between one class and null."""
    keys = [key for key in UNIONS if key in component]
    members = component[keys[0]] if len(keys) == 1 else []
    others = [member for member in members if not is_null(member)]
    if len(others) != 1 or len(members) != 2 or "allOf" in component:
        return False
    inner = others[0]
    if stand_in(inner) is not None or not (is_object(inner) or "enum" in inner or "allOf" in inner):
        return False
    del component[keys[0]]
    component.pop("nullable", None)
    component.pop("discriminator", None)
    component.update({key: value for key, value in inner.items() if key not in component})
    _drop_null(component)
    return True


def _drop_null(schema: Node) -> None:
    schema.pop("nullable", None)
    types = [name for name in type_names(schema) if name != "null"]
    if types:
        schema["type"] = types[0] if len(types) == 1 else types
    if isinstance(schema.get("enum"), list):
        schema["enum"] = [value for value in schema["enum"] if value is not None]


def _say_null(site: Site, nullable: set[str], note: Note) -> None:
    schema = site.node
    if referred(schema) in nullable:
        if site.field == "allOf":
            return
        if site.field in UNIONS and site.parent is not None:
            _add_null(site.parent.node[site.field])
            schema.pop("nullable", None)
            return
        schema["nullable"] = True
    if not _may_be_null(schema) or not _needs_choice(schema):
        return
    if is_union(schema) and not is_object(schema) and "allOf" not in schema:
        _add_null(schema["oneOf" if schema.get("oneOf") else "anyOf"])
        _drop_null(schema)
        note(site.pointer, "null is now a member of the choice")
        return
    _drop_null(schema)
    inner = {key: schema.pop(key) for key in list(schema) if not is_annotation(key)}
    if set(inner) == {"allOf"} and stand_in(inner) is not None:
        inner = inner["allOf"][0]
    schema["oneOf"] = [inner, dict(_NULL)]
    note(site.pointer, "nullable is now a choice with null")


def _add_null(members: list[Node]) -> None:
    if not any(is_null(member) for member in members):
        members.append(dict(_NULL))

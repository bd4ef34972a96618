"""Which components inherit from a component by `allOf`, directly or by others between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.facts import resolved, stand_in

if TYPE_CHECKING:
    from simloom_codegen.normalise.walk import Node


def depths(base: str, components: dict[str, Node]) -> dict[str, int]:
    """Return the most steps there are from a base class to each that inherits from it.

    A subclass that has a discriminator for another property is there; those below it are not: they
    share its tag.
    """
    children: dict[str, list[str]] = {}
    for name, schema in components.items():
        for member in schema.get("allOf", ()):
            parent = stand_in(member)
            if parent is not None:
                children.setdefault(parent, []).append(name)
    found: dict[str, int] = {}
    level, depth = [base], 0
    while level and depth < len(components):
        depth += 1
        level = [
            child
            for name in level
            if name == base or _tag(components[name]) in {None, _tag(components[base])}
            for child in children.get(name, ())
            if child != base
        ]
        level = list(dict.fromkeys(level))
        found.update(dict.fromkeys(level, depth))
    return found


def tags_by_name(base: str, components: dict[str, Node]) -> list[str]:
    """Return the components whose names are the tags of a base class without a mapping.

    Where the base lists the values of the tag, a name that is none of them is no tag.
    """
    schema = components[base]
    parts = [schema, *schema.get("allOf", ())]
    allowed: Any = None
    for part in parts:
        tag = part.get("properties", {}).get(_tag(schema))
        if isinstance(tag, dict):
            allowed = resolved(tag, components).get("enum", allowed)
    return [name for name in depths(base, components) if allowed is None or name in allowed]


def _tag(schema: Node) -> str | None:
    name = schema.get("discriminator", {}).get("propertyName")
    return name if isinstance(name, str) else None

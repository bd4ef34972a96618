"""Component schemas that are only another name for a component, and tags that are only names.

Written by itself, a component that is a `$ref` becomes a second class with the same fields, and two
that refer to each other hang the generator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.facts import (
    ADDING,
    UNIONS,
    is_null,
    is_type_bearing,
    ref_to,
    referred,
)
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.lineage import tags_by_name

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node

COMPLETE = "x-vendor-mapping-complete"


def make_mappings_explicit(tree: Tree, note: Note) -> None:
    """Write down which tag means which schema before any schema gets another name.

    Without a mapping the tag is the name of the component as the vendor wrote it: of a variant in a
    choice, of a subclass where the discriminator is on the base class.
    """
    names = tree.components
    for site in tree.sites(Kind.DISCRIMINATOR):
        mapping: dict[str, str] = site.node.get("mapping", {})
        for tag, value in list(mapping.items()):
            name = _mapped(value, names)
            if name is None:
                del mapping[tag]
                note(site.pointer, f"removed the tag {tag!r}: {value!r} is no component")
            elif value != ref_to(name):
                mapping[tag] = ref_to(name)
        union = site.parent.node if site.parent is not None else {}
        members = [member for key in UNIONS for member in union.get(key, ())]
        if site.node.get(COMPLETE) is True:
            continue
        meant = [name for member in members if (name := referred(member)) is not None]
        base = site.parent.component if site.parent is not None else None
        if base is not None and not members and not mapping:
            meant = tags_by_name(base, names)
        for name in dict.fromkeys(meant):
            if ref_to(name) not in mapping.values() and name not in mapping:
                mapping[name] = ref_to(name)
                note(site.pointer, f"the tag {name!r} is now written in the mapping")
        if mapping:
            site.node["mapping"] = mapping
        if any(_may_get_a_name(member) for member in members):
            # An inline variant has no tag, and gets none from the name we give it later.
            site.node[COMPLETE] = True
            note(site.pointer, "variants without a name have no tag")


def _may_get_a_name(member: Node) -> bool:
    return "$ref" not in member and is_type_bearing(member) and not is_null(member)


def _mapped(value: str, names: dict[str, Node]) -> str | None:
    tokens = pointer.ref_tokens(value)
    name = value if tokens is None else referred({"$ref": value})
    return name if name in names else None


def resolve(tree: Tree, note: Note) -> None:
    """Replace each component that is only another name by what it names."""
    components = tree.components
    names = {name: _other_name(schema) for name, schema in components.items()}
    final: dict[str, str] = {}
    for name in names:
        seen = [name]
        while (other := names.get(seen[-1])) is not None and other not in seen:
            seen.append(other)
        if other is not None:
            components[name] = {
                key: value for key, value in components[name].items() if key != "$ref"
            }
            names[name] = None
            note(pointer.join(("components", "schemas", name)), "any value: it refers to itself")
        elif len(seen) > 1:
            final[name] = seen[-1]
    if not final:
        return
    for name, other in final.items():
        del components[name]
        note(pointer.join(("components", "schemas", name)), f"is another name of {other}")
    for site in tree.schemas():
        found = referred(site.node)
        if found in final:
            site.node["$ref"] = ref_to(final[found])
    for site in tree.sites(Kind.DISCRIMINATOR):
        for tag, value in site.node.get("mapping", {}).items():
            found = referred({"$ref": value})
            if found in final:
                site.node["mapping"][tag] = ref_to(final[found])


def _other_name(schema: Node) -> str | None:
    """Return what a component is another name of; one that adds anything is no mere name."""
    adds = not ADDING.isdisjoint(schema) or schema.get("nullable") is True
    return None if adds else referred(schema)

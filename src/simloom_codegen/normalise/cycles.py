"""Circles of references that no class interrupts: the generator drops all of them with their users.

An object may hold itself, because a class can be named before it is complete. An array, a choice
or a map (an object without properties of its own) becomes no class: `Tree: array of Tree` has
nothing to start from. One reference of each such circle becomes "any value".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.facts import is_annotation, is_object, referred
from simloom_codegen.normalise.graph import Edges, depth_first
from simloom_codegen.normalise.hoist import makes_class
from simloom_codegen.normalise.kinds import Kind

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node, Site


def repair(tree: Tree, note: Note) -> None:
    """Cut each circle at the reference that closes it, in the order of the document."""
    edges = _edges(tree.schemas(), tree.components)
    for name, node, other in depth_first(edges).closing:
        _cut(node)
        note(
            pointer.join(("components", "schemas", name)),
            f"any value instead of {other}: no class interrupts the circle",
        )


def _edges(every: list[Site], components: dict[str, Node]) -> Edges:
    """Return the references of each component that becomes no class."""
    found: Edges = {
        name: []
        for name, schema in components.items()
        if not makes_class(schema) or _is_map(schema)
    }
    for site in every:
        other = referred(site.node)
        if other is None:
            continue
        top = site
        while top.parent is not None and top.component is None and top.parent.kind is Kind.SCHEMA:
            top = top.parent
        if top.component in found:
            found[str(top.component)].append((site.node, other))
    return found


def _is_map(schema: Node) -> bool:
    return is_object(schema) and not schema.get("properties") and not schema.get("allOf")


def _cut(node: Node) -> None:
    for key in [key for key in node if not is_annotation(key)]:
        del node[key]

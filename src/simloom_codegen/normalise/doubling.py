"""Schemas whose parts have parts in common, level upon level: no step would come to an end.

Twenty levels of two parts each are a million ways through one small document. No vendor describes
anything like that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise.facts import referred

if TYPE_CHECKING:
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node

_MOST = 10_000


def check(tree: Tree) -> None:
    """Raise `NormaliseError` for a component of too many parts by `allOf`."""
    known: dict[str, int] = {}
    for name in tree.components:
        if _component(name, tree.components, known) > _MOST:
            raise NormaliseError(
                f"it has more than {_MOST} parts by allOf, those of its parts included",
                pointer=pointer.join(("components", "schemas", name)),
                remedy="check that this is the vendor's document; put its members in one schema",
            )


def _component(name: str, components: dict[str, Node], known: dict[str, int]) -> int:
    if name not in known:
        known[name] = 1  # for a circle, which is the business of others
        known[name] = _parts(components[name], components, known)
    return known[name]


def _parts(schema: Node, components: dict[str, Node], known: dict[str, int]) -> int:
    other = referred(schema)
    if other is not None:
        return _component(other, components, known) if other in components else 1
    members = schema.get("allOf")
    inner = members if isinstance(members, list) else ()
    return 1 + sum(
        _parts(member, components, known) for member in inner if isinstance(member, dict)
    )

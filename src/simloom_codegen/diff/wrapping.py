"""An object that moved into a member of another one, or out of it: one change and not many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.references import component_name
from simloom_codegen.diff.values import mapping

if TYPE_CHECKING:
    from simloom_codegen.diff.references import Document
    from simloom_codegen.diff.shape import Shape, Site
    from simloom_codegen.diff.walk import Walk


def compare_wrapped(
    walk: Walk, old: tuple[Site, Shape], new: tuple[Site, Shape], direction: Direction
) -> bool:
    """Tell when one of two schemas has the other as a member; then nothing else is to compare.

    They have no member in common, and the inner one is a component that both documents name alike.
    """
    (was, before), (now, after) = old, new
    if not before.properties or not after.properties:
        return False
    if before.properties.keys() & after.properties.keys():
        return False
    member = _member(walk.new, after, _name(was))
    if member is not None:
        text = f"is not {_name(was)} itself any more, but has it in '{member}'"
        at, code = after.pointer, Code.SCHEMA_WRAPPED
        walk.report(Level.BREAKING, code, at, text, direction=direction, new=member)
        walk.schemas(was, after.properties[member], direction)
        return True
    member = _member(walk.old, before, _name(now))
    if member is None:
        return False
    text = f"is what was in '{member}' of another object"
    at, code = after.pointer, Code.SCHEMA_UNWRAPPED
    walk.report(Level.BREAKING, code, at, text, direction=direction, old=member)
    walk.schemas(before.properties[member], now, direction)
    return True


def _name(site: Site) -> str:
    return component_name(site[0].pointer) if len(site) == 1 else ""


def _member(document: Document, shape: Shape, name: str) -> str | None:
    """Return the member that is the component of a name."""
    for member, site in shape.properties.items():
        for part in site:
            target = document.resolve(mapping(part.value).get("$ref"))
            if name and target is not None and component_name(target.pointer) == name:
                return member
    return None

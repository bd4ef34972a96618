"""Comparing the members of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.flatten import LEADING_ON, shape_of
from simloom_codegen.diff.references import join
from simloom_codegen.diff.shape import Shape, place
from simloom_codegen.diff.values import mapping

if TYPE_CHECKING:
    from simloom_codegen.diff.references import Document
    from simloom_codegen.diff.shape import Site
    from simloom_codegen.diff.walk import Walk


def compare_properties(walk: Walk, old: Shape, new: Shape, direction: Direction) -> None:
    """Compare named members, whether they are required, and what else is allowed."""
    hidden = _hidden(walk.old, old, direction), _hidden(walk.new, new, direction)
    before = (old.properties.keys() | old.required) - hidden[0]
    after = (new.properties.keys() | new.required) - hidden[1]
    for name in sorted(before | after):
        if name not in after:
            _removed(walk, old, name, direction)
        elif name not in before:
            _added(walk, new, name, direction)
        else:
            _required(walk, (old, new), name, direction)
            sites = old.properties.get(name, ()), new.properties.get(name, ())
            walk.schemas(*sites, direction)
    _additional(walk, old, new, direction)


def _hidden(document: Document, shape: Shape, direction: Direction) -> set[str]:
    """Name the members that never travel this way: readOnly is not sent, writeOnly not received."""
    keyword = "readOnly" if direction is Direction.REQUEST else "writeOnly"
    return {name for name, site in shape.properties.items() if _says(document, site, keyword)}


def _says(document: Document, site: Site, keyword: str) -> bool:
    own = [mapping(part.value) for part in site]
    if any(schema.get(keyword) is True for schema in own):
        return True
    if all(schema.keys().isdisjoint(LEADING_ON) for schema in own):
        return False
    shape = shape_of(document, site)
    return shape.read_only if keyword == "readOnly" else shape.write_only


def _at(shape: Shape, name: str) -> str:
    site: Site = shape.properties.get(name, ())
    return site[0].pointer if site else join(shape.pointer, "properties", name)


def _removed(walk: Walk, old: Shape, name: str, direction: Direction) -> None:
    sent = direction is Direction.REQUEST
    code = Code.REQUEST_PROPERTY_REMOVED if sent else Code.RESPONSE_PROPERTY_REMOVED
    text = "was removed" if old.properties.get(name) else "is not mentioned any more"
    at = _at(old, name)
    walk.report(Level.BREAKING, code, at, text, direction=direction, old=name, removed=True)


def _added(walk: Walk, new: Shape, name: str, direction: Direction) -> None:
    required = name in new.required
    text = f"was added and is {'required' if required else 'optional'}"
    level = Level.HARMLESS
    if direction is not Direction.REQUEST:
        code = Code.RESPONSE_PROPERTY_ADDED
    elif required:
        code, level = Code.REQUEST_PROPERTY_ADDED_REQUIRED, Level.BREAKING
    else:
        code = Code.REQUEST_PROPERTY_ADDED_OPTIONAL
    walk.report(level, code, _at(new, name), text, direction=direction, new=name)


def _required(walk: Walk, shapes: tuple[Shape, Shape], name: str, direction: Direction) -> None:
    was, now = (name in shape.required for shape in shapes)
    if was == now:
        return
    sent = direction is Direction.REQUEST
    if now:
        code = Code.REQUEST_PROPERTY_NOW_REQUIRED if sent else Code.RESPONSE_PROPERTY_NOW_REQUIRED
    else:
        code = Code.REQUEST_PROPERTY_NOW_OPTIONAL if sent else Code.RESPONSE_PROPERTY_NOW_OPTIONAL
    level = Level.BREAKING if sent is now else Level.HARMLESS
    text = "is required now" if now else "is no longer required"
    at = _at(shapes[1], name)
    walk.report(level, code, at, text, direction=direction, old=was, new=now)


def _additional(walk: Walk, old: Shape, new: Shape, direction: Direction) -> None:
    """Compare what is allowed beside the named members: nothing, one schema, or anything."""
    if isinstance(old.additional, tuple) and isinstance(new.additional, tuple):
        walk.schemas(old.additional, new.additional, direction)
        return
    before, after = _openness(old.additional), _openness(new.additional)
    if before == after:
        return
    words = ("none", "limited", "any")
    level = Level.HARMLESS
    if direction is Direction.REQUEST and after < before:
        level = Level.BREAKING
    elif direction is not Direction.REQUEST and before == 1:
        level = Level.NOTABLE
    text = f"had {words[before]} further members and has {words[after]}"
    at = place("additionalProperties", old, new)
    code = Code.ADDITIONAL_PROPERTIES_CHANGED
    was, now = words[before], words[after]
    walk.report(level, code, at, text, direction=direction, old=was, new=now)


def _openness(additional: bool | Site) -> int:
    return 1 if isinstance(additional, tuple) else 2 * int(additional)

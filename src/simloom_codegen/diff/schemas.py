"""Comparing two schemas with a direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.diff.annotations import compare_marks
from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.flatten import shape_of
from simloom_codegen.diff.limits import compare_limits
from simloom_codegen.diff.properties import compare_properties
from simloom_codegen.diff.shape import MISSING, place
from simloom_codegen.diff.values import same
from simloom_codegen.diff.variants import compare_variants
from simloom_codegen.diff.wrapping import compare_wrapped

if TYPE_CHECKING:
    from simloom_codegen.diff.shape import Shape, Site
    from simloom_codegen.diff.walk import Walk

_DECODED = frozenset({"binary", "byte", "date", "date-time", "duration", "time", "uuid"})
_EQUAL_WIDTH = frozenset({None, "double", "float", "int32", "int64"})


def compare_schemas(walk: Walk, old: Site, new: Site, direction: Direction) -> None:
    """Compare two schemas; what lies below is queued, unless the two have nothing in common."""
    before, after = shape_of(walk.old, old), shape_of(walk.new, new)
    compare_marks(walk, before, after)
    _compare_opaque(walk, before, after)
    _compare_types(walk, before, after, direction)
    if before.untyped != after.untyped or not _overlap(before, after):
        return
    _compare_null(walk, before, after, direction)
    if compare_variants(walk, (old, before), (new, after), direction):
        return
    _compare_format(walk, before, after, direction)
    _compare_default(walk, before, after, direction)
    compare_limits(walk, before, after, direction)
    if compare_wrapped(walk, (old, before), (new, after), direction):
        return
    compare_properties(walk, before, after, direction)
    if before.items is not None or after.items is not None:
        walk.schemas(before.items or (), after.items or (), direction)


def _covers(wide: frozenset[str] | None, narrow: frozenset[str] | None) -> bool:
    """Whether every value of the narrow types is one of the wide types."""
    if wide is None or narrow is None:
        return wide is None
    return all(name in wide or (name == "integer" and "number" in wide) for name in narrow)


def _overlap(old: Shape, new: Shape) -> bool:
    if old.types is None or new.types is None:
        return True
    common = old.types & new.types
    numbers = frozenset({"integer", "number"})
    return bool(common or (old.types & numbers and new.types & numbers))


def _compare_types(walk: Walk, old: Shape, new: Shape, direction: Direction) -> None:
    wide, narrow = (new, old) if direction is Direction.REQUEST else (old, new)
    if old.untyped != new.untyped:
        fits = wide.untyped
    elif old.variants or new.variants or old.types == new.types:
        return
    else:
        fits = _covers(wide.types, narrow.types)
    was, now = _types(old), _types(new)
    walk.report(
        Level.HARMLESS if fits else Level.BREAKING,
        Code.TYPE_CHANGED,
        place("type", old, new),
        f"was of type {was} and is of type {now}",
        direction=direction,
        old=was,
        new=now,
    )


def _types(shape: Shape) -> str:
    if shape.types is None:
        return "any" if shape.untyped else "one of several"
    return " or ".join(sorted(shape.types)) or "null"


def _compare_null(walk: Walk, old: Shape, new: Shape, direction: Direction) -> None:
    if old.untyped or old.nullable == new.nullable:
        return
    sent = direction is Direction.REQUEST
    if new.nullable:
        level = Level.HARMLESS if sent else Level.BREAKING
        code, text = Code.NULLABLE_ADDED, "may be null now"
    else:
        level = Level.BREAKING if sent else Level.HARMLESS
        code, text = Code.NULLABLE_REMOVED, "may no longer be null"
    at = place("type", old, new)
    walk.report(level, code, at, text, direction=direction, old=old.nullable, new=new.nullable)


def _compare_format(walk: Walk, old: Shape, new: Shape, direction: Direction) -> None:
    """Compare formats: that of a date or a UUID is part of its type, since it is decoded."""
    if old.format == new.format:
        return
    demanded = new.format if direction is Direction.REQUEST else old.format
    level = Level.BREAKING if demanded in _DECODED else Level.NOTABLE
    if {old.format, new.format} <= _EQUAL_WIDTH:
        level = Level.HARMLESS
    text = f"had format {old.format or 'none'} and has format {new.format or 'none'}"
    at, code = place("format", old, new), Code.FORMAT_CHANGED
    walk.report(level, code, at, text, direction=direction, old=old.format, new=new.format)


def _compare_default(walk: Walk, old: Shape, new: Shape, direction: Direction) -> None:
    if old.default is MISSING and new.default is MISSING:
        return
    if old.default is MISSING:
        text = "has a default now"
    elif new.default is MISSING:
        text = "has no default any more"
    elif same(old.default, new.default):
        return
    else:
        text = "has another default"
    walk.report(
        Level.NOTABLE if direction is Direction.REQUEST else Level.HARMLESS,
        Code.DEFAULT_CHANGED,
        place("default", old, new),
        text,
        direction=direction,
        old=None if old.default is MISSING else old.default,
        new=None if new.default is MISSING else new.default,
    )


def _compare_opaque(walk: Walk, old: Shape, new: Shape) -> None:
    for keyword in sorted(old.opaque.keys() | new.opaque.keys()):
        if sorted(old.opaque.get(keyword, [])) != sorted(new.opaque.get(keyword, [])):
            text = f"differs in '{keyword}', which is not looked into"
            walk.report(Level.NOTABLE, Code.KEYWORD_CHANGED, place(keyword, old, new), text)

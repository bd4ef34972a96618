"""Comparing bodies: media types, their schemas, and how form fields are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.references import join
from simloom_codegen.diff.shape import Part
from simloom_codegen.diff.values import mapping, members, same

if TYPE_CHECKING:
    from simloom_codegen.diff.walk import Walk

_EXAMPLES = ("example", "examples")


def compare_content(walk: Walk, old: Part, new: Part, direction: Direction) -> None:
    """Compare what is under `content` of two bodies, answers or parameters."""
    before, after = _media_types(old), _media_types(new)
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            at, text = before[name].pointer, f"no longer takes the form {name}"
            level, code = Level.BREAKING, Code.MEDIA_TYPE_REMOVED
            walk.report(level, code, at, text, direction=direction, old=name, removed=True)
        elif name not in before:
            # An answer in a form that nobody asked for reads as no answer at all.
            level = Level.HARMLESS if direction is Direction.REQUEST else Level.NOTABLE
            at, text = after[name].pointer, f"may also take the form {name}"
            walk.report(level, Code.MEDIA_TYPE_ADDED, at, text, direction=direction, new=name)
        else:
            _compare_media_type(walk, before[name], after[name], direction)


def _media_types(owner: Part) -> dict[str, Part]:
    """Give media types by name; parameters such as a charset do not make another type."""
    content = mapping(owner.value).get("content")
    at = join(owner.pointer, "content")
    return {
        name.split(";")[0].strip().lower(): Part(value, join(at, name))
        for name, value in members(content)
    }


def _compare_media_type(walk: Walk, old: Part, new: Part, direction: Direction) -> None:
    walk.texts(old, new, _EXAMPLES)
    compare_schema_of(walk, old, new, direction)
    before, after = (_encodings(part.value) for part in (old, new))
    for field in sorted(before.keys() | after.keys()):
        was, now = before.get(field), after.get(field)
        if not same(was, now):
            text = f"field '{field}' is written in another way"
            level, code = Level.BREAKING, Code.EXPLODE_OR_STYLE_CHANGED
            at = join(new.pointer, "encoding", field)
            walk.report(level, code, at, text, direction=direction, old=was, new=now)


def _encodings(media_type: Any) -> dict[str, dict[str, Any]]:
    encodings = members(mapping(media_type).get("encoding"))
    told = {
        name: {k: v for k, v in members(value) if k in {"contentType", "explode", "style"}}
        for name, value in encodings
    }
    return {name: value for name, value in told.items() if value}


def compare_schema_of(walk: Walk, old: Part, new: Part, direction: Direction) -> None:
    """Compare what is under `schema` of two parameters, headers or media types."""
    sites = [
        (Part(mapping(part.value)["schema"], join(part.pointer, "schema")),)
        if "schema" in mapping(part.value)
        else (Part({}, join(part.pointer, "schema")),)
        for part in (old, new)
    ]
    walk.schemas(sites[0], sites[1], direction)

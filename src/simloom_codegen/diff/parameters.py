"""Comparing parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from simloom_codegen.diff.annotations import compare_notes
from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.content import compare_content, compare_schema_of
from simloom_codegen.diff.flatten import shape_of
from simloom_codegen.diff.references import join
from simloom_codegen.diff.shape import Part
from simloom_codegen.diff.values import mapping, sequence

if TYPE_CHECKING:
    from simloom_codegen.diff.operations import Operation
    from simloom_codegen.diff.references import Document
    from simloom_codegen.diff.walk import Walk

_Key: TypeAlias = tuple[str, str]
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NOT_PARAMETERS = frozenset({"accept", "authorization", "content-type"})
"""OpenAPI says that header parameters of these names are ignored."""


def compare_parameters(walk: Walk, old: Operation, new: Operation, direction: Direction) -> None:
    """Compare the parameters of two operations, those of their path included.

    `direction` is `RESPONSE` for a webhook, whose parameters come to us.
    """
    by_position = old.shape == new.shape
    before = _parameters(walk.old, old, by_position=by_position)
    after = _parameters(walk.new, new, by_position=by_position)
    moved = _moved(walk, before, after)
    for key in sorted(before.keys() | after.keys()):
        if key in moved:
            continue
        if key not in after:
            _report(walk, Code.PARAMETER_REMOVED, before[key], direction)
        elif key not in before:
            required = _required(walk.new.follow(after[key]))
            code = Code.PARAMETER_ADDED_REQUIRED if required else Code.PARAMETER_ADDED_OPTIONAL
            _report(walk, code, after[key], direction)
        else:
            _compare(walk, before[key], after[key], direction)
    for one, other in sorted(moved.items()):
        if one in before:
            _report_move(walk, one, other, after[other], direction)
            _compare(walk, before[one], after[other], direction)


def _parameters(document: Document, operation: Operation, *, by_position: bool) -> dict[_Key, Part]:
    """Give parameters by place and name; one in a path whose names changed goes by its position."""
    names = _PLACEHOLDER.findall(operation.path)
    found: dict[_Key, Part] = {}
    for owner in (operation.item, operation.part):
        for index, value in enumerate(sequence(mapping(owner.value).get("parameters"))):
            part = Part(value, join(owner.pointer, "parameters", index))
            place, name = _identity(document, part)
            if place == "header" and name in _NOT_PARAMETERS:
                continue
            if by_position and place == "path" and name in names:
                name = f"{{{names.index(name)}}}"
            found[place, name] = part
    return found


def _identity(document: Document, part: Part) -> _Key:
    parameter = mapping(document.follow(part).value)
    place, name = str(parameter.get("in", "")), str(parameter.get("name", ""))
    return place, name.lower() if place == "header" else name


def _moved(walk: Walk, before: dict[_Key, Part], after: dict[_Key, Part]) -> dict[_Key, _Key]:
    """Pair parameters that kept their name and went elsewhere; holds each pair both ways."""
    gone = sorted(before.keys() - after.keys())
    come = sorted(after.keys() - before.keys())
    pairs: dict[_Key, _Key] = {}
    for one in gone:
        for other in come:
            name = _identity(walk.old, before[one])[1].lower()
            if other not in pairs and name == _identity(walk.new, after[other])[1].lower():
                pairs |= {one: other, other: one}
                break
    return pairs


def _report_move(walk: Walk, one: _Key, other: _Key, new: Part, direction: Direction) -> None:
    text = f"moved from the {one[0]} to the {other[0]}"
    level, code = Level.BREAKING, Code.PARAMETER_MOVED
    at = walk.new.follow(new).pointer
    walk.report(level, code, at, text, direction=direction, old=one[0], new=other[0])


def _required(part: Part) -> bool:
    parameter = mapping(part.value)
    return parameter.get("required") is True or parameter.get("in") == "path"


def _report(walk: Walk, code: Code, part: Part, direction: Direction) -> None:
    removed = code is Code.PARAMETER_REMOVED
    name = str(mapping((walk.old if removed else walk.new).follow(part).value).get("name", ""))
    text = {
        Code.PARAMETER_REMOVED: "was removed",
        Code.PARAMETER_ADDED_REQUIRED: "was added and is required",
    }.get(code, "was added and is optional")
    level = Level.BREAKING if removed else Level.HARMLESS
    if code is Code.PARAMETER_ADDED_REQUIRED and direction is Direction.REQUEST:
        level = Level.BREAKING
    old, new = (name, None) if removed else (None, name)
    at, way = part.pointer, direction
    walk.report(level, code, at, text, direction=way, old=old, new=new, removed=removed)


def _compare(walk: Walk, old: Part, new: Part, direction: Direction) -> None:
    def rule(old: Part, new: Part) -> None:
        _compare_name(walk, old, new)
        _compare_required(walk, old, new, direction)
        _compare_style(walk, old, new, direction)
        compare_notes(walk, old, new)
        if "content" in mapping(old.value) or "content" in mapping(new.value):
            compare_content(walk, old, new, direction)
        else:
            compare_schema_of(walk, old, new, direction)

    walk.component(("parameter", direction), old, new, rule)


def _compare_name(walk: Walk, old: Part, new: Part) -> None:
    """Tell a renamed path parameter: no other arrives here under two names."""
    was, now = (str(mapping(part.value).get("name", "")) for part in (old, new))
    if was.lower() != now.lower():
        text = f"used to be named '{was}': the request stays the same, its argument in Python not"
        code = Code.PATH_PARAMETER_RENAMED
        walk.report(Level.NOTABLE, code, new.pointer, text, old=was, new=now)


def _compare_required(walk: Walk, old: Part, new: Part, direction: Direction) -> None:
    was, now = _required(old), _required(new)
    if was != now:
        sent = direction is Direction.REQUEST
        level = Level.BREAKING if sent is now else Level.HARMLESS
        code = Code.PARAMETER_NOW_REQUIRED if now else Code.PARAMETER_NOW_OPTIONAL
        text = "is required now" if now else "is no longer required"
        walk.report(level, code, new.pointer, text, direction=direction, old=was, new=now)


def _compare_style(walk: Walk, old: Part, new: Part, direction: Direction) -> None:
    was, now = _style(walk.old, old), _style(walk.new, new)
    stayed = mapping(old.value).get("in") == mapping(new.value).get("in")
    if stayed and was != now:
        text = f"was written as {was} and is written as {now}"
        level, code = Level.BREAKING, Code.EXPLODE_OR_STYLE_CHANGED
        walk.report(level, code, new.pointer, text, direction=direction, old=was, new=now)


def _style(document: Document, part: Part) -> str:
    """Name how a value is written. `explode` says nothing about a single string or number."""
    parameter = mapping(part.value)
    form = parameter.get("in") in {"query", "cookie"}
    style = parameter.get("style", "form" if form else "simple")
    explode = parameter.get("explode", style == "form")
    schema = Part(parameter.get("schema"), join(part.pointer, "schema"))
    words = [str(style)]
    if "content" not in parameter and not shape_of(document, (schema,)).scalar:
        words.append("exploded" if explode else "joined")
    if parameter.get("allowReserved") is True:
        words.append("reserved characters allowed")
    return ", ".join(words)

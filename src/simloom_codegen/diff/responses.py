"""Comparing request bodies, answers and their headers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simloom_codegen.diff.annotations import compare_notes
from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.content import compare_content, compare_schema_of
from simloom_codegen.diff.references import join
from simloom_codegen.diff.shape import Part
from simloom_codegen.diff.values import mapping, members

if TYPE_CHECKING:
    from simloom_codegen.diff.walk import Walk


def compare_request_body(walk: Walk, old: Part, new: Part, direction: Direction) -> None:
    """Compare the request bodies of two operations; `direction` is `RESPONSE` for a webhook."""
    before, after = _under(old, "requestBody"), _under(new, "requestBody")
    sent = direction is Direction.REQUEST
    if before is None and after is None:
        return
    if after is None and before is not None:
        code = Code.REQUEST_BODY_REMOVED
        at, text = before.pointer, "was removed"
        walk.report(Level.BREAKING, code, at, text, direction=direction, removed=True)
    elif before is None and after is not None:
        required = _required(walk.new.follow(after))
        code = Code.REQUEST_BODY_ADDED_REQUIRED if required else Code.REQUEST_BODY_ADDED_OPTIONAL
        level = Level.BREAKING if required and sent else Level.HARMLESS
        text = f"was added and is {'required' if required else 'optional'}"
        walk.report(level, code, after.pointer, text, direction=direction)
    elif before is not None and after is not None:
        rule = partial(_compare_body, walk, direction)
        walk.component(("request body", direction), before, after, rule)


def _under(owner: Part, name: str) -> Part | None:
    value = mapping(owner.value).get(name)
    return None if value is None else Part(value, join(owner.pointer, name))


def _required(body: Part) -> bool:
    return mapping(body.value).get("required") is True


def _compare_body(walk: Walk, direction: Direction, old: Part, new: Part) -> None:
    walk.texts(old, new)
    was, now = _required(old), _required(new)
    if was != now:
        code = Code.REQUEST_BODY_NOW_REQUIRED if now else Code.REQUEST_BODY_NOW_OPTIONAL
        level = Level.BREAKING if (direction is Direction.REQUEST) is now else Level.HARMLESS
        text = "is required now" if now else "is no longer required"
        walk.report(level, code, new.pointer, text, direction=direction, old=was, new=now)
    compare_content(walk, old, new, direction)


def compare_responses(walk: Walk, old: Part, new: Part, direction: Direction) -> None:
    """Compare the answers of two operations.

    `direction` is `RESPONSE`, and failures are told as `ERROR`; or `REQUEST` for a webhook, which
    we answer.
    """
    before, after = _responses(old), _responses(new)
    read = direction is Direction.RESPONSE
    for status in sorted(before.keys() | after.keys()):
        failure = read and _is_failure(status, before.keys() | after.keys())
        if status not in after:
            level = Level.NOTABLE if failure else Level.BREAKING
            at, code = before[status].pointer, Code.RESPONSE_STATUS_REMOVED
            text = "is no longer described"
            walk.report(level, code, at, text, direction=direction, old=status, removed=True)
        elif status not in before:
            level = Level.HARMLESS if failure or not read else Level.NOTABLE
            at, text = after[status].pointer, "was added"
            code = Code.RESPONSE_STATUS_ADDED
            walk.report(level, code, at, text, direction=direction, new=status)
        else:
            way = Direction.ERROR if failure else direction
            rule = partial(_compare_response, walk, way)
            pair = before[status], after[status]
            walk.within(pair[1].pointer, partial(walk.component, ("response", way), *pair, rule))


def _responses(operation: Part) -> dict[str, Part]:
    at = join(operation.pointer, "responses")
    found = members(mapping(operation.value).get("responses"))
    return {
        status: Part(value, join(at, status))
        for status, value in found
        if not status.startswith("x-")
    }


def _is_failure(status: str, statuses: set[str]) -> bool:
    """`default` means failures where a success is spelt out, otherwise everything."""
    if status == "default":
        return any(other.startswith("2") for other in statuses)
    return status.startswith(("4", "5"))


def _compare_response(walk: Walk, direction: Direction, old: Part, new: Part) -> None:
    compare_notes(walk, old, new)
    had, has = (bool(mapping(mapping(part.value).get("content"))) for part in (old, new))
    if had and has:
        compare_content(walk, old, new, direction)
    elif had:
        level, code = Level.BREAKING, Code.RESPONSE_BODY_REMOVED
        walk.report(level, code, new.pointer, "has no body any more", direction=direction)
    elif has:
        level = Level.HARMLESS if direction is Direction.REQUEST else Level.NOTABLE
        code = Code.RESPONSE_BODY_ADDED
        walk.report(level, code, new.pointer, "has a body now", direction=direction)
    _compare_headers(walk, old, new)


def _compare_headers(walk: Walk, old: Part, new: Part) -> None:
    """Headers of a failure count as those of a success: Retry-After is one of them."""
    before, after = _headers(old), _headers(new)
    way = Direction.RESPONSE
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            at, code = before[name].pointer, Code.RESPONSE_HEADER_REMOVED
            text = "was removed"
            walk.report(Level.BREAKING, code, at, text, direction=way, old=name, removed=True)
        elif name not in before:
            at, code = after[name].pointer, Code.RESPONSE_HEADER_ADDED
            walk.report(Level.HARMLESS, code, at, "was added", direction=way, new=name)
        else:
            rule = partial(_compare_header, walk)
            walk.component("header", before[name], after[name], rule)


def _headers(response: Part) -> dict[str, Part]:
    at = join(response.pointer, "headers")
    found = members(mapping(response.value).get("headers"))
    return {name.lower(): Part(value, join(at, name)) for name, value in found}


def _compare_header(walk: Walk, old: Part, new: Part) -> None:
    compare_notes(walk, old, new)
    was, now = (mapping(part.value).get("required") is True for part in (old, new))
    if was != now:
        code = Code.RESPONSE_HEADER_NOW_REQUIRED if now else Code.RESPONSE_HEADER_NOW_OPTIONAL
        level = Level.HARMLESS if now else Level.BREAKING
        text = "is always sent now" if now else "is no longer always sent"
        way = Direction.RESPONSE
        walk.report(level, code, new.pointer, text, direction=way, old=was, new=now)
    compare_schema_of(walk, old, new, Direction.RESPONSE)

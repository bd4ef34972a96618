"""What keeps the Python names that applications use when a vendor's document has other ones.

Operation names, groups, facts and secrets are kept by overlay actions, the names of classes by
`class_overrides` of the generator's configuration. Only what would change gets an action, so a
document that has our names already needs none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from openapi_python_client.strings import ClassName, PythonIdentifier

from simloom_codegen.diff import Code, Level
from simloom_codegen.errors import LoomError
from simloom_codegen.overlay import Action, matches
from simloom_codegen.pin import (
    FACTS,
    WHY_GROUPS,
    WHY_OPERATION,
    WHY_SECRET,
    operation_target,
    overlay_of,
    pin_operation,
    pin_secret,
    secrets,
)
from simloom_codegen.render.facts import operations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simloom_codegen.diff import Change
    from simloom_codegen.document import Document
    from simloom_codegen.overlay import Overlay

_PREFIX = "field_"
_OURS = frozenset({WHY_GROUPS, WHY_OPERATION, WHY_SECRET})
_VARIABLE = re.compile(r"\{[^}]*\}")
_VERSION = re.compile(r"/[vV]?[0-9]+(?:\.[0-9]+)*(?=/|$)")

Found = tuple[str, str, dict[str, Any]]


@frozen
class Pruned:
    """An overlay without the pins of what the new document lacks; `dropped` are their targets."""

    actions: tuple[Action, ...]
    dropped: tuple[str, ...]


def prune(overlay: Overlay, new: Document) -> Pruned:
    """Drop pins whose operation or property is gone; what a person wrote has to match."""
    kept: list[Action] = []
    dropped: list[str] = []
    for action in overlay.actions:
        if action.description in _OURS and not matches(new, action.target):
            dropped.append(action.target)
        else:
            kept.append(action)
    return Pruned(tuple(kept), tuple(dropped))


def pins_between(old: Document, new: Document) -> list[dict[str, Any]]:
    """Return the actions that give the new document the names and facts of the old one.

    Both are prepared. Facts that the new document states itself are left alone.
    """
    actions: list[dict[str, Any]] = []
    for (_, _, before), (path, method, after) in pairs(old, new):
        update: dict[str, Any] = {}
        if after.get("operationId") != before["operationId"]:
            update["operationId"] = before["operationId"]
        tags = before.get("tags", [])[:1]
        if tags and after.get("tags", [])[:1] != tags:
            update["tags"] = tags
            if "tags" in after:
                target = f"{operation_target(path, method)}.tags"
                actions.append({"target": target, "description": WHY_OPERATION, "remove": True})
        update |= {name: before[name] for name in FACTS if name in before and name not in after}
        if update:
            actions.append(pin_operation(path, method, update))
    schemas = new.get("components", {}).get("schemas", {})
    for schema, name in secrets(old):
        member = (schemas.get(schema, {}).get("properties") or {}).get(name)
        if isinstance(member, dict) and "x-secret" not in member:
            actions.append(pin_secret(schema, name))
    return actions


def pairs(old: Document, new: Document) -> Iterator[tuple[Found, Found]]:
    """Yield operations of both documents with one method and path; variables may be renamed.

    Those left over that differ only in a version within the path (`/v1/`, `/2/`) belong together,
    where there is only one such pair.
    """
    there = {(_VARIABLE.sub("{}", path), m): (path, m, op) for path, m, op in operations(new)}
    left: list[Found] = []
    for one in operations(old):
        found = there.pop((_VARIABLE.sub("{}", one[0]), one[1]), None)
        if found is None:
            left.append(one)
        else:
            yield one, found
    moved = [_unversioned(one) for one in left]
    moved_to = [_unversioned(one) for one in there.values()]
    by_key = dict(zip(moved_to, there.values(), strict=True))
    for key, one in zip(moved, left, strict=True):
        if moved.count(key) == moved_to.count(key) == 1:
            yield one, by_key[key]


def _unversioned(found: Found) -> tuple[str, str]:
    path, method, _ = found
    return _VERSION.sub("/v", _VARIABLE.sub("{}", path)), method


def merged_overlay(
    given: Pruned | None, pins: list[dict[str, Any]], document: Document
) -> dict[str, Any] | None:
    """Return the overlay with the pins after what was there; None where there is nothing to say."""
    actions = [
        {
            "target": action.target,
            "description": action.description,
            **({"remove": True} if action.remove else {"update": action.update}),
        }
        for action in (given.actions if given else ())
    ]
    return overlay_of(document, [*actions, *pins]) if actions or pins else None


def check_kept(old: Document, new: Document, *, file: str) -> None:
    """Raise `LoomError` if an operation got another name or group in spite of its pin."""
    for (_, _, before), (path, method, after) in pairs(old, new):
        was = (before["operationId"], before.get("tags", [])[:1])
        now = (after.get("operationId"), after.get("tags", [])[:1])
        if was != now:
            raise LoomError(
                f"{method.upper()} {path} would be {now[0]!r} and no longer {was[0]!r}",
                file=file,
                pointer=f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}",
                remedy="another operation has that name there: rename it with an overlay action",
            )


def with_kept_classes(
    changes: Iterable[Change], classes: dict[str, dict[str, str]]
) -> tuple[Change, ...]:
    """Return the changes with those harmless that only the name of a kept class was about."""
    result: list[Change] = []
    for change in changes:
        is_kept = (
            change.code is Code.SCHEMA_RENAMED
            and str(ClassName(str(change.new), _PREFIX)) in classes
        )
        text = f"{change.new} used to be named {change.old}; its class keeps that name"
        result.append(evolve(change, level=Level.HARMLESS, message=text) if is_kept else change)
    return tuple(sorted(result, key=lambda change: -change.level))


def class_overrides(changes: Iterable[Change], new: Document) -> dict[str, dict[str, str]]:
    """Return `class_overrides` that keep the classes of schemas which the vendor renamed."""
    schemas = new.get("components", {}).get("schemas", {})
    present = {str(ClassName(name, _PREFIX)) for name in schemas}
    found: dict[str, dict[str, str]] = {}
    taken: set[str] = set()
    for change in changes:
        if change.code is not Code.SCHEMA_RENAMED:
            continue
        was, now = (str(ClassName(str(name), _PREFIX)) for name in (change.old, change.new))
        if was == now or was in present | taken or now in found:
            continue
        taken.add(was)
        found[now] = {"class_name": was, "module_name": str(PythonIdentifier(was, _PREFIX))}
    return found

"""OpenAPI Overlay 1.0.0, applied strictly.

An overlay says beside the vendor's file what our generator needs and the vendor should not have to
carry. Strict means: an action without a reason, a target that matches nothing, or one that cannot
take the update is an error, so that an overlay never rots silently.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import jsonpath
from attrs import frozen

from simloom_codegen.document import parse_mapping
from simloom_codegen.errors import OverlayError
from simloom_codegen.pointer import join, resolve

if TYPE_CHECKING:
    from pathlib import Path

    from simloom_codegen.document import Document

_TOP = frozenset({"overlay", "info", "extends", "actions"})
_ACTION = frozenset({"target", "description", "update", "remove"})


@frozen(kw_only=True)
class Action:
    """One change: `update` is merged into what `target` (RFC 9535) finds, or it is removed."""

    target: str
    description: str
    update: Any = None
    remove: bool = False


@frozen
class Overlay:
    """The actions of an overlay, in their order."""

    actions: tuple[Action, ...]


def load_overlay(path: Path, *, name: str | None = None) -> Overlay:
    """Read an overlay file (YAML or JSON); `name` is what errors call it."""
    shown = name or path.name
    return parse_overlay(parse_mapping(path.read_bytes(), name=shown), name=shown)


def parse_overlay(data: dict[str, Any], *, name: str) -> Overlay:
    """Check the form of an overlay and return its actions."""
    _known(data, _TOP, name, "")
    if str(data.get("overlay", "")).split(".")[:2] != ["1", "0"]:
        raise OverlayError(
            f"overlay version {data.get('overlay')!r}", file=name, pointer="/overlay",
            remedy="write `overlay: 1.0.0`",
        )  # fmt: skip
    actions = data.get("actions")
    if not isinstance(actions, list) or not actions:
        raise OverlayError("there are no actions", file=name, pointer="/actions")
    return Overlay(tuple(_action(item, index, name) for index, item in enumerate(actions)))


def apply_overlay(document: Document, overlay: Overlay, *, name: str) -> Document:
    """Return a changed copy of the document; the input stays as it is."""
    changed = copy.deepcopy(document)
    for index, action in enumerate(overlay.actions):
        places = _places(changed, action, index, name)
        # From the back, so that removing an array's element does not move the next one's place.
        for place in sorted(places, key=_sort_key, reverse=True):
            if action.remove:
                _remove(changed, place, action, index, name)
            else:
                _update(changed, place, action, index, name)
    return changed


def _action(item: Any, index: int, name: str) -> Action:
    pointer = f"/actions/{index}"
    if not isinstance(item, dict):
        raise OverlayError("an action is a mapping", file=name, pointer=pointer)
    _known(item, _ACTION, name, pointer)
    target, reason = item.get("target"), item.get("description")
    if not isinstance(target, str):
        raise OverlayError("the action has no target", file=name, pointer=f"{pointer}/target")
    if not isinstance(reason, str) or not reason.strip():
        raise OverlayError(
            f"the action on {target} does not say why",
            file=name,
            pointer=f"{pointer}/description",
            remedy="write a description with the reason",
        )
    remove = item.get("remove", False)
    if not isinstance(remove, bool) or remove == ("update" in item):
        raise OverlayError(
            f"the action on {target} needs either `update` or `remove: true`",
            file=name,
            pointer=pointer,
        )
    return Action(target=target, description=reason, update=item.get("update"), remove=remove)


def _known(data: dict[str, Any], names: frozenset[str], file: str, pointer: str) -> None:
    unknown = [key for key in data if key not in names and not str(key).startswith("x-")]
    if unknown:
        raise OverlayError(
            f"unknown field {unknown[0]!r}",
            file=file,
            pointer=f"{pointer}{join([unknown[0]])}",
            remedy=f"the fields are {', '.join(sorted(names))}",
        )


def _places(document: Document, action: Action, index: int, name: str) -> list[tuple[Any, ...]]:
    try:
        found = [match.parts for match in jsonpath.finditer(action.target, document)]
    except jsonpath.JSONPathError as error:
        raise OverlayError(
            f"{action.target!r} is not a JSONPath (RFC 9535): {error}",
            file=name,
            pointer=f"/actions/{index}/target",
        ) from None
    if not found:
        raise OverlayError(
            f"the target {action.target} matches nothing",
            file=name,
            pointer=f"/actions/{index}/target",
            remedy="the document changed, or the action is no longer needed: adapt or remove it",
        )
    return found


def _sort_key(place: tuple[Any, ...]) -> list[tuple[int, int, str]]:
    """Order places by depth-first position, numbers by value."""
    return [(1, part, "") if isinstance(part, int) else (0, 0, str(part)) for part in place]


def _remove(
    document: Document, place: tuple[Any, ...], action: Action, index: int, name: str
) -> None:
    if not place:
        raise _refused("the whole document cannot be removed", action, index, name)
    parent = resolve(document, [str(part) for part in place[:-1]])
    del parent[place[-1]]


def _update(
    document: Document, place: tuple[Any, ...], action: Action, index: int, name: str
) -> None:
    found = resolve(document, [str(part) for part in place])
    if isinstance(found, dict) and isinstance(action.update, dict):
        merge(found, action.update)
    elif isinstance(found, list):
        found.append(copy.deepcopy(action.update))
    else:
        what = f"a {type(found).__name__} cannot be updated with a {type(action.update).__name__}"
        raise _refused(what, action, index, name)


def merge(into: dict[str, Any], update: dict[str, Any]) -> None:
    """Merge as Overlay 1.0 says: objects recursively, arrays appended, everything else replaced."""
    for key, value in update.items():
        present = into.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            present.extend(copy.deepcopy(value))
        else:
            into[key] = copy.deepcopy(value)


def _refused(what: str, action: Action, index: int, name: str) -> OverlayError:
    return OverlayError(f"{what} (target {action.target})", file=name, pointer=f"/actions/{index}")

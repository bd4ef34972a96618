"""OpenAPI Overlay 1.0: what a person changes in a vendor's document, with a reason for each change.

The specification lets a target match nothing; here that is an error, because such an action is a
repair of something that is no longer there. A `description` is optional there and required here.

Merging: objects are merged key by key and arrays within them are joined (the specification says
"recursively merged" and no more; 1.1 words it this way), anything else is replaced. To replace an
array, remove it in one action and set it in the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonpath
from attrs import frozen

from simloom_codegen import pointer
from simloom_codegen.document import parse_mapping
from simloom_codegen.errors import DocumentError, OverlayError

if TYPE_CHECKING:
    from pathlib import Path

    from simloom_codegen.document import Document

_FIELDS = frozenset({"overlay", "info", "extends", "actions"})
_INFO_FIELDS = frozenset({"title", "version"})
_ACTION_FIELDS = frozenset({"target", "description", "update", "remove"})
_PATHS = jsonpath.JSONPathEnvironment(strict=True)


@frozen
class Action:
    """One change: `update` is merged into each target, or each target is removed."""

    target: str
    description: str
    update: Any = None
    remove: bool = False


@frozen
class Overlay:
    """The actions of a file, in the order they are applied. `file` is what errors call it."""

    file: str
    actions: tuple[Action, ...]


def load_overlay(path: Path, *, name: str | None = None) -> Overlay:
    """Read and check an overlay file, YAML or JSON."""
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise OverlayError(
            f"cannot be read: {error.strerror}", file=shown, remedy="check the path"
        ) from error
    return parse_overlay(data, name=shown)


def parse_overlay(data: bytes, *, name: str) -> Overlay:
    """Check an overlay; raise `OverlayError` for anything the specification or we do not allow."""
    try:
        content: dict[str, Any] = _with_text_keys(parse_mapping(data, name=name))
    except DocumentError as error:
        raise OverlayError(
            error.message, file=name, pointer=error.pointer, remedy=error.remedy
        ) from error
    _check_fields(content, _FIELDS, (), name)
    version = content.get("overlay")
    if not isinstance(version, str) or not version.startswith("1.0."):
        raise OverlayError(
            f"overlay version {version!r} is not supported",
            file=name,
            pointer="/overlay",
            remedy="write overlay: 1.0.0",
        )
    info = content.get("info")
    if not isinstance(info, dict) or not {"title", "version"} <= set(info):
        raise OverlayError(
            "info needs a title and a version", file=name, pointer="/info", remedy="add them"
        )
    _check_fields(info, _INFO_FIELDS, ("info",), name)
    actions = content.get("actions")
    if not isinstance(actions, list) or not actions:
        raise OverlayError(
            "there are no actions",
            file=name,
            pointer="/actions",
            remedy="add one, or remove the file",
        )
    return Overlay(name, tuple(_action(item, i, name) for i, item in enumerate(actions)))


def apply_overlay(document: Document, overlay: Overlay, *, name: str) -> Document:
    """Return a changed copy of the document; each action sees the result of the one before.

    `name` is the file in errors, which also name the action's index and target.
    """
    result: Document = _copied(document)
    for index, action in enumerate(overlay.actions):
        try:
            result = _apply(result, action)
        except _ActionError as error:
            raise OverlayError(
                f"action {index} ({action.target}) {error}",
                file=name,
                pointer=f"/actions/{index}",
                remedy=error.remedy,
            ) from None
    return result


def matches(document: Document, target: str) -> bool:
    """Tell whether a JSONPath selects anything in a document."""
    return next(iter(_PATHS.finditer(target, document)), None) is not None


class _ActionError(Exception):
    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def _with_text_keys(value: Any) -> Any:
    """Read `200:` as the key "200", as JSON would have it."""
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else str(key): _with_text_keys(child)
            for key, child in value.items()
        }
    return [_with_text_keys(child) for child in value] if isinstance(value, list) else value


def _check_fields(
    node: dict[str, Any], known: frozenset[str], place: tuple[object, ...], name: str
) -> None:
    for key in node:
        if key not in known and not key.startswith("x-"):
            raise OverlayError(
                f"unknown field {key!r}",
                file=name,
                pointer=pointer.join((*place, key)),
                remedy=f"the fields here are {', '.join(sorted(known))} and x-...",
            )


def _action(item: Any, index: int, name: str) -> Action:
    place = ("actions", index)

    def fault(message: str, remedy: str) -> OverlayError:
        target = item.get("target") if isinstance(item, dict) else None
        shown = f" ({target})" if isinstance(target, str) else ""
        return OverlayError(
            f"action {index}{shown}: {message}",
            file=name,
            pointer=pointer.join(place),
            remedy=remedy,
        )

    if not isinstance(item, dict):
        raise fault("is no mapping", "give target, description and update or remove")
    _check_fields(item, _ACTION_FIELDS, place, name)
    target, description = item.get("target"), item.get("description")
    if not isinstance(target, str):
        raise fault("has no target", "give a JSONPath (RFC 9535)")
    if not isinstance(description, str) or not description.strip():
        raise fault("has no description", "say why the vendor's document needs this change")
    if not isinstance(item.get("remove", False), bool):
        raise fault("remove is neither true nor false", "write remove: true")
    removes = item.get("remove") is True
    if removes == ("update" in item):
        both = "has both update and remove" if removes else "has neither update nor remove: true"
        raise fault(both, "give one of the two")
    try:
        _PATHS.compile(target)
    except jsonpath.JSONPathError as error:
        raise fault(f"is no JSONPath: {error.message}", "see RFC 9535") from error
    return Action(target, description, item.get("update"), removes)


def _apply(document: Document, action: Action) -> Document:
    try:
        places = [match.parts for match in _PATHS.finditer(action.target, document)]
    except jsonpath.JSONPathError as error:
        raise _ActionError(f"cannot be evaluated: {error.message}", "see RFC 9535") from error
    # A descendant selector may find one place twice.
    places = list(dict.fromkeys(places))
    if not places:
        raise _ActionError(
            "matches nothing", "the document has changed: repair or remove the action"
        )
    if action.remove:
        _remove(document, places)
    else:
        for place in places:
            _update(document, place, action.update)
    return document


def _remove(document: Document, places: list[tuple[int | str, ...]]) -> None:
    if () in places:
        raise _ActionError("removes the whole document", "choose a narrower target")
    # By identity of the container, last index first: no index moves before its turn.
    found = [(_at(document, place[:-1]), place[-1]) for place in places]
    for container, key in sorted(
        found, key=lambda pair: pair[1] if isinstance(pair[1], int) else -1, reverse=True
    ):
        del container[key]


def _update(document: Document, place: tuple[int | str, ...], update: Any) -> None:
    node = _at(document, place)
    if isinstance(node, dict):
        if not isinstance(update, dict):
            raise _ActionError(
                f"selects an object, but the update is {_kind(update)}",
                "give the properties to merge",
            )
        _merge(node, update, place)
    elif isinstance(node, list):
        if isinstance(update, list):
            raise _ActionError(
                "selects an array, and the update is an array",
                "give one entry; use one action for each",
            )
        node.append(_copied(update))
    else:
        raise _ActionError(
            f"selects {_kind(node)}, not an object or an array",
            "select the object that holds the value",
        )


def _merge(node: dict[str, Any], update: dict[str, Any], place: tuple[int | str, ...]) -> None:
    for key, value in update.items():
        mine = node.get(key)
        if key not in node or (_is_plain(mine) and _is_plain(value)):
            node[key] = _copied(value)
        elif isinstance(mine, dict) and isinstance(value, dict):
            _merge(mine, value, (*place, key))
        elif isinstance(mine, list) and isinstance(value, list):
            mine.extend(_copied(value))
        else:
            raise _ActionError(
                f"cannot merge {_kind(value)} into {_kind(mine)} at {pointer.join((*place, key))}",
                "remove the value in an action before this one",
            )


def _at(document: Any, place: tuple[int | str, ...]) -> Any:
    for part in place:
        document = document[part]
    return document


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else f"the value {value!r}"


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(child) for key, child in value.items()}
    return [_copied(child) for child in value] if isinstance(value, list) else value

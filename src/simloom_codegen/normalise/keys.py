"""Keys: text everywhere, a slash before each path, status codes as the generator reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simloom_codegen import pointer
from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise.kinds import METHODS

if TYPE_CHECKING:
    from simloom_codegen.document import Document
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

Place = tuple[object, ...]

_STATUS = re.compile(r"([1-5])(?:[xX]{2}|([0-9]{2})(?:\.0+)?)(?![0-9]).*", re.DOTALL)
KEPT_PATHS = "x-vendor-paths"
KEPT_RESPONSES = "x-vendor-responses"


def repair(tree: Tree, note: Note) -> None:
    """Make every key text, then repair the keys of `paths` and of each `responses`."""
    document = tree.document
    _make_text(document, (), note)
    paths = document.get("paths")
    if isinstance(paths, dict):
        _move_extensions(document, paths, note)
        _repair_paths(paths, note)
        for path, item in paths.items():
            for method in METHODS:
                operation = item.get(method) if isinstance(item, dict) else None
                if isinstance(operation, dict):
                    _repair_responses(operation, ("paths", path, method), note)


def _make_text(node: Any, place: Place, note: Note) -> None:
    if isinstance(node, list):
        for index, item in enumerate(node):
            if isinstance(item, dict | list):
                _make_text(item, (*place, index), note)
        return
    if any(not isinstance(key, str) for key in node):
        _rename(node, {key: _as_text(key) for key in node}, place, note)
    for key, value in node.items():
        if isinstance(value, dict | list):
            _make_text(value, (*place, key), note)


def _as_text(key: object) -> str:
    if isinstance(key, str):
        return key
    if key is None:
        return "null"
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, float) and key.is_integer():
        return str(int(key))
    return str(key)


def _rename(node: dict[Any, Any], names: dict[Any, str], place: Place, note: Note) -> None:
    """Give keys their new names in place; of two that become one, the first is kept."""
    old = dict(node)
    node.clear()
    for key, value in old.items():
        new = names[key]
        if new in node:
            note(pointer.join((*place, key)), f"dropped: {new!r} is there already")
            continue
        node[new] = value
        if new != key or not isinstance(key, str):
            note(pointer.join((*place, key)), f"the key {key!r} is now {new!r}")


def _move_extensions(document: Document, paths: dict[str, Any], note: Note) -> None:
    for key in [key for key in paths if key.startswith("x-")]:
        document.setdefault(KEPT_PATHS, {})[key] = paths.pop(key)
        note(pointer.join(("paths", key)), f"moved to {KEPT_PATHS}: no path")


def _repair_paths(paths: dict[str, Any], note: Note) -> None:
    names = {path: _path(path) for path in paths}
    if all(path == new for path, new in names.items()):
        return
    seen: dict[str, str] = {}
    for path, new in names.items():
        if new in seen:
            raise NormaliseError(
                f"{path!r} and {seen[new]!r} are the same path",
                pointer=pointer.join(("paths", path)),
                remedy="merge the two path items in a copy of the vendor's file",
            )
        seen[new] = path
    _rename(paths, names, ("paths",), note)


def _path(path: str) -> str:
    path = path.strip()
    return path if path.startswith("/") else f"/{path}"


def _repair_responses(operation: dict[str, Any], place: Place, note: Note) -> None:
    responses = operation.get("responses")
    if not isinstance(responses, dict):
        return
    place = (*place, "responses")
    names = {key: _status(key) for key in responses}
    kept = {key for key, new in names.items() if new is None}
    if kept:
        # The generator reads every key here as a status, and a bad one fails the whole document.
        operation[KEPT_RESPONSES] = {
            **operation.get(KEPT_RESPONSES, {}),
            **{key: responses.pop(key) for key in list(responses) if key in kept},
        }
        for key in sorted(kept):
            note(pointer.join((*place, key)), f"moved to {KEPT_RESPONSES}: no status code")
    texts = {key: new for key, new in names.items() if new is not None}
    if any(key != new for key, new in texts.items()):
        _rename(responses, texts, place, note)


def _status(key: str) -> str | None:
    """Return the key as a status code, a range such as 2XX or `default`; None if it is neither."""
    text = key.strip()
    if text.lower() == "default":
        return "default"
    match = _STATUS.fullmatch(text)
    if match is None:
        return None
    return f"{match[1]}{match[2] or 'XX'}"

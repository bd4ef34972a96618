"""Authentication belongs to our transport, so the generator sees none of it.

With a `security` requirement the generator would ask each call for a client that holds a token. The
vendor's words are kept under `x-vendor-security`; header parameters that repeat a scheme are
removed by the parameters step, which reads the schemes there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen import pointer
from simloom_codegen.normalise.kinds import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom_codegen.document import Document
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

KEPT = "x-vendor-security"
KEPT_SCHEMES = "x-vendor-security-schemes"


def repair(tree: Tree, note: Note) -> None:
    """Move every requirement and every scheme to the extensions."""
    document = tree.document
    # This step comes first and meets the document as the vendor wrote it, so it checks each type.
    _move(document, "security", KEPT, (), note)
    components = document.get("components")
    if isinstance(components, dict):
        _move(components, "securitySchemes", KEPT_SCHEMES, ("components",), note)
    for operation, place in _operations(document):
        _move(operation, "security", KEPT, place, note)


def schemes(document: Document) -> list[dict[str, Any]]:
    """Return the security schemes that this step put away."""
    kept = document.get("components", {}).get(KEPT_SCHEMES)
    listed = kept.values() if isinstance(kept, dict) else ()
    return [scheme for scheme in listed if isinstance(scheme, dict)]


def _move(node: dict[Any, Any], key: str, kept: str, place: tuple[object, ...], note: Note) -> None:
    if key in node:
        given, before = node.pop(key), node.get(kept)
        if isinstance(given, dict) and isinstance(before, dict):
            given = {**before, **given}
        node[kept] = given
        note(pointer.join((*place, key)), f"moved to {kept}: our transport authenticates")


def _operations(document: Document) -> Iterator[tuple[dict[Any, Any], tuple[object, ...]]]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS if isinstance(item, dict) else ():
            if isinstance(item.get(method), dict):
                yield item[method], ("paths", path, method)

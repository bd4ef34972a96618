"""Tags: the first one of an operation is the package its module is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.naming import fits, package_name, shortened

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

DEFAULT_TAG = "default"


def repair(tree: Tree, note: Note) -> None:
    """Give each operation a first tag that makes a package, and equal packages one spelling."""
    spelled: dict[str, str] = {}
    for path, method, operation in tree.operations():
        place = pointer.join(("paths", path, method, "tags"))
        tags = operation.get("tags")
        if not tags:
            operation["tags"] = [DEFAULT_TAG]
            note(place, f"no tag: {DEFAULT_TAG!r}")
            tags = operation["tags"]
        given = tags[0]
        tag = _usable(given)
        package = package_name(tag)
        if spelled.setdefault(package, tag) != tag:
            tag = spelled[package]
            note(place, f"{given!r} and {tag!r} are the same package {package}: now {tag!r}")
        elif tag != given:
            note(place, f"{given!r} makes no package: now {tag!r}")
        if tag != given:
            operation["tags"] = [tag, *tags[1:]]


def _usable(tag: str) -> str:
    """Return the tag, cut if it is long, with a word behind it if it would be a word of Python."""
    if not fits(package_name(tag)):
        tag = shortened(tag)
    return f"{tag} api" if package_name(tag).endswith("_") else tag

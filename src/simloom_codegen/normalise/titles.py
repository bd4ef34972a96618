"""Titles: the generator names classes after them, and drops the second of two equal ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree


def repair(tree: Tree, note: Note) -> None:
    """Remove the title of every schema; a property called `title` is not one."""
    for site in tree.schemas():
        if "title" in site.node:
            title = site.node.pop("title")
            note(site.pointer, f"removed the title {title!r}: it would rename the class")

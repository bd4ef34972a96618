"""Files in JSON: there are none. `format: binary` there is text the vendor encodes in some way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.facts import referred
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.media_types import BYTES, MULTIPART, is_binary_string

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Site

KEPT = "x-vendor-format"


def repair(tree: Tree, note: Note) -> None:
    """Keep `format: binary` only in schemas that a file upload or download reaches."""
    every = tree.schemas()
    in_files = _reached_by_files(every, tree.components)
    for site in every:
        if (
            is_binary_string(site.node)
            and "$ref" not in site.node
            and id(site.node) not in in_files
        ):
            site.node[KEPT] = site.node.pop("format")
            note(site.pointer, "format binary outside a file is text")


def _reached_by_files(every: list[Site], components: dict[str, dict[str, object]]) -> set[int]:
    """Return the identities of all schemas below multipart and binary media types."""
    below: dict[int, list[Site]] = {}
    by_name: dict[str, Site] = {}
    reached: set[int] = set()
    waiting: list[Site] = []
    for site in every:
        if site.parent is not None:
            below.setdefault(id(site.parent.node), []).append(site)
        if site.component is not None:
            by_name[site.component] = site
        if _is_file_content(site):
            waiting.append(site)
    while waiting:
        site = waiting.pop()
        if id(site.node) in reached:
            continue
        reached.add(id(site.node))
        waiting.extend(below.get(id(site.node), ()))
        name = referred(site.node)
        if name in by_name and name in components:
            waiting.append(by_name[name])
    return reached


def _is_file_content(site: Site) -> bool:
    media_type = site.parent
    if media_type is None or media_type.kind is not Kind.MEDIA_TYPE:
        return False
    return str(media_type.key).split(";")[0].strip().lower() in {BYTES, MULTIPART}

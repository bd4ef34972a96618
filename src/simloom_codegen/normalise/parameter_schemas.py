"""Parameters without a `schema`: the generator passes over them without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.media_types import canonical, is_json

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node

KEPT_CONTENT = "x-vendor-content"


def repair(tree: Tree, note: Note) -> None:
    """Give each parameter a schema: that of its content, or text."""
    for site in tree.sites(Kind.PARAMETER):
        node = site.node
        if "$ref" in node:
            continue
        content = node.get("content")
        if content is not None:
            node[KEPT_CONTENT] = node.pop("content")
        if isinstance(node.get("schema"), dict):
            if content is not None:
                note(site.pointer, f"the content beside the schema is kept as {KEPT_CONTENT}")
            continue
        node["schema"], why = _schema(content)
        note(site.pointer, why)


def _schema(content: Any) -> tuple[Node, str]:
    if content:
        media_type, media = next(iter(content.items()))
        if is_json(canonical(media_type)):
            return {
                "type": "string"
            }, f"{media_type} in a parameter is text that the caller encodes"
        return media.get("schema") or {"type": "string"}, f"the schema is that of its {media_type}"
    return {"type": "string"}, "no schema: text"

"""Answers that never have a body, whatever is documented: a client must not promise one.

HTTP allows none after 204 and 205 (RFC 9110, 15.3.5 and 15.3.6) and none to HEAD (9.3.2). Vendors'
tools write a schema there all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.references import target
from simloom_codegen.normalise.walk import copied

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Site

KEPT = "x-vendor-content"
_EMPTY = frozenset({"204", "205"})


def repair(tree: Tree, note: Note) -> None:
    """Keep the content of such an answer aside; one that is shared is copied first."""
    for site in tree.sites(Kind.RESPONSE):
        if not site.parsed or not _is_empty(site):
            continue
        shared = target(tree.document, site) if "$ref" in site.node else None
        content = (shared or site.node).get("content")
        if not content:
            continue
        if shared is not None:
            site.node.clear()
            site.node.update(copied(shared))
        del site.node["content"]
        site.node[KEPT] = sorted(content)
        note(site.pointer, "such an answer has no body")


def _is_empty(site: Site) -> bool:
    answers = site.parent
    if answers is None or answers.kind is not Kind.RESPONSES:
        return False
    of_head = answers.parent is not None and answers.parent.field == "head"
    return of_head or str(site.key) in _EMPTY

"""References to parameters, request bodies and responses that the generator cannot follow.

It knows `#/components/parameters/<name>` and the like, if the entry there is no reference itself.
All others are replaced by a copy; schemas are shared through their own references, so nothing but
the shell is repeated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.references import target
from simloom_codegen.normalise.walk import Node, Site, copied

if TYPE_CHECKING:
    from simloom_codegen.document import Document
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

_SECTIONS = {
    Kind.PARAMETER: "parameters",
    Kind.REQUEST_BODY: "requestBodies",
    Kind.RESPONSE: "responses",
}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LONGEST_CHAIN = 100


def repair(tree: Tree, note: Note) -> None:
    """Copy what such references lead to, first within the components, then where it is used."""
    found = [site for site in tree.sites(*_SECTIONS) if "$ref" in site.node]
    for site in sorted(found, key=lambda site: not _is_component(site)):
        if _is_component(site) or direct(tree.document, site.kind, site.node) is None:
            ref = site.node["$ref"]
            _resolve(tree.document, site)
            note(site.pointer, f"{ref} is copied here")


def direct(document: Document, kind: Kind, node: Node) -> Node | None:
    """Return the component that a reference names, if the generator can follow it."""
    section = _SECTIONS[kind]
    start = f"#/components/{section}/"
    ref: str = node["$ref"]
    name = ref.removeprefix(start)
    if not ref.startswith(start) or not _PLAIN_NAME.fullmatch(name):
        return None
    found: Node | None = document.get("components", {}).get(section, {}).get(name)
    return None if found is None or "$ref" in found else found


def _is_component(site: Site) -> bool:
    return site.parent is not None and site.parent.kind is Kind.COMPONENTS


def _resolve(document: Document, site: Site) -> None:
    for _ in range(_LONGEST_CHAIN):
        if "$ref" not in site.node:
            return
        found = copied(target(document, site))
        # What stands beside the reference, such as a description, counts more.
        beside = {key: value for key, value in site.node.items() if key != "$ref"}
        site.node.clear()
        site.node.update({**found, **beside})
    raise NormaliseError(
        "references lead in a circle",
        pointer=site.pointer,
        remedy="repair the reference in a copy of the vendor's file",
    )

"""Parameters: complete, matching the path, and of types and names the generator accepts.

Each fault here costs the whole operation. Afterwards all parameters of an operation are on the
operation itself, none on the path item.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise import parameter_types, path_templates, security
from simloom_codegen.normalise.kinds import METHODS, Kind
from simloom_codegen.normalise.operation_parameters import Operation, wire_key

if TYPE_CHECKING:
    from simloom_codegen.document import Document
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.path_templates import Template
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node, Site

# Headers that a transport sets, whatever the caller says.
_TRANSPORT_HEADERS = frozenset({"accept", "authorization", "content-type"})


def repair(tree: Tree, note: Note) -> None:
    """Repair the paths and the parameters of each operation."""
    document = tree.document
    paths: dict[str, Node] = document["paths"]
    authentication = _of_authentication(document)
    templates = _templates(paths, note)
    for path, item in paths.items():
        shared = item.pop("parameters", [])
        if shared:
            note(pointer.join(("paths", path, "parameters")), "moved to each operation")
        for method in METHODS:
            if method in item:
                operation = Operation(tree, item[method], ("paths", path, method), note)
                operation.take_over(shared)
                operation.drop_authentication(authentication)
                operation.match_path(templates[path])
                operation.expand_objects()
    renamed = {templates[path].path: item for path, item in paths.items()}
    paths.clear()
    paths.update(renamed)
    tree.forget()
    _repair_types(tree, note)
    for path, method, node in tree.operations():
        Operation(tree, node, ("paths", path, method), note).drop_unnameable()


def _repair_types(tree: Tree, note: Note) -> None:
    components = tree.components
    for site in tree.sites(Kind.PARAMETER):
        if site.parsed and "$ref" not in site.node:
            parameter_types.repair(site.node, components, partial(_note_at, site, note))


def _note_at(site: Site, note: Note, detail: str) -> None:
    note(site.pointer, detail)


def _of_authentication(document: Document) -> set[tuple[str, str]]:
    found = {("header", name) for name in _TRANSPORT_HEADERS}
    for scheme in security.schemes(document):
        if scheme.get("type") == "apiKey" and isinstance(scheme.get("name"), str):
            found.add(wire_key(str(scheme.get("in")), scheme["name"]))
    return found


def _templates(paths: dict[str, Node], note: Note) -> dict[str, Template]:
    found = {path: path_templates.repaired(path) for path in paths}
    taken = {path for path, template in found.items() if template.path == path}
    for path, template in list(found.items()):
        if template.path == path:
            continue
        number = 1
        while template.path in taken:
            number += 1
            if number > len(paths) + 1:
                raise NormaliseError(
                    f"{path!r} becomes {template.path!r}, which is there already",
                    pointer=pointer.join(("paths", path)),
                    remedy="remove one of the two paths with a copy of the document",
                )
            template = path_templates.repaired(path, suffix=str(number))  # noqa: PLW2901
        taken.add(template.path)
        found[path] = template
        note(pointer.join(("paths", path)), f"the path is now {template.path}")
    return found

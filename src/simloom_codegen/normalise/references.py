"""References: each leads somewhere in this document, and each schema one to a component.

The generator finds a schema only as `#/components/schemas/<name>`. References to parameters,
request bodies and responses stay for the inline step, so that a schema shared through them is still
one schema while classes get their names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simloom_codegen import pointer
from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise import aliases, doubling
from simloom_codegen.normalise.facts import referred
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.naming import ComponentNames, pascal
from simloom_codegen.normalise.walk import Node, Site, component_schemas, copied

if TYPE_CHECKING:
    from simloom_codegen.document import Document
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

# What a schema has in the place of a reference that leads nowhere.
LOST = "x-lost-reference"
_SCHEMAS = ("components", "schemas")
# Nothing is generated from these; a reference that leads nowhere is not worth an error.
_UNUSED_KINDS = frozenset({Kind.EXAMPLE, Kind.LINK})
_LONGEST_CHAIN = 100
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_BUNDLE = "bundle the vendor's files into one document: `simloom-codegen bundle`"
_GET = (
    "get what is there, put it beside this file and refer to it by its name; `simloom-codegen` "
    "bundles files, and reads no address"
)


def repair(tree: Tree, note: Note) -> None:
    """Check every reference, then make those to schemas and path items direct."""
    _drop_unused(tree, note)
    _give_up_lost(tree, note)
    _inline_whole_items(tree, note)
    _wrap_schemas(tree, note)
    _move_targets(tree, note)
    aliases.make_mappings_explicit(tree, note)
    aliases.resolve(tree, note)
    doubling.check(tree)


def target(document: Document, site: Site) -> Node:
    """Return what the `$ref` of a site leads to, `$ref`s on the way followed.

    Raises `NormaliseError` for a reference into another file and for one that leads nowhere.
    """
    ref: str = site.node["$ref"]
    name = referred(site.node)
    component = component_schemas(document).get(name) if name is not None else None
    if component is not None:
        return component
    tokens = pointer.ref_tokens(ref)
    if tokens is None:
        raise NormaliseError(
            f"{ref!r} leads out of this document",
            pointer=site.pointer,
            remedy=_BUNDLE if _REMOTE.match(ref) is None else _GET,
        )
    found = _follow(document, tokens)
    if not isinstance(found, dict):
        raise NormaliseError(
            f"{ref!r} leads nowhere",
            pointer=site.pointer,
            remedy="repair the reference in a copy of the vendor's file, or ask the vendor",
        )
    return found


def _follow(document: Document, tokens: tuple[str, ...]) -> Any:
    node: Any = document
    for _ in range(_LONGEST_CHAIN):
        for index, token in enumerate(tokens):
            try:
                node = pointer.resolve(node, (token,))
            except LookupError:
                # The place may lie behind a reference of its own.
                onward = (
                    pointer.ref_tokens(str(node.get("$ref"))) if isinstance(node, dict) else None
                )
                if onward is None:
                    return None
                tokens, node = (*onward, *tokens[index:]), document
                break
        else:
            return node
    return None


def _refs(tree: Tree, *kinds: Kind) -> list[Site]:
    return [site for site in tree.sites(*kinds) if "$ref" in site.node]


def _drop_unused(tree: Tree, note: Note) -> None:
    for site in _refs(tree, *_UNUSED_KINDS):
        try:
            target(tree.document, site)
        except NormaliseError as error:
            note(site.pointer, f"removed: {error.message}")
            del site.node["$ref"]


def _give_up_lost(tree: Tree, note: Note) -> None:
    """Take any value where a schema or an answer is not in the document; lint warns of it."""
    for site in _refs(tree, Kind.SCHEMA, Kind.RESPONSE):
        ref = site.node["$ref"]
        tokens = pointer.ref_tokens(ref)
        if tokens is None or _follow(tree.document, tokens) is not None:
            continue
        del site.node["$ref"]
        if site.kind is Kind.SCHEMA:
            site.node[LOST] = ref
        else:
            site.node.setdefault("description", "")
            site.node["content"] = {"application/json": {"schema": {LOST: ref}}}
        note(site.pointer, f"any value: {ref} leads nowhere")


def _inline_whole_items(tree: Tree, note: Note) -> None:
    """Copy path items and callbacks to where they are used: the generator ignores their `$ref`."""
    for _ in range(_LONGEST_CHAIN):
        found = _refs(tree, Kind.PATH_ITEM, Kind.CALLBACK)
        if not found:
            return
        kinds = {id(site.node): site.kind for site in tree.sites()}
        for site in found:
            whole = target(tree.document, site)
            _check_kind(site, kinds.get(id(whole)))
            ref = site.node.pop("$ref")
            for key, value in whole.items():
                site.node.setdefault(key, copied(value))
            note(site.pointer, f"{ref} is copied here")
    raise NormaliseError(
        "path items refer to each other in a circle",
        pointer=found[0].pointer,
        remedy="repair the reference in a copy of the vendor's file",
    )


def _wrap_schemas(tree: Tree, note: Note) -> None:
    """Read a response or body that refers to a schema as JSON of that schema."""
    found = _refs(tree, Kind.RESPONSE, Kind.REQUEST_BODY)
    kinds = {id(site.node): site.kind for site in (tree.sites() if found else ())}
    for site in found:
        if kinds.get(id(target(tree.document, site))) is Kind.SCHEMA:
            ref = site.node.pop("$ref")
            if site.kind is Kind.RESPONSE:
                site.node.setdefault("description", "")
            site.node["content"] = {"application/json": {"schema": {"$ref": ref}}}
            note(site.pointer, f"{ref} is the schema of its JSON")


def _check_kind(site: Site, found: Kind | None) -> None:
    if found is not site.kind:
        raise NormaliseError(
            f"{site.node['$ref']!r} leads to {f'the {found.value}' if found else 'data'}, "
            f"not to a {site.kind.value}",
            pointer=site.pointer,
            remedy="repair the reference in a copy of the vendor's file",
        )


def _move_targets(tree: Tree, note: Note) -> None:
    """Make each schema that is referred to a component; where it was, refer to it as well."""
    every = tree.sites()
    by_node = {id(site.node): site for site in every}
    names = {id(site.node): site.component for site in every if site.component is not None}
    free = ComponentNames(tree.components)
    for site in every:
        if "$ref" not in site.node or site.kind in _UNUSED_KINDS:
            continue
        if site.component is None and id(site.node) in names:
            continue  # moved just now; what is left here is direct
        there = _final_target(tree.document, site, by_node, names)
        if site.kind is not Kind.SCHEMA:
            continue
        name = names.get(id(there.node))
        if name is None:
            name = names[id(there.node)] = free.claim(_name_for(there))
            note(there.pointer, f"moved to the component {name}: {site.pointer} refers to it")
            # The component takes over the content, so that the node here can become a reference.
            tree.components[name] = dict(there.node)
            there.node.clear()
            there.node["$ref"] = pointer.ref_to((*_SCHEMAS, name))
        direct = pointer.ref_to((*_SCHEMAS, name))
        if site.node["$ref"] != direct:
            note(site.pointer, f"{site.node['$ref']} is now {direct}")
            site.node["$ref"] = direct


def _final_target(
    document: Document, site: Site, by_node: dict[int, Site], names: dict[int, str]
) -> Site:
    """Return the site a reference leads to: a component, or what is no reference itself."""
    there = site
    for _ in range(_LONGEST_CHAIN):
        found = target(document, there)
        onward = by_node.get(id(found))
        _check_kind(there, onward.kind if onward else None)
        there = onward or there
        if "$ref" not in there.node or id(there.node) in names or site.kind is not Kind.SCHEMA:
            return there
    raise NormaliseError(
        "references lead in a circle",
        pointer=site.pointer,
        remedy="repair the reference in a copy of the vendor's file",
    )


def _name_for(site: Site) -> str:
    """Return a name from the last words of a place, enough of them to be understood."""
    words: list[str] = []
    below: Site | None = site
    while below is not None and len(words) < 3:
        word = "Item" if below.field == "items" else pascal(str(below.key or ""))
        if word and not word.isdigit():
            words.append(word)
        if below.component is not None:
            break
        below = below.parent
    return "".join(reversed(words)) or "Shared"

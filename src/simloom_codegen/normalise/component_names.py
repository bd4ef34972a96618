"""Names of component schemas: legal, readable, and each class in a module of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.facts import ref_to, referred
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.naming import (
    ComponentNames,
    wanted_component_name,
)

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

# Lower-case hexadecimal ends where a capital begins; in other spellings only the usual lengths of
# a digest tell where the hash ends and `Decade` or `destination` begins.
_HASH_BEFORE_CAPITAL = re.compile(r"(?=[a-f]*[0-9])[0-9a-f]{16,}[._-]*(?=[A-Z])")
_DIGEST = tuple(
    re.compile(rf"(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{{{length}}}[._-]*(?=[A-Za-z])")
    for length in (64, 40, 32)
)


def repair(tree: Tree, note: Note) -> None:
    """Rename components where needed, with every reference and discriminator mapping."""
    components = tree.components
    wanted = {name: _wanted(name) for name in components}
    free = ComponentNames()
    # Names that are good as they are come first, so that a repaired one never takes theirs.
    new: dict[str, str] = {}
    for name in components:
        if wanted[name] == name and free.is_free(name):
            new[name] = free.claim(name)
    for name in components:
        if name not in new:
            new[name] = free.claim(wanted[name])
    changed = {name: other for name, other in new.items() if other != name}
    if not changed:
        return
    for name, other in changed.items():
        note(pointer.join(("components", "schemas", name)), f"renamed to {other}")
    _rewrite(tree, changed)


def _wanted(name: str) -> str:
    return wanted_component_name(_without_hash(name))


def _without_hash(name: str) -> str:
    for pattern in (_HASH_BEFORE_CAPITAL, *_DIGEST):
        match = pattern.match(name)
        if match is not None:
            return name[match.end() :]
    return name


def _rewrite(tree: Tree, changed: dict[str, str]) -> None:
    for site in tree.schemas():
        name = referred(site.node)
        if name in changed:
            site.node["$ref"] = ref_to(changed[name])
    for site in tree.sites(Kind.DISCRIMINATOR):
        mapping = site.node.get("mapping", {})
        for tag, value in mapping.items():
            name = referred({"$ref": value})
            if name in changed:
                mapping[tag] = ref_to(changed[name])
    components = tree.components
    old = dict(components)
    components.clear()
    for name, schema in old.items():
        components[changed.get(name, name)] = schema

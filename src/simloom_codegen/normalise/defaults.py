"""Defaults: the generator would send them whenever the caller gives nothing.

A default tells what the server assumes. To send it is a decision of the caller: some vendors take
each field that is present as a change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.changes import shown
from simloom_codegen.normalise.kinds import Kind

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

KEPT = "x-vendor-default"


def repair(tree: Tree, note: Note) -> None:
    """Move the default of every schema, parameter and header to `x-vendor-default`."""
    for site in tree.sites(Kind.SCHEMA, Kind.PARAMETER, Kind.HEADER):
        if "default" in site.node:
            site.node[KEPT] = site.node.pop("default")
            note(site.pointer, f"the default {shown(site.node[KEPT])} is kept as {KEPT}")

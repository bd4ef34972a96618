"""Properties whose Python names the generator cannot tell apart: it drops the whole class.

It tries snake_case first and the name as written next. Where both fail, the later property is
renamed and keeps the name on the wire as `x-wire-name`, which our templates send and read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.facts import is_object
from simloom_codegen.normalise.naming import python_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node

WIRE_NAME = "x-wire-name"
_REGULAR = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def repair(tree: Tree, note: Note) -> None:
    """Give the properties of each component names that become different Python names."""
    for name, schema in tree.components.items():
        parts = _parts(schema)
        names = list(dict.fromkeys(key for part in parts for key in part.get("properties", ())))
        if are_distinct(names):
            continue
        for old, new in _new_names(names).items():
            for part in parts:
                _rename(part, old, new)
            note(
                pointer.join(("components", "schemas", name, "properties", old)),
                f"renamed to {new}: another property has the same Python name",
            )


def are_distinct(names: Iterable[str]) -> bool:
    """Tell whether the generator finds a Python name of its own for each property."""
    listed = list(names)
    simple = {python_name(name) for name in listed}
    return len(simple) == len(listed) or generated_names(listed) is not None


def generated_names(names: list[str]) -> dict[str, str] | None:
    """Return the Python names the generator gives to properties in this order; None if it fails."""
    found: dict[str, str] = {}
    for name in names:
        current = python_name(name)
        for other, taken in list(found.items()):
            if taken == current:
                current = python_name(name, as_written=True)
                found[other] = python_name(other, as_written=True)
                if found[other] == current:
                    return None
        found[name] = current
    return found if len(set(found.values())) == len(found) else None


def _parts(schema: Node) -> list[Node]:
    """Return the schema and the inline members of its `allOf`: the generator sees them as one."""
    inline = [member for member in schema.get("allOf", ()) if "$ref" not in member]
    return [part for part in (schema, *inline) if part is schema or is_object(part)]


def _new_names(names: list[str]) -> dict[str, str]:
    # A name that is an identifier already keeps it, so the odd one gives way.
    by_merit = sorted(names, key=lambda name: _REGULAR.fullmatch(name) is None)
    kept: list[str] = []
    new: dict[str, str] = {}
    for name in by_merit:
        wanted, number = name, 1
        while wanted in kept or (wanted != name and wanted in names) or not _fits(kept, wanted):
            number += 1
            wanted = f"{_regular(name)}{number}"
        kept.append(wanted)
        if wanted != name:
            new[name] = wanted
    # What was found to fit in this order must fit in the order of the document.
    if generated_names([new.get(name, name) for name in names]) is None:
        return _all_different(names)
    return new


def _fits(kept: list[str], name: str) -> bool:
    return generated_names([*kept, name]) is not None


def _all_different(names: list[str]) -> dict[str, str]:
    """Return new names for all but the first of each snake_case name."""
    taken: set[str] = set()
    new: dict[str, str] = {}
    for name in names:
        wanted, number = name, 1
        while python_name(wanted) in taken or (wanted != name and wanted in names):
            number += 1
            wanted = f"{_regular(name)}{number}"
        taken.add(python_name(wanted))
        if wanted != name:
            new[name] = wanted
    return new


def _regular(name: str) -> str:
    return "".join(filter(str.isalnum, name)) or name


def _rename(part: Node, old: str, new: str) -> None:
    properties = part.get("properties", {})
    if old in properties:
        schema = properties[old]
        schema.setdefault(WIRE_NAME, old)
        part["properties"] = {
            new if key == old else key: schema if key == old else value
            for key, value in properties.items()
        }
    if old in part.get("required", ()):
        part["required"] = [new if name == old else name for name in part["required"]]

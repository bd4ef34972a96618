"""Operation ids: each operation has one, and no two give the same Python name.

The generator writes the second of two equal names over the first, without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.naming import (
    FIELD_PREFIX,
    fits,
    path_words,
    python_name,
    shortened,
)

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree


def repair(tree: Tree, note: Note) -> None:
    """Add missing ids, repair unusable ones and make equal ones different.

    Of equal ids the first in the document keeps its name; the others get method and path behind it.
    """
    taken: set[str] = set()
    late: list[tuple[str, str, dict[str, object]]] = []
    for path, method, operation in tree.operations():
        given = operation.get("operationId")
        if isinstance(given, str) and _is_usable(given) and python_name(given) not in taken:
            taken.add(python_name(given))
        else:
            late.append((path, method, operation))
    for path, method, operation in late:
        given = operation.get("operationId")
        place = "_".join(filter(None, (method, path_words(path))))
        if not isinstance(given, str) or not _is_usable(given):
            base = _repaired(given, method) or place
        else:
            base = f"{given}_{place}"
        base = base if fits(python_name(base)) else shortened(base)
        name, number = base, 1
        while python_name(name) in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(python_name(name))
        operation["operationId"] = name
        note(
            pointer.join(("paths", path, method, "operationId")),
            f"added {name}" if given is None else f"{given!r} is now {name}",
        )


def _is_usable(operation_id: str) -> bool:
    """Tell whether the generator can use an id without adding to it."""
    name = python_name(operation_id)
    is_plain = not name.endswith("_") and not name.startswith(FIELD_PREFIX) and name.isascii()
    return is_plain and fits(name)


def _repaired(operation_id: object, method: str) -> str | None:
    """Return an unusable id made usable: a Python word or a digit needs a word beside it."""
    words = path_words(operation_id) if isinstance(operation_id, str) else ""
    if not words:
        return None
    if not fits(python_name(words)):
        words = shortened(words)
    for candidate in (words, f"{method}_{words}", f"{words}_operation"):
        if _is_usable(candidate):
            return candidate
    return None

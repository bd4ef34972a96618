"""The version of OpenAPI: the generator wants three numbers and knows 3.0 and 3.1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.errors import NormaliseError

if TYPE_CHECKING:
    from simloom_codegen.document import Document
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

_VERSION = re.compile(r"3\.([0-9]+)(?:\.([0-9]+))?(?:[-+.].*)?", re.DOTALL)
_NEWEST_KNOWN = 1
# What 3.2 adds to a path item and the generator would leave out without a word.
_OPERATIONS_OF_3_2 = ("query", "additionalOperations")


def repair(tree: Tree, note: Note) -> None:
    """Write the version as the generator wants it; read a later 3.x as 3.1 where possible."""
    document = tree.document
    given = document.get("openapi")
    match = _VERSION.fullmatch(str(given).strip())
    if match is None:
        raise NormaliseError(
            f"OpenAPI {given} is not supported",
            pointer="/openapi",
            remedy="convert the document to OpenAPI 3.0 or 3.1 first",
        )
    minor = int(match[1])
    if minor > _NEWEST_KNOWN:
        _refuse_new_operations(document)
        wanted = f"3.{_NEWEST_KNOWN}.0"
    else:
        wanted = f"3.{minor}.{match[2] or 0}"
    if given != wanted:
        document["openapi"] = wanted
        note("/openapi", f"{given!r} is read as {wanted}")


def _refuse_new_operations(document: Document) -> None:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for field in _OPERATIONS_OF_3_2:
            if isinstance(item, dict) and item.get(field):
                raise NormaliseError(
                    f"`{field}` is new in OpenAPI 3.2 and cannot be generated",
                    pointer=pointer.join(("paths", path, field)),
                    remedy="remove it with a copy of the document, or write that call by hand",
                )

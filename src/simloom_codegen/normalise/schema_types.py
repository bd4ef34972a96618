"""Type names: the generator refuses a document for one name that JSON Schema does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.changes import shown

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Site

_KNOWN = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
# Names from programming languages and older specifications: the type, and the format that says
# the rest.
_OTHER_NAMES: dict[str, tuple[str, str | None]] = {
    **dict.fromkeys(("str", "text", "char", "varchar", "password", "email"), ("string", None)),
    "uuid": ("string", "uuid"),
    "uri": ("string", "uri"),
    "url": ("string", "uri"),
    "date": ("string", "date"),
    **dict.fromkeys(("datetime", "date-time", "timestamp"), ("string", "date-time")),
    **dict.fromkeys(("file", "binary"), ("string", "binary")),
    **dict.fromkeys(("int", "int32", "int64", "long", "short", "byte"), ("integer", None)),
    **dict.fromkeys(("float", "double", "decimal"), ("number", None)),
    "bool": ("boolean", None),
    **dict.fromkeys(("list", "set"), ("array", None)),
    **dict.fromkeys(("map", "dict", "hash", "json"), ("object", None)),
    **dict.fromkeys(("none", "nil"), ("null", None)),
}


def repair(tree: Tree, note: Note) -> None:
    """Replace other names of types by the known one, and remove what names no type."""
    for site in tree.schemas():
        if "type" in site.node:
            _repair(site, note)


def _repair(site: Site, note: Note) -> None:
    schema = site.node
    given = schema["type"]
    names = given if isinstance(given, list) else [given]
    types: list[str] = []
    for name in names:
        found, text_format = _type(name)
        if found is not None and found not in types:
            types.append(found)
        if text_format is not None:
            schema.setdefault("format", text_format)
    wanted = types[0] if len(types) == 1 else types
    if types and wanted == given:
        return
    if types:
        schema["type"] = wanted
        note(site.pointer, f"the type {shown(given)} is now {shown(wanted)}")
    else:
        del schema["type"]
        note(site.pointer, f"any value: {shown(given)} is no type")


def _type(name: str) -> tuple[str | None, str | None]:
    if name in _KNOWN:
        return name, None
    lowered = name.strip().lower()
    return (lowered, None) if lowered in _KNOWN else _OTHER_NAMES.get(lowered, (None, None))

"""Provider code that still type-checks, but names what has changed its meaning.

A provider reads a vendor's answer without trust, so that another type of a field, or a new word of
an enumeration, is no type error. Where it names the field or the enumeration, a person has to look.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from openapi_python_client.strings import ClassName, PythonIdentifier

from simloom_codegen.diff import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from simloom_codegen.diff import Change
    from simloom_codegen.update.provider_types import Fault

_PREFIX = "field_"
_FIELD = re.compile(r"/components/schemas/[^/]+/properties/([^/]+)")
_SCHEMA = re.compile(r"/components/schemas/([^/]+)(?:/enum)?")


def mentions(
    changes: Sequence[Change], faults: Collection[Fault], code: Sequence[Path], root: Path
) -> dict[str, list[str]]:
    """Return for each change that matters the places, as `file:line`, that name what it is about.

    Lines with a finding of mypy are left out, and so are changes that nothing names.
    """
    wanted = {
        change.message: word
        for change in changes
        if change.level > Level.HARMLESS and (word := _word(change.pointer))
    }
    told = {(fault.file, fault.line) for fault in faults}
    found: dict[str, list[str]] = {}
    for path in code:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            shown = (file.relative_to(root) if root in file.parents else file).as_posix()
            for line, named in sorted(_named(file)):
                for message, word in wanted.items():
                    if named == word and (shown, line) not in told:
                        places = found.setdefault(message, [])
                        if f"{shown}:{line}" not in places:
                            places.append(f"{shown}:{line}")
    return {message: found[message] for message in wanted if message in found}


def _word(pointer: str) -> tuple[str, str] | None:
    """Return what Python calls the field or the class that a pointer leads to."""
    field = _FIELD.fullmatch(pointer)
    if field:
        return "field", str(PythonIdentifier(_plain(field[1]), _PREFIX))
    schema = _SCHEMA.fullmatch(pointer)
    return ("class", str(ClassName(_plain(schema[1]), _PREFIX))) if schema else None


def _plain(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


def _named(file: Path) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield line and name of each field that code reads or gives, and of each generated class."""
    try:
        tree = ast.parse(file.read_text("utf-8"))
    except (OSError, ValueError, SyntaxError):
        return
    classes = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simloom_clients.")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.lineno, ("field", node.attr)
            if isinstance(node.value, ast.Name) and classes.get(node.value.id) == "models":
                yield node.lineno, ("class", node.attr)
        elif isinstance(node, ast.Name) and node.id in classes:
            yield node.lineno, ("class", classes[node.id])

"""Which changed operation a finding of mypy is about.

A finding names what it is about in its message or in the statement it points at: the operation's
module, or a model that the operation sends or reads. Where neither is named, the operations used in
the same function are taken.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from openapi_python_client.strings import ClassName, PythonIdentifier

from simloom_codegen.render.facts import operations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from simloom_codegen.diff import Change
    from simloom_codegen.document import Document
    from simloom_codegen.update.provider_types import Fault

_PREFIX = "field_"
_SCHEMA = "#/components/schemas/"
_WORD = re.compile(r"[^\W\d]\w*")
_SHOWN = 3
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = (*_SCOPES, ast.ClassDef, ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)
UNKNOWN = "no changed operation is named here"


def by_operation(
    faults: Iterable[Fault],
    changes: Sequence[Change],
    documents: Sequence[Document],
    root: Path,
) -> dict[str, list[Fault]]:
    """Group findings; a key names up to three operations as `METHOD /path`.

    `documents` are the old and the new one, prepared; files are read below `root`.
    """
    names = _Names(changes, documents)
    groups: dict[str, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(_label(names.about(fault, root / fault.file)), []).append(fault)
    return dict(sorted(groups.items(), key=lambda item: (item[0] == UNKNOWN, item[0])))


def _label(found: list[str]) -> str:
    more = len(found) - _SHOWN
    shown = ", ".join(found[:_SHOWN])
    return (f"{shown} and {more} more" if more > 0 else shown) or UNKNOWN


class _Names:
    """The words by which code can mean a changed operation."""

    def __init__(self, changes: Sequence[Change], documents: Sequence[Document]) -> None:
        changed = {label for change in changes for label in change.operations}
        self._modules: dict[str, set[str]] = {}
        self._models: dict[str, set[str]] = {}
        for document in documents:
            for path, method, operation in operations(document):
                label = f"{method.upper()} {path}"
                if label not in changed:
                    continue
                module = str(PythonIdentifier(operation.get("operationId", ""), _PREFIX))
                self._modules.setdefault(module, set()).add(label)
                for schema in _reached(operation, document):
                    self._models.setdefault(str(ClassName(schema, _PREFIX)), set()).add(label)

    def about(self, fault: Fault, path: Path) -> list[str]:
        """Return the labels of the operations a finding is about, sorted."""
        statement, function = _around(path, fault.line)
        used = self._labels(self._modules, _words(function))
        for text in (fault.message, statement):
            by_module = self._labels(self._modules, _words(text))
            by_model = self._labels(self._models, _words(text))
            if by_module or by_model:
                return sorted(by_module or (by_model & used) or by_model)
        return sorted(used)

    @staticmethod
    def _labels(table: dict[str, set[str]], words: set[str]) -> set[str]:
        return {label for word in words for label in table.get(word, ())}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text))


def _around(path: Path, line: int) -> tuple[str, str]:
    """Return the source of the statement at a line and of the function or class around it."""
    try:
        source = path.read_text("utf-8")
        tree = ast.parse(source)
    except (OSError, ValueError, SyntaxError):
        return "", ""
    lines = source.split("\n")

    def text(node: ast.stmt) -> str:
        return "\n".join(lines[node.lineno - 1 : node.end_lineno])

    covering = [
        node
        for node in ast.walk(tree)  # from the outside in
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    scopes = [node for node in covering if isinstance(node, _SCOPES)]
    inner = covering[-1] if covering else None
    # A finding about a whole function or block points at its first line.
    statement = lines[line - 1] if isinstance(inner, _BLOCKS) else text(inner) if inner else ""
    return statement, text(scopes[-1]) if scopes else ""


def _reached(node: Any, document: Document) -> set[str]:
    """Return the component schemas that a part of a document leads to, directly or not."""
    schemas = document.get("components", {}).get("schemas", {})
    found: set[str] = set()
    waiting = list(_refs(node))
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found.add(name)
            waiting.extend(_refs(schemas[name]))
    return found


def _refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith(_SCHEMA):
            yield ref.removeprefix(_SCHEMA)
        for value in node.values():
            yield from _refs(value)
    elif isinstance(node, list):
        for item in node:
            yield from _refs(item)

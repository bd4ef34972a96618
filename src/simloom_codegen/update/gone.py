"""Imports of generated modules that a new client does not have.

mypy finds a module wherever the interpreter would, so that of an installed client hides that the
new one lacks it. Here the files are compared instead.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from simloom_codegen.update.provider_types import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


def missing_imports(code: Sequence[Path], root: Path, old: Path, new: Path) -> Iterator[Fault]:
    """Yield a finding for each import of a module that is in `old` and not in `new`.

    Both are folders with the package of clients in it; `root` is what file names are relative to.
    """
    for file in _files(code):
        try:
            tree = ast.parse(file.read_text("utf-8"))
        except (OSError, ValueError, SyntaxError):
            continue  # mypy says so
        shown = file.relative_to(root) if root in file.parents else file
        for line, column, name in _imported(tree):
            if _is_module(old, name) and not _is_module(new, name):
                package, _, module = name.rpartition(".")
                text = f'Module "{package}" has no attribute "{module}": the new client lacks it'
                yield Fault(shown.as_posix(), line, column, f"{text}  [attr-defined]")


def _files(code: Iterable[Path]) -> Iterator[Path]:
    for path in code:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _imported(tree: ast.AST) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and full name of what each import may mean by a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.lineno, alias.col_offset + 1, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.col_offset + 1, node.module
            for alias in node.names:
                yield alias.lineno, alias.col_offset + 1, f"{node.module}.{alias.name}"


def _is_module(folder: Path, name: str) -> bool:
    path = folder.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()

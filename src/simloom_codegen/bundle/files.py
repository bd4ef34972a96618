"""The files that a document refers to: read once, and only from where they may be.

A vendor's document is not trusted: it may name files of the vendor, which lie below one folder with
it, and no others. That folder is the working directory if the document is in it, else the
document's own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from attrs import Factory, define

from simloom_codegen.document import MAX_BYTES, parse_mapping, read_bytes
from simloom_codegen.errors import DocumentError

if TYPE_CHECKING:
    from simloom_codegen.document import Document

_ENDINGS = frozenset({".yaml", ".yml", ".json"})
_MOST_FILES = 1000
_MOST_NAMED = 20
_LONGEST = 200


@define(eq=False)
class Source:
    """One file: its data, and where its schemas with an anchor or an id are."""

    path: Path
    name: str
    document: Document
    marks: dict[str, tuple[str, ...]] | None = None


@define
class Files:
    """All files of one document; `missing` are those that are not there, by the place that asks."""

    root: Source
    folder: Path
    missing: dict[str, list[str]] = Factory(dict)
    _known: dict[Path, Source | None] = Factory(dict)
    _bytes: int = 0

    def beside(self, source: Source, text: str, place: str) -> Source | None:
        """Return the file that a reference of `source` names, None where it is not there.

        Raises `DocumentError` for a file that a document may not name, or that cannot be read.
        """
        relative = unquote(text).replace("\\", "/").partition("?")[0]
        if relative.startswith("//"):  # on Windows another machine, which would be asked
            raise _refused(text, "leads to another machine", source, place)
        try:
            path = (source.path.parent / relative).resolve()
        except (OSError, RuntimeError, ValueError):  # links in a circle, a null character
            raise _refused(text, "is no name of a file", source, place) from None
        if path == self.root.path:
            return self.root
        if path not in self._known:
            self._check(path, text, source, place)
            self._known[path] = self._read(path)
        found = self._known[path]
        if found is None:
            self.missing.setdefault(self._shown(path), []).append(f"{source.name}: {place}")
        return found

    def check(self) -> None:
        """Raise one `DocumentError` for all files that are not there."""
        if not self.missing:
            return
        names = sorted(name[:_LONGEST] for name in self.missing)
        listed = ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
        first = self.missing[min(self.missing)][0].partition(": ")
        raise DocumentError(
            f"refers to files that are not there: {listed}",
            file=first[0],
            pointer=first[2],
            remedy="get the vendor's other files and put them beside this one, under these names",
        )

    def _check(self, path: Path, text: str, source: Source, place: str) -> None:
        refused = ""
        if not path.is_relative_to(self.folder):
            refused = f"leads out of the folder {self.folder.name or self.folder}"
        elif any(part.startswith(".") for part in path.relative_to(self.folder).parts):
            refused = "is in a hidden place"
        elif path.suffix.lower() not in _ENDINGS:
            refused = "is neither .yaml, .yml nor .json"
        elif len(self._known) >= _MOST_FILES:
            refused = f"is one of more than {_MOST_FILES} files"
        if refused:
            raise _refused(text, refused, source, place)

    def _read(self, path: Path) -> Source | None:
        try:
            if not path.is_file():
                return None
        except OSError:  # too long a name, for instance
            return None
        name = self._shown(path)
        data = read_bytes(path, name=name)
        self._bytes += len(data)
        if self._bytes > MAX_BYTES:
            raise DocumentError(
                f"with the files it refers to it is larger than {MAX_BYTES // 1024 // 1024} MB",
                file=self.root.name,
                remedy="check that these are the vendor's files",
            )
        return Source(path, name, parse_mapping(data, name=name))

    def _shown(self, path: Path) -> str:
        """Return the way to a file from the document, the same wherever the command runs."""
        return Path(os.path.relpath(path, self.root.path.parent)).as_posix()


def _refused(text: str, why: str, source: Source, place: str) -> DocumentError:
    return DocumentError(
        f"{text[:_LONGEST]!r} {why}",
        file=source.name,
        pointer=place,
        remedy="put the vendor's files below one folder and run the command in it",
    )


def files_of(path: Path, document: Document, *, name: str) -> Files:
    """Return the files around a document that was read from `path`."""
    here = path.resolve()
    working = Path.cwd().resolve()
    folder = working if here.is_relative_to(working) else here.parent
    return Files(Source(here, name, document), folder)


def marks_of(source: Source) -> dict[str, tuple[str, ...]]:
    """Return the places of a file that have an `$anchor`, `$dynamicAnchor` (`#name`) or `$id`."""
    if source.marks is None:
        source.marks = {}
        _collect(source.document, (), source.marks)
    return source.marks


def _collect(node: Any, place: tuple[str, ...], found: dict[str, tuple[str, ...]]) -> None:
    if isinstance(node, list):
        for index, item in enumerate(node):
            if isinstance(item, dict | list):
                _collect(item, (*place, str(index)), found)
        return
    for word, sign in (("$anchor", "#"), ("$dynamicAnchor", "#"), ("$id", "")):
        value = node.get(word)
        if isinstance(value, str):
            found.setdefault(f"{sign}{value}", place)
    for key, value in node.items():
        if isinstance(value, dict | list):
            _collect(value, (*place, str(key)), found)

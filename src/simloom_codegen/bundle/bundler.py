"""Follow each `$ref` that leads out of the document, or to where the generator does not look.

A schema, parameter, response or other thing that may be shared becomes a component under its own
name; a path item, or what no `$ref` may stand for by the specification (`paths`, a whole map of
schemas), is put in place. References into this document stay, made right where only their spelling
is wrong. What leads nowhere in this document stays too: normalise judges it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from simloom_codegen import pointer
from simloom_codegen.bundle.files import files_of
from simloom_codegen.bundle.layout import Layout, home
from simloom_codegen.bundle.locating import IS_FILE, Locator
from simloom_codegen.bundle.places import At, Target, free_name, shown
from simloom_codegen.errors import DocumentError
from simloom_codegen.normalise.changes import Change
from simloom_codegen.normalise.kinds import Kind, Many
from simloom_codegen.normalise.walk import copied

if TYPE_CHECKING:
    from pathlib import Path

    from simloom_codegen.bundle.files import Files
    from simloom_codegen.bundle.layout import Tokens
    from simloom_codegen.document import Document

STEP = "bundle"
Node = dict[str, Any]

_MOST_PLACED = 10_000  # a few files of references to each other could grow without end
_DEFINITIONS = frozenset({"$defs", "definitions"})
# Nothing is generated from these, and what they lead to may be of any form: they stay as they are.
_UNUSED_KINDS = frozenset({Kind.EXAMPLE, Kind.LINK})


@frozen
class Bundled:
    """One document, and what was brought into it."""

    document: Document = field(repr=False)
    changes: tuple[Change, ...]


def bundle(document: Document, path: Path, *, name: str) -> Bundled:
    """Bring everything that `document`, read from `path`, refers to into it, in place.

    Only files below the same folder are read. Raises `DocumentError` that names every file which is
    not there, and for a place that is not in its file.
    """
    files = files_of(path, document, name=name)
    work = _Bundler(document, files)
    try:
        work.run()
    except RecursionError:
        raise DocumentError(
            "files are put into files too deeply",
            file=name,
            remedy="refer to components instead of whole paths",
        ) from None
    files.check()
    return Bundled(document, tuple(work.changes))


class _Bundler:
    def __init__(self, document: Document, files: Files) -> None:
        self.changes: list[Change] = []
        self._document = document
        self._files = files
        self._layout = Layout(document)
        self._places = Locator(files, self._layout)
        self._names: dict[tuple[Kind, Path, Tokens], str] = {}
        self._waiting: deque[tuple[Kind, Node, At]] = deque()
        self._placing: list[tuple[Path, Tokens]] = []
        # By identity: objects that the walk through the document leaves out, because they are from
        # another file, and where maps are from that were put in place as a whole.
        self._settled: set[int] = set()
        self._placed = 0
        self._maps: dict[int, At] = {}

    def run(self) -> None:
        start = At(self._files.root, ())
        self._shared(start)
        self._visit(Kind.DOCUMENT, self._document, start)
        while self._waiting:
            self._visit(*self._waiting.popleft())

    def _note(self, at: At, detail: str) -> None:
        self.changes.append(Change(STEP, pointer.join(at.place), detail))

    def _shared(self, start: At) -> None:
        """Let a component that is only a file in other words give that file's thing its name."""
        for kind, tokens in self._layout.homes.items():
            if kind in _UNUSED_KINDS:
                continue
            try:
                found = pointer.resolve(self._document, tokens)
            except LookupError:
                continue
            if not isinstance(found, dict):
                continue
            at = self._maps[id(found)] = self._whole(found, At(start.source, tokens, None, tokens))
            for key, node in found.items():
                self._names.setdefault((kind, at.source.path, (*at.origin, str(key))), key)
                if isinstance(node, dict) and isinstance(node.get("$ref"), str):
                    target = self._places.final(node["$ref"], kind, at.below(key))
                    if target is not None and at.source is not target.source:
                        known = (kind, target.source.path, target.tokens)
                        if known not in self._names and isinstance(target.node, dict):
                            self._names[known] = key
                            self._put(kind, node, target, at.below(key))
                            self._settled.add(id(node))

    def _visit(self, kind: Kind, node: Node, at: At) -> None:
        """Go through one object and all below it."""
        if kind is Kind.SCHEMA:
            at = self._schema(node, at)
        if isinstance(node.get("$ref"), str):
            self._reference(kind, node, at)
            if "$ref" not in node:
                return  # put in place, with all below it
        for name in list(node):
            child = self._layout.child(kind, str(name))
            value = node[name]
            if child is None or not isinstance(value, dict | list):
                continue
            below = at.below(name)
            if child.many is Many.ONE:
                members: Any = [(None, value)] if isinstance(value, dict) else ()
            elif isinstance(value, dict):
                below = self._maps.get(id(value)) or self._whole(value, below)
                members = value.items()
            else:
                members = enumerate(value) if child.many is Many.LIST else ()
            for key, item in list(members):
                if isinstance(item, dict) and id(item) not in self._settled:
                    self._visit(child.kind, item, below if key is None else below.below(key))
        if kind is Kind.DISCRIMINATOR:
            self._mapping(node, at)

    def _schema(self, node: Node, at: At) -> At:
        dynamic = node.get("$dynamicRef")
        if isinstance(dynamic, str) and "$ref" not in node:
            node["$ref"] = node.pop("$dynamicRef")
            self._note(at, f"$dynamicRef {dynamic!r} is read as a plain reference")
        if at.schema is None or not _DEFINITIONS.isdisjoint(node):
            return At(at.source, at.place, at.origin, at.origin)
        return at

    def _whole(self, value: Node, at: At) -> At:
        """Put a map of objects in place that is a reference as a whole; return where it is from."""
        ref = value.get("$ref")
        target = self._places.located(ref, None, at) if isinstance(ref, str) else None
        if target is None or not isinstance(target.node, dict):
            return at
        del value["$ref"]
        value.update({key: copied(item) for key, item in target.node.items() if key not in value})
        self._note(at, f"{ref} is put here")
        return At(target.source, at.place, None, target.tokens)

    def _reference(self, kind: Kind, node: Node, at: At) -> None:
        ref: str = node["$ref"]
        target = None if kind in _UNUSED_KINDS else self._places.final(ref, kind, at)
        if target is None:
            return
        if not isinstance(target.node, dict | bool):  # true and false are schemas, too
            raise self._places.nowhere(ref, at)
        if target.source is self._files.root and self._layout.kind_at(target.tokens) is not None:
            if pointer.ref_tokens(ref) != target.tokens:
                node["$ref"] = pointer.ref_to(target.tokens)
                if at.source is self._files.root:
                    self._note(at, f"{ref!r} is read as {node['$ref']}")
        elif not isinstance(target.node, dict):
            del node["$ref"]
            self._note(at, f"any value: {ref} is only {target.node}")
        elif kind in self._layout.homes:
            node["$ref"] = self._brought(kind, target)
        else:
            self._put(kind, node, target, at)

    def _brought(self, kind: Kind, target: Target) -> str:
        """Make a component of the target, once, and return the reference to it."""
        known = (kind, target.source.path, target.tokens)
        tokens = self._layout.homes[kind]
        if known not in self._names:
            names = home(self._document, tokens)
            name = self._names[known] = free_name(target, names, self._files.root)
            names[name] = copied(target.node)
            place = At(target.source, (*tokens, name), None, target.tokens)
            self._note(place, f"brought from {shown(target)}")
            self._settled.add(id(names[name]))
            self._waiting.append((kind, names[name], place))
        return pointer.ref_to((*tokens, self._names[known]))

    def _put(self, kind: Kind, node: Node, target: Target, at: At) -> None:
        """Put the target in the place of a reference; what stands beside it counts more."""
        here = (target.source.path, target.tokens)
        self._placed += 1
        if here in self._placing or self._placed > _MOST_PLACED:
            what = "leads back to what it is part of"
            raise DocumentError(
                f"{node['$ref']!r} {what if here in self._placing else 'is one of too many'}",
                file=at.source.name,
                pointer=pointer.join(at.origin),
                remedy="repair the reference in a copy of the vendor's files",
            )
        self._note(at, f"{node.pop('$ref')} is put here")
        self._placing.append(here)
        content = copied(target.node)
        self._visit(kind, node, at)
        self._visit(kind, content, At(target.source, at.place, None, target.tokens))
        self._placing.pop()
        beside = dict(node)
        node.clear()
        node.update({**content, **beside})

    def _mapping(self, node: Node, at: At) -> None:
        """Let a discriminator's values lead to where their schemas are brought."""
        mapping = node.get("mapping")
        if not isinstance(mapping, dict):
            return
        for tag, value in mapping.items():
            if not isinstance(value, str):
                continue
            is_name = not IS_FILE.search(value)
            if is_name and at.source is self._files.root:
                continue
            holder: Node = {
                "$ref": pointer.ref_to(("components", "schemas", value)) if is_name else value
            }
            self._reference(Kind.SCHEMA, holder, at.below("mapping", tag))
            mapping[tag] = holder["$ref"]

"""Places: where the walk is, what a reference leads to, and the name that it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from simloom_codegen import pointer

if TYPE_CHECKING:
    from simloom_codegen.bundle.files import Source
    from simloom_codegen.bundle.layout import Tokens

# Files that say nothing about the one thing in them; their folder does.
_PLAIN_STEMS = frozenset({"index", "_index", "schema", "schemas", "main"})


@frozen
class At:
    """Where the walk is: the file an object is from, its place in the result, its schema's root."""

    source: Source
    place: tuple[object, ...]
    schema: Tokens | None = None  # the innermost schema with definitions of its own, in the file
    origin: Tokens = ()  # the place in the file

    def below(self, *tokens: object) -> At:
        """Return the place some tokens further down."""
        names = tuple(str(token) for token in tokens)
        return At(self.source, (*self.place, *tokens), self.schema, (*self.origin, *names))


@frozen
class Target:
    """What a reference leads to: a place in a file, and what is there."""

    source: Source
    tokens: Tokens
    node: Any = field(repr=False)


def free_name(target: Target, taken: dict[str, Any], root: Source) -> str:
    """Return the target's own name, or one made from it that no component has."""
    path = target.source.path
    stem = path.stem
    if stem in _PLAIN_STEMS and path.parent != root.path.parent:
        stem = path.parent.name
    name = target.tokens[-1] if target.tokens else stem
    if name in taken and target.tokens:
        name = f"{stem}_{name}"
    base, number = name, 1
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


def shown(target: Target) -> str:
    """Return file and pointer."""
    return f"{target.source.name}#{pointer.join(target.tokens)}"

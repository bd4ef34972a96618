"""What one schema says once `$ref` and `allOf` are merged; see flatten.py for how."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from attrs import Factory, define


class Part(NamedTuple):
    """One object of a document and the JSON pointer to it."""

    value: Any
    pointer: str


Site: TypeAlias = tuple[Part, ...]
"""Schemas that all apply in one place, e.g. a property that two members of an `allOf` describe."""

MISSING = object()


@define
class Shape:
    """The merged view of one site. Null never appears in `types` or `enum`, only in `nullable`."""

    pointer: str
    types: frozenset[str] | None = None
    """None: any type. `integer` is left out beside `number`."""
    nullable: bool = False
    enum: dict[str, Any] | None = None
    """Canonical text of each value, and the value."""
    properties: dict[str, Site] = Factory(dict)
    required: set[str] = Factory(set)
    additional: bool | Site = True
    items: Site | None = None
    variants: list[Site] = Factory(list)
    bounds: dict[str, Any] = Factory(dict)
    format: str | None = None
    default: Any = MISSING
    read_only: bool = False
    write_only: bool = False
    secret: bool = False
    deprecated: bool = False
    evidence: Any = None
    discriminator: Any = None
    opaque: dict[str, list[str]] = Factory(dict)
    """Keywords that are only compared for equality, as canonical text."""
    texts: dict[str, list[tuple[str, str]]] = Factory(dict)
    """Per keyword: pointer and canonical text of each part that has it."""
    parts: set[str] = Factory(set)
    origins: dict[str, str] = Factory(dict)
    """Per keyword: pointer of the part it came from."""

    @property
    def untyped(self) -> bool:
        """Whether any JSON value would do."""
        return self.types is None and not self.variants

    @property
    def scalar(self) -> bool:
        """Whether only strings, numbers and booleans are possible."""
        return self.types is not None and not self.types & {"object", "array"}


def place(keyword: str, old: Shape, new: Shape) -> str:
    """Point into the new document, at the part that has the keyword or used to have it.

    Naming the part, not the whole, lets the same finding met through several users of a component
    be told once.
    """
    at = new.origins.get(keyword)
    if at is None:
        at = old.origins.get(keyword, "")
    return at if at in new.parts else new.pointer

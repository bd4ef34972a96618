"""Every object of a document with its kind and place, and nothing that is only data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen import pointer
from simloom_codegen.normalise.kinds import EVERY_KEY, FIELDS, METHODS, Child, Kind, Many

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]


class Site:
    """One object and where it is.

    `field` is the field of the parent that leads here, `key` what follows it (the name of a
    property, the index of a list member, None for a single child). `parsed` tells whether the
    generator makes code from it: it does not look into callbacks, webhooks and response headers.
    """

    __slots__ = ("field", "key", "kind", "node", "parent", "parsed")

    def __init__(
        self,
        kind: Kind,
        node: Node,
        parent: Site | None,
        field: str,
        key: str | int | None,
        parsed: bool,
    ) -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.field = field
        self.key = key
        self.parsed = parsed

    @property
    def tokens(self) -> tuple[str | int, ...]:
        """The unescaped tokens of the pointer to this object."""
        tokens: list[str | int] = []
        site = self
        while site.parent is not None:
            if site.key is not None:
                tokens.append(site.key)
            if site.field != EVERY_KEY:
                tokens.append(site.field)
            site = site.parent
        return tuple(reversed(tokens))

    @property
    def pointer(self) -> str:
        """The JSON pointer to this object."""
        return pointer.join(self.tokens)

    @property
    def component(self) -> str | None:
        """The name, if this is a whole entry of `components.schemas`."""
        if self.kind is Kind.SCHEMA and self.parent is not None and self.field == "schemas":
            return str(self.key)
        return None


def sites(document: Node, *kinds: Kind) -> list[Site]:
    """Return every object (of these kinds, or of all), parents before children, in order.

    The list is complete when it is returned, so callers may change the document while they go
    through it. What they add is not in it; what they detach still is.
    """
    found: list[Site] = []
    root = Site(Kind.DOCUMENT, document, None, "", None, True)
    _visit(root, _LAYOUT[Kind.DOCUMENT], found)
    return [site for site in found if site.kind in kinds] if kinds else found


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Yield path, method and operation of what the generator turns into functions.

    The order is the document's; the path item is in place, no `$ref` is followed.
    """
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if isinstance(item, dict) and not str(path).startswith("x-"):
            for method, operation in item.items():
                if method in METHODS and isinstance(operation, dict):
                    yield str(path), method, operation


def operations_of(found: list[Site]) -> Iterator[tuple[str, str, Node]]:
    """Yield the same from the sites of all operations."""
    for site in found:
        if site.parsed and site.parent is not None:
            yield str(site.parent.key), site.field, site.node


def component_schemas(document: Node) -> dict[str, Node]:
    """Return `components.schemas` itself, made if it is not there."""
    components = document.setdefault("components", {})
    found: dict[str, Node] = components.setdefault("schemas", {})
    return found


def copied(value: Any) -> Any:
    """Return a copy of data that shares nothing with it."""
    if isinstance(value, dict):
        return {key: copied(child) for key, child in value.items()}
    if isinstance(value, list):
        return [copied(child) for child in value]
    return value


class _Below:
    """The fields of one kind that lead to further objects, laid out for a fast walk."""

    __slots__ = ("every", "fields")

    def __init__(self) -> None:
        self.every: Child | None = None
        self.fields: dict[str, tuple[Child, _Below]] = {}


def _layout() -> dict[Kind, _Below]:
    layout = {kind: _Below() for kind in FIELDS}
    for kind, fields in FIELDS.items():
        for name, child in fields.items():
            if isinstance(child, Child):
                layout[kind].fields[name] = (child, layout[child.kind])
        every = fields.get(EVERY_KEY)
        layout[kind].every = every if isinstance(every, Child) else None
    return layout


_LAYOUT = _layout()
_ONE, _LIST, _MAP = Many.ONE, Many.LIST, Many.MAP


def _visit(site: Site, below: _Below, found: list[Site]) -> None:
    found.append(site)
    if below.every is not None:
        _visit_every(site, below, found)
        return
    fields = below.fields
    parsed = site.parsed
    for name, value in site.node.items():
        if name not in fields or not isinstance(value, dict | list):
            continue
        child, next_below = fields[name]
        if isinstance(value, list):
            members: Any = enumerate(value) if child.many is _LIST else ()
        elif child.many is _ONE:
            members = ((None, value),)
        else:
            members = value.items() if child.many is _MAP else ()
        for key, item in members:
            if isinstance(item, dict):
                inner = Site(child.kind, item, site, name, key, parsed and child.parsed)
                _visit(inner, next_below, found)


def _visit_every(site: Site, below: _Below, found: list[Site]) -> None:
    child, next_below = below.fields[EVERY_KEY]
    for key, item in site.node.items():
        if isinstance(item, dict) and not str(key).startswith("x-"):
            inner = Site(child.kind, item, site, EVERY_KEY, key, site.parsed and child.parsed)
            _visit(inner, next_below, found)

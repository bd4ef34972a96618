"""Finding one's way in a document: JSON pointers and `$ref`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from simloom_codegen.diff.shape import Part, Site
from simloom_codegen.diff.values import mapping, members
from simloom_codegen.errors import DocumentError
from simloom_codegen.pointer import escape, ref_tokens, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simloom_codegen.diff.shape import Shape

MAX_DEPTH = 150
SCHEMAS = "/components/schemas/"


def join(pointer: str, *tokens: object) -> str:
    """Append reference tokens to a JSON pointer."""
    for token in tokens:
        pointer += f"/{escape(token)}"
    return pointer


def component_name(pointer: str) -> str:
    """Name the component schema a pointer leads to; empty if it leads anywhere else."""
    name = pointer.removeprefix(SCHEMAS)
    return "" if name == pointer or "/" in name else split(pointer)[2]


class Document:
    """A loaded OpenAPI document and what was already worked out about it."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self.shapes: dict[tuple[str, ...], Shape] = {}
        self._resolved: dict[str, Part | None] = {}

    def part(self, *tokens: str) -> Part:
        """Give the object under these tokens, or None where there is nothing."""
        found = self._walk(tokens)
        return found if found is not None else Part(None, join("", *tokens))

    def resolve(self, reference: Any) -> Part | None:
        """Follow one local reference; None if it is external or leads nowhere."""
        if not isinstance(reference, str):
            return None
        if reference not in self._resolved:
            tokens = ref_tokens(reference)
            self._resolved[reference] = None if tokens is None else self._walk(tokens)
        return self._resolved[reference]

    def _walk(self, tokens: Iterable[str]) -> Part | None:
        """Find what unescaped tokens lead to; YAML may have read a key such as 200 as a number."""
        value: Any = self.root
        for token in tokens:
            if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            elif isinstance(value, dict):
                key = token if token in value else next((k for k in value if str(k) == token), None)
                if key is None:
                    return None
                value = value[key]
            else:
                return None
        return Part(value, join("", *tokens))

    def follow(self, part: Part) -> Part:
        """Follow references until something else comes; a broken or circular one stays as it is."""
        seen: set[str] = set()
        here = part
        while "$ref" in mapping(here.value):
            target = self.resolve(mapping(here.value)["$ref"])
            if target is None or target.pointer in seen:
                return part
            seen.add(target.pointer)
            here = target
        return here

    @property
    def schemas(self) -> dict[str, Any]:
        """The component schemas by name."""
        return dict(members(mapping(self.root.get("components")).get("schemas")))

    @cached_property
    def schema_names(self) -> frozenset[str]:
        """The names of all component schemas."""
        return frozenset(self.schemas)


def references(value: Any) -> Iterator[str]:
    """Give every `$ref` below a value, and the schemas that a discriminator names.

    Raises `DocumentError` for a value nested beyond what any real document needs, which includes
    one that contains itself.
    """
    stack: list[tuple[Any, int]] = [(value, 0)]
    while stack:
        here, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise DocumentError(
                f"the document is nested deeper than {MAX_DEPTH} levels",
                remedy="look for a YAML alias that contains itself",
            )
        if isinstance(here, dict):
            if isinstance(here.get("$ref"), str):
                yield here["$ref"]
            for target in mapping(mapping(here.get("discriminator")).get("mapping")).values():
                yield target if str(target).startswith("#") else f"#{join(SCHEMAS[:-1], target)}"
            stack.extend((m, depth + 1) for m in here.values() if isinstance(m, dict | list))
        elif isinstance(here, list):
            stack.extend((m, depth + 1) for m in here if isinstance(m, dict | list))


def used_schemas(document: Document) -> set[str]:
    """Name the component schemas that anything outside the component schemas leads to."""
    components = mapping(document.root.get("components"))
    outside = [value for key, value in document.root.items() if key != "components"]
    outside += [value for key, value in components.items() if key != "schemas"]
    pending = list(references(outside))
    used: set[str] = set()
    below = {name: list(references(schema)) for name, schema in document.schemas.items()}
    while pending:
        target = document.resolve(pending.pop())
        if target is None or not target.pointer.startswith(SCHEMAS):
            continue
        name = split(target.pointer)[2]
        if name not in used:
            used.add(name)
            pending.extend(below[name])
    return used


def pointers(site: Site) -> tuple[str, ...]:
    """Give what tells one site of a document from another."""
    return tuple(part.pointer for part in site)

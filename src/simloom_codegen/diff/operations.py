"""Finding the operations of a document and pairing them with those of another one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from simloom_codegen.diff.references import join
from simloom_codegen.diff.shape import Part
from simloom_codegen.diff.values import mapping, members

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from simloom_codegen.diff.references import Document

_METHODS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "trace"})
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
Pair: TypeAlias = "tuple[Operation | None, Operation | None]"


@frozen(eq=False)
class Operation:
    """One operation and where it stands."""

    method: str
    path: str
    """The path template; the name of a webhook; the expression of a callback."""
    owner: str
    """Empty for an operation of the API; otherwise says which webhook or callback it is."""
    item: Part
    """The path item."""
    part: Part

    @property
    def label(self) -> str:
        """Name it for people."""
        return f"{self.method.upper()} {self.owner}{self.path}"

    @property
    def inbound(self) -> bool:
        """Whether the vendor calls us."""
        return bool(self.owner)

    @property
    def shape(self) -> str:
        """The path without the names of its parameters, which no server ever sees."""
        return _PLACEHOLDER.sub("{}", self.owner + self.path)

    @property
    def operation_id(self) -> str | None:
        """The operationId, if it has one."""
        found = mapping(self.part.value).get("operationId")
        return found if isinstance(found, str) else None


def operations(document: Document) -> list[Operation]:
    """List paths, webhooks and callbacks, ordered by path and method."""
    found = [*_under(document, Part(document.root.get("paths"), "/paths"), "")]
    webhooks = Part(document.root.get("webhooks"), "/webhooks")
    found += _under(document, webhooks, "webhook ")
    for caller in list(found):
        callbacks = mapping(caller.part.value).get("callbacks")
        for name, value in members(callbacks):
            part = Part(value, join(caller.part.pointer, "callbacks", name))
            owner = f"callback {name} of {caller.label}: "
            found += _under(document, document.follow(part), owner)
    return found


def _under(document: Document, items: Part, owner: str) -> Iterator[Operation]:
    for path, value in members(items.value):
        if path.startswith("x-"):
            continue
        item = document.follow(Part(value, join(items.pointer, path)))
        for method, operation in members(item.value):
            if method in _METHODS:
                yield Operation(
                    method, path, owner, item, Part(operation, join(item.pointer, method))
                )


def pair(old: list[Operation], new: list[Operation]) -> list[Pair]:
    """Pair operations by method and path, then without parameter names, then by operationId."""
    pairs: list[Pair] = []
    left, right = list(old), list(new)
    keys: tuple[Callable[[Operation], Hashable], ...] = (
        lambda operation: (operation.method, operation.owner, operation.path),
        lambda operation: (operation.method, operation.shape),
        lambda operation: operation.operation_id,
    )
    for key in keys:
        before, after = _unique(left, key), _unique(right, key)
        for name, operation in before.items():
            if name in after:
                pairs.append((operation, after[name]))
                left.remove(operation)
                right.remove(after[name])
    pairs += [(operation, None) for operation in left]
    pairs += [(None, operation) for operation in right]
    return pairs


def _unique(
    found: list[Operation], key: Callable[[Operation], Hashable]
) -> dict[Hashable, Operation]:
    """Index operations by a key; one that several share tells nothing, nor does None."""
    index: dict[Hashable, Operation] = {}
    shared: set[Hashable] = {None}
    for operation in found:
        name = key(operation)
        if name in index:
            shared.add(name)
        index[name] = operation
    return {name: operation for name, operation in index.items() if name not in shared}

"""Findings, the places they were made in, and which operations lead to those places.

A node is an operation, a shared component in one direction, or the document. A finding belongs to
the node it was made in; it concerns every operation from which the node can be reached. So a change
in a component is found once, however many operations use it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from attrs import Factory, define

from simloom_codegen.diff.change import Change, Code, Direction, Level
from simloom_codegen.diff.references import join
from simloom_codegen.diff.values import kept
from simloom_codegen.pointer import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom_codegen.diff.values import Value

_DETAILS = 3


class Finding(NamedTuple):
    """A change whose operations are not known yet."""

    level: Level
    code: Code
    direction: Direction
    pointer: str
    message: str
    old: Value
    new: Value


@define(eq=False)
class Node:
    """One place that findings are made in."""

    pointer: str
    label: str = ""
    children: dict[Node, None] = Factory(dict)
    findings: list[tuple[str, Finding]] = Factory(list)
    """Each with the scope it was made in: the answer, or the node itself."""
    texts: dict[str, None] = Factory(dict)
    """Pointers of the texts and examples that differ."""


def finding(
    level: Level,
    code: Code,
    pointer: str,
    message: str,
    *,
    direction: Direction = Direction.NONE,
    old: Any = None,
    new: Any = None,
) -> Finding:
    """Make a finding that shares nothing with the documents."""
    return Finding(level, code, direction, pointer, message, kept(old), kept(new))


def changes(nodes: Iterable[Node]) -> list[Change]:
    """Turn findings into changes: gravest first, equal ones told once with all their operations."""
    known = list(nodes)
    labels = sorted({node.label for node in known if node.label})
    reached = _reached(known, labels)
    merged: dict[Finding, int] = {}
    texts: dict[str, tuple[set[str], int]] = {}
    for node in known:
        for found in _without_error_details(node):
            merged[found] = merged.get(found, 0) | reached[node]
        for text in node.texts:
            owner = _owner(text, node)
            differing, operations = texts.get(owner, (set(), 0))
            texts[owner] = (differing | {text}, operations | reached[node])
    for owner, (differing, operations) in texts.items():
        noun = "text or example differs" if len(differing) == 1 else "texts or examples differ"
        message = f"{len(differing)} {noun}"
        told = finding(Level.HARMLESS, Code.DOCUMENTATION_CHANGED, owner, message)
        merged[told] = operations
    names = {bits: _named(bits, labels) for bits in set(merged.values())}
    result = [
        Change(f.level, f.code, f.direction, names[bits], *f[3:]) for f, bits in merged.items()
    ]
    return sorted(result, key=_order)


def _reached(nodes: list[Node], labels: list[str]) -> dict[Node, int]:
    """Work out from which operations each node can be reached; bit n stands for label n."""
    place = {label: 1 << number for number, label in enumerate(labels)}
    reached = {node: place.get(node.label, 0) for node in nodes}
    queue = deque(node for node in nodes if node.label)
    queued = set(queue)
    while queue:
        node = queue.popleft()
        queued.remove(node)
        for child in node.children:
            more = reached[child] | reached[node]
            if more != reached[child]:
                reached[child] = more
                if child not in queued:
                    queued.add(child)
                    queue.append(child)
    return reached


def _named(bits: int, labels: list[str]) -> tuple[str, ...]:
    return tuple(label for number, label in enumerate(labels) if bits >> number & 1)


def _order(change: Change) -> tuple[Any, ...]:
    where = (change.operations[:1], change.pointer, change.code, change.direction)
    return (-change.level, *where, change.message, repr(change.old), repr(change.new))


def _owner(text: str, node: Node) -> str:
    tokens = split(text)
    return join("", *tokens[:3]) if tokens[0] == "components" else node.pointer


def _without_error_details(node: Node) -> list[Finding]:
    """Put everything found in one error answer, or in one schema of error answers, into one."""
    plain: list[Finding] = []
    errors: dict[str, list[Finding]] = {}
    for scope, found in node.findings:
        if found.direction is Direction.ERROR:
            errors.setdefault(scope, []).append(found)
        else:
            plain.append(found)
    for scope, several in errors.items():
        details = sorted(set(several), key=lambda one: (-one.level, one.pointer, one.message))
        message = "; ".join(one.message for one in details[:_DETAILS])
        if len(details) > _DETAILS:
            message += f"; and {len(details) - _DETAILS} more"
        first = details[0]
        at, old, new = (first[3], *first[5:]) if len(details) == 1 else (scope, None, None)
        plain.append(
            Finding(first.level, Code.ERROR_BODY_CHANGED, Direction.ERROR, at, message, old, new)
        )
    return plain

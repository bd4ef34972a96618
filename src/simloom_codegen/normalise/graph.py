"""References between components as a graph: an order, and the edges that close circles."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

if TYPE_CHECKING:
    from simloom_codegen.normalise.walk import Node

# For each component the nodes that refer to another one, with its name, in the document's order.
Edges: TypeAlias = dict[str, list[tuple["Node", str]]]


@frozen
class Traversal:
    """`order`: what is referred to comes before what refers to it. `closing`: see `depth_first`."""

    order: list[str]
    closing: list[tuple[str, Node, str]]


def depth_first(edges: Edges) -> Traversal:
    """Go through the graph in the document's order.

    An edge to a component that is not finished closes a circle; without these edges there is none.
    Names that have no entry in `edges` are passed over. No recursion: chains may be long.
    """
    order: list[str] = []
    closing: list[tuple[str, Node, str]] = []
    finished: set[str] = set()
    for start in edges:
        if start in finished:
            continue
        unfinished = {start}
        stack = [(start, iter(edges[start]))]
        while stack:
            name, rest = stack[-1]
            node, other = next(rest, ({}, ""))
            if not other:
                stack.pop()
                unfinished.discard(name)
                finished.add(name)
                order.append(name)
            elif other in unfinished:
                closing.append((name, node, other))
            elif other in edges and other not in finished:
                unfinished.add(other)
                stack.append((other, iter(edges[other])))
    return Traversal(order, closing)

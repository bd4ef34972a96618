"""Where in a document which kind of object is, in OpenAPI 3 as in Swagger 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.kinds import EVERY_KEY, FIELDS, Child, Kind, Many

if TYPE_CHECKING:
    from simloom_codegen.document import Document

Tokens = tuple[str, ...]

_SWAGGER_ROOT = {
    "definitions": Child(Kind.SCHEMA, Many.MAP),
    "parameters": Child(Kind.PARAMETER, Many.MAP),
    "responses": Child(Kind.RESPONSE, Many.MAP),
}
_SWAGGER_HOMES: dict[Kind, Tokens] = {
    Kind.SCHEMA: ("definitions",),
    Kind.PARAMETER: ("parameters",),
    Kind.RESPONSE: ("responses",),
}
_HOMES: dict[Kind, Tokens] = {
    Kind.SCHEMA: ("components", "schemas"),
    Kind.RESPONSE: ("components", "responses"),
    Kind.PARAMETER: ("components", "parameters"),
    Kind.EXAMPLE: ("components", "examples"),
    Kind.REQUEST_BODY: ("components", "requestBodies"),
    Kind.HEADER: ("components", "headers"),
    Kind.LINK: ("components", "links"),
    Kind.CALLBACK: ("components", "callbacks"),
}


class Layout:
    """The fields of each kind that lead to further objects, and where shared objects live."""

    def __init__(self, document: Document) -> None:
        swagger = "swagger" in document and "openapi" not in document
        self.homes = _SWAGGER_HOMES if swagger else _HOMES
        self._fields = {
            kind: {name: child for name, child in fields.items() if isinstance(child, Child)}
            for kind, fields in FIELDS.items()
        }
        # A response with a schema of its own is of Swagger 2.0, and a usual slip in OpenAPI 3.
        self._fields[Kind.RESPONSE]["schema"] = Child(Kind.SCHEMA)
        if swagger:
            self._fields[Kind.DOCUMENT].update(_SWAGGER_ROOT)

    def child(self, kind: Kind, name: str) -> Child | None:
        """Return what a field holds if it leads to further objects."""
        fields = self._fields[kind]
        found = fields.get(name) or fields.get(EVERY_KEY)
        return None if name.startswith("x-") else found

    def kind_at(self, tokens: Tokens) -> Kind | None:
        """Return the kind of object that a pointer leads to, None where only data can be."""
        kind, rest = Kind.DOCUMENT, list(tokens)
        while rest:
            child = self.child(kind, rest.pop(0))
            if child is None or (child.many is not Many.ONE and not rest):
                return None
            if child.many is not Many.ONE:
                rest.pop(0)
            kind = child.kind
        return kind


def home(document: Document, tokens: Tokens) -> dict[Any, Any]:
    """Return the mapping at a place, made if it is not there or is none."""
    node: dict[Any, Any] = document
    for token in tokens:
        if not isinstance(node.get(token), dict):
            node[token] = {}
        node = node[token]
    return node

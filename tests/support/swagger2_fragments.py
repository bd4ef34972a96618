"""Small Swagger 2.0 documents, converted."""

from __future__ import annotations

import copy
from typing import Any

from simloom_codegen.swagger2 import convert

Node = dict[str, Any]
SIM = {"$ref": "#/definitions/Sim"}
JSON = "application/json"


def swagger(**fields: Any) -> Node:
    return {
        "swagger": "2.0", "info": {"title": "Old", "version": "1"}, "host": "api.x.example",
        "schemes": ["https"], "consumes": [JSON], "produces": [JSON], "paths": {}, **fields,
    }  # fmt: skip


def converted(document: Node) -> tuple[Node, list[str]]:
    before = copy.deepcopy(document)
    result = convert(document, name="old.json")
    assert document == before  # inputs are never mutated
    return result.document, [f"{change.pointer}: {change.detail}" for change in result.changes]


def operation(method: str = "get", **fields: Any) -> tuple[Node, list[str]]:
    """Convert one operation, of a document that has what is not the operation's."""
    given = {"responses": {"204": {"description": "x"}}, **fields.pop("of_operation", {})}
    made, notes = converted(swagger(paths={"/a": {method: given}}, **fields))
    return made["paths"]["/a"][method], notes


def parameter(**fields: Any) -> tuple[Node, list[str]]:
    made, notes = operation(of_operation={"parameters": [{"name": "p", "in": "query", **fields}]})
    return made["parameters"][0], notes

"""Short ways to write a fragment of an OpenAPI document, and what a fault is."""

from __future__ import annotations

from typing import Any, NamedTuple

Node = dict[str, Any]


class Fault(NamedTuple):
    """One fault; `said` are words of a repair or limit, empty where nothing needs to be told."""

    name: str
    paths: Node
    schemas: Node = {}
    said: str = ""


def answer(schema: Any, media_type: str = "application/json") -> Node:
    return {"200": {"description": "ok", "content": {media_type: {"schema": schema}}}}


def get(schema: Any = None, **fields: Any) -> Node:
    responses = {"204": {"description": "ok"}} if schema is None else answer(schema)
    return {"get": {"responses": responses, **fields}}


def post(schema: Any, media_type: str = "application/json", **fields: Any) -> Node:
    body = {"required": True, "content": {media_type: {"schema": schema}}}
    return {"post": {"requestBody": body, "responses": {"204": {"description": "x"}}, **fields}}


def parameter(name: str, place: str = "query", schema: Any = None, **fields: Any) -> Node:
    return {
        "name": name, "in": place, "required": place == "path",
        "schema": {"type": "string"} if schema is None else schema, **fields,
    }  # fmt: skip


def ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def properties(*names: str) -> Node:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}}

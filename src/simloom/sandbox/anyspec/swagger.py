"""Swagger 2.0 documents, brought into the form of OpenAPI 3.0 as far as serving them needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_JSON, _FORM, _MULTIPART = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
)
_FLOWS = {
    "accessCode": "authorizationCode",
    "application": "clientCredentials",
    "password": "password",
    "implicit": "implicit",
}
_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}
# Members of a parameter or a header that make up a schema in OpenAPI 3.
_OF_SCHEMA = (
    *("type", "format", "items", "default", "enum", "maximum", "exclusiveMaximum", "minimum"),
    *("exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems"),
    *("uniqueItems", "multipleOf"),
)
_REFERENCES = {
    "#/definitions/": "#/components/schemas/",
    "#/responses/": "#/components/responses/",
    "#/parameters/": "#/components/parameters/",
}


def from_swagger(document: Node) -> Node:
    """Return the document as OpenAPI 3.0; the given one stays as it is.

    Raises KeyError, TypeError and the like for a document of another shape.
    """
    return {
        "openapi": "3.0.3",
        "info": document.get("info", {}),
        "servers": [{"url": document.get("basePath") or "/"}],
        "security": document.get("security", []),
        "paths": {
            path: _path(document, item) if path.startswith("/") else item
            for path, item in (document.get("paths") or {}).items()
        },
        "components": {
            "schemas": {
                name: _schema(node) for name, node in document.get("definitions", {}).items()
            },
            "parameters": {
                name: _parameter(node)
                for name, node in document.get("parameters", {}).items()
                if node.get("in") not in {"body", "formData"}
            },
            "responses": {
                name: _answer(node, document.get("produces") or [_JSON])
                for name, node in document.get("responses", {}).items()
            },
            "securitySchemes": {
                name: _security(node)
                for name, node in document.get("securityDefinitions", {}).items()
            },
        },
    }


def _path(document: Node, item: Node) -> Node:
    made: Node = {name: value for name, value in item.items() if name == "$ref"}
    shared = [_found(document, one) for one in item.get("parameters", ())]
    for method in _METHODS:
        if method in item:
            made[method] = _operation(document, item[method], shared)
    return made


def _operation(document: Node, node: Node, shared: list[Node]) -> Node:
    own = [_found(document, one) for one in node.get("parameters", ())]
    named = {(one["in"], one.get("name")): one for one in (*shared, *own)}
    produces = node.get("produces") or document.get("produces") or [_JSON]
    consumes = node.get("consumes") or document.get("consumes") or [_JSON]
    made: Node = {
        name: node[name] for name in ("operationId", "summary", "tags", "security") if name in node
    }
    made["parameters"] = [
        _parameter(one) for one in named.values() if one["in"] not in {"body", "formData"}
    ]
    body = _body(list(named.values()), consumes)
    if body is not None:
        made["requestBody"] = body
    made["responses"] = {
        str(status): _answer(one, produces) for status, one in node.get("responses", {}).items()
    }
    return made


def _body(parameters: list[Node], consumes: list[str]) -> Node | None:
    fields = [one for one in parameters if one["in"] == "formData"]
    if fields:
        has_file = any(one.get("type") == "file" for one in fields)
        usual = _MULTIPART if has_file else _FORM
        kinds = [kind for kind in consumes if kind in {_FORM, _MULTIPART}] or [usual]
        schema = {
            "type": "object",
            "properties": {one["name"]: _schema_of(one) for one in fields},
            "required": [one["name"] for one in fields if one.get("required") is True],
        }
        return {"content": {kind: {"schema": schema} for kind in kinds}, "required": True}
    for one in parameters:
        if one["in"] == "body":
            schema = _schema(one.get("schema", {}))
            content = {kind: {"schema": schema} for kind in consumes}
            return {"content": content, "required": one.get("required") is True}
    return None


def _parameter(node: Node) -> Node:
    if "$ref" in node:
        return _moved(node)
    made: Node = {name: node[name] for name in ("name", "in", "required") if name in node}
    made["schema"] = _schema_of(node)
    if node.get("type") == "array":
        form = node.get("collectionFormat", "csv")
        made["explode"] = form == "multi"
        if form in _STYLES and node["in"] == "query":
            made["style"] = _STYLES[form]
    return made


def _schema_of(node: Node) -> Node:
    own = {name: node[name] for name in _OF_SCHEMA if name in node}
    made: Node = _schema(own | _nullable(node))
    return made


def _answer(node: Node, produces: list[str]) -> Node:
    if "$ref" in node:
        return _moved(node)
    made: Node = {"description": node.get("description", "")}
    if "headers" in node:
        made["headers"] = {
            name: {"schema": _schema_of(one)} for name, one in node["headers"].items()
        }
    examples = node.get("examples", {})
    if "schema" in node or examples:
        kinds = list(examples) if "schema" not in node else list(produces)
        made["content"] = {}
        for kind in kinds:
            content: Node = {"schema": _schema(node["schema"])} if "schema" in node else {}
            if kind in examples:
                content["example"] = examples[kind]
            made["content"][kind] = content
    return made


def _schema(node: Any) -> Any:
    """Return a schema with its references moved and its words replaced, in depth."""
    if isinstance(node, list):
        return [_schema(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    if isinstance(node.get("$ref"), str):
        return _moved(node)
    made: Node = dict(_words(node)) | _nullable(node)
    if made.get("type") == "file":
        made |= {"type": "string", "format": "binary"}
    return made


def _words(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in node.items():
        if name in {"example", "default", "enum"}:
            yield name, value
        elif name == "properties" and isinstance(value, Mapping):
            yield name, {member: _schema(part) for member, part in value.items()}
        elif name not in {"discriminator", "x-nullable", "collectionFormat"}:
            yield name, _schema(value)


def _nullable(node: Mapping[str, Any]) -> Node:
    return {"nullable": True} if node.get("x-nullable") is True else {}


def _security(node: Node) -> Node:
    if node.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    if node.get("type") == "oauth2":
        flow = {
            name: node[name] for name in ("tokenUrl", "authorizationUrl", "scopes") if name in node
        }
        return {"type": "oauth2", "flows": {_FLOWS.get(str(node.get("flow")), "implicit"): flow}}
    return dict(node)


def _found(document: Node, node: Node) -> Node:
    """Return a parameter; those of a body have no place of their own in OpenAPI 3."""
    reference = str(node.get("$ref", ""))
    if not reference.startswith("#/parameters/"):
        return node
    name = reference.removeprefix("#/parameters/").replace("~1", "/").replace("~0", "~")
    found: Node = document.get("parameters", {})[name]
    return found


def _moved(node: Mapping[str, Any]) -> Node:
    reference = str(node["$ref"])
    for old, new in _REFERENCES.items():
        if reference.startswith(old):
            return {"$ref": new + reference.removeprefix(old)}
    return {"$ref": reference}

"""What a client cannot do is named with its place; what it can do is not."""

from __future__ import annotations

from typing import Any

import pytest

from simloom_codegen.limits import limits
from simloom_codegen.normalise import normalise

Node = dict[str, Any]


def found(paths: Node, **fields: Any) -> dict[str, str]:
    """Pointer of each limit by its code."""
    given = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths, **fields}
    return {limit.code: limit.pointer for limit in limits(normalise(given, name="x").document)}


def get(path: str = "/a", **fields: Any) -> Node:
    return {path: {"get": {"responses": {"204": {"description": "x"}}, **fields}}}


def answer(*media_types: str) -> Node:
    content = {name: {"schema": {"type": "object"}} for name in media_types}
    return get(responses={"200": {"description": "x", "content": content}})


def query(name: str = "q", **fields: Any) -> Node:
    return {"name": name, "in": "query", "schema": {"type": "string"}, **fields}


def test_a_plain_document_has_none() -> None:
    schema = {"type": "array", "items": {"type": "string"}}
    parameters = [query(), query("list", schema=schema, style="pipeDelimited", explode=False)]
    assert found(get(parameters=parameters), servers=[{"url": "https://x.example"}]) == {}
    assert found(answer("application/json; charset=utf-8")) == {}
    assert found(answer("application/*+json")) == {}


ANSWER = "/paths/~1a/get/responses/200"


@pytest.mark.parametrize(
    ("paths", "code", "pointer"),
    [
        (answer("application/xml"), "xml-body", ANSWER),
        (answer("text/xml; charset=utf-8"), "xml-body", ANSWER),
        (answer("application/pdf"), "raw-body", ANSWER),
        (answer("application/json", "application/xml"), "further-media-type", ANSWER),
        (get("/a?b=c", parameters=[query()]), "path-query", "/paths/~1a?b=c/get"),
        (get("/a#b"), "path-fragment", "/paths/~1a#b/get"),
        (
            get(callbacks={"done": {"{$request.body#/url}": {"post": {"responses": {}}}}}),
            "callback",
            "/paths/~1a/get/callbacks/done",
        ),
        (
            get(responses={"200": {"description": "x", "links": {"l": {"operationId": "o"}}}}),
            "link",
            ANSWER,
        ),
        (get(servers=[{"url": "https://{e}.x"}]), "server-variable", "/paths/~1a/get/servers/0"),
        (
            get(servers=[{"url": "https://a.x"}, {"url": "https://b.x"}]),
            "further-server",
            "/paths/~1a/get/servers/1",
        ),
    ],
)
def test_each_limit_has_its_place(paths: Node, code: str, pointer: str) -> None:
    assert found(paths) == {code: pointer}


def test_webhooks_and_base_classes() -> None:
    base = {"type": "object", "discriminator": {"propertyName": "kind"}}
    given = found(
        {},
        webhooks={"sim.changed": {"post": {"responses": {"200": {"description": "x"}}}}},
        components={"schemas": {"Base": {**base, "properties": {"kind": {"type": "string"}}}}},
    )
    assert given == {
        "webhook": "/webhooks/sim.changed/post",
        "discriminator-base": "/components/schemas/Base",
    }


def test_a_style_that_a_path_is_not_written_in() -> None:
    parameter = {"name": "p", "in": "path", "style": "matrix", "schema": {}, "required": True}
    given = found(get("/a/{p}", parameters=[parameter]))
    assert given == {"parameter-style": "/paths/~1a~1{p}/get/parameters/0"}

"""What people read: the message of a change names the thing, what it was and what it is."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simloom_codegen.diff import Change, compare


def one(old: str, new: str) -> Change:
    base = {"openapi": "3.1.0", "paths": {}}
    (change,) = compare(base | yaml.safe_load(old), base | yaml.safe_load(new))
    return change


def operation(text: str) -> str:
    return "paths: {/sims: {post: {%s}}}" % text  # noqa: UP031 - braces


def sent(schema: str) -> str:
    return operation("requestBody: {content: {a/b: {schema: %s}}}" % schema)  # noqa: UP031


def read(schema: str) -> str:
    return operation("responses: {200: {content: {a/b: {schema: %s}}}}" % schema)  # noqa: UP031


@pytest.mark.parametrize(
    ("around", "old", "new", "message", "pointer"),
    [
        (
            sent,
            "{properties: {a/b: {items: {type: string}}}}",
            "{properties: {a/b: {items: {type: [string, 'null']}}}}",
            "request body.a/b[] may be null now",
            "/properties/a~1b/items",
        ),
        (
            sent,
            "{additionalProperties: {type: string}}",
            "{additionalProperties: {type: [integer, 'null']}}",
            "request body[*] was of type string and is of type integer",
            "/additionalProperties",
        ),
        (
            sent,
            "{anyOf: [{title: A}, {title: B}, {type: string}]}",
            "{anyOf: [{title: A}, {title: B}]}",
            "request body alternative 2 was removed",
            "/anyOf/2",
        ),
        (
            read,
            "{oneOf: [{title: A}, {title: B}]}",
            "{oneOf: [{title: A}, {title: B}, {title: C}]}",
            "answer 200 alternative 2 (C) was added",
            "/oneOf/2",
        ),
        (
            read,
            "{oneOf: [{title: A}, {title: B}]}",
            "{}",
            "answer 200 was of type one of several and is of type any",
            "",
        ),
        (
            read,
            "{type: 'null'}",
            "{type: [string, integer]}",
            "answer 200 was of type null and is of type integer or string",
            "",
        ),
        (
            sent,
            "{enum: [a, b, c, d, e, f, g]}",
            "{enum: [a]}",
            "request body lost the values 'b', 'c', 'd', 'e', 'f' and 1 more",
            "",
        ),
        (
            sent,
            "{type: integer}",
            "{type: integer, exclusiveMaximum: 5}",
            "request body maximum was not given and is 5 (exclusive)",
            "",
        ),
        (
            sent,
            "{type: array}",
            "{type: array, uniqueItems: true}",
            "request body uniqueItems was not given and is true",
            "",
        ),
        (
            sent,
            "{type: string, pattern: a}",
            "{type: string, pattern: b}",
            'request body pattern was "a" and is "b"; which values that changes is not worked out',
            "",
        ),
        (
            sent,
            "{type: string, format: email}",
            "{type: string}",
            "request body had format email and has format none",
            "",
        ),
        (
            sent,
            "{type: string}",
            "{type: string, default: x}",
            "request body has a default now",
            "",
        ),
        (
            sent,
            "{type: string, default: x}",
            "{type: string}",
            "request body has no default any more",
            "",
        ),
        (
            sent,
            "{type: string, default: x}",
            "{type: string, default: y}",
            "request body has another default",
            "",
        ),
        (
            sent,
            "{additionalProperties: {type: string}}",
            "{type: object, additionalProperties: false}",
            "request body had limited further members and has none",
            "",
        ),
        (
            sent,
            "{type: object, required: [a]}",
            "{type: object}",
            "request body.a is not mentioned any more",
            "/properties/a",
        ),
        (
            read,
            "{type: string, x-secret: true}",
            "{type: string}",
            "answer 200 is no longer a secret: it may be printed",
            "",
        ),
        (
            read,
            "{type: object, oneOf: [{required: [a]}, {required: [b]}]}",
            "{type: object}",
            "answer 200 is no longer restricted by a oneOf or anyOf",
            "",
        ),
    ],
)
def test_messages_about_schemas(around, old, new, message, pointer):
    change = one(around(old), around(new))
    assert change.message == message
    assert change.pointer.endswith("/schema" + pointer)


@pytest.mark.parametrize(
    ("old", "new", "message", "pointer"),
    [
        (
            "parameters: [{name: a, in: query, schema: {type: array}}]",
            "parameters: [{name: a, in: query, schema: {type: array}, explode: false}]",
            "parameter 'a' was written as form, exploded and is written as form, joined",
            "/parameters/0",
        ),
        (
            "parameters: [{name: a, in: query, schema: {type: string}}]",
            "parameters: [{name: a, in: query, schema: {type: string}, allowReserved: true}]",
            "parameter 'a' was written as form and is written as form, reserved characters allowed",
            "/parameters/0",
        ),
        (
            "parameters: [{name: a, in: query}]",
            "parameters: [{name: a, in: cookie}]",
            "parameter 'a' moved from the query to the cookie",
            "/parameters/0",
        ),
        (
            "x-evidence: inferred",
            "",
            "evidence inferred became none",
            "",
        ),
        ("x-retry-class: read", "", "retry class read became none", ""),
        ("x-bulk: 1", "x-bulk: 2", "bulk rule changed (x-bulk)", ""),
        ("tags: [a]", "", "tag a became none: its module in Python changes", ""),
        ("deprecated: true", "", "is no longer deprecated", ""),
        (
            "responses: {200: {headers: {X-A: {}}}}",
            "responses: {200: {headers: {X-A: {deprecated: true}}}}",
            "answer 200 header X-A is deprecated",
            "/responses/200/headers/X-A",
        ),
        (
            "responses: {200: {headers: {X-A: {}}}}",
            "responses: {200: {}}",
            "answer 200 header X-A was removed",
            "/responses/200/headers/X-A",
        ),
        (
            "responses: {200: {content: {a/b: {}, a/c: {}}}}",
            "responses: {200: {content: {a/b: {}}}}",
            "answer 200 no longer takes the form a/c",
            "/responses/200/content/a~1c",
        ),
        (
            "",
            "requestBody: {required: true}",
            "request body was added and is required",
            "/requestBody",
        ),
        (
            "requestBody: {content: {a/b: {encoding: {x: {explode: true}}}}}",
            "requestBody: {content: {a/b: {}}}",
            "request body field 'x' is written in another way",
            "/requestBody/content/a~1b/encoding/x",
        ),
        (
            "servers: [{url: https://a}]",
            "servers: [{url: https://b}, {url: https://c}]",
            "servers changed (gone: https://a; new: https://b, https://c)",
            "/servers",
        ),
        (
            "security: [{a: [r], b: []}, {}]",
            "security: [{}]",
            "accepted a + a:r + b or none and accepts none",
            "/security",
        ),
    ],
)
def test_messages_about_operations(old, new, message, pointer):
    change = one(operation(old), operation(new))
    assert change.message == message
    assert change.pointer == "/paths/~1sims/post" + pointer


COMPONENTS = """
paths:
  /sims:
    post:
      parameters: [{$ref: '#/components/parameters/P'}]
      requestBody: {$ref: '#/components/requestBodies/B'}
      responses: {200: {$ref: '#/components/responses/R'}}
components:
  parameters: {P: {name: page, in: query%s}}
  requestBodies: {B: {content: {a/b: {}}%s}}
  responses: {R: {headers: {H: {$ref: '#/components/headers/H'}}%s}}
  headers: {H: {schema: {type: string}%s}}
"""


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ((", required: true", "", "", ""), "parameter 'page' is required now"),
        (("", ", required: true", "", ""), "request body B is required now"),
        (("", "", ", x-evidence: inferred", ""), "answer R evidence none became inferred"),
        (("", "", "", ", required: true"), "header H is always sent now"),
    ],
)
def test_messages_about_shared_components(added: tuple[str, ...], message: str):
    old = COMPONENTS % ("", "", "", "")
    change: Any = one(old, COMPONENTS % added)
    assert change.message == message
    assert change.operation == "POST /sims"


def test_a_property_named_like_a_keyword_is_a_property():
    schema = "{properties: {items: {properties: {parameters: {type: %s}}}}}"
    change = one(sent(schema % "string"), sent(schema % "integer"))
    assert change.message.startswith("request body.items.parameters was")


def test_names_of_methods_and_paths_are_no_part_of_the_name():
    path = "paths: {/content: {get: {deprecated: %s}}}"
    assert one(path % "false", path % "true").message == "is deprecated"
    hook = "webhooks: {properties: {post: {deprecated: %s}}}"
    assert one(hook % "false", hook % "true").message == "is deprecated"
    hook = "webhooks: {items: {post: {parameters: [{name: q, in: query%s}]}}}"
    change = one(hook % "", hook % ", required: true")
    assert change.message == "parameter 'q' is required now"

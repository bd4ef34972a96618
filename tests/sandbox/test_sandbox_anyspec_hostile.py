"""Documents that were made to hurt: sizes that nothing holds, texts in the place of names."""

from __future__ import annotations

import json

import httpx
import pytest

from simloom.sandbox import Sandbox
from simloom.sandbox.anyspec import SpecRefused
from simloom.sandbox.anyspec.files import vendors_from

TEXT = {"schema": {"type": "string", "const": "hello"}}
JSON = {"application/json": TEXT}
TEN = list("abcdefghij")
CHAIN = {
    f"A{level}": {
        "type": "object",
        "properties": {name: {"$ref": f"#/components/schemas/A{level + 1}"} for name in TEN},
        "required": TEN,
    }
    for level in range(12)
} | {"A12": {"type": "string"}}


def answering(schema, status="200"):
    return {status: {"description": "d", "content": {"application/json": {"schema": schema}}}}


TOO_LARGE = {
    "text": {"type": "string", "minLength": 10**10},
    "list": {"type": "array", "minItems": 10**9, "items": {"type": "string"}},
    "object": {"type": "object", "minProperties": 10**9},
    "pattern": {"type": "string", "pattern": "((((a{1000}){1000}){1000}){1000})"},
    "tree": {"$ref": "#/components/schemas/A0"},
}
NUMBERS = {
    "huge": {"type": "number", "minimum": 1e308, "maximum": 1.7e308},
    "tiny": {"type": "number", "multipleOf": 1e-320},
    "whole": {"type": "number", "maximum": -(10**400)},
}
ODD = {
    "media": {"200": {"description": "d", "content": {"text/plain\r\nX-Evil: 1": TEXT}}},
    "json": {"200": {"description": "d", "content": {"application/\u540d+json": TEXT}}},
    "header": {
        "200": {
            "description": "d",
            "headers": {"X-A\r\nX-Evil": TEXT, "X-\u540d": TEXT, "X-Good": TEXT},
            "content": JSON,
        }
    },
}
NOTHING = {
    "no-content": answering({"type": "string"}, "204"),
    "long": answering({"type": "string"}, "200000"),
    "short": answering({"type": "string"}, "20"),
    "digits": answering({"type": "string"}, "2\u0660\u0660"),
    "moved": {"31": {"description": "d"}},
}


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    answers = {
        **{name: answering(schema) for name, schema in (TOO_LARGE | NUMBERS).items()},
        **ODD,
        **NOTHING,
    }
    refused = {"200": {"description": "d"}, **answering(TOO_LARGE["tree"], "401")}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {f"/{name}": {"get": {"responses": told}} for name, told in answers.items()}
        | {"/refused": {"get": {"responses": refused, "security": [{"key": []}]}}},
        "components": {
            "schemas": CHAIN,
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }
    path = tmp_path_factory.mktemp("hostile") / "acme.json"
    path.write_text(json.dumps(document), "utf-8")
    with (
        Sandbox(specs=[path]) as sandbox,
        httpx.Client(base_url=f"{sandbox.url}/acme", trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_no_memory_holds_is_not_made(acme, name):
    answer = acme.get(f"/{name}")
    assert answer.status_code == 501
    assert " has more than " in answer.json()["sandbox"]


def test_an_error_whose_body_is_too_large_has_another_body(acme):
    answer = acme.get("/refused")
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("name", "value"), [("huge", 1e308), ("tiny", 1), ("whole", -(10**400))], ids=list(NUMBERS)
)
def test_numbers_without_steps_to_count_are_answered(acme, name, value):
    assert acme.get(f"/{name}").json() == value


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("media", "text/plain; charset=utf-8"),
        ("json", "application/json"),
        ("header", "application/json"),
    ],
)
def test_text_in_the_place_of_a_name_gets_into_no_header(acme, name, kind):
    answer = acme.get(f"/{name}")
    assert answer.status_code == 200
    assert "hello" in answer.text
    assert answer.headers["content-type"] == kind
    assert ("x-good" in answer.headers) is (name == "header")
    assert "evil" not in str(answer.headers).lower()


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_status_or_one_without_a_body_is_answered_without_one(acme, name):
    answer = acme.get(f"/{name}")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("keyword", ["allOf", "oneOf", "anyOf"])
def test_a_schema_whose_parts_double_at_each_level_is_refused(tmp_path, keyword):
    schemas = {
        f"A{level}": {keyword: [{"$ref": f"#/components/schemas/A{level + 1}"}] * 2}
        for level in range(40)
    }
    document = {
        "openapi": "3.0.3",
        "paths": {"/a": {"get": {}}},
        "components": {"schemas": schemas | {"A40": {"type": "string"}}},
    }
    path = tmp_path / "acme.json"
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(SpecRefused, match="has more than 10000 parts by allOf"):
        vendors_from([path])


def test_aliases_of_aliases_are_refused(tmp_path):
    lines = ["openapi: 3.0.3", "paths: {/a: {get: {}}}", "x-0: &a0 [lol]"]
    lines += [f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    path = tmp_path / "acme.yaml"
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(SpecRefused, match="aliases repeat more than 1000000 values"):
        vendors_from([path])

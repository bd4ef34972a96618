"""The steps together: order, records, speed, and one document with every fault at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest
from torture_document import OVERLAY, TORTURE

from simloom_codegen.document import dump, parse
from simloom_codegen.errors import NormaliseError
from simloom_codegen.lint import check
from simloom_codegen.normalise import STEPS, Change, Normalised, normalise
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.walk import operations, sites
from simloom_codegen.overlay import apply_overlay, parse_overlay


def test_one_document_with_every_fault(repaired):
    result = repaired(TORTURE)
    assert sorted(result.parsed.operations) == [
        "delete_import",
        "get_2fa",
        "get_sim",
        "get_sim_get_shared",
        "get_sim_put_sims_sim_id",
        "head_odd",
        "post_2fa",
        "post_sims_id_copy_id",
    ]
    touched = {change.step for change in result.changes}
    assert touched == {name for name, _ in STEPS}
    assert result.document["x-vendor"] == {"kept": True}
    assert result.parsed.types("Cat") == {"kind": "Literal['cat']", "claws": "int"}
    assert result.parsed.types("CatLion") == {"kind": "Literal['lion']", "claws": "int"}
    # A schema that adds nothing to one other is that other one.
    loop = result.document["components"]["schemas"]["Loop"]
    assert loop == {"allOf": [{"$ref": "#/components/schemas/Child"}]}
    assert result.parsed.types("Child") == {"id": "int", "kind": "str"}


def test_it_is_ready_after_an_overlay(repaired, parse_document):
    prepared = apply_overlay(
        repaired(TORTURE).document,
        parse_overlay(OVERLAY.encode(), name="overlay.yaml"),
        name="overlay.yaml",
    )
    warnings = check(prepared, name="torture.yaml")
    assert {finding.code for finding in warnings} == {"no-success-response"}
    parsed = parse_document(prepared)
    assert parsed.errors == []
    assert len(parsed.operations) == len(list(operations(prepared))) == 7
    assert parse(dump(prepared), name="prepared.json") == prepared
    again = normalise(prepared, name="torture.yaml")
    assert again.document == prepared
    fields = next(p for p in parsed.endpoint("get_sim").query_parameters if p.name == "fields")
    assert fields.get_type_string(no_optional=True).as_unembedded_code() == "list[str]"


SCRIPT = """
import sys
from simloom_codegen.document import dump, parse
from simloom_codegen.normalise import normalise
result = normalise(parse(sys.stdin.buffer.read(), name="torture.yaml"), name="torture.yaml")
sys.stdout.buffer.write(dump(result.document) + result.as_text().encode())
"""


def test_the_result_does_not_depend_on_the_hash_seed():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            input=TORTURE.encode(),
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000


def large(paths: int, schemas: int) -> dict:
    ref = "#/components/schemas/Schema{}"
    properties = {f"p{n}": {"type": "string", "description": "words"} for n in range(6)}
    components = {
        f"Schema{n}": {
            "type": "object",
            "title": "Same",
            "required": ["p0"],
            "properties": {
                **json.loads(json.dumps(properties)),
                "next": {"$ref": ref.format((n * 7 + 1) % schemas)},
                "status": {"type": "string", "nullable": True, "enum": ["a", "b"]},
                "list": {"type": "array", "items": {"$ref": ref.format((n * 3 + 2) % schemas)}},
            },
        }
        for n in range(schemas)
    }
    answer = {"description": "x", "content": {"*/*": {"schema": {"$ref": ref.format(1)}}}}
    items = {
        f"/a{n}/{{id}}": {
            "parameters": [{"name": "id", "in": "path", "schema": {"type": "string"}}],
            "get": {
                "operationId": f"getIt{n}",
                "parameters": [
                    {"name": f"q{k}", "in": "query", "schema": {"type": "string", "default": "x"}}
                    for k in range(3)
                ],
                "responses": {"200": json.loads(json.dumps(answer))},
            },
        }
        for n in range(paths)
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": items,
        "components": {"schemas": components},
    }


def test_a_large_document_takes_about_a_second():
    document = large(500, 1000)
    normalise(large(5, 5), name="small.yaml")
    started = time.process_time()
    result = normalise(document, name="large.yaml")
    assert time.process_time() - started < 6  # a second on an idle machine
    assert len(list(operations(result.document))) == 500


def test_a_document_deeper_than_any_is_refused():
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}
    node = document
    for _ in range(5000):
        node["x-deep"] = {}
        node = node["x-deep"]
    with pytest.raises(NormaliseError, match="nested too deeply") as caught:
        normalise(document, name="deep.yaml")
    assert caught.value.file == "deep.yaml"


def test_changes_are_told_as_text_and_as_data():
    change = Change("tags", "/paths/~1a", "now 'b'")
    result = Normalised({}, (change, Change("keys", "", "x"), change))
    assert result.as_text() == (
        "tags: /paths/~1a: now 'b'\nkeys: /: x\ntags: /paths/~1a: now 'b'\n"
        "3 changes: tags 2, keys 1"
    )
    assert result.as_dict()["changes"][0] == {
        "step": "tags",
        "pointer": "/paths/~1a",
        "detail": "now 'b'",
    }
    assert Normalised({}, ()).as_text() == "no changes"


def test_the_walk_knows_schemas_from_data():
    document = parse(
        b"""
        openapi: 3.0.3
        paths:
          x-a: {get: {parameters: [{schema: {type: string}}]}}
          /a:
            get:
              responses:
                x-b: {content: {a/b: {schema: {}}}}
                '200':
                  description: x
                  headers: {H: {schema: {type: integer}}}
                  content:
                    a/b:
                      schema:
                        type: object
                        example: {properties: {x: {}}}
                        default: {items: {}}
                        enum: [{type: string}]
                        x-y: {allOf: [{}]}
                        properties: {properties: {items: {}}}
        """,
        name="walk.yaml",
    )
    found = {site.pointer: site.parsed for site in sites(document, Kind.SCHEMA)}
    answer = "/paths/~1a/get/responses/200"
    assert found == {
        f"{answer}/headers/H/schema": False,
        f"{answer}/content/a~1b/schema": True,
        f"{answer}/content/a~1b/schema/properties/properties": True,
        f"{answer}/content/a~1b/schema/properties/properties/items": True,
    }

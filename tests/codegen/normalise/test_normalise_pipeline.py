"""The steps together: order, records, speed, and one document with every fault at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from simloom_codegen.document import dump, parse
from simloom_codegen.errors import NormaliseError
from simloom_codegen.lint import check
from simloom_codegen.normalise import STEPS, Change, Normalised, normalise
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.walk import operations, sites
from simloom_codegen.overlay import apply_overlay, parse_overlay

TORTURE = """
openapi: 3.2
info: {version: 1.0, description: [wrong]}
servers: [https://api.example, {description: no url}]
tags: sims
security: [{key: []}]
x-vendor: {kept: true}
paths:
  x-note: no path
  sims/{sim.id}:
    parameters:
      - {name: sim.id, in: path, schema: {type: string, format: uuid, default: x}}
      - {$ref: '#/components/parameters/Alias'}
      - {name: Authorization, in: header, schema: {type: string}}
    get:
      operationId: getSim
      tags: [SIM cards]
      deprecated: "no"
      security: []
      parameters:
        - {name: fields, in: query, schema: {type: array}}
        - name: filter
          in: query
          style: deepObject
          schema: {$ref: '#/components/schemas/Filter'}
        - {name: json, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: none, in: query}
        - {name: X-Ids, in: header, schema: {type: array, items: {type: string}}}
        - {name: x-key, in: header, schema: {type: string}}
        - {name: a b, in: query, schema: {}}
        - {name: a.b, in: query, schema: {}}
        - {name: a b, in: query, schema: {}}
      responses:
        200: {content: {'*/*': {schema: {$ref: '#/components/schemas/0123456789abcdef01Sim'}}}}
        2xx: {content: {application/pdf: {}}}
        '404 gone': {$ref: '#/components/responses/Alias'}
        success: {description: no status}
        x-ext: 5
    put:
      operationId: get_sim
      tags: [sim-cards]
      requestBody:
        content:
          application/json;charset=UTF-8: {schema: {$ref: '#/components/schemas/client'}}
          text/json: {schema: {$ref: '#/components/schemas/client'}}
      responses: {'204': null}
    delete: {operationId: import, tags: [import]}
  /sims/{id}/copy/{id}:
    post:
      requestBody: {content: {text/csv: {}}}
      responses: {default: {description: x}}
  /pets:
    get:
      operationId: 2fa
      responses:
        '200':
          description: x
          content:
            application/xml: {schema: {type: string}}
            application/hal+json:
              schema:
                title: Same
                type: object
                nullable: true
                properties:
                  items: {type: array, items: {oneOf: [{$ref: '#/components/schemas/Pet'}]}}
                  state: {type: string, nullable: true, enum: [on, off, null, on]}
                  tree: {$ref: '#/components/schemas/Tree'}
                  again:
                    $ref: '#/paths/~1pets/get/responses/200/content/application~1hal+json/schema'
    post: {$ref: nothing, operationId: 2fa, requestBody: {$ref: '#/components/requestBodies/New'}}
  /shared: {$ref: '#/components/pathItems/Shared'}
  /odd{: {head: {responses: {'200': {description: x}}, callbacks: {on: {x-y: 1}}}}
webhooks: {hook: {post: {responses: {}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  parameters:
    Alias: {$ref: '#/components/parameters/Page'}
    Page: {name: page, in: query, required: "no", schema: {type: integer, default: 1, minimum: "1"}}
  responses:
    Alias: {$ref: '#/components/responses/Bad'}
    Bad: {content: {application/problem+json: {schema: {type: object, title: Same}}}}
  requestBodies:
    New: {content: {multipart/form-data: {$ref: '#/components/schemas/Form'}}}
  pathItems: {Shared: {get: {operationId: getSim, tags: [sims], responses: {}}}}
  schemas:
    0123456789abcdef01Sim:
      title: Same
      type: object
      required: [id, $ref]
      properties:
        id: {type: string, required: true, default: x}
        default: {type: boolean, default: nonsense}
        restrictionStatus: {type: string}
        'restrictionStatus:': {type: string}
        $ref: {type: string}
        list: {type: array}
        tuple: {type: array, prefixItems: [{type: string}, {$ref: '#/components/schemas/client'}]}
        anything: {type: any}
        number: {type: number, enum: [0.5, 1]}
        mixed: {enum: [1, a, true]}
        nothing: null
        maybe: {$ref: '#/components/schemas/client', nullable: true}
        many: {type: [object, string, 'null'], properties: {x: {enum: [1, 2]}}}
        data: {type: string, format: binary}
        labels: {additionalProperties: {type: string}}
        self: {$ref: '#/components/schemas/0123456789abcdef01Sim/properties/many'}
        both: {allOf: [{$ref: '#/components/schemas/Word'}, {$ref: '#/components/schemas/Base'}]}
    f123456789abcdef01Sim: {type: object, properties: {kind: {type: string}}}
    client: {type: object, nullable: true, properties: {a: {type: string, const: {x: 1}}}}
    WebRTCEndpoint: {type: object}
    WebRtcEndpoint: {type: object, title: Same}
    Filter: {type: object, properties: {status: {type: string}, age: {type: integer}}}
    Form: {type: object, properties: {file: {type: file}, meta: {type: object}}}
    Word: {type: string, not: {enum: [x]}}
    Base: {type: object, properties: {id: {type: string}, kind: {type: string}}}
    Child:
      allOf: [{$ref: '#/components/schemas/Base'}, {properties: {id: {type: integer}}}]
      required: [id]
    Loop: {allOf: [{$ref: '#/components/schemas/Loop'}, {$ref: '#/components/schemas/Child'}]}
    Pet:
      type: object
      properties: {kind: {type: string}}
      discriminator: {propertyName: kind, mapping: {cat: Cat, lion: Cat, gone: Nope}}
      oneOf:
        - {$ref: '#/components/schemas/Cat'}
        - {$ref: '#/components/schemas/f123456789abcdef01Sim'}
        - null
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {claws: {type: integer}}}]}
    Tree: {oneOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/Tree'}}]}
    OtherName: {$ref: '#/components/schemas/Tree'}
    Circle: {$ref: '#/components/schemas/Circle'}
"""

OVERLAY = """
overlay: 1.0.0
info: {title: Torture, version: "1"}
actions:
  - target: $.components.schemas.Sim
    description: The vendor always sends it.
    update: {required: [maybe]}
  - target: $.paths['/sims/{sim_id}'].get.parameters[?@.name == 'fields']
    description: The vendor's example shows texts.
    update: {schema: {items: {type: string}}}
  - target: $.paths['/odd%7B']
    description: It answers 404 for everybody.
    remove: true
"""


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

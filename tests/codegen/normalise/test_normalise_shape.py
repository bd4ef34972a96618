from __future__ import annotations

import pytest
from openapi_python_client import schema as oai
from openapi_python_client.schema import openapi_schema_pydantic as models

from simloom_codegen.normalise.kinds import EVERY_KEY, FIELDS, METHODS, Kind

JUNK_IN_OPERATION = """
info: {title: 5, description: [a], version: 1.0, contact: me, license: {url: u}}
servers: [{url: 5}, text, {description: x, variables: {v: {enum: [1, b]}}}]
tags: [plain, {name: 1}, {description: none}, 5]
externalDocs: {description: no url}
paths:
  /a:
    summary: 5
    get:
      operationId: 5
      tags: sims
      deprecated: "no"
      summary: [x]
      externalDocs: 5
      parameters: {a: b}
      requestBody: {description: 1}
      servers: {}
      callbacks: {on: {x-a: 1, url: {post: {deprecated: maybe}}}}
    post: null
    put: {operationId: put, parameters: [{name: a, in: query, required: "yes", schema: null}, 5]}
  /b: null
"""


def test_the_generator_refuses_the_whole_document_for_one_wrong_type(stock):
    assert stock(JUNK_IN_OPERATION).operations == []


def test_fields_of_the_wrong_type_are_repaired_or_removed(repaired):
    result = repaired(JUNK_IN_OPERATION)
    document = result.document
    assert document["info"] == {
        "title": "5",
        "version": "1.0",
        "license": {"url": "u", "name": ""},
    }
    assert document["servers"] == [
        {"url": "5"},
        {"description": "x", "variables": {"v": {"enum": ["1", "b"], "default": "1"}}, "url": "/"},
    ]
    assert document["tags"] == [{"name": "plain"}, {"name": "1"}]
    assert "externalDocs" not in document
    get = result.operation("/a")
    assert get["operationId"] == "get_5"
    assert (get["tags"], get["deprecated"]) == (["sims"], False)
    assert get["requestBody"] == {"description": "1", "content": {}}
    assert get["responses"] == {}
    assert {"summary", "externalDocs", "parameters", "servers"}.isdisjoint(get)
    put = result.operation("/a", "put")
    assert put["parameters"] == [{"name": "a", "in": "query", "required": True, "schema": {}}]
    assert "post" not in document["paths"]["/a"]
    assert list(document["paths"]) == ["/a"]
    assert sorted(result.parsed.operations) == ["get_5", "put"]


def test_what_is_missing_is_added(repaired, stock):
    fragment = "info: null\npaths: {/a: {get: {operationId: a}}}\ncomponents: {responses: {R: {}}}"
    assert stock(fragment).operations == []
    result = repaired(fragment)
    assert result.document["info"] == {"title": "API", "version": "0"}
    assert result.document["components"]["responses"] == {"R": {"description": ""}}
    assert result.operation("/a")["responses"] == {}


def test_a_document_of_webhooks_alone_has_no_paths(repaired):
    assert repaired("paths: null\nwebhooks: {}").document["paths"] == {}


SCHEMA_JUNK = """
components:
  schemas:
    A:
      type: object
      required: name
      minProperties: "1"
      properties:
        name: {type: string, required: true, maxLength: "10", minLength: 2.0, description: 5}
        other: {type: string, required: "false", nullable: "true", deprecated: "no"}
        number: {type: number, minimum: "0.5", maximum: [], multipleOf: 0, exclusiveMinimum: true}
        any: true
        none: false
        nothing: null
        word: text
        list: {type: array, items: null, maxItems: -1, uniqueItems: 1}
        open: {type: object, additionalProperties: "true"}
        doc: {type: string, externalDocs: {}, xml: x, readOnly: maybe, example: {any: [thing]}}
        tagged: {discriminator: kind, oneOf: {type: string}}
        tuple: {type: array, items: [{type: string}, {type: integer}]}
"""


def test_schema_keywords_of_the_wrong_type_are_repaired(repaired, stock):
    assert stock(SCHEMA_JUNK).operations == []
    result = repaired(SCHEMA_JUNK)
    schema = result.schemas["A"]
    assert schema["required"] == ["name"]
    assert schema["minProperties"] == 1
    properties = schema["properties"]
    assert properties["name"] == {
        "type": "string",
        "maxLength": 10,
        "minLength": 2,
        "description": "5",
    }
    assert properties["other"] == {"type": "string", "nullable": True, "deprecated": False}
    assert properties["number"] == {"type": "number", "minimum": 0.5, "exclusiveMinimum": True}
    assert [properties[n] for n in ("any", "none", "nothing", "word")] == [{}, {}, {}, {}]
    assert properties["list"] == {"type": "array", "items": {}, "uniqueItems": True}
    assert properties["doc"] == {"type": "string", "example": {"any": ["thing"]}}
    assert result.parsed.types("A")["tuple"] == "list[int | str]"
    assert "removed: [] has no meaning here" in result.by("shape")


def test_good_documents_are_left_alone(repaired):
    result = repaired("""
    paths:
      /a:
        get:
          operationId: a
          tags: [t]
          deprecated: true
          responses: {'200': {description: x, headers: {X: {schema: {type: integer}}}}}
    components:
      schemas:
        A: {type: object, properties: {a: {type: integer, minimum: 1, exclusiveMinimum: true}}}
    """)
    assert result.changes == ()


@pytest.mark.parametrize(
    "name", ["default", "title", "example", "enum", "$ref", "properties", "items"]
)
def test_a_property_called_like_a_keyword_is_a_property(repaired, name):
    result = repaired(f"""
    components:
      schemas:
        A: {{type: object, required: [$ref], properties: {{'{name}': {{type: integer}}}}}}
    """)
    assert result.schemas["A"]["properties"] == {name: {"type": "integer"}}
    assert result.parsed.types("A") == {name: "int"}


PAYLOADS = """
components:
  schemas:
    A:
      type: object
      example: {$ref: nowhere.yaml, title: t, default: 5, type: [wrong], properties: 7}
      examples: [{$ref: '#/nowhere', items: [1]}]
      x-thing: {default: 1, title: x, $ref: '#/nope', enum: []}
      properties: {a: {type: string, enum: [a], x-enum: {title: t}}}
      x-order: [b, a]
"""


def test_payloads_are_data(repaired):
    result = repaired(PAYLOADS)
    schema = result.schemas["A"]
    assert schema["example"]["title"] == "t"
    assert schema["example"]["$ref"] == "nowhere.yaml"
    assert schema["examples"] == [{"$ref": "#/nowhere", "items": [1]}]
    assert schema["x-thing"] == {"default": 1, "title": "x", "$ref": "#/nope", "enum": []}
    assert schema["x-order"] == ["b", "a"]
    assert schema["properties"]["a"]["x-enum"] == {"title": "t"}


def test_examples_of_media_types_and_parameters_may_be_anything(repaired, stock):
    fragment = """
    paths:
      /a:
        get:
          operationId: a
          parameters: [{name: q, in: query, schema: {type: string}, examples: {e: text, f: {}}}]
          responses:
            '200':
              description: x
              content: {application/json: {schema: {type: string}, examples: [1]}}
    """
    assert stock(fragment).operations == []
    parameter = repaired(fragment).operation("/a")["parameters"][0]
    assert parameter["examples"] == {"e": {"value": "text"}, "f": {}}


@pytest.mark.parametrize(
    ("given", "location"),
    [("null", "query"), ("Query", "query"), ("uri", "query"), ("PATH", "path")],
)
def test_a_location_that_is_none_is_guessed_from_the_path(repaired, given, location):
    result = repaired(f"""
    paths:
      /a/{{id}}:
        get:
          operationId: a
          parameters: [{{name: id, in: path, schema: {{type: string}}}},
                       {{name: {"id" if location == "path" else "q"}, in: {given}}}]
          responses: {{}}
    """)
    names = {p["name"]: p["in"] for p in result.operation("/a/{id}")["parameters"]}
    assert names["id" if location == "path" else "q"] == location


def test_parameters_of_swagger_2_are_read_or_dropped(repaired):
    result = repaired("""
    paths:
      /a/{id}:
        post:
          operationId: a
          parameters:
            - {name: id, type: integer, format: int64, required: true}
            - {name: limit, in: query, type: array, items: {type: string}, default: [a]}
            - {name: body, in: body, schema: {type: object}}
            - {name: file, in: formData, type: file}
            - {in: query}
          responses: {'200': {description: ok, schema: {type: string}}}
    """)
    operation = result.operation("/a/{id}", "post")
    assert operation["parameters"] == [
        {
            "name": "id",
            "required": True,
            "schema": {"type": "integer", "format": "int64"},
            "in": "path",
        },
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "array", "items": {"type": "string"}, "x-vendor-default": ["a"]},
        },
    ]
    assert operation["responses"]["200"]["content"] == {
        "application/json": {"schema": {"type": "string"}}
    }


# Where the generator's own models are stricter than "anything", the table must say so.
_MODELS = {
    Kind.DOCUMENT: models.OpenAPI,
    Kind.INFO: models.Info,
    Kind.PATH_ITEM: oai.PathItem,
    Kind.OPERATION: oai.Operation,
    Kind.PARAMETER: oai.Parameter,
    Kind.REQUEST_BODY: oai.RequestBody,
    Kind.RESPONSE: oai.Response,
    Kind.MEDIA_TYPE: oai.MediaType,
    Kind.SCHEMA: oai.Schema,
    Kind.COMPONENTS: models.Components,
    Kind.HEADER: models.Header,
    Kind.ENCODING: models.Encoding,
    Kind.EXAMPLE: models.Example,
    Kind.LINK: models.Link,
    Kind.SERVER: models.Server,
    Kind.SERVER_VARIABLE: models.ServerVariable,
    Kind.TAG: models.Tag,
    Kind.CONTACT: models.Contact,
    Kind.LICENSE: models.License,
    Kind.EXTERNAL_DOCS: models.ExternalDocumentation,
    Kind.DISCRIMINATOR: models.Discriminator,
    Kind.XML: models.XML,
}
# Fields that hold any data, or that another step removes.
_FREE = {"example", "default", "const", "value", "requestBody"} | {"security", "securitySchemes"}
_FREE_OF_LINKS = {"parameters"}


@pytest.mark.parametrize("kind", sorted(_MODELS, key=lambda kind: kind.value))
def test_the_table_has_every_field_that_the_generator_checks(kind):
    checked = {
        field.alias or name for name, field in _MODELS[kind].model_fields.items() if name != "ref"
    }
    known = set(FIELDS[kind])
    free = _FREE | (_FREE_OF_LINKS if kind is Kind.LINK else set())
    assert checked - known - (free - known) == set()


def test_every_kind_is_in_the_table():
    assert set(FIELDS) == set(Kind)
    assert EVERY_KEY in FIELDS[Kind.PATHS]
    assert set(METHODS) <= set(FIELDS[Kind.PATH_ITEM])

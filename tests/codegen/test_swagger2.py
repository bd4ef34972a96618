"""Swagger 2.0 in, OpenAPI 3.0 out: what moves, what is lost and how that is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from swagger2_fragments import SIM, Node, converted, operation, parameter, swagger

from simloom_codegen.errors import DocumentError
from simloom_codegen.intake import take_in
from simloom_codegen.normalise import normalise
from simloom_codegen.standalone import generate_package
from simloom_codegen.swagger2 import convert


@pytest.mark.parametrize(
    ("fields", "urls", "said"),
    [
        ({"basePath": "/v1"}, ["https://api.x.example/v1"], ""),
        ({"basePath": "v1/"}, ["https://api.x.example/v1"], "/basePath: 'v1/' is read as '/v1'"),
        ({"basePath": "/"}, ["https://api.x.example"], ""),
        (
            {"schemes": ["http", "https"]},
            ["https://api.x.example", "http://api.x.example"],
            "/schemes: https is used, though http stands before it",
        ),
        ({"schemes": ["http"]}, ["http://api.x.example"], ""),
        ({"schemes": ["wss", "https"]}, ["https://api.x.example"], "/schemes: left out: wss"),
        ({"schemes": []}, ["https://api.x.example"], "/schemes: none is given: https is assumed"),
        ({"host": "http://h.example/", "schemes": None}, ["http://h.example"], "is read as"),
        ({"host": None, "basePath": "/v1"}, ["/v1"], "/host: no host"),
        ({"host": "{env}.x.example"}, ["https://{env}.x.example"], "has a variable"),
        ({"host": 5}, ["/"], "5 is no text"),
    ],
)
def test_host_base_path_and_schemes_are_servers(fields: Node, urls: list[str], said: str) -> None:
    made, notes = converted(swagger(**fields))
    assert [server["url"] for server in made["servers"]] == urls
    assert any(said in note for note in notes) if said else notes == []


def test_an_operation_may_have_schemes_of_its_own() -> None:
    made, _ = operation(of_operation={"schemes": ["http"]})
    assert made["servers"] == [{"url": "http://api.x.example"}]
    made, _ = operation(of_operation={"schemes": ["https"]})
    assert "servers" not in made


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (None, {"style": "form", "explode": False}),
        ("csv", {"style": "form", "explode": False}),
        ("ssv", {"style": "spaceDelimited", "explode": False}),
        ("pipes", {"style": "pipeDelimited", "explode": False}),
        ("multi", {"style": "form", "explode": True}),
    ],
)
def test_the_collection_format_of_a_query_is_a_style(word: str | None, expected: Node) -> None:
    fields: Node = {"type": "array", "items": {"type": "string"}}
    made, notes = parameter(**fields, **({"collectionFormat": word} if word else {}))
    assert {key: made[key] for key in ("style", "explode")} == expected
    assert made["schema"] == fields
    assert "collectionFormat" not in made
    assert notes == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"collectionFormat": "tsv"}, "joined by the caller with a tab"),
        ({"in": "header", "collectionFormat": "pipes"}, "joined by the caller with '|'"),
        ({"in": "path", "required": True}, "joined by the caller with ','"),
    ],
)
def test_a_list_that_openapi_cannot_say_is_text_and_told(fields: Node, said: str) -> None:
    made, notes = parameter(type="array", items={"type": "string"}, **fields)
    assert made["schema"]["type"] == "string"
    (note,) = notes
    assert note.startswith("/paths/~1a/get/parameters/0/collectionFormat: ")
    assert said in note


def test_a_list_in_a_list_is_told() -> None:
    made, notes = parameter(
        type="array",
        items={"type": "array", "items": {"type": "integer"}},
        collectionFormat="pipes",
    )
    assert made["schema"]["items"]["type"] == "string"
    assert "parameters/0/items/collectionFormat" in notes[0]


def test_the_type_of_a_parameter_is_a_schema_with_all_its_words() -> None:
    words = {"type": "integer", "format": "int32", "minimum": 1, "default": 3, "enum": [1, 3]}
    made, notes = parameter(**words, **{"x-nullable": True, "x-own": 1, "description": "d"})
    assert made["schema"] == {**words, "nullable": True}
    assert (made["description"], made["x-own"]) == ("d", 1)
    assert notes == []


def test_empty_values_stay_in_the_query_and_are_told_elsewhere() -> None:
    made, notes = parameter(type="string", allowEmptyValue=True)
    assert (made["allowEmptyValue"], notes) == (True, [])
    made, notes = parameter(type="string", allowEmptyValue=True, **{"in": "header"})
    assert "allowEmptyValue" not in made
    assert notes == ["/paths/~1a/get/parameters/0/allowEmptyValue: has no meaning in header"]


def test_words_of_schemas_that_are_spelled_differently() -> None:
    made, notes = converted(
        swagger(
            definitions={
                "Sim": {
                    "type": "object",
                    "discriminator": "kind",
                    "properties": {
                        "a": {"type": "string", "x-nullable": True},
                        "b": {"type": "file"},
                        "c": {**SIM, "description": "ignored"},
                        "discriminator": {"type": "string"},
                        "example": {"allOf": [SIM]},
                    },
                    "example": {"$ref": "#/definitions/Sim"},
                },
                "Esim": {"allOf": [SIM], "x-ms-discriminator-value": "esim"},
            }
        )
    )
    sim = made["components"]["schemas"]["Sim"]
    assert sim["discriminator"] == {
        "propertyName": "kind",
        "mapping": {"esim": "#/components/schemas/Esim"},
    }
    assert sim["properties"]["a"] == {"type": "string", "nullable": True}
    assert sim["properties"]["b"] == {"type": "string", "format": "binary"}
    assert sim["properties"]["c"] == {"$ref": "#/components/schemas/Sim"}
    assert sim["properties"]["example"] == {"allOf": [{"$ref": "#/components/schemas/Sim"}]}
    assert sim["example"] == {"$ref": "#/definitions/Sim"}  # data, whatever it looks like
    (note,) = notes
    assert note.startswith("/definitions/Sim/properties/c: left out beside $ref")
    assert note.endswith(": description")


@pytest.mark.parametrize(
    ("ref", "new"),
    [
        ("#/definitions/Sim/properties/id", "#/components/schemas/Sim/properties/id"),
        (
            "#/paths/~1a/get/responses/200/schema",
            "#/paths/~1a/get/responses/200/content/application~1json/schema",
        ),
        (
            "#/paths/~1a/post/parameters/0/schema",
            "#/paths/~1a/post/requestBody/content/application~1json/schema",
        ),
        ("#/parameters/B/schema", "#/paths/~1a/post/requestBody/content/application~1json/schema"),
        ("Sim", "#/components/schemas/Sim"),
        ("other.json#/definitions/Sim", "other.json#/definitions/Sim"),
    ],
)
def test_references_lead_to_where_their_target_went(ref: str, new: str) -> None:
    body = {"name": "b", "in": "body", "schema": SIM}
    refers = {"$ref": "#/parameters/B"} if "parameters/B" in ref else body
    made, _ = converted(
        swagger(
            parameters={"B": body},
            definitions={
                "Sim": {"properties": {"id": {"type": "string"}}},
                "Refers": {"properties": {"there": {"$ref": ref}}},
            },
            paths={
                "/a": {
                    "get": {"responses": {"200": {"description": "x", "schema": SIM}}},
                    "post": {"parameters": [refers], "responses": {}},
                }
            },
        )
    )
    assert made["components"]["schemas"]["Refers"]["properties"]["there"] == {"$ref": new}


def test_ways_to_authenticate_and_what_is_none() -> None:
    oauth = {"type": "oauth2", "tokenUrl": "https://t.example", "scopes": {"r": "read"}}
    made, notes = converted(
        swagger(
            securityDefinitions={
                "basic": {"type": "basic"},
                "key": {"type": "apiKey", "name": "X-Key", "in": "header"},
                "machine": {**oauth, "flow": "application"},
                "code": {**oauth, "flow": "accessCode", "authorizationUrl": "https://a.example"},
                "odd": {"type": "magic"},
                "flow": {**oauth, "flow": "none"},
            }
        )
    )
    schemes = made["components"]["securitySchemes"]
    assert schemes["basic"] == {"type": "http", "scheme": "basic"}
    assert schemes["key"] == {"type": "apiKey", "name": "X-Key", "in": "header"}
    flow = {"tokenUrl": "https://t.example", "scopes": {"r": "read"}}
    assert schemes["machine"] == {"type": "oauth2", "flows": {"clientCredentials": flow}}
    assert list(schemes["code"]["flows"]) == ["authorizationCode"]
    assert [note.split(": ")[0] for note in notes] == [
        "/securityDefinitions/odd",
        "/securityDefinitions/flow/flow",
    ]


def test_unknown_words_and_azure_paths_are_told() -> None:
    _, notes = converted(swagger(components={}, **{"x-ms-paths": {"/a?b=c": {}}}))
    assert notes[0] == "/components: left out: no word of Swagger 2.0"
    assert notes[1].startswith("/x-ms-paths/~1a?b=c: not generated")


@pytest.mark.parametrize("version", ["1.2", 1.2, "3.0", None, "2.1", {}])
def test_another_version_is_refused(version: object) -> None:
    with pytest.raises(DocumentError, match="this is a Swagger") as said:
        convert(swagger(swagger=version), name="old.json")
    assert (said.value.file, said.value.pointer) == ("old.json", "/swagger")


@pytest.mark.parametrize("version", ["2.0", 2.0, 2, "2"])
def test_every_way_to_write_the_version_is_read(version: object) -> None:
    assert converted(swagger(swagger=version))[0]["openapi"] == "3.0.3"


@pytest.mark.parametrize("junk", [None, 5, "x", [], [None], {}, {"a": None}, {"$ref": 5}, True])
@pytest.mark.parametrize(
    "field",
    ["paths", "definitions", "parameters", "responses", "securityDefinitions", "consumes", "host"],
)
def test_junk_is_no_crash(field: str, junk: Any) -> None:
    document = swagger(**{field: junk})
    normalise(converted(document)[0], name="old.json")
    inside = {"parameters": [junk], "responses": {"200": junk}, "consumes": junk, "schemes": junk}
    document = swagger(paths={"/a": {"get": inside, "parameters": junk, "put": junk}})
    normalise(converted(document)[0], name="old.json")


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_a_swagger_file_gives_a_typed_client(tmp_path: Path, bom: bytes) -> None:
    document = swagger(
        basePath="/v1",
        definitions={"Sim": {"type": "object", "properties": {"id": {"type": "string"}}}},
        parameters={"Id": {"name": "id", "in": "path", "type": "string", "required": True}},
        paths={
            "/sims": {
                "get": {
                    "operationId": "listSims",
                    "parameters": [
                        {"name": "ids", "in": "query", "type": "array", "items": {"type": "string"}}
                    ],
                    "responses": {
                        "200": {"description": "x", "schema": {"type": "array", "items": SIM}}
                    },
                }
            },
            "/sims/{id}/photo": {
                "parameters": [{"$ref": "#/parameters/Id"}],
                "put": {
                    "consumes": ["multipart/form-data"],
                    "parameters": [
                        {"name": "f", "in": "formData", "type": "file", "required": True}
                    ],
                    "responses": {"204": {"description": "x"}},
                },
            },
        },
    )
    (tmp_path / "old.json").write_bytes(bom + json.dumps(document).encode())
    report = generate_package(tmp_path / "old.json", package="old_client", out=tmp_path)
    assert report.made.missing == ()
    assert len(report.made.operations_generated) == 2
    listing = (tmp_path / "old_client" / "api" / "default" / "list_sims.py").read_text()
    assert "joined={" in listing
    assert "list[models.Sim]" in listing
    assert (
        'BASE_URL: Final = "https://api.x.example/v1"'
        in (tmp_path / "old_client" / "__init__.py").read_text()
    )
    assert take_in(tmp_path / "old.json").converted

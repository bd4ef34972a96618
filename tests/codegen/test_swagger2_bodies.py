"""Bodies, forms and answers of Swagger 2.0."""

from __future__ import annotations

import pytest
from swagger2_fragments import JSON, SIM, Node, converted, operation, swagger


def test_a_body_has_every_media_type_that_is_consumed() -> None:
    body = {"name": "sim", "in": "body", "required": True, "description": "d", "schema": SIM}
    made, notes = operation(
        "post",
        of_operation={"parameters": [body], "consumes": [JSON, "application/xml"]},
        definitions={"Sim": {"type": "object"}},
    )
    schema = {"schema": {"$ref": "#/components/schemas/Sim"}}
    assert made["requestBody"]["content"] == {JSON: schema, "application/xml": schema}
    assert made["requestBody"]["required"] is True
    assert made["requestBody"]["description"] == "d"
    assert "parameters" not in made
    assert notes == []


@pytest.mark.parametrize("of_operation", [{"consumes": []}, {"consumes": None}])
def test_a_body_without_a_media_type_is_json_and_told(of_operation: Node) -> None:
    body = {"name": "b", "in": "Body", "schema": {"type": "object"}}
    made, notes = operation(
        "post", consumes=None, of_operation={**of_operation, "parameters": [body]}
    )
    assert list(made["requestBody"]["content"]) == [JSON]
    assert notes == ["/paths/~1a/post/consumes: none is given: application/json is assumed"]


def test_a_body_that_is_referred_to_is_inlined_for_each_operation() -> None:
    shared = {"B": {"name": "b", "in": "body", "required": True, "schema": SIM}}
    document = swagger(
        parameters={**shared, "Page": {"name": "page", "in": "query", "type": "integer"}},
        definitions={"Sim": {"type": "object"}},
        paths={
            "/a": {
                "post": {
                    "parameters": [{"$ref": "#/parameters/B"}, {"$ref": "#/parameters/Page"}],
                    "responses": {},
                }
            }
        },
    )
    made, notes = converted(document)
    post = made["paths"]["/a"]["post"]
    assert post["requestBody"]["content"][JSON]["schema"]["$ref"] == "#/components/schemas/Sim"
    assert post["parameters"] == [{"$ref": "#/components/parameters/Page"}]
    assert list(made["components"]["parameters"]) == ["Page"]
    assert notes == []


@pytest.mark.parametrize(
    ("consumes", "fields", "media_type", "said"),
    [
        (["multipart/form-data"], [{"type": "file"}], "multipart/form-data", ""),
        ([JSON], [{"type": "file"}], "multipart/form-data", "multipart/form-data is assumed"),
        (
            ["application/x-www-form-urlencoded"],
            [{"type": "file"}],
            "multipart/form-data",
            "left out, as no form: application/x-www-form-urlencoded",
        ),
        ([], [{"type": "string"}], "application/x-www-form-urlencoded", "is assumed"),
        (["multipart/form-data"], [{"type": "string"}], "multipart/form-data", ""),
    ],
)
def test_form_fields_are_one_body(
    consumes: list[str], fields: list[Node], media_type: str, said: str
) -> None:
    named = [{"name": f"f{i}", "in": "formData", **field} for i, field in enumerate(fields)]
    made, notes = operation("post", of_operation={"consumes": consumes, "parameters": named})
    (found,) = made["requestBody"]["content"]
    schema = made["requestBody"]["content"][found]["schema"]
    assert found == media_type
    wanted = "binary" if fields[0]["type"] == "file" else None
    assert schema["properties"]["f0"].get("format") == wanted
    assert any(said in note for note in notes) if said else notes == []


def test_required_repeated_and_listed_form_fields() -> None:
    fields = [
        {"name": "a", "in": "formData", "type": "string", "required": True, "description": "d"},
        {"name": "a", "in": "formData", "type": "integer"},
        {"name": "m", "in": "formdata", "type": "array", "items": {}, "collectionFormat": "multi"},
        {"name": "c", "in": "formData", "type": "array", "items": {"type": "string"}},
        {"name": "e", "in": "formData", "type": "string", "allowEmptyValue": True},
        {"in": "formData", "type": "string"},
    ]
    consumes = ["application/x-www-form-urlencoded"]
    made, notes = operation("post", of_operation={"consumes": consumes, "parameters": fields})
    media = made["requestBody"]["content"][consumes[0]]
    assert media["schema"]["required"] == ["a"]
    assert media["schema"]["properties"]["a"] == {"type": "string", "description": "d"}
    assert media["schema"]["properties"]["m"]["type"] == "array"
    assert media["schema"]["properties"]["c"]["type"] == "string"
    assert media["encoding"] == {"m": {"style": "form", "explode": True}}
    places = [note.split(": ")[0].removeprefix("/paths/~1a/post/parameters/") for note in notes]
    assert sorted(places) == ["1", "3/collectionFormat", "4/allowEmptyValue", "5"]


def test_a_body_beside_form_fields_wins_and_is_told() -> None:
    fields = [
        {"name": "f", "in": "formData", "type": "string"},
        {"name": "b", "in": "body", "schema": {"type": "object"}},
    ]
    made, notes = operation("post", of_operation={"parameters": fields})
    assert list(made["requestBody"]["content"]) == [JSON]
    assert notes == ["/paths/~1a/post/parameters/0: left out: the operation has a body already"]


def test_the_body_of_a_path_belongs_to_the_methods_that_send_one() -> None:
    item = {
        "parameters": [{"name": "b", "in": "body", "schema": {"type": "object"}}],
        "get": {"responses": {}},
        "put": {"responses": {}},
    }
    made, notes = converted(swagger(paths={"/a": item}))
    assert "requestBody" in made["paths"]["/a"]["put"]
    assert "requestBody" not in made["paths"]["/a"]["get"]
    assert [note.split(": ")[0] for note in notes] == ["/paths/~1a/get"]


def test_answers_have_every_media_type_that_is_produced() -> None:
    answer = {
        "description": "d",
        "schema": {"type": "array", "items": SIM},
        "headers": {"X-Total": {"type": "integer", "description": "all"}},
        "examples": {JSON: [], "text/csv": ""},
    }
    made, notes = operation(
        of_operation={"produces": [JSON, "text/plain"], "responses": {"200": answer}},
        definitions={"Sim": {"type": "object"}},
    )
    found = made["responses"]["200"]
    assert list(found["content"]) == [JSON, "text/plain"]
    assert found["content"][JSON]["example"] == []
    assert found["content"][JSON]["schema"]["items"]["$ref"] == "#/components/schemas/Sim"
    assert found["headers"] == {"X-Total": {"description": "all", "schema": {"type": "integer"}}}
    place = "/paths/~1a/get/responses/200"
    assert notes == [
        f"{place}/examples/text~1csv: left out: nothing produces this media type",
    ]


@pytest.mark.parametrize(
    ("schema", "media_type"), [({"type": "file"}, "application/octet-stream"), ({}, JSON)]
)
def test_an_operation_that_produces_nothing_is_told(schema: Node, media_type: str) -> None:
    made, notes = operation(
        produces=None, of_operation={"responses": {"200": {"description": "x", "schema": schema}}}
    )
    assert list(made["responses"]["200"]["content"]) == [media_type]
    assert notes == [
        f"/paths/~1a/get/responses/200: the operation produces nothing: {media_type} is assumed"
    ]


def test_a_shared_answer_has_the_media_types_of_who_uses_it() -> None:
    document = swagger(
        responses={"Bad": {"description": "bad", "schema": {"type": "string"}}},
        paths={
            "/a": {"get": {"responses": {"400": {"$ref": "#/responses/Bad"}}}},
            "/b": {
                "get": {
                    "produces": ["text/plain"],
                    "responses": {"400": {"$ref": "#/responses/Bad"}},
                }
            },
        },
    )
    made, _ = converted(document)
    assert made["paths"]["/a"]["get"]["responses"]["400"] == {"$ref": "#/components/responses/Bad"}
    assert list(made["paths"]["/b"]["get"]["responses"]["400"]["content"]) == ["text/plain"]

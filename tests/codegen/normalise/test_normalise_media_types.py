from __future__ import annotations

import pytest


def body_of(repaired, content, required="true"):
    result = repaired(f"""
    paths:
      /a:
        post:
          operationId: a
          requestBody: {{required: {required}, content: {{{content}}}}}
          responses: {{'204': {{description: x}}}}
    components: {{schemas: {{A: {{type: object}}, B: {{type: object}}}}}}
    """)
    body = result.operation("/a", "post")["requestBody"]
    (found,) = result.parsed.endpoint("a").bodies
    return body, found


def answer_of(repaired, content):
    result = repaired(f"""
    paths:
      /a:
        get:
          operationId: a
          responses: {{'200': {{description: x, content: {{{content}}}}}}}
    components: {{schemas: {{A: {{type: object}}, B: {{type: object}}}}}}
    """)
    answer = result.operation("/a")["responses"]["200"]
    (found,) = result.parsed.endpoint("a").responses
    return answer, found


A = "{schema: {$ref: '#/components/schemas/A'}}"
B = "{schema: {$ref: '#/components/schemas/B'}}"


def test_the_generator_takes_one_schema_twice_and_drops_bodies_it_does_not_know(stock):
    parsed = stock(f"""
    paths:
      /a:
        post:
          operationId: a
          requestBody: {{content: {{application/json: {A}, application/json;charset=UTF-8: {A}}}}}
          responses: {{'200': {{description: x, content: {{'*/*': {A}}}}}}}
      /b:
        post:
          operationId: b
          requestBody: {{content: {{text/csv: {A}}}}}
          responses: {{}}
    components: {{schemas: {{A: {{type: object}}}}}}
    """)
    assert parsed.operations == ["a"]
    assert len(parsed.endpoint("a").bodies) == 2
    assert len(parsed.endpoint("a").responses) == 0


@pytest.mark.parametrize(
    "given",
    [
        "application/json",
        "application/json; charset=UTF-8",
        "application/json;charset=utf-8",
        "Application/JSON",
        "'*/*'",
        "application/*",
        "application/*+json",
        "text/json",
        "text/x-json",
        "json",
    ],
)
def test_every_way_to_say_json_is_json(repaired, given):
    body, found = body_of(repaired, f"{given}: {A}")
    assert list(body["content"]) == ["application/json"]
    assert found.body_type == "json"
    answer, response = answer_of(repaired, f"{given}: {A}")
    assert list(answer["content"]) == ["application/json"]
    assert response.source["attribute"] == "response.json()"
    kept = given.strip("'")
    assert answer.get("x-vendor-content-types") == (None if kept == "application/json" else [kept])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("application/merge-patch+json", "application/merge-patch+json"),
        ("application/vnd.sim+json; charset=utf-8", "application/vnd.sim+json"),
        ("application/json; version=2", "application/json; version=2"),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("multipart/form-data", "multipart/form-data"),
        ("application/xml", "application/octet-stream"),
        ("text/csv", "application/octet-stream"),
        ("image/png", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
    ],
)
def test_a_body_keeps_the_type_the_server_wants_if_the_generator_knows_it(
    repaired, given, expected
):
    body, found = body_of(repaired, f"{given}: {A}")
    assert list(body["content"]) == [expected]
    if expected == "application/octet-stream":
        assert body["content"][expected]["schema"] == {"type": "string", "format": "binary"}
        assert body["content"][expected]["x-vendor-schema"] == {"$ref": "#/components/schemas/A"}
        assert found.body_type == "content"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"application/x-www-form-urlencoded: {A}, application/json: {A}", "application/json"),
        (
            f"application/x-www-form-urlencoded: {B}, application/json: {A}",
            "application/x-www-form-urlencoded",
        ),
        (f"application/json: {A}, multipart/form-data: {B}", "application/json"),
        (f"application/xml: {A}, application/json: {A}", "application/json"),
        (f"text/json: {A}, application/json;charset=UTF-8: {B}", "application/json"),
        (f"application/xml: {A}, text/csv: {B}", "application/octet-stream"),
    ],
)
def test_of_several_types_of_a_body_one_is_kept(repaired, content, expected):
    body, found = body_of(repaired, content)
    assert list(body["content"]) == [expected]
    assert found.content_type == expected
    assert len(body["x-vendor-content-types"]) == 2


def test_of_two_spellings_of_json_the_first_is_kept(repaired):
    body, _ = body_of(repaired, f"text/json: {A}, application/json: {B}")
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/A"}


@pytest.mark.parametrize(
    ("content", "expected", "source"),
    [
        (f"text/plain: {A}, application/json: {A}", "application/json", "response.json()"),
        (
            f"application/xml: {A}, application/hal+json: {A}",
            "application/hal+json",
            "response.json()",
        ),
        ("text/csv: {schema: {type: string}}", "text/csv", "response.text"),
        (f"text/event-stream: {A}", "text/event-stream", "response.text"),
        (f"application/xml: {A}", "text/plain", "response.text"),
        (f"application/x-ndjson: {A}", "text/plain", "response.text"),
        ("application/pdf: {}", "application/octet-stream", "response.content"),
        (f"image/png: {A}", "application/octet-stream", "response.content"),
        (
            "'*/*': {schema: {type: string, format: binary}}",
            "application/octet-stream",
            "response.content",
        ),
        (
            "application/octet-stream: {schema: {type: string, format: binary}}",
            "application/octet-stream",
            "response.content",
        ),
    ],
)
def test_of_several_types_of_an_answer_json_is_kept(repaired, content, expected, source):
    answer, found = answer_of(repaired, content)
    assert list(answer["content"]) == [expected]
    assert found.source["attribute"] == source
    types = {"response.text": "str", "response.content": "File", "response.json()": "A"}
    assert found.prop.get_type_string().as_unembedded_code() == types[source]


def test_json_without_a_schema_is_any_value(repaired):
    body, _ = body_of(repaired, "application/json: {}")
    assert body["content"] == {"application/json": {"schema": {}}}
    answer, found = answer_of(repaired, "application/json: {schema: null}")
    assert answer["content"] == {"application/json": {"schema": {}}}
    assert found.source["attribute"] == "response.json()"


def test_no_content_is_no_body(repaired):
    result = repaired("""
    paths:
      /a:
        post:
          operationId: a
          requestBody: {content: {}}
          responses: {'204': {description: x, content: {}}}
    """)
    assert result.parsed.endpoint("a").bodies == []


def test_shared_answers_are_repaired_once(repaired):
    result = repaired("""
    paths:
      /a: {get: {operationId: a, responses: {'400': {$ref: '#/components/responses/Bad'}}}}
      /b: {get: {operationId: b, responses: {'400': {$ref: '#/components/responses/Bad'}}}}
    components:
      responses:
        Bad: {content: {'*/*': {schema: {type: object, properties: {code: {type: string}}}}}}
    """)
    assert len(result.by("media types")) == 1
    assert result.parsed.classes == ["BadResponse"]

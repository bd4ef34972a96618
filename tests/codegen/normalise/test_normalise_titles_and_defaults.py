from __future__ import annotations

SAME_TITLE = """
components:
  schemas:
    A: {type: object, title: Page, properties: {x: {type: string, title: X}}}
    B: {type: object, title: Page, properties: {a: {$ref: '#/components/schemas/A'}}}
    C: {type: object, properties: {title: {type: string}, b: {$ref: '#/components/schemas/B'}}}
"""


def test_the_generator_drops_the_second_of_two_titles(stock):
    parsed = stock(SAME_TITLE)
    assert any("Page" in error for error in parsed.errors)


def test_titles_go_and_properties_called_title_stay(repaired):
    result = repaired(SAME_TITLE)
    assert result.parsed.classes == ["A", "B", "C"]
    assert result.parsed.types("C") == {"title": "str", "b": "B"}
    assert "title" not in result.schemas["A"]
    assert len(result.by("titles")) == 3
    assert result.document["info"]["title"] == "API"


DEFAULTS = """
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: limit, in: query, schema: {type: integer, default: 10}}
        - {name: odd, in: query, default: 1, schema: {type: string, default: [broken]}}
      responses: {'200': {description: x}}
components:
  schemas:
    A:
      type: object
      default: {a: 1}
      properties:
        default: {type: boolean, default: nonsense}
        b: {type: array, items: {type: string, default: x}, default: []}
        c: {oneOf: [{type: integer, default: 1}, {type: string}], default: null}
servers: [{url: '{v}', variables: {v: {default: x}}}]
"""


def test_the_generator_sends_defaults_and_drops_what_it_cannot_convert(stock):
    parsed = stock(DEFAULTS)
    assert any("Invalid boolean value" in error for error in parsed.errors)
    limit = parsed.endpoint("a").query_parameters[0]
    assert limit.default.raw_value == 10


def test_defaults_are_kept_where_the_generator_does_not_look(repaired):
    result = repaired(DEFAULTS)
    limit, odd = result.operation("/a")["parameters"]
    assert limit["schema"] == {"type": "integer", "x-vendor-default": 10}
    assert odd == {
        "name": "odd",
        "in": "query",
        "x-vendor-default": 1,
        "schema": {"type": "string", "x-vendor-default": ["broken"]},
    }
    schema = result.schemas["A"]
    assert schema["x-vendor-default"] == {"a": 1}
    assert schema["properties"]["default"] == {"type": "boolean", "x-vendor-default": "nonsense"}
    assert schema["properties"]["b"]["items"] == {"type": "string", "x-vendor-default": "x"}
    assert schema["properties"]["c"]["x-vendor-default"] is None
    assert result.document["servers"][0]["variables"]["v"]["default"] == "x"
    every = result.parsed.endpoint("a").query_parameters + list(result.parsed.model("A").values())
    assert [prop.default for prop in every] == [None] * 5

from __future__ import annotations

import pytest


def test_the_generator_passes_over_parameters_without_a_schema(stock):
    parsed = stock("""
    paths:
      /a:
        get:
          operationId: a
          parameters:
            - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
          responses: {}
    """)
    assert parsed.endpoint("a").query_parameters == []


@pytest.mark.parametrize(
    ("given", "schema"),
    [
        ("content: {application/json: {schema: {type: object}}}", {"type": "string"}),
        ("content: {text/json: {}}", {"type": "string"}),
        ("content: {text/plain: {schema: {type: integer}}}", {"type": "integer"}),
        ("content: {text/plain: {}}", {"type": "string"}),
        ("content: {}", {"type": "string"}),
        ("description: nothing", {"type": "string"}),
        ("schema: {type: integer}, content: {a/b: {}}", {"type": "integer"}),
        ("schema: null", {}),
    ],
)
def test_each_parameter_gets_a_schema(repaired, given, schema):
    result = repaired(f"""
    paths:
      /a:
        get: {{operationId: a, parameters: [{{name: q, in: query, {given}}}], responses: {{}}}}
    """)
    (parameter,) = result.operation("/a")["parameters"]
    assert parameter["schema"] == schema
    assert "content" not in parameter
    assert ("x-vendor-content" in parameter) == ("content" in given)
    assert len(result.parsed.endpoint("a").query_parameters) == 1

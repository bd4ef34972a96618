from __future__ import annotations

import pytest

COMPONENTS = """
        Sim: {type: object, properties: {id: {type: string}}}
        Word: {type: string}
"""


def property_of(repaired, given):
    result = repaired(f"""
    openapi: 3.1.0
    components:
      schemas:
{COMPONENTS}
        U: {{type: object, properties: {{a: {given}}}}}
    """)
    return result.schemas["U"]["properties"]["a"], result.parsed.types("U")["a"], result


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{oneOf: [{type: string}]}", {"type": "string"}),
        ("{anyOf: [{$ref: '#/components/schemas/Sim'}]}", {"$ref": "#/components/schemas/Sim"}),
        (
            "{description: d, oneOf: [{$ref: '#/components/schemas/Sim'}]}",
            {"description": "d", "$ref": "#/components/schemas/Sim"},
        ),
        ("{oneOf: [{type: string}, {type: string}]}", {"type": "string"}),
        ("{type: string, oneOf: []}", {"type": "string"}),
        ("{allOf: []}", {}),
        ("{allOf: [{type: string}, {maxLength: 3}]}", {"type": "string", "maxLength": 3}),
        ("{allOf: [{type: string}, {format: date}]}", {"type": "string", "format": "date"}),
        ("{allOf: [{allOf: [{type: string}]}], maxLength: 3}", {"type": "string", "maxLength": 3}),
        ("{allOf: [{description: words}]}", {"description": "words"}),
        (
            "{type: string, allOf: [{type: string, minLength: 1}]}",
            {"type": "string", "minLength": 1},
        ),
        ("{type: integer, not: {const: 0}}", {"type": "integer", "x-vendor-not": {"const": 0}}),
        (
            "{type: integer, if: {minimum: 1}, then: {maximum: 5}}",
            {"type": "integer", "x-vendor-if": {"minimum": 1}, "x-vendor-then": {"maximum": 5}},
        ),
        (
            "{type: string, anyOf: [{pattern: a}, {pattern: b}]}",
            {"type": "string", "x-vendor-anyOf": [{"pattern": "a"}, {"pattern": "b"}]},
        ),
        (
            "{type: string, anyOf: [{format: date}, {type: integer}]}",
            {"anyOf": [{"format": "date", "type": "string"}, {"type": "integer"}]},
        ),
    ],
)
def test_there_are_fewer_ways_to_say_the_same(repaired, given, expected):
    found, _, result = property_of(repaired, given)
    assert found == expected
    assert result.by("simplify")


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("{allOf: [{$ref: '#/components/schemas/Sim'}], description: d}", "Sim"),
        ("{oneOf: [{type: string}, {type: integer}]}", "int | str"),
        (
            "{type: object, oneOf: [{$ref: '#/components/schemas/Sim'}, {type: string}]}",
            "Sim | str",
        ),
        (
            "{type: [object, 'null'], oneOf: [{$ref: '#/components/schemas/Sim'}, {type: string}]}",
            "None | Sim | str",
        ),
        (
            "{type: object, allOf: [{$ref: '#/components/schemas/Sim'}]}",
            "Sim",
        ),
        (
            "{type: [object, 'null'], allOf: [{$ref: '#/components/schemas/Sim'}]}",
            "None | Sim",
        ),
        (
            "{type: array, items: {type: string}, oneOf: [{minItems: 1}, {maxItems: 5}]}",
            "list[str]",
        ),
        (
            "{type: array, items: {type: string}, oneOf: [{minItems: 1}, {type: string}]}",
            "list[str] | str",
        ),
        ("{enum: [a], oneOf: [{type: string}, {type: integer}]}", "UA"),
        ("{const: a, anyOf: [{type: string}, {type: integer}]}", "Literal['a']"),
        (
            "{properties: {x: {}}, anyOf: [{required: [x]}, {required: [y]}]}",
            "UA",
        ),
        (
            "{allOf: [{properties: {x: {}}, required: [x]}, {properties: {y: {}}, required: [y]}]}",
            "UA",
        ),
    ],
)
def test_the_type_is_the_one_that_was_meant(repaired, given, made):
    assert property_of(repaired, given)[1] == made


def test_inline_members_of_all_of_become_one(repaired):
    _, _, result = property_of(
        repaired,
        "{allOf: [{properties: {x: {type: string}}, required: [x]},"
        " {allOf: [{properties: {y: {type: integer}}, required: [y]}], description: d}]}",
    )
    assert result.schemas["UA"] == {
        "properties": {"x": {"type": "string"}, "y": {"type": "integer"}},
        "required": ["x", "y"],
        "description": "d",
    }


def test_one_of_these_must_be_there_is_no_choice(repaired, stock):
    fragment = """
    components:
      schemas:
        A: {type: object, properties: {x: {}, y: {}}, oneOf: [{required: [x]}, {required: [y]}]}
    """
    assert stock(fragment).classes == []
    result = repaired(fragment)
    assert result.parsed.types("A") == {"x": "Any", "y": "Any"}
    assert result.schemas["A"]["x-vendor-oneOf"] == [{"required": ["x"]}, {"required": ["y"]}]

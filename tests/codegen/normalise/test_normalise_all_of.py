from __future__ import annotations

import pytest

BASE = """
        Base: {type: object, required: [id], properties: {id: {type: string}, n: {type: integer}}}
        Word: {type: string}
        Status: {type: string, enum: [a, b]}
        List: {type: array, items: {type: string}}
        Thing: {}
"""


def fragment(schema):
    return f"""
    components:
      schemas:
{BASE}
        A: {schema}
        U:
          type: object
          properties:
            a: {{$ref: '#/components/schemas/A'}}
            b: {{$ref: '#/components/schemas/Base'}}
    """


@pytest.mark.parametrize(
    "schema",
    [
        "{allOf: [{$ref: '#/components/schemas/Base'}, {properties: {id: {type: integer}}}]}",
        "{allOf: [{$ref: '#/components/schemas/Base'}, {$ref: '#/components/schemas/Word'}]}",
        "{allOf: [{$ref: '#/components/schemas/Base'}, {$ref: '#/components/schemas/Thing'}]}",
        "{allOf: [{$ref: '#/components/schemas/A'}, {properties: {x: {}}}]}",
    ],
)
def test_the_generator_drops_the_class(stock, schema):
    assert "A" not in stock(fragment(schema)).classes


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        (
            "{allOf: [{$ref: '#/components/schemas/Base'}, {properties: {x: {type: boolean}}}]}",
            {"id": "str", "n": "int", "x": "bool"},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Base'}], properties: {x: {type: boolean}}}",
            {"id": "str", "n": "int", "x": "bool"},
        ),
        (
            "{type: object, required: [n], allOf: [{$ref: '#/components/schemas/Base'}]}",
            {"n": "int", "id": "str"},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Base'}, {properties: {id: {type: integer}}}]}",
            {"id": "int", "n": "int"},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Base'}, {properties: {id: {description: d}}}]}",
            {"id": "str", "n": "int"},
        ),
        (
            (
                "{allOf: [{$ref: '#/components/schemas/Base'},"
                " {properties: {id: {$ref: '#/components/schemas/Status'}}}]}"
            ),
            {"id": "Status", "n": "int"},
        ),
        (
            (
                "{allOf: [{properties: {id: {type: string, format: date}}},"
                " {$ref: '#/components/schemas/Base'}]}"
            ),
            {"id": "datetime.date", "n": "int"},
        ),
        (
            (
                "{allOf: [{$ref: '#/components/schemas/Base'}, {$ref: '#/components/schemas/Word'},"
                " {properties: {x: {}}}]}"
            ),
            {"id": "str", "n": "int", "x": "Any"},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Thing'}, {properties: {x: {}}}]}",
            {"x": "Any"},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Base'}, {$ref: '#/components/schemas/A'}]}",
            {"id": "str", "n": "int"},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Base'}, {properties: {I D: {}}}]}",
            {"id": "str", "n": "int", "I D": "Any"},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Base'}, {properties: {ID: {}}}]}",
            {"id": "str", "n": "int", "ID": "Any"},
        ),
    ],
)
def test_every_property_is_there(repaired, schema, types):
    result = repaired(fragment(schema))
    owner = result.parsed.types("U")["a"]
    assert result.parsed.types(owner) == types
    assert result.parsed.types("Base") == {"id": "str", "n": "int"}
    python = [str(prop.python_name) for prop in result.parsed.model("Base").values()]
    assert python == ["id", "n"]


def test_required_names_are_kept_when_members_are_written_out(repaired):
    result = repaired(
        fragment(
            "{allOf: [{$ref: '#/components/schemas/Base'},"
            " {properties: {id: {type: integer}, x: {}}, required: [x]}]}"
        )
    )
    assert result.schemas["A"]["required"] == ["id", "x"]
    assert any(
        "members contradict: id (string and integer)" in text for text in result.by("all of")
    )


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ("{allOf: [{$ref: '#/components/schemas/Word'}, {maxLength: 3}]}", "str"),
        ("{allOf: [{$ref: '#/components/schemas/Word'}], pattern: x}", "str"),
        (
            "{allOf: [{$ref: '#/components/schemas/Word'}, {$ref: '#/components/schemas/Status'}]}",
            "Status",
        ),
        ("{allOf: [{$ref: '#/components/schemas/List'}, {minItems: 1}]}", "list[str]"),
        ("{allOf: [{$ref: '#/components/schemas/Thing'}, {type: string}]}", "str"),
        (
            "{allOf: [{$ref: '#/components/schemas/Thing'}, {$ref: '#/components/schemas/Thing'}]}",
            "Any",
        ),
        ("{allOf: [{$ref: '#/components/schemas/Word'}, {enum: [x]}]}", "A"),
    ],
)
def test_what_is_no_object_is_the_member_that_says_most(repaired, schema, made):
    result = repaired(fragment(schema))
    assert result.parsed.types("U")["a"] == made


def test_additional_properties_of_a_member_are_those_of_the_whole(repaired):
    result = repaired(
        fragment(
            "{allOf: [{$ref: '#/components/schemas/Base'},"
            " {properties: {x: {}}, additionalProperties: {type: integer}}]}"
        )
    )
    model = next(m for m in result.parsed.data.models if m.class_info.name == "A")
    assert model.additional_properties.get_type_string().as_unembedded_code() == "int"


def test_circles_are_cut(repaired, stock):
    circle = """
    components:
      schemas:
        A: {allOf: [{$ref: '#/components/schemas/B'}, {properties: {a: {type: string}}}]}
        B: {allOf: [{$ref: '#/components/schemas/C'}, {properties: {b: {type: string}}}]}
        C: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {c: {type: string}}}]}
    """
    assert stock(circle).classes == []
    result = repaired(circle)
    assert result.parsed.types("A") == {"c": "str", "b": "str", "a": "str"}
    assert result.parsed.types("C") == {"c": "str"}


def test_a_long_chain_needs_no_recursion_in_the_order(repaired):
    schemas = "\n".join(
        f"        S{n}: {{allOf: [{{$ref: '#/components/schemas/S{n + 1}'}}, "
        f"{{properties: {{p{n}: {{type: string}}}}}}]}}"
        for n in range(60)
    )
    result = repaired(f"""
    components:
      schemas:
{schemas}
        S60: {{type: object, properties: {{last: {{type: string}}}}}}
    """)
    assert len(result.parsed.types("S0")) == 61

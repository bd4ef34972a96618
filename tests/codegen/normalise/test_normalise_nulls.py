from __future__ import annotations

import pytest

COMPONENTS = """
        Sim: {type: object, properties: {id: {type: string}}}
        Status: {type: string, enum: [a, b]}
"""


@pytest.mark.parametrize(
    ("given", "before", "after"),
    [
        ("{$ref: '#/components/schemas/Sim', nullable: true}", "Sim", "None | Sim"),
        ("{type: string, nullable: true, enum: [x]}", "UA", "None | UA"),
        ("{type: string, enum: [x, null]}", "None | UAType1", "None | UA"),
        (
            "{type: object, nullable: true, properties: {x: {type: string}}}",
            "None | UAType0",
            "None | UA",
        ),
        (
            "{type: [object, 'null'], properties: {x: {type: string}}}",
            "None | UAType0",
            "None | UA",
        ),
        (
            "{type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Sim'}]}",
            "Sim",
            "None | Sim",
        ),
        ("{nullable: true, const: a}", "Literal['a']", "Literal['a'] | None"),
        ("{allOf: [{$ref: '#/components/schemas/Sim'}, {nullable: true}]}", "UA", "None | Sim"),
        (
            "{oneOf: [{$ref: '#/components/schemas/Sim'}, {nullable: true}]}",
            "Any | Sim",
            "None | Sim",
        ),
        (
            "{oneOf: [{$ref: '#/components/schemas/Sim'}, {enum: [null]}]}",
            "None | Sim",
            "None | Sim",
        ),
    ],
)
def test_null_is_kept_and_classes_keep_their_names(repaired, stock, given, before, after):
    fragment = f"""
    components:
      schemas:
{COMPONENTS}
        U: {{type: object, properties: {{a: {given}}}}}
    """
    assert stock(fragment).types("U") == {"a": before}
    assert repaired(fragment).parsed.types("U") == {"a": after}


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("{type: string, nullable: true}", "None | str"),
        ("{type: [string, 'null'], format: date}", "datetime.date | None"),
        ("{type: array, nullable: true, items: {type: string}}", "list[str] | None"),
        ("{nullable: true}", "Any"),
        ("{type: 'null'}", "None"),
        ("{anyOf: [{type: string}, {type: integer}], nullable: true}", "int | None | str"),
        ("{oneOf: [{type: string, nullable: true}, {type: integer}]}", "int | None | str"),
        ("{allOf: [{$ref: '#/components/schemas/Sim'}]}", "Sim"),
        ("{type: string, nullable: false}", "str"),
        ("{oneOf: [{type: string}, null]}", "None | str"),
    ],
)
def test_what_the_generator_understands_keeps_its_meaning(repaired, given, made):
    result = repaired(f"""
    components:
      schemas:
{COMPONENTS}
        U: {{type: object, properties: {{a: {given}}}}}
    """)
    assert result.parsed.types("U") == {"a": made}


@pytest.mark.parametrize(
    "given",
    [
        "{type: object, nullable: true, properties: {x: {type: string}}}",
        "{type: [object, 'null'], properties: {x: {type: string}}}",
        "{oneOf: [{type: object, properties: {x: {type: string}}}, {type: 'null'}]}",
        "{anyOf: [{type: 'null'}, {properties: {x: {type: string}}}], description: words}",
    ],
)
def test_a_component_that_may_be_null_stays_a_class(repaired, given):
    result = repaired(f"""
    components:
      schemas:
        Plan: {given}
        Child: {{allOf: [{{$ref: '#/components/schemas/Plan'}}, {{properties: {{y: {{}}}}}}]}}
        U:
          type: object
          properties:
            one: {{$ref: '#/components/schemas/Plan'}}
            many: {{type: array, items: {{$ref: '#/components/schemas/Plan'}}}}
            choice: {{oneOf: [{{$ref: '#/components/schemas/Plan'}}, {{type: string}}]}}
    """)
    assert result.parsed.types("Plan") == {"x": "str"}
    assert result.parsed.types("Child") == {"x": "str", "y": "Any"}
    assert result.parsed.types("U") == {
        "one": "None | Plan",
        "many": "list[None | Plan]",
        "choice": "None | Plan | str",
    }
    assert "may be null where it is used, not by itself" in result.by("nulls")


def test_an_enumeration_with_null_stays_an_enumeration(repaired):
    result = repaired("""
    components:
      schemas:
        Status: {type: string, nullable: true, enum: [a, b, null]}
        U: {type: object, properties: {s: {$ref: '#/components/schemas/Status'}}}
    """)
    assert result.schemas["Status"] == {"type": "string", "enum": ["a", "b"]}
    assert result.parsed.types("U") == {"s": "None | Status"}


def test_extensions_stay_on_the_place(repaired):
    result = repaired("""
    components:
      schemas:
        U: {type: object, properties: {a: {type: object, nullable: true, x-secret: true}}}
    """)
    assert result.schemas["U"]["properties"]["a"]["x-secret"] is True

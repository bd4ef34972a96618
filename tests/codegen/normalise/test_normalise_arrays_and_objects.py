from __future__ import annotations

import pytest


def test_the_generator_drops_arrays_without_items_with_all_that_use_them(stock):
    parsed = stock("""
    components:
      schemas:
        A: {type: array}
        B: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}
    """)
    assert parsed.classes == []


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("{type: array}", "list[Any]"),
        ("{type: array, items: null}", "list[Any]"),
        ("{type: array, items: true}", "list[Any]"),
        ("{items: {type: string}}", "list[str]"),
        ("{type: [array, 'null']}", "list[Any] | None"),
        ("{type: array, prefixItems: [{type: string}, {type: integer}]}", "list[int | str]"),
        ("{prefixItems: [{type: string}, {type: string}], items: false}", "list[str]"),
        ("{type: array, prefixItems: [{type: string}, {type: string}]}", "list[str]"),
        (
            "{type: array, prefixItems: [{type: string}], items: {type: number}}",
            "list[float | str]",
        ),
        ("{type: array, items: [{type: string}]}", "list[str]"),
        ("{type: array, items: []}", "list[Any]"),
        ("{type: array, prefixItems: [{}, {type: string}]}", "list[Any]"),
    ],
)
def test_arrays_have_one_schema_for_all_items(repaired, given, made):
    result = repaired(f"""
    components: {{schemas: {{A: {{type: object, properties: {{a: {given}}}}}}}}}
    """)
    assert result.parsed.types("A") == {"a": made}


@pytest.mark.parametrize(
    ("given", "extra"),
    [
        ("{additionalProperties: {type: integer}}", "int"),
        ("{additionalProperties: {}}", "Any"),
        ("{patternProperties: {^x: {type: integer}}}", "int"),
        ("{patternProperties: {^x: {type: integer}}, additionalProperties: false}", "int"),
        ("{patternProperties: {^x: {type: integer}, ^y: {type: string}}}", "Any"),
        ("{patternProperties: {^x: {}}, additionalProperties: {type: string}}", "str"),
        ("{type: object, additionalProperties: true}", "Any"),
        ("{properties: {}}", "Any"),
    ],
)
def test_maps_are_objects(repaired, given, extra):
    result = repaired(f"components: {{schemas: {{A: {given}}}}}")
    assert result.parsed.classes == ["A"]
    (model,) = result.parsed.data.models
    assert model.additional_properties.get_type_string().as_unembedded_code() == extra


def test_properties_of_a_text_make_no_classes(repaired):
    result = repaired("""
    components:
      schemas:
        A: {type: string, properties: {a: {type: object}}, additionalProperties: {enum: [x]}}
    """)
    assert result.parsed.classes == []
    assert result.schemas["A"] == {"type": "string"}

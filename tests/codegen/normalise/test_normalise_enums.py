from __future__ import annotations

import pytest


@pytest.mark.parametrize("values", ["[1, a]", "[1.5]", "[{a: 1}]"])
def test_the_generator_drops_mixed_and_odd_values(stock, values):
    parsed = stock(f"""
    components:
      schemas:
        A: {{enum: {values}}}
        B: {{type: object, properties: {{a: {{$ref: '#/components/schemas/A'}}}}}}
    """)
    assert parsed.classes == []


@pytest.mark.parametrize(
    ("given", "values", "base"),
    [
        ("{type: string, enum: [a, b]}", ["a", "b"], str),
        ("{enum: [a, b, a]}", ["a", "b"], str),
        ("{type: integer, enum: [1, 2, 1]}", [1, 2], int),
        ("{type: number, enum: [1, 2]}", [1, 2], int),
        ("{type: string, enum: [1, 2]}", ["1", "2"], str),
        ("{type: string, enum: [01, 02]}", ["01", "02"], str),
        ("{type: string, enum: [true, off, a]}", ["true", "off", "a"], str),
        ("{type: integer, enum: ['1', '-2']}", [1, -2], int),
        ("{type: integer, enum: [a]}", ["a"], str),
        ("{type: [string, integer], enum: [a]}", ["a"], str),
        ("{type: string, enum: ['']}", [""], str),
        ("{type: string, enum: [active, ACTIVE]}", ["active", "ACTIVE"], str),
        ("{type: string, enum: x}", ["x"], str),
    ],
)
def test_values_of_one_type_are_an_enumeration(repaired, given, values, base):
    result = repaired(f"components: {{schemas: {{A: {given}}}}}")
    assert result.schemas["A"]["enum"] == values
    (enum,) = result.parsed.data.enums
    assert (enum.values, enum.value_type) == (set(values), base)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("{enum: [1, a]}", "Any"),
        ("{enum: [1.5, 2]}", "float"),
        ("{type: number, enum: [0.5]}", "float"),
        ("{type: string, enum: [1.5, a]}", "str"),
        ("{enum: [true, false]}", "bool"),
        ("{type: boolean, enum: [true]}", "bool"),
        ("{enum: [{a: 1}]}", "Any"),
        ("{type: string, enum: []}", "str"),
        ("{type: string, enum: {a: 1}}", "str"),
        ("{enum: [1, true]}", "Any"),
        ("{type: string, enum: [1.5, null]}", "None | str"),
        ("{enum: [null]}", "None"),
        ("{type: array, items: {type: string}, enum: [[a]]}", "list[str]"),
    ],
)
def test_other_values_are_a_plain_type(repaired, given, made):
    result = repaired(f"""
    components: {{schemas: {{A: {{type: object, properties: {{a: {given}}}}}}}}}
    """)
    assert result.parsed.types("A") == {"a": made}
    assert result.parsed.classes == ["A"]
    kept = result.schemas["A"]["properties"]["a"].get("x-vendor-enum")
    assert (kept is None) == (given.endswith(("[]}", "{a: 1}}", "[null]}")) and "[{" not in given)


def test_values_one_level_too_high_are_those_of_the_items(repaired, stock):
    fragment = """
    components:
      schemas:
        A: {type: object, properties: {a: {type: array, items: {type: string}, enum: [x, y]}}}
    """
    assert stock(fragment).types("A") == {"a": "AA"}
    assert repaired(fragment).parsed.types("A") == {"a": "list[AAItem]"}


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("{const: a}", "Literal['a']"),
        ("{type: string, const: 5}", "Literal['5']"),
        ("{type: integer, const: '5'}", "Literal[5]"),
        ("{const: true}", "Literal[True]"),
        ("{const: null}", "None"),
        ("{const: 1.5}", "float"),
        ("{const: [1]}", "Any"),
        ("{type: object, const: {a: 1}}", "AA"),
        ("{type: array, const: 1}", "list[Any]"),
        ("{type: integer, const: a}", "int"),
        ("{const: a, enum: [a, b]}", "Literal['a']"),
        ("{type: [string, 'null'], const: a}", "Literal['a'] | None"),
    ],
)
def test_constants(repaired, given, made):
    result = repaired(f"""
    components: {{schemas: {{A: {{type: object, properties: {{a: {given}}}}}}}}}
    """)
    assert result.parsed.types("A") == {"a": made}


def test_two_enumerations_of_one_name_stay_two(repaired, stock):
    fragment = """
    components:
      schemas:
        A:
          type: object
          properties: {b_status: {enum: [x]}, b: {properties: {status: {enum: [y]}}}}
        A_b: {type: object, properties: {status: {enum: [z]}}}
    """
    assert stock(fragment).errors
    result = repaired(fragment)
    values = sorted(value for enum in result.parsed.data.enums for value in enum.values)
    assert values == ["x", "y", "z"]

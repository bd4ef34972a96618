from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("{type: [string, integer]}", "int | str"),
        ("{type: [string, array], items: {type: integer}}", "list[int] | str"),
        ("{type: [object, string], properties: {x: {}}}", "AAOption1 | str"),
        ("{type: [string, object, 'null'], format: date}", "AAOption2 | datetime.date | None"),
        ("{type: [object, string], nullable: true}", "AAOption1 | None | str"),
        ("{type: [object, array, string, number]}", "Any"),
        ("{type: [object, 'null']}", "AA | None"),
    ],
)
def test_an_object_among_several_types_is_a_class(repaired, given, made):
    result = repaired(f"""
    openapi: 3.1.0
    components: {{schemas: {{A: {{type: object, properties: {{a: {given}}}}}}}}}
    """)
    assert result.parsed.types("A") == {"a": made}


def test_the_generator_makes_a_class_with_a_number(stock):
    parsed = stock("""
    components: {schemas: {A: {type: object, properties: {a: {type: [object, string]}}}}}
    """)
    assert parsed.types("A") == {"a": "AAType0 | str"}

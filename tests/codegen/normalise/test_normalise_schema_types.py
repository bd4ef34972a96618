from __future__ import annotations

import pytest


def test_the_generator_refuses_the_document_for_a_type_it_does_not_know(stock):
    assert stock("components: {schemas: {A: {type: file}}}").operations == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("String", {"type": "string"}),
        ("' integer '", {"type": "integer"}),
        ("uuid", {"type": "string", "format": "uuid"}),
        ("datetime", {"type": "string", "format": "date-time"}),
        ("date", {"type": "string", "format": "date"}),
        ("float", {"type": "number"}),
        ("long", {"type": "integer"}),
        ("bool", {"type": "boolean"}),
        ("file", {"type": "string", "x-vendor-format": "binary"}),
        ("any", {}),
        ("nonsense", {}),
        ("5", {}),
        ("{}", {}),
        ("[]", {}),
        ("[string]", {"type": "string"}),
        ("[string, string]", {"type": "string"}),
        ("[string, 'null']", {"type": ["string", "null"]}),
        ("[string, null]", {"type": ["string", "null"]}),
        ("[string, nonsense, Integer]", {"type": ["string", "integer"]}),
        ("[date, 'null']", {"type": ["string", "null"], "format": "date"}),
        ("'null'", {"type": "null"}),
        ("none", {"type": "null"}),
    ],
)
def test_other_names_of_types_are_read(repaired, given, expected):
    result = repaired(f"""
    components: {{schemas: {{A: {{type: object, properties: {{a: {{type: {given}}}}}}}}}}}
    """)
    assert result.schemas["A"]["properties"]["a"] == expected


def test_a_format_that_is_there_counts_more(repaired):
    result = repaired("components: {schemas: {A: {type: datetime, format: date}}}")
    assert result.schemas["A"] == {"type": "string", "format": "date"}


@pytest.mark.parametrize(("given", "made"), [("map", "A"), ("list", "list[Any]")])
def test_containers_by_other_names(repaired, given, made):
    result = repaired(
        f"components: {{schemas: {{U: {{type: object, properties: {{a: {{type: {given}}}}}}}}}}}"
    )
    expected = {"A": "UA"}.get(made, made)
    assert result.parsed.types("U") == {"a": expected}

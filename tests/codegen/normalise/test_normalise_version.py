from __future__ import annotations

import pytest

from simloom_codegen.errors import NormaliseError


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("3.0.3", "3.0.3"),
        ("3.1.0", "3.1.0"),
        ("3.1.1", "3.1.1"),
        ("3.0", "3.0.0"),
        ("'3.1'", "3.1.0"),
        ("3.0.4-rc1", "3.0.4"),
        ("3.2.0", "3.1.0"),
        ("3.10.1", "3.1.0"),
    ],
)
def test_versions_are_written_as_the_generator_wants_them(repaired, given, wanted):
    result = repaired(f"openapi: {given}\npaths: {{}}")
    assert result.document["openapi"] == wanted
    assert len(result.by("version")) == (given != wanted)


def test_the_generator_refuses_a_number_and_a_later_version(stock):
    assert "string_type" in stock("openapi: 3.0\npaths: {}").errors[0]
    assert "Only OpenAPI versions 3.1" in stock("openapi: 3.2.0\npaths: {}").errors[0]


@pytest.mark.parametrize("given", ["2.0", "4.0.0", "'3'", "three", "null", "[3]", "'3.x'"])
def test_other_versions_are_an_error(repaired, given):
    with pytest.raises(NormaliseError, match="not supported") as caught:
        repaired(f"openapi: {given}\npaths: {{}}")
    assert caught.value.pointer == "/openapi"
    assert caught.value.remedy


@pytest.mark.parametrize("field", ["query", "additionalOperations"])
def test_operations_only_a_later_version_has_are_an_error(repaired, field):
    with pytest.raises(NormaliseError, match="new in OpenAPI 3.2") as caught:
        repaired(f"openapi: 3.2.0\npaths: {{/a: {{{field}: {{responses: {{}}}}}}}}")
    assert caught.value.pointer == f"/paths/~1a/{field}"

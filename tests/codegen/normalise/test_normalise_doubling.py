"""Parts that double at each level are refused: no step would come to an end."""

from __future__ import annotations

from typing import Any

import pytest

from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise import normalise


def document(levels: int, width: int) -> dict[str, Any]:
    schemas: dict[str, Any] = {
        f"A{level}": {"allOf": [{"$ref": f"#/components/schemas/A{level + 1}"}] * width}
        for level in range(levels)
    }
    schemas[f"A{levels}"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    info = {"title": "t", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": {}, "components": {"schemas": schemas}}


def test_parts_that_double_at_each_level_are_refused_with_their_place() -> None:
    with pytest.raises(NormaliseError, match="more than 10000 parts by allOf") as said:
        normalise(document(40, 2), name="api.yaml")
    assert str(said.value).startswith("api.yaml#/components/schemas/A")


def test_a_long_line_of_parts_is_fine() -> None:
    made = normalise(document(40, 1), name="api.yaml").document["components"]["schemas"]
    assert "A0" in made

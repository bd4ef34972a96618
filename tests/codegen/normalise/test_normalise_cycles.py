from __future__ import annotations

import pytest

TREES = {
    "an array of itself": (
        """
        Tree: {type: array, items: {$ref: '#/components/schemas/Tree'}}
        """,
        "list[Any]",
    ),
    "an array of arrays of itself": (
        """
        Tree: {type: array, items: {type: array, items: {$ref: '#/components/schemas/Tree'}}}
        """,
        "list[list[Any]]",
    ),
    "two arrays of each other": (
        """
        Tree: {type: array, items: {$ref: '#/components/schemas/Bush'}}
        Bush: {type: array, items: {$ref: '#/components/schemas/Tree'}}
        """,
        "list[list[Any]]",
    ),
    "any json": (
        """
        Tree:
          oneOf:
            - {type: string}
            - {type: array, items: {$ref: '#/components/schemas/Tree'}}
            - {type: object, additionalProperties: {$ref: '#/components/schemas/Tree'}}
        """,
        "list[Any] | str | TreeOption3",
    ),
    "a choice and an array": (
        """
        Tree: {anyOf: [{type: string}, {$ref: '#/components/schemas/Bush'}]}
        Bush: {type: array, items: {$ref: '#/components/schemas/Tree'}}
        """,
        "list[Any] | str",
    ),
    "a choice of itself": (
        """
        Tree: {oneOf: [{type: string}, {type: integer}, {$ref: '#/components/schemas/Tree'}]}
        """,
        "Any | int | str",
    ),
    "only itself": (
        """
        Tree: {oneOf: [{$ref: '#/components/schemas/Tree'}]}
        """,
        "Any",
    ),
}


def fragment(schemas):
    return f"""
    paths:
      /a:
        get:
          operationId: a
          responses:
            '200':
              description: x
              content: {{application/json: {{schema: {{$ref: '#/components/schemas/User'}}}}}}
    components:
      schemas:
        User: {{type: object, properties: {{tree: {{$ref: '#/components/schemas/Tree'}}}}}}
        {schemas}
    """


@pytest.mark.parametrize("schemas", [s for s, _ in TREES.values()], ids=TREES.keys())
def test_the_generator_drops_the_circle_and_its_users(stock, schemas):
    parsed = stock(fragment(schemas))
    assert parsed.errors
    assert "User" not in parsed.classes


@pytest.mark.parametrize(("schemas", "made"), TREES.values(), ids=TREES.keys())
def test_one_reference_becomes_any_value(repaired, schemas, made):
    result = repaired(fragment(schemas))
    assert result.parsed.types("User") == {"tree": made}
    assert result.parsed.endpoint("a").response_type().as_unembedded_code() == "User"
    assert [*result.by("cycles"), *result.by("all of")]


@pytest.mark.parametrize(
    ("schemas", "types"),
    [
        (
            """
        Tree:
          type: object
          properties:
            all: {type: array, items: {$ref: '#/components/schemas/Tree'}}
            one: {$ref: '#/components/schemas/Tree'}
            """,
            {"all": "list[Tree]", "one": "Tree"},
        ),
        (
            """
        Tree: {type: object, properties: {next: {$ref: '#/components/schemas/List'}}}
        List: {type: array, items: {$ref: '#/components/schemas/Tree'}}
            """,
            {"next": "list[Tree]"},
        ),
        (
            """
        Tree:
          type: object
          properties:
            map:
              type: object
              additionalProperties: {oneOf: [{$ref: '#/components/schemas/Tree'}, {type: string}]}
            """,
            {"map": "TreeMap"},
        ),
    ],
)
def test_a_class_interrupts_a_circle(repaired, schemas, types):
    result = repaired(fragment(schemas))
    assert result.parsed.types("Tree") == types
    assert result.by("cycles") == []


@pytest.mark.parametrize(
    ("schemas", "last"),
    [
        ("Map: {type: object, additionalProperties: {$ref: '#/components/schemas/Map'}}", "Map"),
        (
            """
        Map:
          type: object
          additionalProperties: {oneOf: [{type: string}, {$ref: '#/components/schemas/Map'}]}
            """,
            "Map",
        ),
        (
            """
        Map: {type: object, additionalProperties: {$ref: '#/components/schemas/Other'}}
        Other:
          type: object
          additionalProperties: {type: array, items: {$ref: '#/components/schemas/Map'}}
            """,
            "Other",
        ),
    ],
)
def test_a_map_of_itself_is_cut_as_well(repaired, schemas, last):
    result = repaired(f"components:\n      schemas:\n        {schemas.strip()}")
    (cut,) = result.by("cycles")
    assert "any value instead of Map" in cut
    members = result.document["components"]["schemas"][last]["additionalProperties"]
    assert "Map" not in str(members)

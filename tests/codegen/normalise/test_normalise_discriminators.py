from __future__ import annotations

CHOICE = """
components:
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat', dog: Dog}}
    Cat: {type: object, required: [kind], properties: {kind: {type: string, description: d}}}
    Dog: {type: object, properties: {kind: {type: string, enum: [cat, dog]}}}
"""


def test_the_generator_takes_the_first_variant_that_fits(stock):
    assert stock(CHOICE).types("Cat") == {"kind": "str"}


def test_the_tag_is_constant(repaired):
    result = repaired(CHOICE)
    assert result.parsed.types("Cat") == {"kind": "Literal['cat']"}
    assert result.parsed.types("Dog") == {"kind": "Literal['dog']"}
    assert result.schemas["Cat"]["properties"]["kind"] == {"description": "d", "const": "cat"}
    assert "kind of Cat is always 'cat'" in result.by("discriminators")


def test_without_a_mapping_the_tag_is_the_vendors_name(repaired):
    result = repaired("""
    components:
      schemas:
        Pet:
          anyOf: [{$ref: '#/components/schemas/0123456789abcdefCat'},
                  {$ref: '#/components/schemas/Client'}]
          discriminator: {propertyName: kind}
        0123456789abcdefCat: {type: object, properties: {kind: {type: string}}}
        Client: {type: object, properties: {other: {type: string}}}
    """)
    assert result.parsed.types("Cat") == {"kind": "Literal['0123456789abcdefCat']"}
    assert result.parsed.types("ClientModel") == {"other": "str", "kind": "Literal['Client']"}
    assert result.schemas["Pet"]["discriminator"]["mapping"] == {
        "0123456789abcdefCat": "#/components/schemas/Cat",
        "Client": "#/components/schemas/ClientModel",
    }


def test_another_name_is_a_tag_of_its_own(repaired):
    result = repaired("""
    components:
      schemas:
        Pet:
          oneOf: [{$ref: '#/components/schemas/Kitty'}, {$ref: '#/components/schemas/Dog'}]
          discriminator: {propertyName: kind}
        Kitty: {$ref: '#/components/schemas/Cat'}
        Cat: {type: object, properties: {kind: {type: string}}}
        Dog: {type: object, properties: {kind: {type: string}}}
    """)
    assert result.parsed.types("Cat") == {"kind": "Literal['Kitty']"}


def test_a_second_tag_makes_a_copy(repaired):
    result = repaired("""
    components:
      schemas:
        Pet:
          oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
          discriminator:
            propertyName: kind
            mapping: {cat: Cat, dog: Dog, wolf: Dog}
        Cat: {type: object, properties: {kind: {type: string}}}
        Dog: {type: object, properties: {kind: {type: string}, bark: {type: integer}}}
        U: {type: object, properties: {p: {$ref: '#/components/schemas/Pet'}}}
    """)
    assert result.parsed.types("Dog") == {"kind": "Literal['dog']", "bark": "int"}
    assert result.parsed.types("DogWolf") == {"kind": "Literal['wolf']", "bark": "int"}
    assert result.parsed.types("U") == {"p": "Cat | Dog | DogWolf"}


def test_another_choice_with_another_tag_gets_a_copy(repaired):
    result = repaired("""
    components:
      schemas:
        One:
          oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
          discriminator: {propertyName: t, mapping: {a: A, b: B}}
        Two:
          oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
          discriminator: {propertyName: t, mapping: {a: A, other: B}}
        A: {type: object, properties: {t: {type: string}}}
        B: {type: object, properties: {t: {type: string}}}
        U: {type: object, properties: {one: {$ref: '#/components/schemas/One'},
                                       two: {$ref: '#/components/schemas/Two'}}}
    """)
    assert result.parsed.types("U") == {"one": "A | B", "two": "A | BOther"}
    assert result.parsed.types("BOther") == {"t": "Literal['other']"}


def test_inherited_tags_are_written_out(repaired):
    result = repaired("""
    components:
      schemas:
        Base: {type: object, required: [t], properties: {t: {type: string}, x: {type: string}}}
        A: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {a: {type: string}}}]}
        B: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {b: {type: string}}}]}
        U:
          oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
          discriminator: {propertyName: t, mapping: {a: A, b: B}}
    """)
    assert result.parsed.types("A") == {"t": "Literal['a']", "x": "str", "a": "str"}
    assert result.schemas["A"]["required"] == ["t"]
    assert result.parsed.types("Base") == {"t": "str", "x": "str"}


def test_what_a_variant_allows_itself_counts_more(repaired):
    result = repaired("""
    components:
      schemas:
        A: {type: object, properties: {t: {type: string, enum: [alpha]}}}
        B: {type: object, properties: {t: {const: beta}}}
        C: {type: object, properties: {t: {type: integer}}}
        U:
          oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'},
                  {$ref: '#/components/schemas/C'}]
          discriminator: {propertyName: t, mapping: {a: A, b: B, '3': C}}
    """)
    assert result.parsed.types("A") == {"t": "Literal['alpha']"}
    assert result.parsed.types("B") == {"t": "Literal['beta']"}
    assert result.parsed.types("C") == {"t": "Literal[3]"}


def test_tags_of_nothing_are_removed_and_other_variants_left_alone(repaired):
    result = repaired("""
    components:
      schemas:
        A: {type: object, properties: {t: {type: string}}}
        S: {type: string}
        U:
          oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/S'},
                  {type: object, properties: {t: {type: string}}}]
          discriminator: {propertyName: t, mapping: {a: A, s: S, gone: Nope, far: other.yaml#/X}}
    """)
    mapping = result.schemas["U"]["discriminator"]["mapping"]
    assert list(mapping) == ["a", "s"]
    assert result.parsed.types("UOption3") == {"t": "str"}

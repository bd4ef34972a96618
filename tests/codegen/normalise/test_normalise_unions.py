from __future__ import annotations

PET = """
components:
  schemas:
    Pet:
      type: object
      required: [petType]
      properties: {petType: {type: string}, name: {type: string}}
      discriminator: {propertyName: petType, mapping: {cat: Cat, dog: '#/components/schemas/Dog'}}
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {claws: {type: integer}}}]}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {bark: {type: string}}}]}
    Owner: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}}}
"""


def test_the_generator_drops_variants_that_include_their_choice(stock):
    parsed = stock(PET)
    assert "Cat" not in parsed.classes
    assert parsed.errors


def test_the_properties_become_a_base_of_the_variants(repaired):
    result = repaired(PET)
    assert result.parsed.types("Cat") == {
        "petType": "Literal['cat']",
        "name": "str",
        "claws": "int",
    }
    assert result.parsed.types("Dog") == {"petType": "Literal['dog']", "name": "str", "bark": "str"}
    assert result.parsed.types("Owner") == {"pet": "Cat | Dog"}
    assert result.schemas["PetBase"]["required"] == ["petType"]


def test_variants_that_do_not_include_the_properties_get_them(repaired, stock):
    fragment = """
    paths: {}
    components:
      schemas:
        Event:
          type: object
          properties: {id: {type: string}}
          required: [id]
          anyOf:
            - {$ref: '#/components/schemas/Start'}
            - {$ref: '#/components/schemas/End'}
            - {type: object, properties: {reason: {type: string}}}
            - {type: string}
        Start: {type: object, properties: {at: {type: string}}}
        End: {type: object, properties: {till: {type: string}}, additionalProperties: false}
        U: {type: object, properties: {e: {$ref: '#/components/schemas/Event'},
                                       s: {$ref: '#/components/schemas/Start'}}}
    """
    assert stock(fragment).types("U") == {"e": "End | EventType2 | Start | str", "s": "Start"}
    result = repaired(fragment)
    assert result.parsed.types("U") == {"e": "End | EventOption3 | EventStart | str", "s": "Start"}
    assert result.parsed.types("Start") == {"at": "str"}
    assert result.parsed.types("EventStart") == {"id": "str", "at": "str"}
    assert result.parsed.types("EventOption3") == {"id": "str", "reason": "str"}
    assert result.parsed.types("End") == {"id": "str", "till": "str"}
    assert result.schemas["Event"]["anyOf"][3] == {"type": "string"}


def test_an_object_and_a_choice_in_all_of_is_a_choice_of_both(repaired, stock):
    fragment = """
    components:
      schemas:
        Base: {type: object, properties: {id: {type: string}}}
        A: {type: object, properties: {a: {type: string}}}
        B: {type: object, properties: {b: {type: string}}}
        Both:
          allOf:
            - {$ref: '#/components/schemas/Base'}
            - oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
        Named: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
        More: {allOf: [{$ref: '#/components/schemas/Named'}, {properties: {x: {type: integer}}}]}
    """
    assert "More" not in stock(fragment).classes
    result = repaired(fragment)
    assert result.parsed.types("BothA") == {"id": "str", "a": "str"}
    assert result.parsed.types("BothB") == {"id": "str", "b": "str"}
    assert [m["$ref"].rsplit("/")[-1] for m in result.schemas["Both"]["oneOf"]] == [
        "BothA",
        "BothB",
    ]
    assert result.parsed.types("MoreA") == {"x": "int", "a": "str"}
    assert result.parsed.types("MoreB") == {"x": "int", "b": "str"}


def test_a_choice_with_null_in_all_of_is_what_is_there(repaired):
    result = repaired("""
    openapi: 3.1.0
    components:
      schemas:
        A: {type: object, properties: {a: {type: string}}}
        Maybe: {oneOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}
        B: {allOf: [{$ref: '#/components/schemas/Maybe'}, {properties: {b: {type: string}}}]}
    """)
    assert result.parsed.types("B") == {"a": "str", "b": "str"}


def test_a_choice_that_offers_what_includes_it_ends(repaired):
    result = repaired("""
    components:
      schemas:
        U: {oneOf: [{$ref: '#/components/schemas/S'}, {$ref: '#/components/schemas/T'}]}
        S: {allOf: [{$ref: '#/components/schemas/U'}, {properties: {s: {type: string}}}]}
        T: {type: object, properties: {t: {$ref: '#/components/schemas/U'}}}
    """)
    assert result.parsed.types("S") == {"s": "str"}
    assert result.parsed.types("T") == {"t": "S | T"}

from __future__ import annotations

import pytest

PETS = """
paths:
  /pets:
    get:
      responses:
        '200':
          description: x
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}
    post:
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses: {'204': {description: x}}
    put:
      requestBody:
        content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses: {'204': {description: x}}
components:
  schemas:
    Pet:
      type: object
      required: [kind]
      properties: {kind: {type: string}, friend: {$ref: '#/components/schemas/Pet'}}
      discriminator: {propertyName: kind, mapping: {cat: Cat, dog: Dog, poodle: Poodle, pet: Pet}}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {claws: {type: integer}}}]}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {bark: {type: string}}}]}
    Poodle: {allOf: [{$ref: '#/components/schemas/Dog'}]}
    Owner:
      type: object
      properties:
        pet: {nullable: true, allOf: [{$ref: '#/components/schemas/Pet'}]}
        other: {description: d, allOf: [{$ref: '#/components/schemas/Pet'}]}
        cat: {$ref: '#/components/schemas/Cat'}
"""  # noqa: E501


def test_the_generator_reads_the_base_alone(stock):
    assert stock(PETS).types("Owner")["other"] == "Pet"
    assert stock(PETS).types("Cat")["kind"] == "str"


def test_where_the_base_is_promised_its_subclasses_are_too(repaired):
    result = repaired(PETS)
    every = "Cat | Dog | Pet | Poodle"
    types = result.parsed.types("Owner")
    assert sorted(types["other"].split(" | ")) == sorted(every.split(" | "))
    assert sorted(types["pet"].split(" | ")) == sorted(f"{every} | None".split(" | "))
    assert types["cat"] == "Cat"
    answer = result.operation("/pets")["responses"]["200"]["content"]["application/json"]
    assert answer["schema"]["items"] == {"$ref": "#/components/schemas/AnyPet"}
    assert "AnyPet offers Poodle, Cat, Dog and Pet" in result.by("subclasses")


def test_each_subclass_has_its_tag_and_the_base_takes_what_is_left(repaired):
    result = repaired(PETS)
    kinds = {name: result.parsed.types(name)["kind"] for name in ("Pet", "Cat", "Dog", "Poodle")}
    assert kinds == {
        "Pet": "str",
        "Cat": "Literal['cat']",
        "Dog": "Literal['dog']",
        "Poodle": "Literal['poodle']",
    }
    assert "bark" in result.parsed.types("Poodle")
    assert result.schemas["Pet"]["additionalProperties"] == {}
    assert "additionalProperties" not in result.schemas["Cat"]
    assert list(result.schemas["Pet"]["x-vendor-discriminator"]) == ["propertyName", "mapping"]


def test_a_body_of_plain_fields_stays_the_base(repaired):
    body = repaired(PETS).operation("/pets", "put")["requestBody"]["content"]
    assert body["application/x-www-form-urlencoded"]["schema"] == {
        "$ref": "#/components/schemas/Pet"
    }


@pytest.mark.parametrize(
    ("tag", "types"),
    [
        ("{type: string}", {"Literal['a.Cat']", "Literal['Dog']"}),
        ("{type: string, enum: [a.Cat]}", {"Literal['a.Cat']", "Kind"}),
    ],
)
def test_without_a_mapping_the_vendors_names_are_the_tags(repaired, tag, types):
    result = repaired(f"""
    components:
      schemas:
        Kind: {tag}
        Pet: {{type: object, properties: {{kind: {{$ref: '#/components/schemas/Kind'}}}},
               discriminator: {{propertyName: kind}}}}
        a.Cat: {{allOf: [{{$ref: '#/components/schemas/Pet'}}, {{properties: {{c: {{}}}}}}]}}
        Dog: {{allOf: [{{$ref: '#/components/schemas/Pet'}}, {{properties: {{d: {{}}}}}}]}}
    """)
    assert result.parsed.types("ACat")["kind"] in types
    assert {result.parsed.types(name)["kind"] for name in ("ACat", "Dog")} == types


def test_a_subclass_with_a_discriminator_of_its_own_keeps_its_subclasses(repaired):
    result = repaired("""
    components:
      schemas:
        Pet: {type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
        Dog:
          allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {breed: {type: string}}}]
          discriminator: {propertyName: breed}
        Poodle: {allOf: [{$ref: '#/components/schemas/Dog'}, {properties: {curls: {}}}]}
        Owner:
          type: object
          properties: {pet: {$ref: '#/components/schemas/Pet'}, dog: {$ref: '#/components/schemas/Dog'}}
    """)  # noqa: E501
    assert result.parsed.types("Owner") == {"pet": "Dog | Pet", "dog": "Dog | Poodle"}
    assert result.parsed.types("Poodle") == {
        "kind": "Literal['Dog']",
        "breed": "Literal['Poodle']",
        "curls": "Any",
    }


def test_what_is_no_base_class_stays_as_it_is(repaired):
    result = repaired("""
    components:
      schemas:
        Alone: {type: object, properties: {t: {type: string}}, discriminator: {propertyName: t}}
        Text: {type: string, discriminator: {propertyName: t}}
        Base: {type: object, properties: {t: {}}, discriminator: {propertyName: t, mapping: {a: A}}}
        A: {type: string}
    """)
    assert result.by("subclasses") == []


def test_a_base_class_of_very_many_is_read_as_the_base(repaired):
    children = "\n".join(
        f"        C{n}: {{allOf: [{{$ref: '#/components/schemas/Base'}}, {{type: object}}]}}"
        for n in range(41)
    )
    result = repaired(f"""
    components:
      schemas:
        Base: {{type: object, properties: {{t: {{type: string}}}}, discriminator: {{propertyName: t}}}}
{children}
        Use: {{type: object, properties: {{one: {{$ref: '#/components/schemas/Base'}}}}}}
    """)  # noqa: E501
    assert result.parsed.types("Use") == {"one": "Base"}

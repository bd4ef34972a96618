"""Unions: which branches belong together, and texts of what an allOf brings in."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simloom_codegen.diff import Code, Direction, Level, compare

DOG = "{type: object, properties: {bark: {type: string}}}"
CAT = "{type: object, properties: {purr: {type: string}}}"


def ref(name: str) -> str:
    return f"{{$ref: '#/components/schemas/{name}'}}"


def api(answer: str, **schemas: str) -> dict[str, Any]:
    body = {"content": {"a/b": {"schema": yaml.safe_load(answer)}}}
    return {
        "openapi": "3.1.0",
        "paths": {"/pets": {"get": {"responses": {"200": body}}}},
        "components": {"schemas": {name: yaml.safe_load(text) for name, text in schemas.items()}},
    }


def codes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[Code, str]]:
    return [(change.code, change.pointer) for change in compare(old, new)]


SCHEMA = "/paths/~1pets/get/responses/200/content/a~1b/schema"


def test_a_schema_that_becomes_one_of_several_gains_the_others():
    old = api(ref("Dog"), Dog=DOG, Cat=CAT)
    new = api(f"{{oneOf: [{ref('Cat')}, {ref('Dog')}]}}", Dog=DOG, Cat=CAT)
    assert codes(old, new) == [(Code.VARIANT_ADDED, f"{SCHEMA}/oneOf/0")]
    assert codes(new, old) == [(Code.VARIANT_REMOVED, f"{SCHEMA}/oneOf/0")]
    assert compare(old, new)[0].new == compare(new, old)[0].old == "Cat"


def test_an_inline_schema_that_becomes_one_of_several_is_none_of_them():
    old = api(DOG, Dog=DOG, Cat=CAT)
    new = api(f"{{anyOf: [{ref('Cat')}, {ref('Dog')}]}}", Dog=DOG, Cat=CAT)
    assert {code for code, _ in codes(old, new)} == {Code.VARIANT_ADDED, Code.VARIANT_REMOVED}


def test_branches_of_one_component_are_compared():
    answer = f"{{oneOf: [{ref('Dog')}, {ref('Cat')}]}}"
    old = api(answer, Dog=DOG, Cat=CAT)
    new = api(answer, Dog=DOG.replace("string", "integer"), Cat=CAT)
    assert codes(old, new) == [(Code.TYPE_CHANGED, "/components/schemas/Dog/properties/bark")]


def test_a_branch_under_a_new_name_is_renamed():
    old = api(f"{{oneOf: [{ref('Dog')}, {ref('Cat')}]}}", Dog=DOG, Cat=CAT)
    new = api(f"{{oneOf: [{ref('Hound')}, {ref('Cat')}]}}", Hound=DOG, Cat=CAT)
    assert codes(old, new) == [(Code.SCHEMA_RENAMED, "/components/schemas/Hound")]


def test_a_branch_in_the_place_of_another_is_a_new_one():
    old = api(f"{{oneOf: [{ref('Dog')}, {ref('Cat')}]}}", Dog=DOG, Cat=CAT, Cow="{}")
    new = api(f"{{oneOf: [{ref('Cow')}, {ref('Cat')}]}}", Dog=DOG, Cat=CAT, Cow="{}")
    added, removed = compare(old, new)
    assert (added.code, added.level, added.new) == (Code.VARIANT_ADDED, Level.BREAKING, "Cow")
    assert (removed.code, removed.level, removed.old) == (
        *(Code.VARIANT_REMOVED, Level.HARMLESS, "Dog"),
    )


def test_the_one_inline_branch_that_differs_is_compared():
    answer = "{oneOf: [%s, {type: object, properties: {moo: {type: %s}}}]}"
    old, new = (api(answer % (ref("Dog"), kind), Dog=DOG) for kind in ("string", "integer"))
    assert codes(old, new) == [(Code.TYPE_CHANGED, f"{SCHEMA}/oneOf/1/properties/moo")]


def test_two_branches_of_one_title_are_told_apart_by_what_they_say():
    answer = "{oneOf: [{title: A, type: string, format: a}, {title: A, type: object}%s]}"
    old, new = api(answer % ""), api(answer % ", {title: B, type: array}")
    assert codes(old, new) == [(Code.VARIANT_ADDED, f"{SCHEMA}/oneOf/2")]


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_members_beside_a_union_are_compared_too(keyword):
    answer = f"{{type: object, properties: {{id: {{type: %s}}}}, {keyword}: [{ref('Dog')}, {ref('Cat')}]}}"  # noqa: E501
    old, new = (api(answer % kind, Dog=DOG, Cat=CAT) for kind in ("string", "integer"))
    assert codes(old, new) == [(Code.TYPE_CHANGED, f"{SCHEMA}/properties/id")]


def test_texts_of_a_base_belong_to_the_base():
    answer = f"{{allOf: [{ref('Dog')}, {{required: [bark]}}]}}"
    old = api(answer, Dog=DOG)
    new = api(answer, Dog=DOG.replace("type: object", "type: object, description: barks"))
    (change,) = compare(old, new)
    assert (change.code, change.direction) == (Code.DOCUMENTATION_CHANGED, Direction.NONE)
    assert (change.pointer, change.operation) == ("/components/schemas/Dog", "GET /pets")


def test_texts_that_change_places_in_an_all_of_are_the_same_texts():
    answer = "{allOf: [{description: a}, {description: b}]}"
    assert (
        codes(api(answer), api(answer.replace("a}, {description: b", "b}, {description: a"))) == []
    )

"""The vendors' own examples fit the schemas that were written from them."""

from __future__ import annotations

import json

from openapi_schema_validator import OAS31Validator

# At least so many examples come from the document itself.
DOCUMENTED = {"infobip": 9, "telcoapi": 15, "telekom-bsc": 5, "telekom-m2m": 10}

SECRET_VALUES = {
    "telcoapi": {
        "get_sim 200 active_sim": {"ki", "opc", "pin1", "pin2", "puk1", "puk2"},
        "provision_sim request with_keys": {"ki", "opc", "pin1", "pin2", "puk1", "puk2"},
        "reset_pin request pin1": {"current_pin", "new_pin"},
        "unblock_pin request pin1": {"new_pin", "puk"},
    },
    "telekom-bsc": {"create_token 200 uuid_token": {"access_token", "appToken"}},
    "telekom-m2m": {"create_token request command_line": {"client_secret"}},
}


def declared_members(schema, schemas):
    """Follow references and single allOf down to the schema that has the members."""
    while "$ref" in schema or "allOf" in schema:
        target = schema["$ref"] if "$ref" in schema else schema["allOf"][0]["$ref"]
        schema = schemas[target.rpartition("/")[2]]
    return schema


def members_of(value, schema, schemas):
    """Yield every member of an example with the schema that declares it, or None."""
    schema = declared_members(schema, schemas)
    if isinstance(value, dict):
        for key, inner in value.items():
            declared = schema.get("properties", {}).get(key)
            yield key, declared
            if declared is not None:
                yield from members_of(inner, declared, schemas)
    elif isinstance(value, list):
        for inner in value:
            yield from members_of(inner, schema.get("items", {}), schemas)


def test_the_documented_examples_are_there(examples, provider):
    assert sum(example.documented for example in examples) >= DOCUMENTED[provider]


def test_examples_are_json(examples):
    odd = [
        example.where
        for example in examples
        if json.loads(json.dumps(example.value, allow_nan=False)) != example.value
    ]
    assert odd == []


def errors(spec, example, value):
    schema = {**example.schema, "components": spec["components"]}
    return [error.message for error in OAS31Validator(schema).iter_errors(value)]


def test_examples_fit_their_schemas(spec, examples):
    wrong = {example.where: errors(spec, example, example.value) for example in examples}
    assert {where: messages for where, messages in wrong.items() if messages} == {}


def test_what_is_no_example_does_not_fit(spec, examples):
    assert [example.where for example in examples if not errors(spec, example, "text")] == []


def test_every_member_of_an_example_is_declared(examples, schemas):
    unknown = [
        f"{example.where}: {key}"
        for example in examples
        for key, declared in members_of(example.value, example.schema, schemas)
        if declared is None
    ]
    assert unknown == []


def test_secrets_in_examples_are_marked_in_their_schema(examples, schemas, provider):
    marked = {}
    for example in examples:
        for key, declared in members_of(example.value, example.schema, schemas):
            if declared and declared.get("x-secret"):
                marked.setdefault(example.where, set()).add(key)
    assert marked == SECRET_VALUES.get(provider, {})

"""Laws that hold for any two documents."""

from __future__ import annotations

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from simloom_codegen.diff import Code, Direction, compare, exit_code, render

NAMES = st.sampled_from(["a", "b", "c"])
COMPONENTS = ("A", "B", "C")
REFERENCES = st.sampled_from([f"#/components/schemas/{name}" for name in (*COMPONENTS, "Gone")])
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "object", "array", "null"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["a", "b", "c"]))

leaves = st.one_of(
    st.fixed_dictionaries({"$ref": REFERENCES}),
    st.fixed_dictionaries({"type": st.one_of(TYPES, st.lists(TYPES, max_size=2, unique=True))}),
    st.fixed_dictionaries({"enum": st.lists(SCALARS, max_size=3)}),
    st.booleans(),
)


def objects(schema):
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(TYPES, st.lists(TYPES, max_size=2)),
            "properties": st.dictionaries(NAMES, schema, max_size=3),
            "required": st.lists(NAMES, max_size=2, unique=True),
            "additionalProperties": schema,
            "items": schema,
            "allOf": st.lists(schema, max_size=2),
            "oneOf": st.lists(schema, max_size=3),
            "anyOf": st.lists(schema, max_size=2),
            "nullable": st.booleans(),
            "readOnly": st.booleans(),
            "default": SCALARS,
            "minimum": st.integers(0, 2),
            "exclusiveMaximum": st.one_of(st.booleans(), st.integers(0, 2)),
            "maxLength": st.integers(0, 2),
            "description": NAMES,
            "x-secret": st.booleans(),
            "$ref": REFERENCES,
        },
    )


schemas = st.recursive(leaves, objects, max_leaves=6)
contents = st.dictionaries(
    st.sampled_from(["application/json", "text/plain"]),
    st.fixed_dictionaries({"schema": schemas}),
    max_size=2,
)
parameters = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES, "in": st.sampled_from(["query", "header"]), "schema": schemas},
        optional={"required": st.booleans(), "explode": st.booleans()},
    ),
    max_size=2,
    unique_by=lambda parameter: parameter["name"],
)
operations = st.fixed_dictionaries(
    {},
    optional={
        "parameters": parameters,
        "requestBody": st.fixed_dictionaries({"content": contents, "required": st.booleans()}),
        "responses": st.dictionaries(
            st.sampled_from(["200", "404", "default"]),
            st.fixed_dictionaries({"content": contents}),
            max_size=2,
        ),
        "tags": st.lists(NAMES, max_size=1),
        "x-retry-class": st.sampled_from(["read", "set-state", "additive", "new"]),
    },
)
items = st.dictionaries(st.sampled_from(["get", "post"]), operations, max_size=2)
documents = st.fixed_dictionaries(
    {
        "openapi": st.sampled_from(["3.0.3", "3.1.0"]),
        "paths": st.dictionaries(st.sampled_from(["/a", "/b/{x}"]), items, max_size=2),
        "components": st.fixed_dictionaries(
            {"schemas": st.dictionaries(st.sampled_from(COMPONENTS), schemas, max_size=3)}
        ),
    },
    optional={"webhooks": st.dictionaries(NAMES, items, max_size=1)},
)

KEYWORDS = st.sampled_from(
    [
        *("paths", "/a", "get", "post", "parameters", "requestBody", "responses", "200", "content"),
        *("a/b", "schema", "$ref", "properties", "a", "items", "allOf", "oneOf", "type", "enum"),
        *(
            "components",
            "schemas",
            "A",
            "headers",
            "callbacks",
            "name",
            "in",
            "required",
            "minimum",
        ),
        *(
            "servers",
            "security",
            "securitySchemes",
            "tags",
            "webhooks",
            "encoding",
            "discriminator",
        ),
        *("mapping", "url", "variables", "default", "info", "x-quota", "example", 200, True, None),
    ]
)
rubbish = st.recursive(
    st.one_of(SCALARS, REFERENCES, KEYWORDS, st.floats()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYWORDS, inner, max_size=4)
    ),
    max_leaves=25,
)

OPPOSITE = {
    Code.OPERATION_REMOVED: {Code.OPERATION_ADDED},
    Code.PARAMETER_REMOVED: {Code.PARAMETER_ADDED_OPTIONAL, Code.PARAMETER_ADDED_REQUIRED},
    Code.REQUEST_BODY_REMOVED: {
        Code.REQUEST_BODY_ADDED_OPTIONAL,
        Code.REQUEST_BODY_ADDED_REQUIRED,
    },
    Code.MEDIA_TYPE_REMOVED: {Code.MEDIA_TYPE_ADDED},
    Code.RESPONSE_STATUS_REMOVED: {Code.RESPONSE_STATUS_ADDED},
    Code.REQUEST_PROPERTY_REMOVED: {
        Code.REQUEST_PROPERTY_ADDED_OPTIONAL,
        Code.REQUEST_PROPERTY_ADDED_REQUIRED,
    },
    Code.RESPONSE_PROPERTY_REMOVED: {Code.RESPONSE_PROPERTY_ADDED},
    Code.VARIANT_REMOVED: {Code.VARIANT_ADDED},
    Code.SCHEMA_REMOVED: {Code.SCHEMA_ADDED},
}


def shuffled(value, random):
    if isinstance(value, dict):
        members = [(key, shuffled(member, random)) for key, member in value.items()]
        random.shuffle(members)
        return dict(members)
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


@given(documents)
def test_a_document_does_not_differ_from_itself(document):
    assert compare(document, copy.deepcopy(document)) == []


@given(documents, documents, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_count(old, new, random):
    assert compare(shuffled(old, random), shuffled(new, random)) == compare(old, new)


@given(documents, documents)
def test_what_is_removed_one_way_is_added_the_other_way(old, new):
    there, back = compare(old, new), compare(new, old)
    for removed, added in OPPOSITE.items():
        gone = {(c.direction, c.pointer, c.operations) for c in there if c.code == removed}
        come = {(c.direction, c.pointer, c.operations) for c in back if c.code in added}
        assert gone == come


@given(documents, documents)
def test_changes_are_unique_and_sorted_and_reported_and_nothing_is_modified(old, new):
    before = copy.deepcopy((old, new))
    changes = compare(old, new)
    assert (old, new) == before
    assert len(set(changes)) == len(changes)
    assert [c.level for c in changes] == sorted((c.level for c in changes), reverse=True)
    assert exit_code(changes) == max((c.level for c in changes), default=0)
    assert len(json.loads(render(changes, "json"))["changes"]) == len(changes)
    assert render(changes, "md").count("\n- ") == len(changes)


@settings(max_examples=250)
@given(rubbish, rubbish)
def test_rubbish_is_read_as_far_as_it_makes_sense(one, other):
    old = {"openapi": "3.1.0", "paths": {"/a": one}, "components": other}
    new = {"openapi": "3.1.0", "paths": other, "components": {"schemas": one}, "servers": other}
    assert compare(old, old) == []
    for changes in (compare(old, new), compare(new, old)):
        assert all(isinstance(c.direction, Direction) and c.message for c in changes)
        render(changes, "json")


@given(rubbish)
def test_a_document_of_rubbish_does_not_differ_from_itself(value):
    document = {"openapi": "3.1.0", "paths": {"/a": {"get": value}}, "info": value}
    assert compare(document, copy.deepcopy(document)) == []

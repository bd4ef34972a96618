from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom_codegen.normalise.property_names import are_distinct, generated_names


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["restrictionStatus:", "restrictionStatus"], ["restrictionStatus2", "restrictionStatus"]),
        (["a b", "a.b"], ["a b", "ab2"]),
        (["type", "type_"], ["type", "type2"]),
        (["$", "@"], ["$", "@2"]),
        (["a-b", "aB", "ab"], ["ab2", "aB", "ab"]),
        (["", "$"], ["", "$2"]),
        (["simId", "sim_id", "SimId"], ["simId", "sim_id", "SimId"]),
        (["id", "name"], ["id", "name"]),
        (["a.b", "a b", "ab2"], ["a.b", "ab3", "ab2"]),
    ],
)
def test_properties_get_python_names_of_their_own(repaired, names, expected):
    properties = ", ".join(f"'{name}': {{type: string}}" for name in names)
    result = repaired(f"""
    components: {{schemas: {{A: {{type: object, required: ['{names[-1]}', x],
                                properties: {{{properties}}}}}}}}}
    """)
    schema = result.schemas["A"]
    assert list(schema["properties"]) == expected
    wire = [p.get("x-wire-name", name) for name, p in schema["properties"].items()]
    assert wire == names
    assert schema["required"] == [expected[-1], "x"]
    python = [str(prop.python_name) for prop in result.parsed.model("A").values()]
    assert len(set(python)) == len(names)


def test_the_generator_drops_the_class(stock):
    parsed = stock("""
    components: {schemas: {A: {type: object, properties: {a b: {}, a.b: {}}}}}
    """)
    assert parsed.classes == []


def test_inline_members_of_all_of_count_as_well(repaired):
    result = repaired("""
    components:
      schemas:
        Base: {type: object, properties: {id: {type: string}}}
        A: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {a b: {}}, required: [a b]},
                    {properties: {a.b: {}}}]}
    """)
    assert sorted(result.parsed.types("A")) == ["a b", "ab2", "id"]


names = st.lists(
    st.sampled_from(
        ["a", "A", "a b", "a.b", "a-b", "aB", "ab", "AB", "$", "@", "type", "type_", "ü"]
    ),
    unique=True,
    max_size=6,
)


@given(names=names)
def test_the_rule_is_the_generators_own(parse_document, names):
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {
            "schemas": {
                "A": {"type": "object", "properties": {name: {"type": "string"} for name in names}}
            }
        },
    }
    parsed = parse_document(document)
    made = generated_names(names)
    if parsed.errors:
        assert made is None
        assert not are_distinct(names)
        return
    found = [str(prop.python_name) for prop in parsed.model("A").values()]
    assert are_distinct(names) == (len(set(found)) == len(found))
    if made is not None:
        assert sorted(made.values()) == sorted(found)

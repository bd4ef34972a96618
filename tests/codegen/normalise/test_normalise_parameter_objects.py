"""Objects in a query, and parameters that have no Python name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parameter_fragments import names, operation

from simloom_codegen.normalise import parameter_names
from simloom_codegen.normalise.path_templates import repaired as repaired_path

OBJECT = """components:
      schemas:
        Filter: {type: object, required: [status], properties: {status: {type: string}, age:
          {type: integer, description: years}, tags: {type: array, items: {type: string}}}}"""
FILTER = "name: filter, in: query, required: true, schema: {$ref: '#/components/schemas/Filter'}"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("", ["status", "age", "tags"]),
        (", style: form, explode: true", ["status", "age", "tags"]),
        (", style: deepObject", ["filter[status]", "filter[age]", "filter[tags]"]),
        (", explode: false", ["filter"]),
        (", style: pipeDelimited", ["filter"]),
    ],
)
def test_an_object_in_a_query_is_one_parameter_per_property(repaired, style, expected):
    result = repaired(operation("/a", f"{{{FILTER}{style}}}", OBJECT))
    assert [name for name, _ in names(result)] == expected
    parameters = result.operation("/a")["parameters"]
    assert [p["required"] for p in parameters] == [True, False, False][: len(parameters)]
    if len(parameters) > 1:
        assert parameters[1]["description"] == "years"
        assert parameters[1]["schema"] == {"type": "integer", "description": "years"}


def test_an_object_whose_names_are_taken_is_text(repaired):
    result = repaired(
        operation("/a", f"{{{FILTER}}}, {{name: age, in: query, schema: {{}}}}", OBJECT)
    )
    assert names(result) == [("filter", "query"), ("age", "query")]
    assert result.operation("/a")["parameters"][0]["schema"]["type"] == "string"


def test_an_object_with_objects_in_it_is_text(repaired):
    result = repaired(
        operation(
            "/a",
            "{name: f, in: query, schema: {type: object, properties: {x: {type: object}}}}",
        )
    )
    assert result.operation("/a")["parameters"][0]["schema"]["type"] == "string"


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [
        (["id:path", "id:query"], ["id:path", "id:query"]),
        (["a b:query", "a.b:query"], ["a b:query"]),
        (["simId:query", "sim_id:query"], ["simId:query", "sim_id:query"]),
        (["client:query", "url:header"], ["client:query", "url:header"]),
        (["client:query", "client_query:query"], ["client:query"]),
        (["id:path", "id:query", "id_path:header"], ["id:path", "id:query"]),
        (["$:query", "@:header"], ["$:query", "@:header"]),
        (["$:query", "@:query"], ["$:query"]),
    ],
)
def test_parameters_without_a_python_name_are_dropped(repaired, parameters, kept):
    pairs = [text.rsplit(":", 1) for text in parameters]
    path = "/a/{id}" if "id:path" in parameters else "/a"
    text = ", ".join(
        f"{{name: '{n}', in: {place}, schema: {{type: string}}}}" for n, place in pairs
    )
    result = repaired(operation(path, text))
    assert [f"{n}:{place}" for n, place in names(result)] == kept
    dropped = result.operation(path).get("x-vendor-parameters", [])
    assert len(dropped) == len(parameters) - len(kept)


parameter = st.fixed_dictionaries(
    {
        "name": st.sampled_from(
            [
                "id",
                "Id",
                "client",
                "url",
                "a b",
                "a.b",
                "ab",
                "aB",
                "$",
                "@",
                "url_query",
                "id_query",
            ]
        ),
        "in": st.sampled_from(["query", "header", "cookie"]),
        "schema": st.just({"type": "string"}),
    }
)


@given(
    parameters=st.lists(parameter, max_size=5, unique_by=lambda p: (p["name"], p["in"])),
)
def test_the_rule_is_the_generators_own(parse_document, parameters):
    parsed = parse_document(
        {
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {
                "/a": {"get": {"operationId": "a", "parameters": parameters, "responses": {}}}
            },
        }
    )
    if parsed.operations:
        endpoint = parsed.endpoint("a")
        found = [str(prop.python_name) for _, prop in endpoint.iter_all_parameters()]
        assert parameter_names.are_distinct(parameters) == (len(set(found)) == len(found))
    else:
        assert not parameter_names.are_distinct(parameters)


@given(st.text("{}ab.:/ü-", max_size=15))
def test_any_path_has_legal_variables_once(text):
    template = repaired_path(f"/{text}")
    again = repaired_path(template.path)
    assert again.path == template.path
    assert len({name for _, name in template.variables}) == len(template.variables)
    assert template.path.count("{") == template.path.count("}") == len(template.variables)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise import parameter_names
from simloom_codegen.normalise.path_templates import repaired as repaired_path


def operation(path, parameters, extra=""):
    return f"""
    openapi: 3.1.0
    paths:
      '{path}':
        get:
          operationId: a
          tags: [t]
          parameters: [{parameters}]
          responses: {{}}
    {extra}
    """


def names(result):
    (path,) = result.document["paths"]
    return [(p["name"], p["in"]) for p in result.operation(path)["parameters"]]


ID = "{name: id, in: path, required: true, schema: {type: string}}"


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/sims/{sim.id}", "{name: sim.id, in: path, required: true, schema: {type: string}}"),
        ("/sims/{id}", "{name: id, in: path, schema: {type: string}}"),
        ("/sims/{id}", ""),
        ("/sims", ID),
        ("/sims/{id}", f"{ID}, {ID}"),
        ("/a/{id}/b/{id}", ID),
        ("/sims/{id}", "{name: id, in: path, required: true, schema: {type: array, items: {}}}, x"),
        ("/a", "{name: H, in: header, schema: {type: array, items: {type: string}}}"),
        ("/a", "{name: a b, in: query, schema: {}}, {name: a.b, in: query, schema: {}}"),
    ],
)
def test_the_generator_drops_the_operation(stock, path, parameters):
    assert stock(operation(path, parameters)).operations == []


@pytest.mark.parametrize(
    ("path", "parameters", "new_path", "expected"),
    [
        (
            "/sims/{sim.id}",
            "{name: sim.id, in: path, required: true, schema: {type: string}}",
            "/sims/{sim_id}",
            ["sim_id"],
        ),
        ("/sims/{id}", "{name: id, in: path, schema: {type: string}}", "/sims/{id}", ["id"]),
        ("/sims/{id}", "", "/sims/{id}", ["id"]),
        ("/sims", ID, "/sims", []),
        ("/a/{id}/b/{id}", ID, "/a/{id}/b/{id2}", ["id", "id2"]),
        ("/a/{simId}/{sim_id}", "", "/a/{simId}/{sim_id2}", ["simId", "sim_id2"]),
        ("/a/{ICCID}", "{name: iccid, in: path, schema: {type: integer}}", "/a/{ICCID}", ["ICCID"]),
        ("/a/{id:[0-9]+}", ID, "/a/{id}", ["id"]),
        ("/a/{+id}", ID, "/a/{id}", ["id"]),
        ("/a/{}", "", "/a/{value}", ["value"]),
        ("/a/{2}", "", "/a/{value_2}", ["value_2"]),
        ("/a/{ü}", "{name: ü, in: path, schema: {type: string}}", "/a/{u}", ["u"]),
        ("/a{b", "", "/a%7Bb", []),
        ("/a}b/{c}", "", "/a%7Db/{c}", ["c"]),
        ("/a/{id}/b", f"{ID}, {{name: Q, in: query, schema: {{}}}}", "/a/{id}/b", ["id"]),
    ],
)
def test_path_parameters_match_the_path(repaired, path, parameters, new_path, expected):
    result = repaired(operation(path, parameters))
    assert list(result.document["paths"]) == [new_path]
    assert [name for name, place in names(result) if place == "path"] == expected
    endpoint = result.parsed.endpoint("a")
    assert all(p.required for p in endpoint.path_parameters)
    assert endpoint.path.get_untrusted_value().count("{") == len(expected)


def test_the_type_of_a_renamed_parameter_is_kept(repaired):
    result = repaired(
        operation("/{a.b}", "{name: a.b, in: path, schema: {type: integer}, description: d}")
    )
    assert result.operation("/{a_b}")["parameters"] == [
        {
            "name": "a_b",
            "in": "path",
            "schema": {"type": "integer"},
            "description": "d",
            "required": True,
        }
    ]


def test_a_renamed_path_never_takes_the_place_of_another(repaired):
    result = repaired("""
    paths:
      /a/{x_y}: {get: {operationId: a, responses: {}}}
      /a/{x.y}: {get: {operationId: b, responses: {}}}
      /a/{x y}: {get: {operationId: c, responses: {}}}
    """)
    assert list(result.document["paths"]) == ["/a/{x_y}", "/a/{x_y2}", "/a/{x_y3}"]
    assert len(result.parsed.operations) == 3


def test_paths_that_cannot_be_told_apart_are_an_error(repaired):
    with pytest.raises(NormaliseError, match="which is there already") as caught:
        repaired("paths: {'/a{': {}, /a%7B: {}}")
    assert caught.value.pointer == "/paths/~1a{"


def test_a_shared_parameter_is_renamed_for_one_path_only(repaired):
    result = repaired("""
    paths:
      /a/{sim.id}: {get: {operationId: a, parameters: [&p {$ref: '#/components/parameters/Id'}],
                          responses: {}}}
      /b/{Sim-Id}: {get: {operationId: b, parameters: [*p], responses: {}}}
    components: {parameters: {Id: {name: sim.id, in: path, schema: {type: integer}}}}
    """)
    assert names_of(result, "/a/{sim_id}") == ["sim_id"]
    assert names_of(result, "/b/{Sim-Id}") == ["Sim-Id"]
    assert result.document["components"]["parameters"]["Id"]["name"] == "sim.id"
    types = [e.path_parameters[0].get_type_string() for e in map(result.parsed.endpoint, "ab")]
    assert [t.as_unembedded_code() for t in types] == ["int", "int"]


def names_of(result, path):
    return [p["name"] for p in result.operation(path)["parameters"]]


def test_parameters_of_the_path_item_are_those_of_each_operation(repaired):
    result = repaired("""
    paths:
      /a/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
          - {name: q, in: query, schema: {type: string}}
          - {$ref: '#/components/parameters/Page'}
        get: {operationId: a, responses: {}}
        put:
          operationId: b
          parameters: [{name: q, in: query, schema: {type: integer}}]
          responses: {}
    components: {parameters: {Page: {name: page, in: query, schema: {type: integer}}}}
    """)
    assert "parameters" not in result.document["paths"]["/a/{id}"]
    types = {
        name: {
            str(p.python_name): p.get_type_string(no_optional=True).as_unembedded_code()
            for p in [*e.path_parameters, *e.query_parameters]
        }
        for name, e in (("a", result.parsed.endpoint("a")), ("b", result.parsed.endpoint("b")))
    }
    assert types["a"] == {"id": "str", "q": "str", "page": "int"}
    assert types["b"] == {"id": "str", "q": "int", "page": "int"}


def test_the_first_of_equal_parameters_is_kept(repaired):
    result = repaired(
        operation(
            "/a",
            "{name: q, in: query, schema: {type: integer}}, {name: q, in: query, schema: {}},"
            "{name: q, in: header, schema: {type: string}}",
        )
    )
    assert names(result) == [("q", "query"), ("q", "header")]
    assert "the second 'q' in query is dropped" in result.by("parameters")


def test_what_the_transport_sends_is_dropped(repaired):
    result = repaired(
        operation(
            "/a",
            "{name: AUTHORIZATION, in: header, schema: {type: string}},"
            "{name: content-type, in: header, schema: {}}, {name: Accept, in: header, schema: {}},"
            "{name: x-key, in: header, schema: {type: string}},"
            "{name: token, in: query, schema: {type: string}},"
            "{name: Token, in: query, schema: {type: string}},"
            "{name: Accept, in: query, schema: {type: string}},"
            "{name: Accept-Language, in: header, schema: {type: string}},"
            "{name: sid, in: cookie, schema: {type: string}}",
            "components: {securitySchemes: {k: {type: apiKey, in: header, name: X-Key},"
            " q: {type: apiKey, in: query, name: token}, c: {type: apiKey, in: cookie, name: sid},"
            " b: {type: http, scheme: bearer}, junk: {type: apiKey}}}",
        )
    )
    assert names(result) == [("Token", "query"), ("Accept", "query"), ("Accept-Language", "header")]


@pytest.mark.parametrize(
    ("location", "schema", "made"),
    [
        ("header", "{type: integer}", "int"),
        ("header", "{type: string, format: uuid}", "UUID"),
        ("header", "{type: string, enum: [x]}", "AP"),
        ("header", "{type: [string, 'null']}", "None | str"),
        ("header", "{type: string, format: date}", "str"),
        ("header", "{type: string, format: date-time}", "str"),
        ("header", "{type: string, format: binary}", "str"),
        ("header", "{type: array, items: {type: string}}", "str"),
        ("header", "{type: object, properties: {x: {type: string}}}", "str"),
        ("header", "{oneOf: [{type: string}, {type: integer}]}", "int | str"),
        ("header", "{oneOf: [{type: string, format: date}, {type: integer}]}", "str"),
        ("header", "{const: x}", "str"),
        ("header", "{}", "str"),
        ("path", "{type: string, format: date}", "datetime.date"),
        ("path", "{type: string, nullable: true}", "str"),
        ("path", "{type: [integer, 'null']}", "int"),
        ("path", "{type: integer, enum: [1, null]}", "AP"),
        ("path", "{type: array, items: {type: string}}", "str"),
        ("path", "{type: object}", "str"),
        ("path", "{}", "str"),
        ("path", "{type: 'null'}", "str"),
        ("path", "{oneOf: [{type: string}, {type: integer}, {type: 'null'}]}", "int | str"),
        ("query", "{type: array, items: {type: string, enum: [x]}}", "list[APItem]"),
        ("query", "{type: array, items: {type: object}}", "str"),
        (
            "query",
            "{oneOf: [{type: string}, {type: array, items: {type: integer}}]}",
            "list[int] | str",
        ),
        ("query", "{oneOf: [{type: string}, {type: object}]}", "str"),
        ("query", "{}", "Any"),
        ("query", "{type: object}", "str"),
        ("query", "{type: string, format: date}", "datetime.date"),
        ("cookie", "{type: string}", "str"),
        ("cookie", "{type: array, items: {type: string}}", "str"),
        ("cookie", "{type: object, properties: {x: {}}}", "str"),
    ],
)
def test_types_are_what_the_location_can_carry(repaired, location, schema, made):
    path = "/a/{p}" if location == "path" else "/a"
    result = repaired(operation(path, f"{{name: p, in: {location}, schema: {schema}}}"))
    endpoint = result.parsed.endpoint("a")
    (prop,) = getattr(endpoint, f"{location}_parameters")
    assert prop.get_type_string(no_optional=True).as_unembedded_code() == made
    (parameter,) = result.operation(path)["parameters"]
    if made == "str" and "x-vendor-schema" in parameter["schema"]:
        assert any("text" in detail for detail in result.by("parameters"))


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

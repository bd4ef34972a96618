from __future__ import annotations

import pytest
from parameter_fragments import ID, names, operation

from simloom_codegen.errors import NormaliseError


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

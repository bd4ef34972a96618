"""Documents of any kind, right or wrong, for Hypothesis."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

COMPONENTS = (
    *("Sim", "sim", "SIM", "SimCard", "Sim_Card", "simCard", "Client", "list", "class", "None"),
    *("3G", "Größe", "日本", "a/b", "a b", "a.b", "Sim«Page»", "-", "Model", "ModelModel", "Error"),
    *("0123456789abcdef01Sim", "ffffffffffffffff1Sim", "WebRTCEndpoint", "WebRtcEndpoint"),
)
MEMBERS = (
    *("id", "ID", "simId", "sim_id", "SimId", "sim-id", "class", "type", "type_", "default"),
    *("title", "example", "enum", "$ref", "properties", "items", "a b", "a.b", "a-b", "ab", "aB"),
    *("$", "@", "", "ü", "self", "kind", "x-thing", "required", "nullable"),
)
OPERATION_IDS = (
    *(None, None, "getSim", "get_sim", "GetSim", "import", "list", "2fa", "", "§", "get-sim"),
    *("get sim", "delete", "日本", "sync", "client", "getSim2", "_private"),
)
TAGS = ("sims", "Sims", "SIM cards", "import", "global", "", "!!!", "1st", "id", "日本", None)
PATHS = (
    *("/", "/sims", "/sims/{id}", "/sims/{sim.id}", "/sims/{sim_id}", "sims/{id}/{id}"),
    *("/a/{}/b/{x y}", "/{client}/{url}", "/{class}", "/a{b", "/a/{id:[0-9]+}", "/{+path*}"),
    *("/{Id}/{id}", "/{2}", "/{ü}", "/{a.b}/{a_b}"),
)
PARAMETERS = (
    *("id", "Id", "ID", "sim.id", "sim_id", "client", "url", "a b", "a.b", "ab", "class", "body"),
    *("Authorization", "Accept", "X-Key", "filter", "$", "@", "url_query", "id_path", "x"),
)
LOCATIONS = ("query", "path", "header", "cookie", "Query", "body", None)
MEDIA = (
    *("application/json", "application/json; charset=UTF-8", "*/*", "text/json", "text/plain"),
    *("application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "text/csv"),
    *("application/octet-stream", "application/vnd.api+json", "Application/JSON", "image/png"),
    *("json", "application/*+json", "application/problem+json; v=2", "nonsense"),
)
TYPES = (
    *("string", "integer", "number", "boolean", "array", "object", "null", "file", "String"),
    *("any", "", 5, None),
)
FORMATS = ("date", "date-time", "binary", "uuid", "int32", "byte", 7, None)
JUNK: tuple[Any, ...] = (
    None,
    True,
    False,
    "no",
    "yes",
    "10",
    -1,
    0,
    1.5,
    "",
    [],
    {},
    [None],
    {"a": None},
)
SCALARS = (None, True, False, 0, 1, -5, 2.5, 2.0, "", "a", "A", "b", "1", "null", "é")

names = st.sampled_from(COMPONENTS)
junk = st.sampled_from(JUNK)
types = st.one_of(
    st.sampled_from(TYPES),
    st.sampled_from(TYPES[:7]),
    st.sampled_from(TYPES[:7]),
    st.lists(st.sampled_from(TYPES), max_size=4),
)


def references(name: str) -> dict[str, Any]:
    escaped = name.replace("~", "~0").replace("/", "~1").replace(" ", "%20")
    return {"$ref": f"#/components/schemas/{escaped}"}


INNER = {"$ref": "#/components/schemas/Sim/properties/id"}
refs = st.one_of(names.map(references), names.map(references), st.just(INNER))


def _beside(schema: Any) -> Any:
    return st.fixed_dictionaries(
        {},
        optional={
            "nullable": st.sampled_from([True, True, False, "true"]),
            "title": st.sampled_from(["Same", "Title", 3]),
            "description": st.sampled_from(["words", None, 4]),
            "default": st.sampled_from(SCALARS),
            "format": st.sampled_from(FORMATS),
            "example": junk,
            "deprecated": junk,
            "maxLength": junk,
            "minimum": junk,
            "exclusiveMinimum": junk,
            "multipleOf": junk,
            "x-note": junk,
            "readOnly": junk,
            "not": schema,
            "xml": junk,
            "externalDocs": junk,
        },
    )


def _schemas(schema: Any) -> Any:
    several = st.lists(schema, max_size=3)
    members = st.dictionaries(st.sampled_from(MEMBERS), schema, max_size=4)
    required = st.one_of(st.lists(st.sampled_from(MEMBERS), max_size=3), st.just(True))
    extra = st.one_of(schema, st.booleans(), st.none())
    discriminator = st.one_of(
        st.just("kind"),
        st.fixed_dictionaries(
            {"propertyName": st.sampled_from(["kind", "type", "id"])},
            optional={
                "mapping": st.dictionaries(
                    st.sampled_from(["a", "b", "c", "Sim"]),
                    st.one_of(names, names.map(lambda n: references(n)["$ref"])),
                    max_size=3,
                )
            },
        ),
    )
    objects = st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("object"),
            "properties": members,
            "required": required,
            "additionalProperties": extra,
            "patternProperties": members,
            "allOf": several,
        },
    )
    unions = st.fixed_dictionaries(
        {},
        optional={
            "oneOf": several,
            "anyOf": several,
            "allOf": several,
            "discriminator": discriminator,
            "type": types,
            "properties": members,
            "required": required,
        },
    )
    arrays = st.fixed_dictionaries(
        {"type": st.just("array")},
        optional={
            "items": st.one_of(schema, several, st.none()),
            "prefixItems": several,
            "enum": st.lists(st.sampled_from(SCALARS), max_size=3),
        },
    )
    merged = st.tuples(st.one_of(objects, unions, arrays, refs), _beside(schema)).map(
        lambda pair: {**pair[1], **pair[0]}
    )
    return st.one_of(merged, objects, arrays)


def _plain() -> Any:
    return st.fixed_dictionaries(
        {},
        optional={
            "type": types,
            "enum": st.lists(st.sampled_from(SCALARS), max_size=4),
            "const": st.sampled_from([*SCALARS, {}, []]),
            "format": st.sampled_from(FORMATS),
            "nullable": st.sampled_from([True, False]),
            "items": st.just({"type": "string"}),
        },
    )


schemas = st.recursive(st.one_of(refs, refs, _plain(), _plain(), junk), _schemas, max_leaves=8)

contents = st.dictionaries(
    st.sampled_from(MEDIA),
    st.one_of(st.fixed_dictionaries({}, optional={"schema": schemas}), refs),
    max_size=3,
)
responses = st.dictionaries(
    st.sampled_from(
        [200, "200", "2xx", "default", 204, "404", "200 OK", "x-ext", "nonsense", 201.0]
    ),
    st.one_of(
        st.fixed_dictionaries({}, optional={"description": junk, "content": contents}),
        st.just({"$ref": "#/components/responses/Shared"}),
        refs,
        st.none(),
    ),
    max_size=3,
)
bodies = st.one_of(
    st.fixed_dictionaries({}, optional={"content": contents, "required": junk}),
    st.just({"$ref": "#/components/requestBodies/Shared"}),
    junk,
)
parameters = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"name": st.sampled_from(PARAMETERS)},
            optional={
                "in": st.sampled_from(LOCATIONS),
                "required": junk,
                "schema": schemas,
                "content": contents,
                "style": st.sampled_from(["form", "deepObject", "simple"]),
                "explode": junk,
                "type": types,
                "default": st.sampled_from(SCALARS),
            },
        ),
        st.just({"$ref": "#/components/parameters/Shared"}),
    ),
    max_size=4,
)
operations = st.fixed_dictionaries(
    {},
    optional={
        "operationId": st.sampled_from(OPERATION_IDS),
        "tags": st.one_of(st.lists(st.sampled_from(TAGS), max_size=2), junk),
        "parameters": parameters,
        "requestBody": bodies,
        "responses": responses,
        "security": st.just([{"key": []}]),
        "deprecated": junk,
        "summary": junk,
        "callbacks": st.one_of(junk, st.just({"on": {"/x": {"get": {"responses": {}}}}})),
    },
)
path_items = st.fixed_dictionaries(
    {},
    optional={
        "get": operations,
        "post": operations,
        "delete": operations,
        "parameters": parameters,
        "summary": junk,
    },
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    components = draw(st.dictionaries(names, schemas, max_size=5))
    document = {
        "openapi": draw(st.sampled_from(["3.0.3", "3.1.0", "3.0", 3.1, "3.2.0"])),
        "info": draw(st.sampled_from([{"title": "t", "version": "1"}, {"version": 1.0}, {}])),
        "paths": draw(st.dictionaries(st.sampled_from(PATHS), path_items, min_size=1, max_size=3)),
        "components": {
            "schemas": components,
            "parameters": {"Shared": {"name": "shared", "in": "query", "schema": draw(schemas)}},
            "responses": {"Shared": {"content": draw(contents)}},
            "requestBodies": {"Shared": {"content": draw(contents)}},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }
    # A reference needs something to lead to.
    for attempt in range(4):
        for name in _missing(document):
            components[name] = {} if attempt == 3 else draw(schemas)
    if json.dumps(INNER["$ref"]) in json.dumps(document):
        sim = components.get("Sim")
        if not isinstance(sim, dict) or "$ref" in sim:
            sim = components["Sim"] = {}
        if not isinstance(sim.get("properties"), dict):
            sim["properties"] = {}
        sim["properties"].setdefault("id", {"type": "string"})
    return document


def _missing(document: dict[str, Any]) -> list[str]:
    text = json.dumps(document)
    return [
        name
        for name in COMPONENTS
        if name not in document["components"]["schemas"]
        and json.dumps(references(name)["$ref"]) in text
    ]

"""What vendors do wrong, one fragment each: paths, components, and words of the repair told."""

from __future__ import annotations

from typing import Any, NamedTuple

Node = dict[str, Any]


class Fault(NamedTuple):
    """One fault; `said` are words of a repair or limit, empty where nothing needs to be told."""

    name: str
    paths: Node
    schemas: Node = {}
    said: str = ""


def answer(schema: Any, media_type: str = "application/json") -> Node:
    return {"200": {"description": "ok", "content": {media_type: {"schema": schema}}}}


def get(schema: Any = None, **fields: Any) -> Node:
    responses = {"204": {"description": "ok"}} if schema is None else answer(schema)
    return {"get": {"responses": responses, **fields}}


def post(schema: Any, media_type: str = "application/json", **fields: Any) -> Node:
    body = {"required": True, "content": {media_type: {"schema": schema}}}
    return {"post": {"requestBody": body, "responses": {"204": {"description": "x"}}, **fields}}


def parameter(name: str, place: str = "query", schema: Any = None, **fields: Any) -> Node:
    return {
        "name": name, "in": place, "required": place == "path",
        "schema": {"type": "string"} if schema is None else schema, **fields,
    }  # fmt: skip


def ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def properties(*names: str) -> Node:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}}


LONG = "VeryLongNameOfAThing" * 12
KEYWORDS = (
    *("class", "def", "None", "True", "import", "async", "match", "type", "print", "self", "cls"),
    *("list", "dict", "str", "int", "bytes", "object", "property", "id", "field", "to_dict"),
    *("__init__", "__class__", "__slots__", "_private", "Any", "Unset", "UNSET", "models"),
)
ODD_NAMES = (
    "first name",
    "größe",
    "日本",
    "2fa",
    "a-b",
    "a.b",
    "a/b",
    "@type",
    "$id",
    "",
    "#",
    "💥",
)

FAULTS = [
    Fault("query in a path", {"/q?kind=a": get(), "/q?kind=b": get()}),
    Fault("fragment in a path", {"/f#one": get()}),
    Fault("trailing slashes", {"/slash": get(), "/slash/": get()}),
    Fault(
        "one operationId twice",
        {"/twice/a": get(operationId="same"), "/twice/b": get(operationId="same")},
        said="same",
    ),
    Fault(
        "operationId by case", {"/c/a": get(operationId="getX"), "/c/b": get(operationId="GetX")}
    ),
    Fault(
        "no responses", {"/no-responses": {"get": {}}}, said="added: operation without responses"
    ),
    Fault("only default", {"/default": {"get": {"responses": {"default": {"description": "x"}}}}}),
    Fault("empty schema", {"/empty": get({})}),
    Fault("array without items", {"/array": get({"type": "array"})}),
    Fault(
        "odd enumerations",
        {
            "/enum/mixed": get({"enum": ["a", 1, None, "a", True, 2.5]}),
            "/enum/null": get({"type": "string", "enum": [None]}),
            "/enum/none": get({"type": "string", "enum": []}),
            "/enum/numbers": get({"type": "integer", "enum": ["1", "2"]}),
            "/enum/words": get({"type": "string", "enum": ["", " ", "-", "None", "é", "1", "+1"]}),
        },
    ),
    Fault(
        "required that is not there", {"/req": post({**properties("a"), "required": ["a", "b"]})}
    ),
    Fault("keywords", {"/keywords": post(properties(*KEYWORDS))}),
    Fault("odd names", {"/odd": post(properties(*ODD_NAMES))}),
    Fault(
        "schemas with Python's names",
        {f"/named/{name}": get(ref(name)) for name in ("list", "None", "Any", "Request", "Client")},
        {name: properties("a") for name in ("list", "None", "Any", "Request", "Client")},
    ),
    Fault(
        "one name in many places",
        {
            "/places/{id}": get(
                parameters=[
                    parameter("id", where) for where in ("path", "query", "header", "cookie")
                ]
            )
        },
    ),
    Fault(
        "names of our own",
        {
            "/own/{body}/{client}/{request}": post(
                properties("body"),
                parameters=[
                    *(parameter(name, "path") for name in ("body", "client", "request")),
                    *(parameter(name) for name in ("models", "self", "UNSET", "Json", "_request")),
                ],
            )
        },
    ),
    Fault(
        "headers in odd cases",
        {
            "/headers": get(
                parameters=[
                    parameter(name, "header")
                    for name in ("x-key", "X-KEY", "X_Key", "ACCEPT", "content-TYPE", "If-Match")
                ]
            )
        },
    ),
    Fault(
        "siblings of $ref",
        {
            "/siblings": get(
                {**ref("Thing"), "description": "x", "nullable": True, "type": "string"}
            )
        },
        {"Thing": properties("a")},
    ),
    Fault(
        "encoded references",
        {"/encoded": get({"$ref": "#/components/schemas/A%20~1%C3%BC"})},
        {"A /ü": properties("a")},
    ),
    Fault(
        "recursion",
        {"/recursion": get(ref("Tree"))},
        {
            "Tree": {
                "type": "object",
                "properties": {"kids": {"type": "array", "items": ref("Tree")}},
            },
            "Loop": {"anyOf": [ref("Loop"), {"type": "string"}]},
            "Ping": {"allOf": [ref("Pong")]},
            "Pong": {"type": "object", "properties": {"ping": ref("Ping")}},
        },
    ),
    Fault(
        "a huge enumeration",
        {"/huge": get({"type": "string", "enum": [f"v{i}" for i in range(1000)]})},
    ),
    Fault(
        "nested unions",
        {
            "/unions": get(
                {
                    "oneOf": [
                        {"anyOf": [{"type": "string"}, {"allOf": [ref("Cat"), properties("age")]}]},
                        {"oneOf": [ref("Cat"), ref("Dog")], "nullable": True},
                        {"type": "array", "items": {"anyOf": [ref("Cat"), {"type": "integer"}]}},
                    ]
                }
            ),
            "/pets": get(
                {
                    "oneOf": [ref("Cat"), ref("Dog")],
                    "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "Dog"}},
                }
            ),
            "/pet": get(ref("Pet")),
        },
        {
            "Cat": properties("kind", "purr"),
            "Dog": properties("kind", "bark"),
            "Pet": {**properties("type"), "discriminator": {"propertyName": "type"}},
            "Bird": {"allOf": [ref("Pet"), properties("song")]},
        },
    ),
    Fault("nullable without a type", {"/nullable": get({"nullable": True, "description": "x"})}),
    Fault(
        "wrong examples",
        {
            "/examples": get(
                {"type": "integer", "example": "x", "default": "y", "minimum": "z", "maxLength": -1}
            )
        },
    ),
    Fault(
        "formats",
        {
            "/formats": post(
                {
                    "type": "object",
                    "properties": {
                        name: {"type": kind, "format": name}
                        for kind, name in (
                            *(("integer", "int8"), ("integer", "uint64"), ("number", "decimal")),
                            *(("string", "byte"), ("string", "binary"), ("string", "base64")),
                            *(("string", "ipv4"), ("string", "time"), ("string", "duration")),
                            *(("integer", "date-time"), ("boolean", "int32"), ("number", "int64")),
                        )
                    },
                }
            )
        },
    ),
    Fault(
        "files",
        {
            "/files/raw": post({"type": "string", "format": "binary"}, "application/octet-stream"),
            "/files/form": post(
                {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "many": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "about": properties("a"),
                    },
                },
                "multipart/form-data",
            ),
            "/files/base64": post({"type": "string", "format": "base64"}, "text/plain"),
            "/files/pdf": {"get": {"responses": answer({"type": "string"}, "application/pdf")}},
            "/files/text": {"get": {"responses": answer({"type": "string"}, "text/plain")}},
        },
    ),
    Fault(
        "XML only",
        {
            "/xml": {
                "get": {"responses": answer(ref("Xml"), "application/xml")},
                **post(ref("Xml"), "application/xml"),
            }
        },
        {"Xml": properties("a")},
        said="XML",
    ),
    Fault(
        "media types",
        {
            f"/media/{index}": {
                "get": {"responses": answer(properties("a"), media_type)},
                **post(properties("b"), media_type),
            }
            for index, media_type in enumerate(
                (
                    *("*/*", "application/*", "application/*+json", "text/*", "Application/JSON"),
                    *("application/json; charset=UTF-8", "application/json;odata=verbose", "json"),
                    *("application/vnd.acme.v1+json", "application/hal+json;v=2", "", "nonsense"),
                )
            )
        },
    ),
    Fault(
        "links and callbacks",
        {
            "/hooks": post(
                {"type": "object", "properties": {"url": {"type": "string"}}},
                callbacks={"done": {"{$request.body#/url}": post(properties("a"))}},
                responses={
                    "201": {
                        "description": "made",
                        "links": {"next": {"operationId": "nowhere"}, "bad": {"$ref": "#/nowhere"}},
                    }
                },
            )
        },
        said="callback",
    ),
    Fault(
        "servers with variables",
        {
            "/servers": get(
                servers=[{"url": "https://{r}.x.example/{v}", "variables": {"r": {"enum": ["eu"]}}}]
            )
        },
        said="variable",
    ),
    Fault(
        "odd security",
        {
            "/security/a": get(security=[{"nowhere": []}, {}]),
            "/security/b": get(security={"a": []}),
            "/security/c": get(security=[]),
        },
    ),
    Fault(
        "odd tags",
        {
            "/tags/a": get(tags=["SIMs/Cards v2", "x"]),
            "/tags/b": get(tags=["sims / cards  V2"]),
            "/tags/c": get(tags=["日本"]),
            "/tags/d": get(tags=["import"]),
            "/tags/e": get(tags=[""]),
            "/tags/f": get(tags="one"),
        },
    ),
    Fault(
        "very long names",
        {
            f"/{LONG}": get(ref(LONG), operationId=f"get{LONG}", tags=[LONG]),
            f"/{LONG}/other": get(ref(f"{LONG}Other"), operationId=f"get{LONG}Other", tags=[LONG]),
        },
        {LONG: properties(LONG), f"{LONG}Other": properties("a")},
    ),
    Fault(
        "odd statuses",
        {
            "/status": {
                "get": {
                    "responses": {
                        status: {"description": "x"}
                        for status in ("200", "2XX", "4xx", "499", "520", "default", "ok", "0")
                    }
                }
            }
        },
    ),
    Fault(
        "parameters in odd forms",
        {
            "/odd-parameters/{a.b}/{c-d}": get(
                parameters=[
                    parameter("a.b", "path"),
                    parameter("c-d", "path"),
                    parameter("filter", schema=properties("a"), style="deepObject"),
                    parameter("sort[]", schema={"type": "array", "items": {"type": "string"}}),
                    parameter("when", schema={"type": "string", "format": "date-time"}),
                    {
                        "name": "json",
                        "in": "query",
                        "content": {"application/json": {"schema": {}}},
                    },
                    {"name": "bare", "in": "query"},
                    parameter("union", schema={"oneOf": [{"type": "integer"}, {"type": "string"}]}),
                ]
            )
        },
    ),
]
"""Each at paths of its own, so that one document can hold them all."""

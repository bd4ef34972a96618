"""What vendors do wrong with bodies, tags, answers and parameters, one fragment each."""

from __future__ import annotations

from vendor_fragments import Fault, answer, get, parameter, post, properties, ref

LONG = "VeryLongNameOfAThing" * 12

FAULTS = [
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

"""What published documents of SIM vendors and of the large APIs do, one fragment each."""

from __future__ import annotations

from typing import Any

from vendor_fragments import Fault, Node, answer, get, parameter, post, properties, ref


def item(*methods: str, **fields: Any) -> Node:
    return {method: {"responses": {"204": {"description": "x"}}, **fields} for method in methods}


FAULTS = [
    Fault(
        "maps of themselves",
        {"/maps": get({"type": "array", "items": ref("MapOfMaps")}), "/maps/any": get(ref("Json"))},
        {
            "MapOfMaps": {"type": "object", "additionalProperties": ref("MapOfMaps")},
            "MapOfOther": {"type": "object", "additionalProperties": ref("OtherMap")},
            "OtherMap": {"type": "object", "additionalProperties": ref("MapOfOther")},
            "Json": {
                "oneOf": [
                    {"type": "string"},
                    {"type": "array", "items": ref("Json")},
                    {"type": "object", "additionalProperties": ref("Json")},
                ]
            },
            "OpenTree": {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "additionalProperties": {"type": "array", "items": ref("OpenTree")},
            },
        },
    ),
    Fault(
        "maps of constants",
        {"/constants": get(ref("Constants"))},
        {
            "Constants": {"type": "object", "additionalProperties": {"const": "on"}},
            "Numbers": {"type": "object", "additionalProperties": {"enum": [1, None, "x"]}},
        },
    ),
    Fault(
        "bodies that never come",
        {
            "/empty/{id}": {
                "delete": {
                    "operationId": "empty_delete",
                    "parameters": [parameter("id", "path", {"type": "number", "format": "double"})],
                    "responses": {
                        "204": {
                            "description": "gone",
                            "content": {"application/json": {"schema": properties("a")}},
                        },
                        "401": {"description": "no", "content": {}},
                    },
                },
                "head": {
                    "operationId": "empty_head",
                    "responses": answer(ref("Probe")),
                },
            }
        },
        {"Probe": properties("a")},
        said="has no body",
    ),
    Fault(
        "a schema that is nowhere",
        {"/lost": get({"$ref": "#/components/schemas/Lost"})},
        said="leads nowhere",
    ),
    Fault(
        "an answer that is nowhere",
        {"/lost-answer": item("get", responses={"200": {"$ref": "#/components/responses/Lost"}})},
        said="leads nowhere",
    ),
    Fault(
        "JSON twice",
        {
            "/charset": {
                "post": {
                    "requestBody": {
                        "content": {
                            media_type: {"schema": properties("text")}
                            for media_type in ("application/json", "application/json;charset=UTF-8")
                        }
                    },
                    "responses": {"201": {"description": "made", "content": {}}},
                }
            }
        },
    ),
    Fault(
        "brackets and comparisons in names",
        {
            "/brackets": get(
                parameters=[
                    *(parameter(name) for name in ("page[number]", "page[size]", "a.b", "$top")),
                    *(parameter(name) for name in ("Start<", "Start>", "Start", "continue", "+1")),
                    parameter("filter[state][]", schema={"type": "array", "items": {}}),
                    parameter("sort", schema={"type": "string", "enum": ["a.b", "-a.b", "+a.b"]}),
                ]
            ),
            "/brackets/form": post(
                properties("Start<", "Start>", "@type", "$ref", "properties", "items", "x-a"),
                "application/x-www-form-urlencoded",
            ),
        },
    ),
    Fault(
        "variables inside a segment",
        {
            "/part/sim_{iccid}/claim": item("post"),
            "/part/{id}:activate": item("post"),
            "/part/items({id})": item("get"),
            "/part/{a}.{b}": item("get"),
            "/part/{a},{b}/{a}": item("get"),
        },
    ),
    Fault(
        "a base class with a discriminator",
        {"/sink": post(ref("Sink"))},
        {
            "Sink": {
                **properties("kind"),
                "required": ["kind"],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"PLAIN": "#/components/schemas/PlainSink", "GONE": "#/nowhere"},
                },
            },
            "PlainSink": {"type": "object", "allOf": [ref("Sink"), properties("secret")]},
        },
        said="AnySink offers PlainSink and Sink",
    ),
    Fault(
        "required parts in a choice",
        {"/either": post(ref("Either"))},
        {
            "Either": {
                **properties("externalId", "msisdn"),
                "oneOf": [{"required": ["externalId"]}, {"required": ["msisdn"]}],
            },
            "Word": {
                "anyOf": [{"type": "string", "enum": ["A", "B"]}, {"type": "string"}],
                "readOnly": True,
            },
        },
    ),
    Fault(
        "types beside references",
        {"/beside": get({"properties": {"a": {**ref("Level"), "type": "string"}}})},
        {"Level": {"type": "string", "enum": ["low", "high"]}},
    ),
    Fault(
        "every method",
        {"/methods": item("get", "put", "post", "delete", "options", "head", "patch", "trace")},
    ),
]  # fmt: skip
"""Each at paths of its own, so that one document can hold them all."""

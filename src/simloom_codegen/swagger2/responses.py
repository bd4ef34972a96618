"""Responses: the schema moves below each media type that the operation produces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.walk import copied
from simloom_codegen.swagger2.parameters import joined_text, typed_schema
from simloom_codegen.swagger2.record import JSON, mapping
from simloom_codegen.swagger2.schemas import schema

if TYPE_CHECKING:
    from simloom_codegen.swagger2.record import Node, Place, Record

BYTES = "application/octet-stream"
_TYPE_OF_HEADER = ("description",)


def response(given: Any, produces: list[str], place: Place, new: Place, record: Record) -> Any:
    """Return a response of OpenAPI 3.0; what is no mapping is left for normalise to judge."""
    if not isinstance(given, dict) or "$ref" in given:
        return copied(given) if isinstance(given, dict | list) else given
    made: Node = {
        key: copied(value) if isinstance(value, dict | list) else value
        for key, value in given.items()
        if key not in {"schema", "headers", "examples"}
    }
    made.setdefault("description", "")
    if "headers" in given:
        made["headers"] = {
            name: _header(value, (*place, "headers", name), record)
            for name, value in mapping(given["headers"]).items()
        }
    content = _content(given, produces, place, new, record)
    if content:
        made["content"] = content
    return made


def _content(given: Node, produces: list[str], place: Place, new: Place, record: Record) -> Node:
    examples = mapping(given.get("examples"))
    if "schema" not in given:
        if given.get("examples"):
            record.note((*place, "examples"), "examples without a schema: any value is assumed")
        return {name: {"schema": {}, "example": value} for name, value in examples.items()}
    inner = schema(given["schema"], (*place, "schema"), record)
    if mapping(given["schema"]).get("type") == "file":
        media_types = produces or [BYTES]
    else:
        media_types = produces or [JSON]
    if not produces:
        record.note(place, f"the operation produces nothing: {media_types[0]} is assumed")
    record.move((*place, "schema"), (*new, "content", media_types[0], "schema"))
    content: Node = {
        name: {"schema": copied(inner) if isinstance(inner, dict) else inner}
        for name in media_types
    }
    for name, value in examples.items():
        if name in content:
            content[name]["example"] = value
        else:
            record.note((*place, "examples", name), "left out: nothing produces this media type")
    return content


def _header(given: Any, place: Place, record: Record) -> Any:
    if not isinstance(given, dict):
        return given
    made: Node = {key: given[key] for key in _TYPE_OF_HEADER if key in given}
    made |= {key: value for key, value in given.items() if str(key).startswith("x-")}
    typed = typed_schema(given, place, record)
    if typed.get("type") == "array" and (given.get("collectionFormat") or "csv") != "csv":
        typed = joined_text(given, place, record)
    made.pop("x-nullable", None)
    if typed:
        made["schema"] = typed
    return made

"""Schemas: nearly those of OpenAPI 3.0, with a few words spelled differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.walk import copied
from simloom_codegen.swagger2.record import mapping

if TYPE_CHECKING:
    from simloom_codegen.swagger2.record import Node, Place, Record

_ONE = ("items", "additionalProperties", "not")
_MANY = ("allOf", "anyOf", "oneOf")
_NAMED = ("properties", "patternProperties")
_NOT_IN_SWAGGER_2 = ("anyOf", "oneOf", "not")
MAPPED_VALUE = "x-ms-discriminator-value"


def definitions(document: Node, record: Record) -> Node:
    """Return the component schemas made of `definitions`."""
    record.move(("definitions",), ("components", "schemas"))
    given = document.get("definitions")
    if given is not None and not isinstance(given, dict):
        record.note(("definitions",), "left out: this is no mapping")
    made = {
        name: schema(value, ("definitions", name), record) for name, value in mapping(given).items()
    }
    _map_discriminators(made)
    return made


def schema(given: Any, place: Place, record: Record) -> Any:
    """Return a schema of OpenAPI 3.0; what is no mapping is left for normalise to judge."""
    if not isinstance(given, dict):
        return copied(given) if isinstance(given, list) else given
    if "$ref" in given:
        _tell_siblings(given, place, record)
        return {"$ref": given["$ref"]} if isinstance(given["$ref"], str) else copied(given)
    made: Node = {}
    for key, value in given.items():
        if key in _NAMED and isinstance(value, dict):
            made[key] = {
                name: schema(child, (*place, key, name), record) for name, child in value.items()
            }
        elif key in _MANY and isinstance(value, list):
            made[key] = [
                schema(child, (*place, key, index), record) for index, child in enumerate(value)
            ]
        elif key in _ONE or (key in _MANY and isinstance(value, dict)):
            made[key] = schema(value, (*place, key), record)
        else:
            made[key] = copied(value) if isinstance(value, dict | list) else value
    for key in _NOT_IN_SWAGGER_2:
        if key in given:
            record.note((*place, key), "no word of Swagger 2.0: read as in OpenAPI 3.0")
    _respell(made, place, record)
    return made


def _respell(made: Node, place: Place, record: Record) -> None:
    if made.get("type") == "file":
        made |= {"type": "string", "format": "binary"}
    if isinstance(made.get("x-nullable"), bool) and "nullable" not in made:
        made["nullable"] = made.pop("x-nullable")
    if isinstance(made.get("discriminator"), str):
        made["discriminator"] = {"propertyName": made["discriminator"]}
    if "collectionFormat" in made:
        word = made.pop("collectionFormat")
        record.note((*place, "collectionFormat"), f"{word!r} means nothing in a body: left out")
    if "allowEmptyValue" in made:
        del made["allowEmptyValue"]
        record.note((*place, "allowEmptyValue"), "means nothing in a body: left out")


def _tell_siblings(given: Node, place: Place, record: Record) -> None:
    siblings = [str(key) for key in given if key != "$ref"]
    if siblings:
        record.note(
            place, f"left out beside $ref, where Swagger 2.0 ignores it: {', '.join(siblings)}"
        )


def _map_discriminators(made: Node) -> None:
    """Write down which value stands for which schema, where the vendor says so (an Azure habit)."""
    for name, child in made.items():
        value = mapping(child).get(MAPPED_VALUE)
        for part in mapping(child).get("allOf") or () if isinstance(value, str) else ():
            base_name = str(mapping(part).get("$ref", "")).removeprefix("#/definitions/")
            discriminator = mapping(made.get(base_name)).get("discriminator")
            if isinstance(discriminator, dict):
                discriminator.setdefault("mapping", {})[value] = f"#/definitions/{name}"

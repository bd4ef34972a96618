"""`in: body` and `in: formData` become one request body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.walk import copied
from simloom_codegen.swagger2.parameters import TYPE_WORDS, joined_text, place_of, typed_schema
from simloom_codegen.swagger2.record import JSON, mapping
from simloom_codegen.swagger2.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simloom_codegen.swagger2.record import Node, Place, Record

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

Placed = tuple["Place", "Node"]


def request_body(
    parameters: Sequence[Placed], consumes: list[str], place: Place, new: Place, record: Record
) -> Node | None:
    """Return the request body of an operation.

    `parameters` are those in body and formData with their places, `place` is the operation's,
    `new` the place of the request body in the converted document.
    """
    bodies = [item for item in parameters if place_of(item[1]) == "body"]
    fields = [item for item in parameters if place_of(item[1]) != "body"]
    if bodies:
        for where, _ in [*bodies[1:], *fields]:
            record.note(where, "left out: the operation has a body already")
        return _body(*bodies[0], consumes, place, new, record)
    return _form(fields, consumes, place, record) if fields else None


def _body(
    where: Place, given: Node, consumes: list[str], place: Place, new: Place, record: Record
) -> Node:
    if not consumes:
        record.note((*place, "consumes"), f"none is given: {JSON} is assumed")
    media_types = consumes or [JSON]
    content: Any
    if "schema" not in given and any(word in given for word in TYPE_WORDS):
        record.note(where, "a body without a schema: its type is read as one")
        content = typed_schema(given, where, record)
    else:
        content = schema(given.get("schema", {}), (*where, "schema"), record)
    record.move((*where, "schema"), (*new, "content", media_types[0], "schema"))
    made: Node = {
        "content": {
            name: {"schema": copied(content) if isinstance(content, dict) else content}
            for name in media_types
        }
    }
    _describe(made, given)
    return made


def _form(fields: Sequence[Placed], consumes: list[str], place: Place, record: Record) -> Node:
    media_types = _form_types(fields, consumes, place, record)
    properties: Node = {}
    required: list[str] = []
    encoding: Node = {}
    for where, given in fields:
        name = given.get("name")
        if not isinstance(name, str) or not name:
            record.note(where, "left out: a form field without a name")
            continue
        if name in properties:
            record.note(where, f"left out: a second form field {name!r}")
            continue
        properties[name] = _field(given, where, record)
        if given.get("required") in (True, "true"):
            required.append(name)
        if properties[name].get("type") == "array":
            encoding[name] = {"style": "form", "explode": True}
    content: Node = {"type": "object", "properties": properties}
    if required:
        content["required"] = required
    made: Node = {"content": {}}
    for media_type in media_types:
        made["content"][media_type] = {"schema": copied(content)}
        if encoding and media_type == FORM:
            made["content"][media_type]["encoding"] = copied(encoding)
    if required:
        made["required"] = True
    return made


def _field(given: Node, where: Place, record: Record) -> Node:
    made = typed_schema(given, where, record)
    if "schema" in given and not made:
        made = mapping(schema(given["schema"], (*where, "schema"), record))
    if not made:
        record.note(where, "a form field without a type: text is assumed")
        made = {"type": "string"}
    if made.get("type") == "array" and given.get("collectionFormat") != "multi":
        made = joined_text(given, where, record)
    if "allowEmptyValue" in given:
        record.note((*where, "allowEmptyValue"), "cannot be said of a form field in OpenAPI 3.0")
    for key, value in given.items():
        if key == "description" or (str(key).startswith("x-") and key not in made):
            made[key] = copied(value) if isinstance(value, dict | list) else value
    made.pop("x-nullable", None)
    return made


def _form_types(
    fields: Sequence[Placed], consumes: list[str], place: Place, record: Record
) -> list[str]:
    known = [name for name in consumes if name.split(";")[0].strip().lower() in {FORM, MULTIPART}]
    others = [name for name in consumes if name not in known]
    has_file = any(given.get("type") == "file" for _, given in fields)
    if has_file:
        suited = [name for name in known if name.split(";")[0].strip().lower() == MULTIPART]
        others = [name for name in consumes if name not in suited]
        known = suited
    if others:
        record.note((*place, "consumes"), f"left out, as no form: {', '.join(others)}")
    if not known:
        known = [MULTIPART if has_file else FORM]
        record.note((*place, "consumes"), f"no form among them: {known[0]} is assumed")
    return known


def _describe(made: Node, given: Node) -> None:
    for key, value in given.items():
        if key == "description" or str(key).startswith("x-"):
            made[key] = copied(value) if isinstance(value, dict | list) else value
    required: Any = given.get("required")
    if required in (True, "true"):
        made["required"] = True
    if isinstance(given.get("name"), str):
        made["x-vendor-name"] = given["name"]

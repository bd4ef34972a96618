"""Parameters in query, path and header: the type moves into a schema, the format into a style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.walk import copied
from simloom_codegen.swagger2.record import mapping
from simloom_codegen.swagger2.schemas import schema

if TYPE_CHECKING:
    from simloom_codegen.swagger2.record import Node, Place, Record

IN_BODY = frozenset({"body", "formdata"})
KEPT_FORMAT = "x-vendor-collection-format"
TYPE_WORDS = (
    *("type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum"),
    *("exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems"),
    *("uniqueItems", "enum", "multipleOf", "x-nullable", "nullable", "x-secret"),
)
# In the query; elsewhere OpenAPI 3 knows only text joined by commas.
_STYLES: dict[str, Node] = {
    "csv": {"style": "form", "explode": False},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "multi": {"style": "form", "explode": True},
}
_SEPARATORS = {"csv": "','", "ssv": "a space", "tsv": "a tab", "pipes": "'|'", "multi": "'&'"}


def place_of(parameter: Any) -> str:
    """Return where a parameter is sent, in lower case: some write `formdata` or `Body`."""
    return str(mapping(parameter).get("in", "")).lower()


def parameter(given: Any, place: Place, record: Record) -> Any:
    """Return a parameter of OpenAPI 3.0; what is no mapping is left for normalise to judge."""
    if not isinstance(given, dict) or "$ref" in given:
        return copied(given) if isinstance(given, dict | list) else given
    made: Node = {
        key: copied(value) if isinstance(value, dict | list) else value
        for key, value in given.items()
        if key not in TYPE_WORDS and key not in {"collectionFormat", "schema"}
    }
    typed = typed_schema(given, place, record)
    where = place_of(given)
    if where != "query" and "allowEmptyValue" in made:
        del made["allowEmptyValue"]
        record.note((*place, "allowEmptyValue"), f"has no meaning in {where or 'a parameter'}")
    if "schema" in given:
        record.note((*place, "schema"), "belongs to a body: read as the type of this parameter")
        typed = schema(given["schema"], (*place, "schema"), record)
    if typed:
        made["schema"] = typed
    if mapping(typed).get("type") == "array":
        style = _style(given, where, place, record)
        if style is None:
            made["schema"] = joined_text(given, place, record)
        else:
            made |= style
    return made


def typed_schema(given: Node, place: Place, record: Record) -> Node:
    """Return the schema that the words on a parameter, an item or a header describe."""
    made = {word: given[word] for word in TYPE_WORDS if word in given}
    if "items" in made and isinstance(made["items"], dict):
        made["items"] = _items(made["items"], (*place, "items"), record)
    result: Node = schema(made, place, record)
    return result


def joined_text(given: Node, place: Place, record: Record) -> Node:
    """Return the schema of a list that only its caller can write, and say so."""
    word = given.get("collectionFormat") or "csv"
    separator = _SEPARATORS.get(word, "an unknown mark") if isinstance(word, str) else "?"
    record.note(
        (*place, "collectionFormat"),
        f"{word!r} cannot be said in OpenAPI 3.0 here: one text, joined by the caller "
        f"with {separator}",
    )
    return {"type": "string", KEPT_FORMAT: word}


def _items(given: Node, place: Place, record: Record) -> Node:
    if given.get("type") == "array":
        return joined_text(given, place, record)
    known = {key: value for key, value in given.items() if key != "collectionFormat"}
    if "$ref" in known:
        result: Node = schema(known, place, record)
        return result
    return typed_schema(known, place, record)


def _style(given: Node, where: str, place: Place, record: Record) -> Node | None:
    word = given.get("collectionFormat") or "csv"
    if where == "path":
        return None  # the client writes one value into a path
    if where == "header":
        return {"style": "simple"} if word == "csv" else None
    if not isinstance(word, str) or word not in {*_STYLES, "tsv"}:
        record.note((*place, "collectionFormat"), f"{word!r} is unknown: read as csv")
        word = "csv"
    return dict(_STYLES[word]) if word in _STYLES else None

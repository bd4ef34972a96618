"""An OpenAPI document as plain values, and references within it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from simloom.newprovider.refusal import CannotCreate

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("get", "put", "post", "delete", "patch")
BIGGEST = 64 * 1024 * 1024
_DEEPEST = 32
_MOST_PARTS = 200  # of one schema; each is a level of recursion at most
_FORM = "give the vendor's OpenAPI 3 or Swagger 2.0 document, as JSON or YAML"


def read_document(content: bytes, name: str) -> dict[str, Any]:
    """Return the parsed document; `name` is for the errors, and its ending tells nothing.

    Raises `CannotCreate` for anything that is no OpenAPI document with paths, and when the YAML
    reader of the extra `codegen` is missing.
    """
    if len(content) > BIGGEST:
        raise CannotCreate(f"{name} has more than {BIGGEST >> 20} MiB", _FORM)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotCreate(f"{name} is not UTF-8 text", _FORM) from None
    if not text.strip():
        raise CannotCreate(f"{name} is empty", _FORM)
    if text.lstrip()[:1] == "<":
        raise CannotCreate(f"{name} is a web page or XML, not an OpenAPI document", _FORM)
    document = _parse(text, name)
    if not isinstance(document, dict) or not ({"openapi", "swagger"} & document.keys()):
        raise CannotCreate(f"{name} is not an OpenAPI document: it names no version", _FORM)
    if not isinstance(document.get("paths"), dict) or not document["paths"]:
        raise CannotCreate(f"{name} has no paths", _FORM)
    return document


def _parse(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    from simloom.newprovider.extra import wanted  # noqa: PLC0415  (only where it is not JSON)

    yaml = wanted("yaml")
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CannotCreate(f"{name} is neither JSON nor YAML: {line}", _FORM) from None


def resolved(document: dict[str, Any], value: Any) -> dict[str, Any]:
    """Follow local references (RFC 6901) and return the object; empty for anything else."""
    for _ in range(_DEEPEST):
        if not isinstance(value, dict):
            return {}
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return value
        if not reference.startswith("#/"):
            return {}
        value = document
        for step in reference[2:].split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            value = value.get(key) if isinstance(value, dict) else None
    return {}


def properties(
    document: dict[str, Any], schema: Any, seen: set[int] | None = None
) -> dict[str, Any]:
    """Return the members that a schema names, those of `allOf` parts included.

    Of a choice, those of the one part that is not null. `seen` has the parts that were read.
    """
    found: dict[str, Any] = {}
    whole = resolved(document, schema)
    seen = set() if seen is None else seen
    if not _is_first(whole, seen):
        return found
    for choice in ("oneOf", "anyOf"):
        options = whole.get(choice)
        if isinstance(options, list):
            others = [one for one in options if resolved(document, one).get("type") != "null"]
            if len(others) == 1:
                found |= properties(document, others[0], seen)
    parts = whole.get("allOf")
    if isinstance(parts, list):
        for one in parts:
            found |= properties(document, one, seen)
    own = whole.get("properties")
    return (
        found | {str(key): value for key, value in own.items()} if isinstance(own, dict) else found
    )


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method in capitals, and the operation with the parameters of its path."""
    paths = document.get("paths")
    for path, given in paths.items() if isinstance(paths, dict) else ():
        item = resolved(document, given)
        for method in METHODS:
            operation = item.get(method)
            if isinstance(path, str) and isinstance(operation, dict):
                shared, own = item.get("parameters"), operation.get("parameters")
                both = [
                    *(shared if isinstance(shared, list) else []),
                    *(own if isinstance(own, list) else []),
                ]
                told = {
                    (one["in"], one["name"]): one
                    for one in (resolved(document, entry) for entry in both)
                    if isinstance(one.get("in"), str) and isinstance(one.get("name"), str)
                }
                yield path, method.upper(), {**operation, "parameters": list(told.values())}


def answer_schema(
    document: dict[str, Any], operation: dict[str, Any], status: int = 200
) -> dict[str, Any]:
    """Return the schema of the JSON of an answer; empty when there is none."""
    answers = operation.get("responses")
    if not isinstance(answers, dict):
        return {}
    told = answers.get(str(status), answers.get(status))
    answer = resolved(document, answers.get("2XX") if told is None else told)
    if "schema" in answer:  # Swagger 2.0
        return resolved(document, answer["schema"])
    content = answer.get("content")
    for media, body in content.items() if isinstance(content, dict) else ():
        if "json" in str(media) and isinstance(body, dict):
            return resolved(document, body.get("schema"))
    return {}


def answer_headers(document: dict[str, Any], operation: dict[str, Any]) -> frozenset[str]:
    """Return the names, in lower case, of the headers that a 200 answer is told to have."""
    answers = operation.get("responses")
    told = answers if isinstance(answers, dict) else {}
    headers = resolved(document, told.get("200", told.get(200))).get("headers")
    return (
        frozenset(str(name).lower() for name in headers)
        if isinstance(headers, dict)
        else frozenset()
    )


def sent_json(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema of the JSON that an operation takes; None where that is no JSON object.

    A list of changes (RFC 6902) is none.
    """
    for one in operation["parameters"]:
        if one.get("in") == "body":  # Swagger 2.0
            return resolved(document, one.get("schema"))
    content = resolved(document, operation.get("requestBody")).get("content")
    found = [
        resolved(document, body.get("schema"))
        for media, body in (content.items() if isinstance(content, dict) else ())
        if re.fullmatch(r"application/(?:merge-patch\+|[\w.-]+\+)?json(?:;.*)?", str(media))
        and "json-patch" not in str(media)
        and isinstance(body, dict)
    ]
    return found[0] if len(found) == 1 else None


def required(document: dict[str, Any], schema: Any, seen: set[int] | None = None) -> frozenset[str]:
    """Return the names of the members that an object has to have."""
    whole = resolved(document, schema)
    seen = set() if seen is None else seen
    if not _is_first(whole, seen):
        return frozenset()
    own, parts = whole.get("required"), whole.get("allOf")
    names = own if isinstance(own, list) else []
    found = frozenset(name for name in names if isinstance(name, str))
    if isinstance(parts, list):
        for one in parts:
            found |= required(document, one, seen)
    return found


def _is_first(whole: dict[str, Any], seen: set[int]) -> bool:
    """Tell whether a part is read for the first time: parts of parts may double at each level."""
    if not whole or id(whole) in seen or len(seen) >= _MOST_PARTS:
        return False
    seen.add(id(whole))
    return True

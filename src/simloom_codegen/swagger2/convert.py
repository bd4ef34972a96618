"""One Swagger 2.0 document in, one OpenAPI 3.0 document out, and a note for each loss.

Mechanical moves are not noted. What is: what OpenAPI 3.0 cannot say, what the vendor left open so
that something had to be assumed, and what is wrong by the specification of Swagger 2.0
(https://swagger.io/specification/v2/). Values of a wrong type pass as they are where the normalise
step for OpenAPI 3 judges them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from simloom_codegen.errors import DocumentError
from simloom_codegen.normalise.kinds import METHODS
from simloom_codegen.normalise.walk import copied
from simloom_codegen.swagger2.operations import operation, split_parameters
from simloom_codegen.swagger2.parameters import IN_BODY, parameter, place_of
from simloom_codegen.swagger2.record import STEP, Record, mapping, texts
from simloom_codegen.swagger2.references import redirect
from simloom_codegen.swagger2.responses import response
from simloom_codegen.swagger2.schemas import definitions
from simloom_codegen.swagger2.security import security_schemes
from simloom_codegen.swagger2.servers import servers

if TYPE_CHECKING:
    from simloom_codegen.document import Document
    from simloom_codegen.normalise.changes import Change
    from simloom_codegen.swagger2.record import Node

__all__ = ["STEP", "Converted", "convert"]

VERSION = "3.0.3"
_CONVERTED = frozenset(
    {
        *("swagger", "host", "basePath", "schemes", "consumes", "produces", "paths"),
        *("definitions", "parameters", "responses", "securityDefinitions"),
    }
)
_KEPT = frozenset({"info", "tags", "externalDocs", "security"})
_PATHS_OF_AZURE = "x-ms-paths"


@frozen
class Converted:
    """The OpenAPI 3.0 document, and what was lost or assumed, with places of the vendor's file."""

    document: Document = field(repr=False)
    changes: tuple[Change, ...]


def convert(document: Document, *, name: str) -> Converted:
    """Convert a Swagger 2.0 document, which stays as it is; `name` is the file in errors.

    Raises `DocumentError` for another version of Swagger.
    """
    if not re.fullmatch(r"2(\.0)*", str(document.get("swagger")).strip()):
        raise DocumentError(
            f"this is a Swagger {document.get('swagger')} document",
            file=name,
            pointer="/swagger",
            remedy="ask the vendor for OpenAPI 3 or Swagger 2.0, or convert it to one of them",
        )
    record = Record()
    made: Node = {"openapi": VERSION}
    for key, value in document.items():
        if key in _KEPT or str(key).startswith("x-"):
            made[key] = copied(value) if isinstance(value, dict | list) else value
        elif key not in _CONVERTED:
            record.note((key,), "left out: no word of Swagger 2.0")
    _tell_paths_of_azure(document, record)
    made["servers"] = servers(document, record)
    schemas = definitions(document, record)
    made["paths"] = _paths(document, made["servers"], record)
    made["components"] = {
        "schemas": schemas,
        "parameters": _parameters(document, record),
        "responses": _responses(document, record),
        "securitySchemes": security_schemes(document, record),
    }
    made["components"] = {key: value for key, value in made["components"].items() if value}
    if not made["components"]:
        del made["components"]
    redirect(made, document, record)
    return Converted(made, tuple(record.changes))


def _tell_paths_of_azure(document: Node, record: Record) -> None:
    for path in mapping(document.get(_PATHS_OF_AZURE)):
        record.note(
            (_PATHS_OF_AZURE, path),
            "not generated: a path told apart by its query cannot be said in OpenAPI",
        )


def _paths(document: Node, every_server: list[Node], record: Record) -> Any:
    given = document.get("paths")
    if not isinstance(given, dict):
        return given if given is not None else {}
    made: Node = {}
    for path, item in given.items():
        if not isinstance(item, dict) or str(path).startswith("x-"):
            made[path] = copied(item) if isinstance(item, dict | list) else item
            continue
        place = ("paths", path)
        shared, in_body = split_parameters(item.get("parameters"), document, place, record)
        made[path] = {}
        for key, value in item.items():
            if key == "parameters":
                if shared:
                    made[path][key] = shared
            elif key in METHODS and isinstance(value, dict):
                made[path][key] = operation(
                    value, document, in_body, every_server, (*place, key), record
                )
            else:
                made[path][key] = copied(value) if isinstance(value, dict | list) else value
    return made


def _parameters(document: Node, record: Record) -> Node:
    """Return the parameters that operations refer to; bodies went to where they are used."""
    record.move(("parameters",), ("components", "parameters"))
    return {
        name: parameter(given, ("parameters", name), record)
        for name, given in mapping(document.get("parameters")).items()
        if place_of(given) not in IN_BODY
    }


def _responses(document: Node, record: Record) -> Node:
    """Return the responses that operations refer to, as those that produce nothing else have it."""
    made: Node = {}
    produces = texts(document.get("produces"))
    for name, given in mapping(document.get("responses")).items():
        new = ("components", "responses", name)
        record.move(("responses", name), new)
        made[name] = response(given, produces, ("responses", name), new, record)
    return made

"""Operations: their parameters, split into those of a body and the others, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen import pointer
from simloom_codegen.normalise.walk import copied
from simloom_codegen.swagger2.bodies import Placed, request_body
from simloom_codegen.swagger2.parameters import IN_BODY, parameter, place_of
from simloom_codegen.swagger2.record import mapping, texts
from simloom_codegen.swagger2.responses import response
from simloom_codegen.swagger2.servers import servers_of_operation

if TYPE_CHECKING:
    from simloom_codegen.swagger2.record import Node, Place, Record

_WITHOUT_BODY = frozenset({"get", "head", "options", "trace"})
_CONVERTED = frozenset({"consumes", "produces", "parameters", "schemes", "responses"})


def split_parameters(
    given: Any, document: Node, place: Place, record: Record
) -> tuple[list[Any], list[Placed]]:
    """Return the converted parameters of a path or operation, and those of its body with places."""
    if not isinstance(given, list):
        if given is not None:
            record.note((*place, "parameters"), "left out: this is no list")
        return [], []
    converted: list[Any] = []
    in_body: list[Placed] = []
    for index, item in enumerate(given):
        where: Place = (*place, "parameters", index)
        real, target = _resolved(item, document, where)
        if place_of(target) in IN_BODY:
            in_body.append((real, target))
        else:
            record.move(where, (*place, "parameters", len(converted)))
            converted.append(parameter(item, where, record))
    return converted, in_body


def operation(
    given: Node,
    document: Node,
    shared: list[Placed],
    every_server: list[Node],
    place: Place,
    record: Record,
) -> Node:
    """Return an operation of OpenAPI 3.0; `shared` are the body parameters of its path."""
    made: Node = {
        key: copied(value) if isinstance(value, dict | list) else value
        for key, value in given.items()
        if key not in _CONVERTED
    }
    parameters, in_body = split_parameters(given.get("parameters"), document, place, record)
    if parameters:
        made["parameters"] = parameters
    body = request_body(
        _with_shared(in_body, shared, place, record),
        _media_types("consumes", given, document),
        place,
        (*place, "requestBody"),
        record,
    )
    if body is not None:
        made["requestBody"] = body
    if "schemes" in given:
        own = servers_of_operation(given["schemes"], (*place, "schemes"), every_server, record)
        if own:
            made["servers"] = own
    if "responses" in given:
        made["responses"] = _responses(given, document, place, record)
    return made


def _resolved(item: Any, document: Node, where: Place) -> tuple[Place, Node]:
    """Return a parameter behind its `$ref` with its place; what leads nowhere stays itself."""
    tokens = pointer.ref_tokens(str(mapping(item).get("$ref", "/")))
    if tokens is not None:
        try:
            return tokens, mapping(pointer.resolve(document, tokens))
        except LookupError:
            pass
    return where, mapping(item)


def _with_shared(
    own: list[Placed], shared: list[Placed], place: Place, record: Record
) -> list[Placed]:
    """Add what the path says of bodies, unless the operation says it itself."""
    if not shared:
        return own
    if str(place[-1]) in _WITHOUT_BODY:
        record.note(place, "left out: the body of the path, which this method does not send")
        return own
    if any(place_of(item) == "body" for _, item in own):
        return own
    names = {(item.get("name"), place_of(item)) for _, item in own}
    added = [
        (where, item) for where, item in shared if (item.get("name"), place_of(item)) not in names
    ]
    return [*own, *added]


def _media_types(word: str, given: Node, document: Node) -> list[str]:
    """Return what an operation consumes or produces; its own list replaces the document's."""
    source = given if isinstance(given.get(word), list | str) else document
    return list(dict.fromkeys(texts(source.get(word))))


def _responses(given: Node, document: Node, place: Place, record: Record) -> Any:
    listed = given["responses"]
    if not isinstance(listed, dict):
        return listed
    produces = _media_types("produces", given, document)
    usual = texts(document.get("produces"))
    made: Node = {}
    for status, item in listed.items():
        where: Place = (*place, "responses", status)
        real, target = _resolved(item, document, where)
        if real != where and produces != usual and "$ref" not in target:
            # The shared response is in the document's media types, this operation has its own.
            made[status] = response(target, produces, real, where, record)
        else:
            made[status] = response(item, produces, where, where, record)
    return made

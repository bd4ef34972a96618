"""The scripts over HTTP: `POST`, `GET` and `DELETE /_sandbox/faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from simloom.sandbox.answers import json_answer
from simloom.sandbox.faults.script import BadFault, fault_from_json
from simloom.sandbox.messages import strict_json

if TYPE_CHECKING:
    from starlette.requests import Request

    from simloom.sandbox.faults.registry import Faults

_LARGEST = 1024 * 1024


def fault_routes(faults: Faults, path: str) -> list[Route]:
    """Return the routes at `path`."""

    async def add(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST:
                return json_answer({"error": f"scripts may have at most {_LARGEST} bytes"}, 413)
        try:
            numbers = _add(faults, bytes(body))
        except BadFault as error:
            return json_answer({"error": str(error)}, 400)
        added = [one for one in faults.report()["faults"] if one["number"] in numbers]
        return json_answer({"faults": added}, 201)

    async def show(_request: Request) -> Response:
        return json_answer(faults.report())

    async def clear(_request: Request) -> Response:
        faults.clear()
        return Response(status_code=204)

    return [
        Route(path, add, methods=["POST"]),
        Route(path, show, methods=["GET"]),
        Route(path, clear, methods=["DELETE"]),
    ]


def _add(faults: Faults, body: bytes) -> tuple[int, ...]:
    """Add one script or a list of them, all or none. Raises BadFault."""
    try:
        given = strict_json(body)
    except ValueError:
        raise BadFault("the body has to be a fault, or a list of faults, in JSON") from None
    if not isinstance(given, list):
        return faults.add(fault_from_json(given))
    scripts = []
    for place, one in enumerate(given):
        try:
            scripts.append(fault_from_json(one))
        except BadFault as error:
            raise BadFault(f"[{place}]: {error}") from None
    return faults.add(*scripts)

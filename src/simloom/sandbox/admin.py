"""The surface at `/_sandbox`: what was asked, what it did, the clock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from simloom.sandbox.answers import json_answer
from simloom.sandbox.emulator import ADMIN, Emulator

if TYPE_CHECKING:
    from starlette.requests import Request


def admin_routes(emulator: Emulator) -> list[Route]:
    """Return the routes of the admin surface."""

    async def requests(_request: Request) -> Response:
        return json_answer(emulator.requests())

    async def ledger(request: Request) -> Response:
        wanted = request.query_params
        return json_answer(emulator.ledger(wanted.get("provider"), wanted.get("iccid")))

    async def state(_request: Request) -> Response:
        return json_answer(emulator.state())

    async def quotas(_request: Request) -> Response:
        return json_answer(emulator.quotas())

    async def save(_request: Request) -> Response:
        file = emulator.state_file
        if file is None:
            return json_answer({"error": "started without a file for the state (--state)"}, 409)
        try:
            rows = emulator.save(file)
        except OSError as error:
            return json_answer({"error": str(error)}, 500)
        return json_answer({"file": str(file.path), "rows": rows})

    async def reset(request: Request) -> Response:
        emulator.reset(keep_tokens=request.query_params.get("tokens") == "keep")
        return Response(status_code=204)

    async def advance(request: Request) -> Response:
        try:
            seconds = float(json.loads(await request.body())["seconds"])
            emulator.world.clock.advance(seconds)
        except (TypeError, KeyError, ValueError, OverflowError) as error:
            return json_answer({"error": f"the body has to be {{'seconds': number}}: {error}"}, 400)
        emulator.settle()
        return json_answer({"now": emulator.world.clock.now().isoformat()})

    return [
        Route(f"/{ADMIN}/requests", requests, methods=["GET"]),
        Route(f"/{ADMIN}/ledger", ledger, methods=["GET"]),
        Route(f"/{ADMIN}/state", state, methods=["GET"]),
        Route(f"/{ADMIN}/quotas", quotas, methods=["GET"]),
        Route(f"/{ADMIN}/state/save", save, methods=["POST"]),
        Route(f"/{ADMIN}/reset", reset, methods=["POST"]),
        Route(f"/{ADMIN}/clock/advance", advance, methods=["POST"]),
    ]

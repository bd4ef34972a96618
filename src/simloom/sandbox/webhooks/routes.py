"""`/_sandbox/webhooks`: register addresses, see deliveries, let a SIM send a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from simloom.sandbox.answers import json_answer
from simloom.sandbox.events.routes import Unusable, body_of, only_known

if TYPE_CHECKING:
    from starlette.requests import Request

    from simloom.sandbox.emulator import Emulator

_PATH = "/_sandbox/webhooks"
_LONGEST = 10_000


def webhook_routes(emulator: Emulator) -> list[Route]:
    """Return the routes."""
    desk = emulator.webhooks

    async def register(request: Request) -> Response:
        try:
            made = desk.register(**_registration(await body_of(request)))
        except ValueError as error:
            return json_answer({"error": str(error)}, 400)
        return json_answer(made.shown())

    async def show(_request: Request) -> Response:
        return json_answer({"webhooks": desk.registered()})

    async def forget(request: Request) -> Response:
        desk.unregister(request.query_params.get("provider"))
        return Response(status_code=204)

    async def deliveries(_request: Request) -> Response:
        emulator.settle()
        return json_answer(desk.deliveries())

    async def mo_sms(request: Request) -> Response:
        try:
            given = _message(await body_of(request))
        except Unusable as error:
            return json_answer({"error": str(error)}, 400)
        ids = emulator.visit("telekom-bsc", lambda vendor: vendor.receive_sms(**given))
        if not ids:
            return json_answer({"error": "no SIM of telekom-bsc has this ICCID"}, 404)
        return json_answer({"ids": ids}, 202)

    return [
        Route(_PATH, register, methods=["PUT"]),
        Route(_PATH, show, methods=["GET"]),
        Route(_PATH, forget, methods=["DELETE"]),
        Route(f"{_PATH}/deliveries", deliveries, methods=["GET"]),
        Route(f"{_PATH}/mo-sms", mo_sms, methods=["POST"]),
    ]


def _registration(given: dict[str, Any]) -> dict[str, Any]:
    only_known(given, {"provider", "url", "events", "allow_remote"})
    events, remote = given.get("events"), given.get("allow_remote", False)
    if events is not None and not isinstance(events, list):
        raise Unusable("events is a list of names")
    if not isinstance(remote, bool):
        raise Unusable("allow_remote is true or false")
    return {
        "provider": str(given.get("provider")),
        "url": str(given.get("url")),
        "events": events,
        "allow_remote": remote,
    }


def _message(given: dict[str, Any]) -> dict[str, Any]:
    only_known(given, {"iccid", "payload", "dest_address", "dcs"})
    dcs = given.get("dcs", 0)
    if dcs not in (0, 4, 8) or isinstance(dcs, bool):
        raise Unusable("dcs is 0, 4 or 8")
    texts = {
        "iccid": given.get("iccid"),
        "payload": given.get("payload"),
        "dest_address": given.get("dest_address", "12345"),
    }
    for name, text in texts.items():
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST:
            raise Unusable(f"{name} is a text of at most {_LONGEST} characters")
    return texts | {"dcs": dcs}

"""The ASGI application: turns HTTP into calls of the emulator and back, and serves `/_sandbox`."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from simloom.sandbox.admin import admin_routes
from simloom.sandbox.answers import dump, json_answer
from simloom.sandbox.emulator import ADMIN, Emulator, split_path
from simloom.sandbox.events.routes import event_routes
from simloom.sandbox.faults.admin import fault_routes
from simloom.sandbox.faults.wire import FaultyAnswer
from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.page.routes import Page
from simloom.sandbox.webhooks.routes import webhook_routes

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


log: logging.Logger = logging.getLogger("simloom.sandbox")

MAX_BODY = 8 * 1024 * 1024
_REASON_HEADER = "X-Sandbox-Reason"


class _BodyTooLarge(Exception):
    pass


class VendorApp:
    """Everything outside the admin surface: the first part of the path names the vendor."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI wants it."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            response: ASGIApp = await self._respond(request)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            # Only the end of the server cancels, and only what its client did not send in time.
            response = json_answer({"error": "the sandbox is stopping"}, 503)
        except _BodyTooLarge:
            response = json_answer({"error": f"bodies may have at most {MAX_BODY} bytes"}, 413)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> ASGIApp:
        # raw_path still has its percent signs; servers need not send it.
        raw = request.scope.get("raw_path") or request.scope["path"].encode()
        provider, path = split_path(raw.decode("latin-1"))
        if provider not in self._emulator.providers:
            return _nowhere(self._emulator)
        call = Call(
            method=request.method,
            path=path,
            scheme=request.scope["scheme"],
            query=tuple(
                parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
            ),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await _body(request),
        )
        reply = self._emulator.answer(provider, call)
        if log.isEnabledFor(logging.INFO):  # making a path safe to show costs more than a look
            log.info("%s /%s%s %d", _shown(call.method), provider, _shown(path), reply.status)
        if reply.fault is None:
            return _response(reply)
        return FaultyAnswer(_response(reply), reply.fault.fault)


def create_app(emulator: Emulator, host: str = "127.0.0.1") -> Starlette:
    """Return the application: `/` and `/_sandbox`, and the vendors for every other path.

    `host` is the name or address that the sandbox listens on.
    """
    page = Page(emulator, host)
    return Starlette(
        middleware=page.middleware,
        routes=[
            *page.routes,
            *admin_routes(emulator),
            *fault_routes(emulator.faults, f"/{ADMIN}/faults"),
            *event_routes(emulator),
            *webhook_routes(emulator),
            _EverythingElse(VendorApp(emulator)),
        ],
    )


class _EverythingElse(BaseRoute):
    """Every path that is left. The pattern of a Mount would end at an encoded line feed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if scope["type"] == "http" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _BodyTooLarge
    return bytes(body)


def _response(reply: Reply) -> Response:
    headers = dict(reply.headers)
    if reply.reason:
        headers[_REASON_HEADER] = _shown(reply.reason)
    if reply.body is None:
        return Response(status_code=reply.status, headers=headers)
    if isinstance(reply.body, bytes):
        return Response(reply.body, reply.status, headers, reply.media_type)
    is_text = reply.fault is not None and reply.fault.fault.is_text
    content = str(reply.body).encode("utf-8", "replace") if is_text else dump(reply.body)
    return Response(content, reply.status, headers, reply.media_type)


def _nowhere(emulator: Emulator) -> Response:
    return json_answer(
        {
            "error": "nothing is mounted here",
            "providers": [f"/{provider}" for provider in emulator.providers],
            "admin": [
                f"GET /{ADMIN}/requests",
                f"GET /{ADMIN}/ledger",
                f"GET /{ADMIN}/state",
                f"GET /{ADMIN}/quotas",
                f"POST /{ADMIN}/state/save",
                f"POST /{ADMIN}/reset",
                f"POST /{ADMIN}/clock/advance",
                f"GET, POST, DELETE /{ADMIN}/faults",
            ],
        },
        404,
    )


def _shown(text: str) -> str:
    """Make a text safe for a header and a log line: printable ASCII, not endless."""
    safe = text.encode("ascii", "backslashreplace").decode()
    shown = "".join(sign if sign.isprintable() else "?" for sign in safe)[:300]
    return shown.strip()  # a header value may not end with a blank

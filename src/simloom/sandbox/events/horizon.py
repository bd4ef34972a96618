"""The streams of events: `/telekom-m2m/horizon/sse/v1/{eventType}/{subscriptionId}`.

Documented: bearer token, 200 and an open connection, JSON lines unless Accept is
`text/event-stream`, the end after 60 seconds with a 504, and that a new stream closes the old one.
Observed in telekom/pubsub-horizon-pulsar: that Accept is compared as a whole, the frames, the
headers, that an event starts the 60 seconds again, query parameters and what they end, offsets,
`terminate`, HEAD, and the problem documents. Assumed: the gateway's 401 is the API's, its 404 too.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.responses import Response

from simloom.sandbox.answers import dump
from simloom.sandbox.events.catalogue import PROVIDER
from simloom.sandbox.events.connection import Connection, Wanted
from simloom.sandbox.events.opening import OPERATION, Wire, scripted
from simloom.sandbox.events.render import EVENT_STREAM, JSON_LINES, frame
from simloom.sandbox.events.serving import Reader, finish, watching
from simloom.sandbox.events.shaping import Cut, Piece, Shaper
from simloom.sandbox.faults.connection import connection_of
from simloom.sandbox.messages import Call, Refused, Reply, Why

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from simloom.sandbox.emulator import Emulator
    from simloom.sandbox.events.subscription import Subscription
    from simloom.sandbox.faults.wire import FaultyAnswer

log: logging.Logger = logging.getLogger("simloom.sandbox")

_PROBLEM = "https://developer.telekom.de/docs/src/tardis_customer_handbook/horizon/#error-handling"
_WRONG = "Something went wrong."
_TOO_MANY = (
    "Service is temporarily unable to process the request due to too many active connections."
    " Please retry.  If this happens too often, please contact the support."
)


def problem(status: int, title: str, reason: str | None = None) -> Reply:
    """Return an error as the event server writes it."""
    body = {"type": _PROBLEM, "title": title, "status": status, "instance": "pulsar"}
    return Reply(
        status=status, body=body, media_type="application/problem+json", reason=reason or title
    )


class Horizon:
    """Answers what is asked for below the path of the streams."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._desk = emulator.events

    async def head(self, request: Request) -> Response:
        """Answer 204, whether or not there is such a subscription."""
        reply = self._listener(_call(request))
        if isinstance(reply, str):
            now = self._emulator.world.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            reply = Reply(status=204, headers={"X-Health-Check-Timestamp": now})
        return self._answer(request, "check_event_server", reply)

    async def terminate(self, request: Request) -> Response:
        """End the stream of a subscription; also if there is none."""
        found = self._subscription(request, _call(request))
        if isinstance(found, Reply):
            return self._answer(request, "terminate_event_stream", found)
        self._desk.terminate(found)
        return self._answer(request, "terminate_event_stream", Reply())

    async def stream(self, request: Request) -> Response | HorizonStream | FaultyAnswer:
        """Open a stream, or say why not."""
        if request.method == "HEAD":
            return await self.head(request)
        name, call = OPERATION, _call(request)
        wire = scripted(self._emulator, call)
        if not isinstance(wire, Wire):
            reply, answer = wire
            self._emulator.note(PROVIDER, name, call, reply)
            return answer
        found = self._subscription(request, call)
        if isinstance(found, Reply):
            return self._answer(request, name, found)
        try:
            wanted = Wanted.parse(call.query)
        except ValueError as error:
            return self._answer(request, name, problem(400, _WRONG, str(error)))
        # A list, a charset, */* or nothing: anything but the bare value is not understood.
        accept = call.headers.get("accept")
        media_type = EVENT_STREAM if accept == EVENT_STREAM else JSON_LINES
        if self._desk.bells.closed:
            return self._answer(request, name, problem(503, _TOO_MANY, "the sandbox is stopping"))
        stream = HorizonStream(
            self._emulator,
            found,
            wire,
            wanted=wanted,
            media_type=media_type,
            accept=accept,
            last_event_id=call.headers.get("last-event-id") or None,
        )
        if self._desk.is_full:
            return self._answer(request, name, problem(503, _TOO_MANY))
        self._emulator.note(PROVIDER, name, call, Reply(fault=wire.fired))
        log.info("GET stream of %s 200", found.event_type)
        return stream

    def _subscription(self, request: Request, call: Call) -> Subscription | Reply:
        application = self._listener(call)
        if isinstance(application, Reply):
            return application
        found = self._desk.subscription(request.path_params["subscription"])
        if found is None or found.application != application:
            # An unknown one is not told from one of somebody else.
            return problem(403, "Forbidden", "the subscription is not this application's")
        if found.event_type != request.path_params["event_type"]:
            nowhere = Refused(Why.PATH, "this subscription is one for other events")
            refused: Reply = self._emulator.visit(
                PROVIDER, lambda vendor: vendor.refuse(nowhere, None, call)
            )
            return refused
        return found

    def _listener(self, call: Call) -> str | Reply:
        found: str | Reply = self._emulator.visit(PROVIDER, lambda vendor: vendor.listener(call))
        return found

    def _answer(self, request: Request, operation: str, reply: Reply) -> Response:
        call = _call(request)
        self._emulator.note(PROVIDER, operation, call, reply)
        log.info("%s %s %d", request.method, operation, reply.status)
        headers = dict(reply.headers)
        if reply.reason:
            headers["X-Sandbox-Reason"] = reply.reason
        if reply.body is None:
            return Response(status_code=reply.status, headers=headers)
        return Response(dump(reply.body), reply.status, headers, reply.media_type)


class HorizonStream:
    """One stream, as an ASGI application."""

    def __init__(
        self, emulator: Emulator, subscription: Subscription, wire: Wire, **wanted: Any
    ) -> None:
        self._emulator = emulator
        self._wire = wire
        self._desk = emulator.events
        self._subscription = subscription
        self._wanted = wanted
        self._quirks = emulator.world.quirks
        self._started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the stream ends, as ASGI wants it."""
        await asyncio.sleep(self._wire.latency)
        with self._desk.bells.bell() as bell:
            opened = self._desk.open(self._subscription, bell=bell, **self._wanted)
            async with watching(scope, receive, bell) as reader:
                end = "server stopped"
                try:
                    end = await self._serve(opened, reader, send)
                except Cut:
                    end = "fault"
                finally:
                    self._desk.close(opened, end)
                if end == "fault":
                    connection_of(scope).close()
                    await reader.leave()
                elif end == "idle" and not self._started:
                    await self._time_out(send)
                else:
                    await self._start(opened, send)
                    await finish(send)

    async def _serve(self, opened: Connection, reader: Reader, send: Send) -> str:
        clock = self._emulator.world.clock
        shaper = Shaper(self._emulator.faults, self._quirks)
        if self._quirks.m2m_idle_end == "eof":
            await self._start(opened, send)
        while True:
            self._emulator.settle()
            end = self._over(opened, reader)
            if end:
                return end
            batch = self._desk.pick(opened)
            for piece in (piece for entry in batch for piece in shaper.pieces(entry)):
                await self._send(opened, piece, reader, send)
                end = self._over(opened, reader)
                if end:
                    return end
            if batch:
                continue
            now = clock.monotonic()
            if opened.is_idle(now):
                return "idle"
            await opened.bell.wait(opened.patience(now))

    def _over(self, opened: Connection, reader: Reader) -> str | None:
        if reader.gone:
            return "client"
        if self._desk.bells.closed:
            return "server stopped"
        return opened.over(self._emulator.world.clock.monotonic())

    async def _send(self, opened: Connection, piece: Piece, reader: Reader, send: Send) -> None:
        entry = piece.entry
        if piece.keep is None and not piece.copies:
            self._desk.delivered(entry, opened, "dropped")
        headers = {"x-pubsub-offset-id": [entry.offset]} if opened.has_headers else None
        body = frame(entry.event, self._quirks, opened.media_type, headers)
        for _ in range(piece.copies):
            await self._start(opened, send)
            now = self._emulator.world.clock.monotonic()
            for place, part in enumerate(self._wire.pieces(body)):
                if place:
                    await asyncio.sleep(self._wire.pause)
                await send({"type": "http.response.body", "body": part, "more_body": True})
            if reader.gone:
                return  # never arrived, so the next stream gets it
            opened.sent(len(body), now)
            self._desk.delivered(entry, opened)
        if piece.keep is not None:
            await self._start(opened, send)
            body = body[: piece.keep]
            await send({"type": "http.response.body", "body": body, "more_body": True})
        if piece.is_last:
            raise Cut

    async def _start(self, opened: Connection, send: Send) -> None:
        if self._started:
            return
        self._started = True
        media_type = opened.media_type
        if media_type == JSON_LINES and self._quirks.m2m_stream_media_type != "stream+json":
            media_type = self._quirks.m2m_stream_media_type
        if self._quirks.m2m_stream_charset == "utf-8":
            media_type += ";charset=UTF-8"
        media_type = self._wire.content_type(media_type)
        headers = [
            (b"content-type", media_type.encode()),
            (b"cache-control", b"no-cache"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _time_out(self, send: Send) -> None:
        reply = problem(504, "Gateway Timeout")
        headers = [(b"content-type", reply.media_type.encode())]
        await send({"type": "http.response.start", "status": 504, "headers": headers})
        await send({"type": "http.response.body", "body": dump(reply.body), "more_body": False})


def _call(request: Request) -> Call:
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    path = raw.decode("latin-1").removeprefix(f"/{PROVIDER}")
    query = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(method=request.method, path=path, query=tuple(query), headers=headers)

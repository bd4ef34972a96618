"""What the scripted faults of a request do to one that opens a stream.

A status, a reset, a revoked token and latency do what they do to any request. Chunks, the slow
trickle, malformed JSON, invalid UTF-8 and another content type hold for every event of the stream.
The others (truncate, gzip-bomb, delayed-apply) make no sense for a stream and do nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen
from starlette.responses import Response

from simloom.sandbox.answers import dump
from simloom.sandbox.events.catalogue import PROVIDER, STREAMS
from simloom.sandbox.faults.refusals import own_error
from simloom.sandbox.faults.script import Effect, Fault, Own
from simloom.sandbox.faults.wire import FaultyAnswer, changed, chunks
from simloom.sandbox.messages import Call, Reply, bearer_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.sandbox.emulator import Emulator
    from simloom.sandbox.faults import Fired

(OPERATION,) = STREAMS[PROVIDER]
_RESETS = {Effect.RESET_BEFORE, Effect.RESET_AFTER}
_CONTENT = {Effect.MALFORMED, Effect.INVALID_UTF8}


@frozen
class Wire:
    """How the events of a stream are put on the line."""

    fired: Fired | None = None

    @property
    def fault(self) -> Fault | None:
        """The script that fired when the stream was opened."""
        return self.fired.fault if self.fired else None

    @property
    def latency(self) -> float:
        """Real seconds before anything happens."""
        return self.fault.latency if self.fault else 0.0

    @property
    def pause(self) -> float:
        """Real seconds between two pieces."""
        return self.fault.pause if self.fault else 0.0

    def content_type(self, usual: str) -> str:
        """Return the content type of the stream."""
        if self.fault is None or self.fault.effect is not Effect.CONTENT_TYPE:
            return usual
        return self.fault.content_type or "text/html; charset=utf-8"

    def pieces(self, body: bytes) -> Iterator[bytes]:
        """Return an event in the pieces in which it is sent."""
        effect = self.fault.effect if self.fault else None
        if self.fault is not None and effect in _CONTENT:
            text = body.rstrip(b"\n")
            body = changed(text, self.fault) + body[len(text) :]
        if self.fault is not None and effect is Effect.CHUNKS:
            yield from chunks(body, self.fault)
        elif effect is Effect.SLOW_LORIS:
            yield from (body[place : place + 1] for place in range(len(body)))
        else:
            yield body


def scripted(emulator: Emulator, call: Call) -> tuple[Reply, FaultyAnswer] | Wire:
    """Return the answer that a script gives instead of a stream, or how the stream is sent."""
    fired = emulator.faults.for_request(PROVIDER, OPERATION, call)
    if fired is None:
        return Wire()
    effect = fired.fault.effect
    if effect is Effect.TOKEN_REVOKED:
        emulator.visit(PROVIDER, lambda vendor: vendor.tokens.revoke(bearer_token(call)))
    if effect not in {*_RESETS, Effect.STATUS}:
        return Wire(fired)
    reply = _reply(emulator, call, fired)
    body = b"" if reply.body is None else dump(reply.body)
    headers = dict(reply.headers) | {"X-Sandbox-Reason": fired.reason}
    media_type = fired.fault.content_type or reply.media_type
    return reply, FaultyAnswer(Response(body, reply.status, headers, media_type), fired.fault)


def _reply(emulator: Emulator, call: Call, fired: Fired) -> Reply:
    fault = fired.fault
    if fault.effect in _RESETS:
        return Reply(status=0, reason=fired.reason, fault=fired)
    now = emulator.world.clock.now()
    reply = own_error(PROVIDER, fault.status, fired.reason, path=call.path, now=now, is_login=False)
    if fault.body is not Own.ERROR:
        reply = evolve(reply, body=fault.body)
    return evolve(reply, headers=dict(fault.headers), fault=fired)

"""What a fault does to an answer on its way back, as an ASGI application."""

from __future__ import annotations

import asyncio
import struct
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import frozen

from simloom.sandbox.faults.connection import Connection, ConnectionEnded, connection_of
from simloom.sandbox.faults.script import Effect, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

_JSON, _HTML = b"application/json", "text/html; charset=utf-8"
_BLOCK = b" " * 2**20
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # RFC 1952, 2.3: deflate, no name, no time
_MISSING = 64  # bytes that a cut answer without a body promises
_NO_BODY = {204, 304}
_OF_BODIES = {
    Effect.TRUNCATE,
    Effect.MALFORMED,
    Effect.INVALID_UTF8,
    Effect.CONTENT_TYPE,
    Effect.GZIP_BOMB,
    Effect.CHUNKS,
    Effect.SLOW_LORIS,
}
_Headers = list[tuple[bytes, bytes]]


@frozen
class FaultyAnswer:
    """Sends the answer that a request would have got, the way the fault wants it.

    An answer that cannot have a body (204, 304, HEAD) is only ever late, refused or lost.
    """

    response: Response
    fault: Fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, as ASGI wants it."""
        connection = connection_of(scope)
        try:
            if self.fault.latency:
                await connection.pause(self.fault.latency)
            await self._send(connection, scope, receive, send)
        except ConnectionEnded:
            connection.reset()
            await _gone(receive)
        except asyncio.CancelledError:
            # The server stops, and somebody does not read. It cancels once more when its loop
            # ends, and it must know before that no answer will come.
            connection.reset()
            while not connection.is_lost:
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0)

    async def _send(
        self, connection: Connection, scope: Scope, receive: Receive, send: Send
    ) -> None:
        effect = self.fault.effect
        if effect in {Effect.RESET_BEFORE, Effect.RESET_AFTER}:
            connection.close() if self.fault.how == "close" else connection.reset()
            await _gone(receive)
            return
        has_body = scope["method"] != "HEAD" and self.response.status_code not in _NO_BODY
        if effect not in _OF_BODIES or not has_body:
            await self.response(scope, receive, send)
            return
        body = bytes(self.response.body)
        if effect is Effect.TRUNCATE:
            await self._start(send, length=len(body) or _MISSING)
            keep = len(body) // 2 if self.fault.keep is None else self.fault.keep
            # All but one byte at most: the answer has to be cut, wherever that was asked for.
            await _more(send, body[: min(keep, max(0, len(body) - 1))])
            connection.close()
            await _gone(receive)
        elif effect is Effect.GZIP_BOMB:
            await self._start(send, (b"content-encoding", b"gzip"))
            await _pour(send, connection, gzip_bomb(body, self.fault.size))
        elif effect is Effect.CHUNKS:
            await self._start(send)
            await _pour(send, connection, chunks(body, self.fault), pause=self.fault.pause)
        elif effect is Effect.SLOW_LORIS:
            await self._start(send, length=len(body))
            single = (body[place : place + 1] for place in range(len(body)))
            await _pour(send, connection, single, pause=self.fault.pause)
        else:
            body = changed(body, self.fault)
            await self._start(send, length=len(body))
            await send({"type": "http.response.body", "body": body})

    async def _start(
        self, send: Send, *more: tuple[bytes, bytes], length: int | None = None
    ) -> None:
        """Send status and headers; without a length the body goes in chunks."""
        framed = {b"content-length"}
        headers: _Headers = [pair for pair in self.response.raw_headers if pair[0] not in framed]
        if self.fault.effect is Effect.CONTENT_TYPE:
            headers = [pair for pair in headers if pair[0] != b"content-type"]
            headers.append((b"content-type", (self.fault.content_type or _HTML).encode()))
        elif not any(name == b"content-type" for name, _ in headers):
            headers.append((b"content-type", _JSON))
        headers += more
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        status = self.response.status_code
        await send({"type": "http.response.start", "status": status, "headers": headers})


def changed(body: bytes, fault: Fault) -> bytes:
    """Return the body with what is wrong with its content; its length is right."""
    if fault.effect is Effect.MALFORMED:
        # The last bracket is missing, and a comma promises more.
        return (body[:-1] or b'{"') + b","
    if fault.effect is Effect.INVALID_UTF8:
        first, quote, rest = body.partition(b'"')
        # FF is no byte of UTF-8; C3 begins a character that does not go on.
        return first + quote + b"\xff\xc3" + rest
    return body


def chunks(body: bytes, fault: Fault) -> Iterator[bytes]:
    """Cut the body at the positions of the script. There is no empty piece: it would be the end."""
    step = fault.every_bytes
    places = fault.at if step is None else range(step, len(body), step)
    before = 0
    for place in (*(one for one in places if one < len(body)), len(body)):
        if place > before:
            yield body[before:place]
        before = place


def gzip_bomb(body: bytes, size: int) -> Iterator[bytes]:
    """Return the body and blanks behind it, `size` bytes in all, compressed while it is sent.

    It stays valid JSON: who unpacks it all finds the answer.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    checksum = zlib.crc32(body)
    yield _GZIP_HEAD + packer.compress(body) + packer.flush(zlib.Z_FULL_FLUSH)
    # A full flush forgets what was before, so every block of blanks is compressed to the same.
    packed = packer.compress(_BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    blocks, rest = divmod(max(0, size - len(body)), len(_BLOCK))
    for _ in range(blocks):
        checksum = zlib.crc32(_BLOCK, checksum)
        yield packed
    checksum = zlib.crc32(_BLOCK[:rest], checksum)
    length = len(body) + blocks * len(_BLOCK) + rest
    yield packer.compress(_BLOCK[:rest]) + packer.flush()
    yield struct.pack("<II", checksum, length % 2**32)


async def _pour(
    send: Send, connection: Connection, pieces: Iterable[bytes], *, pause: float = 0.0
) -> None:
    """Send pieces of a body until there are none or nobody reads them."""
    is_first = True
    for piece in pieces:
        if connection.is_closing:
            return
        if not is_first and pause:
            await connection.pause(pause)
        elif not is_first:
            await asyncio.sleep(0)  # others want to be served
        is_first = False
        await _more(send, piece)
    if not connection.is_closing:
        await send({"type": "http.response.body", "body": b""})


async def _more(send: Send, piece: bytes) -> None:
    if piece:
        await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _gone(receive: Receive) -> None:
    """Wait until the server knows that the connection has ended, so that it asks for no answer."""
    while (await receive())["type"] != "http.disconnect":
        pass

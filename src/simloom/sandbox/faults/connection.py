"""How a fault gets at the TCP connection of a request.

ASGI has no message for "cut the connection": an application that sends nothing gets a 500 from the
server. So the sandbox's server speaks HTTP through a protocol class of its own, which puts the
connection into the scope of every request, where the ASGI specification has room for extensions.
uvicorn takes such a class for its option `http`; nothing of uvicorn is replaced at run time, and
what is not a fault runs through uvicorn's own code.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from asyncio import Transport

    from starlette.types import Receive, Scope, Send

_EXTENSION = "simloom.connection"
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class ConnectionEnded(Exception):
    """The client has gone, or the server is stopping: nobody waits for this answer any more."""


class Connection:
    """The connection that a request came on."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._ending = asyncio.Event()
        self.is_lost: bool = False
        """Whether the server knows that the connection is over."""

    @property
    def is_closing(self) -> bool:
        """Tell whether nothing more can be sent, because either side has ended it."""
        return self._transport.is_closing()

    async def pause(self, seconds: float) -> None:
        """Wait for real seconds. Raises ConnectionEnded as soon as waiting makes no sense."""
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            return
        raise ConnectionEnded

    def close(self) -> None:
        """Send what was written so far, then FIN."""
        self._transport.close()

    def reset(self) -> None:
        """Drop what was not sent yet and send TCP RST."""
        endpoint = self._transport.get_extra_info("socket")
        if endpoint is not None and not self.is_lost:
            # Closing a socket that must not linger is what makes the kernel send RST.
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()

    def end(self, *, is_lost: bool = False) -> None:
        """Wake up whoever pauses."""
        self.is_lost = self.is_lost or is_lost
        self._ending.set()


class ConnectionProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 over h11, with the connection in the scope of every request."""

    _connection: Connection

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin a connection; its requests go to the application with it in their scope."""
        super().connection_made(transport)
        application: Any = self.app
        connection = self._connection = Connection(transport)

        async def connected(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[_EXTENSION] = connection
            await application(scope, receive, send)

        self.app = connected

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the connection is over."""
        super().connection_lost(exc)
        self._connection.end(is_lost=True)

    def shutdown(self) -> None:
        """Take note that the server is stopping."""
        super().shutdown()
        self._connection.end()


def connection_of(scope: Scope) -> Connection:
    """Return the connection of a request. Raises RuntimeError under another server."""
    connection: Connection | None = scope.get("extensions", {}).get(_EXTENSION)
    if connection is None:
        raise RuntimeError("faults of the connection need the sandbox's own server: Sandbox()")
    return connection

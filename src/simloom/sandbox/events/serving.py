"""What all streams of this server share: noticing that the reader has gone, and ending."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from attrs import define, field

from simloom.sandbox.faults.connection import connection_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from simloom.sandbox.events.bells import Bell


@define
class Reader:
    """Whoever reads a stream."""

    gone: bool = False
    left: asyncio.Event = field(factory=asyncio.Event)

    async def leave(self) -> None:
        """Wait until the reader has gone."""
        await self.left.wait()


@asynccontextmanager
async def watching(scope: Scope, receive: Receive, bell: Bell) -> AsyncIterator[Reader]:
    """Ring the bell when the reader has gone.

    A reader who does not read at all, and so cannot be told that the server stops, is reset.
    """
    reader = Reader()

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        reader.gone = True
        reader.left.set()
        bell.ring()

    watcher = asyncio.create_task(watch(), name="simloom-sandbox reader")
    try:
        yield reader
    except asyncio.CancelledError:
        # Only the end of the server cancels, and only what could not be ended before.
        connection_of(scope).reset()
        with suppress(asyncio.CancelledError):
            await watcher
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher


async def finish(send: Send) -> None:
    """End the body."""
    await send({"type": "http.response.body", "body": b"", "more_body": False})

"""A server on raw sockets that answers or misbehaves, and the awaited client before it."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import struct
import traceback
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from attrs import define, field

from simloom.runtime import AsyncClient, Operation, Text, TransportError
from simloom.transport.backend import async_transport

KEY = "key-canary-7d31"
ENDS = (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError, ssl.SSLError)
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def operation(method: str, path: str = "/sims") -> Operation[str]:
    return Operation(
        id="an_operation",
        method=method,
        path=path,
        results={200: Text()},
        media_type="text/plain",
    )


GET = operation("GET").request()


@define
class Server:
    """Answers each request on a connection with the next step: bytes, or what a coroutine does."""

    steps: list[Any]
    url: str = ""
    seen: list[bytes] = field(factory=list)
    connections: int = 0
    tasks: set[Any] = field(factory=set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.tasks.add(asyncio.current_task())
        try:
            await self.answer(reader, writer)
        finally:
            writer.transport.abort()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(*ENDS):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
                if step is not unread:
                    self.seen.append(head + await reader.readexactly(length))
                if isinstance(step, bytes):
                    writer.write(step)
                    await writer.drain()
                else:
                    await step(writer)
                    if writer.is_closing():
                        return

    @property
    def targets(self) -> list[str]:
        return [one.split(b" ", 2)[1].decode() for one in self.seen]


async def drop(writer: asyncio.StreamWriter) -> None:
    """Close the connection in good order, without an answer."""
    writer.close()
    await writer.wait_closed()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def never(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def unread(writer: asyncio.StreamWriter) -> None:
    """Do not even read the body."""
    await asyncio.sleep(30)


def then(content: bytes, end: Any) -> Any:
    async def step(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        await end(writer)

    return step


def answer(body: bytes, **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join(["HTTP/1.1 200 OK", f"content-length: {len(body)}", *lines])
    return head.encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def serving(*steps: Any, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"):
    server = Server(list(steps) or [OK])
    listening = await asyncio.start_server(server.handle, host, 0, ssl=tls, limit=1 << 20)
    port = listening.sockets[0].getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    server.url = f"http{'s' if tls else ''}://{name}:{port}"
    try:
        yield server
    finally:
        listening.close()
        for task in server.tasks:
            task.cancel()
        await asyncio.gather(*server.tasks)
        await asyncio.sleep(0)


async def arrived(server: Server) -> None:
    async with asyncio.timeout(10):
        while not server.seen:  # noqa: ASYNC110  (the server is told by a socket)
            await asyncio.sleep(0.001)


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """Collect what the block leaves: what was left open warns, and warnings are errors.

    What was there before is not looked through; in a whole run that takes most of a second.
    """
    gc.freeze()
    try:
        yield
        gc.collect()
    finally:
        gc.unfreeze()


def opened(engine: str, url: str, **options: Any) -> AsyncClient:
    return AsyncClient(
        url, transport=lambda verify: async_transport(engine, verify=verify), **options
    )


def play(engine: str, *steps: Any, requests: Any = (GET,), **options: Any) -> tuple[Any, Server]:
    """Send requests to a server with these steps; return the last result, or its error."""

    async def run() -> tuple[Any, Server]:
        async with serving(*steps) as server, opened(engine, server.url, **options) as client:
            result: Any = None
            for request in requests:
                try:
                    result = await client.send_detailed(request)
                except Exception as error:  # noqa: BLE001
                    result = error
            return result, server

    with nothing_left_open():
        return asyncio.run(run(), debug=False)


def everything(error: BaseException | None) -> str:
    parts = ["".join(traceback.format_exception(error))]
    while error is not None:
        parts += [repr(error), str(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "".join(parts)


def check(error: Any, kind: type[TransportError], *, sent: bool) -> None:
    assert type(error) is kind, error
    assert error.sent is sent
    assert error.operation == "an_operation"
    assert KEY not in everything(error)
    assert str(error).isprintable()

"""Sends webhooks while a server runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from simloom.sandbox.events.bells import Bell

if TYPE_CHECKING:
    import httpx

    from simloom.sandbox.emulator import Emulator
    from simloom.sandbox.webhooks.delivery import Delivery

log: logging.Logger = logging.getLogger("simloom.sandbox")

_TIMEOUT = 10.0  # real seconds; assumed
_AT_ONCE = 8


class Courier:
    """Sends what is due, a few at once. A redirect is not followed: it is no 2xx."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._desk = emulator.webhooks
        self._busy = asyncio.Semaphore(_AT_ONCE)
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def run(self) -> None:
        """Send until cancelled."""
        running: set[asyncio.Task[None]] = set()
        bell = self._desk.bell = Bell()
        try:
            while True:
                for delivery in self._desk.due():
                    task = asyncio.create_task(self._send(delivery))
                    running.add(task)
                    task.add_done_callback(running.discard)
                await bell.wait(self._desk.wait())
        finally:
            self._desk.bell = None
            for task in tuple(running):
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            for client in self._clients.values():
                await client.aclose()
            self._clients.clear()

    async def _send(self, delivery: Delivery) -> None:
        status: int | None = None
        error: str | None = "the sandbox stopped"
        try:
            async with self._busy:
                status, error = await self._answer_to(delivery)
        finally:
            self._desk.attempted(delivery, status, error)
            bell = self._desk.bell
            if bell is not None:
                bell.ring()
        log.info("%s webhook %s %s", delivery.provider, delivery.event, status or error)

    async def _answer_to(self, delivery: Delivery) -> tuple[int | None, str | None]:
        import httpx  # noqa: PLC0415  (a sandbox without webhooks starts faster)

        headers = {"Content-Type": "application/json", "User-Agent": "simloom-sandbox"}
        try:
            async with self._client(delivery.url).stream(
                delivery.method, delivery.url, content=delivery.content, headers=headers
            ) as answer:
                return answer.status_code, None  # its body does not matter
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return None, type(error).__name__

    def _client(self, url: str) -> httpx.AsyncClient:
        import httpx  # noqa: PLC0415

        scheme = url.partition(":")[0]
        if scheme not in self._clients:
            # Loading certificates takes long, and plain http has no use for them.
            self._clients[scheme] = httpx.AsyncClient(
                verify=scheme == "https", trust_env=False, timeout=_TIMEOUT
            )
        return self._clients[scheme]

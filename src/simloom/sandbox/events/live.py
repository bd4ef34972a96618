"""What has to go on while a server runs, without anybody asking for it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from simloom.sandbox.webhooks.courier import Courier

if TYPE_CHECKING:
    from simloom.sandbox.emulator import Emulator

log: logging.Logger = logging.getLogger("simloom.sandbox")

_TICK = 0.05  # real seconds; the event server itself looks once per second


class Live:
    """Starts and stops it, in the event loop of the server."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._courier = Courier(emulator)
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    def start(self) -> None:
        """Let streams be opened and webhooks be delivered."""
        self._emulator.events.bells.open()
        self._emulator.feed.bells.open()
        self._tasks = (
            asyncio.create_task(self._tick(), name="simloom-sandbox ticker"),
            asyncio.create_task(self._courier.run(), name="simloom-sandbox courier"),
        )

    async def stop(self) -> None:
        """End every stream and every delivery."""
        self._emulator.events.bells.close()
        self._emulator.feed.bells.close()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = ()

    async def _tick(self) -> None:
        """Do what vendors have promised as soon as it is due, if somebody would notice."""
        emulator = self._emulator
        while True:
            listeners = emulator.events.bells.waiting + emulator.feed.bells.waiting
            if listeners or emulator.webhooks.is_wanted:
                try:
                    emulator.settle()
                except Exception:
                    log.exception("what was due could not be done")
            await asyncio.sleep(_TICK)

"""simloom for coroutines: `async with simloom.aio.connect("infobip") as infobip: ...`."""

from __future__ import annotations

from simloom.aclient import AsyncSimClient, connect
from simloom.action import AsyncAction
from simloom.afleet import AsyncFleet as Fleet

__all__ = ["AsyncAction", "AsyncSimClient", "Fleet", "connect"]

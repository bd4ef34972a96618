"""How many token requests a herd of callers causes that all meet an expired or refused token."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import httpx

import simloom
from benchmarks.report import Row, Table
from benchmarks.responder import ICCID, responder
from benchmarks.vendors import check, telekom, with_room
from simloom import aio

if TYPE_CHECKING:
    from collections.abc import Callable

HERD = 64
_WAIT = 20
"""Milliseconds that the server takes, also for a token: time for every caller to arrive."""

EXPIRED, REVOKED = "an expired token", "a token that the vendor refuses (401)"


def measure_tokens(tell: Callable[[str], None]) -> Table:
    """Let 64 threads, then 64 tasks, meet each kind of dead token."""
    rows = []
    with responder() as address:
        for kind, run in (("threads", _threads), ("tasks", _tasks)):
            for what in (EXPIRED, REVOKED):
                tell(f"{HERD} {kind}, {what}")
                asked = _asked(address, f"{kind}-{what[:5].strip().replace(' ', '-')}", what, run)
                rows.append(Row(f"{HERD} {kind} meet {what}", asked, "token requests", target="1"))
    return Table(
        name="tokens",
        title="Token requests of a herd",
        method="counted by the server, after one call that got the token",
        floor="",
        rows=tuple(rows),
    )


def _asked(address: str, account: str, what: str, run: Callable[..., None]) -> int:
    """Return how many tokens the herd asked for: one call has the first one, which then dies."""
    base = f"{address}/{_WAIT}/1"
    settings = telekom(base, account=account, first_token=0 if what == EXPIRED else 300)

    def issued() -> int:
        return int(httpx.get(f"{base}/issued/{account}").text)

    def after_the_first() -> None:
        check("the first call", issued(), 1)
        if what == REVOKED:
            httpx.get(f"{base}/revoke/{account}")

    run(settings, after_the_first)
    return issued() - 1


def _threads(settings: dict[str, str], after_the_first: Callable[[], None]) -> None:
    with with_room(simloom.connect("telekom-m2m", **settings)) as client:
        client.get(ICCID)
        after_the_first()
        ready, found = threading.Barrier(HERD), []

        def work() -> None:
            ready.wait()
            found.append(client.get(ICCID).iccid)

        herd = [threading.Thread(target=work) for _ in range(HERD)]
        for thread in herd:
            thread.start()
        for thread in herd:
            thread.join()
    check("threads", found, [ICCID] * HERD)


def _tasks(settings: dict[str, str], after_the_first: Callable[[], None]) -> None:
    async def main() -> list[str]:
        async with with_room(aio.connect("telekom-m2m", **settings)) as client:
            await client.get(ICCID)
            after_the_first()
            sims = await asyncio.gather(*(client.get(ICCID) for _ in range(HERD)))
            return [sim.iccid for sim in sims]

    check("tasks", asyncio.run(main()), [ICCID] * HERD)

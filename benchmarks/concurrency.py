"""Many awaited calls at once against a server that takes 20 ms: requests a second, and CPU.

Ten calls at once can never make more than 500 requests a second out of 20 ms each, whatever sends
them; there, the CPU beside the figure tells more.
"""

from __future__ import annotations

import asyncio
import gc
import time
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
from attrs import define, field, frozen

from benchmarks.measure import Spread, ratios
from benchmarks.report import Row, Table
from benchmarks.responder import ICCID, responder
from benchmarks.vendors import check, telekom, with_room
from simloom import aio
from simloom.transport.backend import async_transport, has_aiohttp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

WAIT = 20
"""Milliseconds that the server takes."""

AT_ONCE = (10, 50)
_REQUESTS_EACH = 8
_PATH = f"/partners/1/sims/{ICCID}"
_ORDER_SEED = 11

PLAIN = "httpx.AsyncClient"
SHARDED = "httpx over sharded pools"
OURS = "simloom"
AIOHTTP = "httpx over aiohttp"
OURS_AIOHTTP = "simloom, extra aiohttp"
_BELOW = {OURS: SHARDED, OURS_AIOHTTP: AIOHTTP}
"""Which transport alone a client of ours is compared with."""

_TARGETS = {OURS: ">= 2.5", OURS_AIOHTTP: ">= 5"}


@frozen
class Contestant:
    """A name for the table, one call, and how its connections are closed."""

    name: str
    call: Callable[[], Awaitable[Any]]
    close: Callable[[], Awaitable[Any]]


@define
class Figures:
    """Of each round: seconds of wall clock and of CPU for one request."""

    wall: list[float] = field(factory=list)
    cpu: list[float] = field(factory=list)


def measure_concurrency(
    rounds: int, tell: Callable[[str], None], *, numbers: tuple[int, ...] = AT_ONCE
) -> Table:
    """Let all contestants make the same calls in every round, in random order."""
    rows: list[Row] = []
    with responder() as address:
        for at_once in numbers:
            found = asyncio.run(_measure(f"{address}/{WAIT}/60", at_once, rounds, tell))
            rows += [_row(name, at_once, found) for name in found]
    return Table(
        name="concurrency",
        title=f"Awaited calls at once, a server that takes {WAIT} ms",
        method=(
            f"requests a second, median of {rounds} rounds, ratios within each round; CPU of the "
            "process, and its ratio to the transport alone, which should be at most 1.15"
        ),
        floor=PLAIN,
        rows=tuple(rows),
    )


async def _measure(
    base: str, at_once: int, rounds: int, tell: Callable[[str], None]
) -> dict[str, Figures]:
    contestants = await _contestants(base)
    found = {contestant.name: Figures() for contestant in contestants}
    random = Random(_ORDER_SEED)
    for contestant in contestants:
        await _calls(contestant, at_once, 1)  # opens the connections
    for number in range(rounds):
        tell(f"{at_once} at once, round {number + 1} of {rounds}")
        for contestant in random.sample(contestants, len(contestants)):
            wall, cpu = await _calls(contestant, at_once, _REQUESTS_EACH)
            found[contestant.name].wall.append(wall)
            found[contestant.name].cpu.append(cpu)
    for contestant in contestants:
        await contestant.close()
    return found


async def _contestants(base: str) -> list[Contestant]:
    made = [_bare(PLAIN, base), _bare(SHARDED, base, "httpx"), await _ours(OURS, base, "httpx")]
    if has_aiohttp():
        made += [_bare(AIOHTTP, base, "aiohttp"), await _ours(OURS_AIOHTTP, base, "aiohttp")]
    return made


def _bare(name: str, base: str, backend: str | None = None) -> Contestant:
    """Make plain calls of httpx, over its own transport or one of ours."""
    transport = None if backend is None else async_transport(backend, verify=False, proxy=None)
    client = httpx.AsyncClient(base_url=base, transport=transport)
    return Contestant(name, lambda: client.get(_PATH), client.aclose)


async def _ours(name: str, base: str, backend: str) -> Contestant:
    client = with_room(aio.connect("telekom-m2m", **telekom(base), http_backend=backend))
    check(name, (await client.get(ICCID)).iccid, ICCID)
    return Contestant(name, lambda: client.get(ICCID), client.aclose)


async def _calls(contestant: Contestant, at_once: int, each: int) -> tuple[float, float]:
    """Make `each` calls in each of `at_once` tasks; return seconds a request, wall and CPU."""

    async def work() -> None:
        for _ in range(each):
            await contestant.call()

    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(at_once)))
    count = at_once * each
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count


def _row(name: str, at_once: int, found: dict[str, Figures]) -> Row:
    mine = found[name]
    cpu = f"{Spread.of(mine.cpu).median * 1e6:,.0f} us CPU"
    below = _BELOW.get(name)
    if below is not None:
        layers = ratios(mine.cpu, found[below].cpu)
        cpu += f", {layers.median:.2f} ({layers.q25:.2f}-{layers.q75:.2f}) of the transport alone"
    return Row.with_ratio(
        f"{at_once} at once: {name}",
        1 / Spread.of(mine.wall).median,
        "req/s",
        ratios(found[PLAIN].wall, mine.wall),
        target=_TARGETS.get(name, ""),
        note=cpu,
    )

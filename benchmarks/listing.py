"""Reading a whole list: pages ahead of the reader, and the memory of a very long one.

The long list is read by a process of its own (`python -m benchmarks.listing BASE SIMS`), which has
read a few pages before it starts to count.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from contextlib import aclosing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import simloom
from benchmarks.measure import Spread, ratios
from benchmarks.memory import resident
from benchmarks.payload import SIMS_PER_PAGE
from benchmarks.processes import child_environment, run
from benchmarks.report import Row, Table
from benchmarks.responder import responder, sim
from benchmarks.vendors import check, infobip, telekom, with_room
from simloom import aio
from simloom.plugins.provider import Provider

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = 60
WAIT = 20
"""Milliseconds that the server takes for a page."""

_ORDER_SEED = 5
_EARLY = 50
"""Growth is counted from a fiftieth of the list on."""


def measure_listing(
    rounds: int, sims: int, tell: Callable[[str], None], *, pages: int = PAGES
) -> Table:
    """Time `rounds` readings of each kind, and read a list of `sims` SIMs once."""
    expected = [sim(page * SIMS_PER_PAGE)["iccid"] for page in range(1, pages + 1)]
    with responder() as address:
        kinds = _kinds(f"{address}/{WAIT}/{pages}")
        found: dict[str, list[float]] = {name: [] for name in kinds}
        random = Random(_ORDER_SEED)
        for number in range(rounds):
            for name in random.sample(list(kinds), len(kinds)):
                tell(f"round {number + 1} of {rounds}: {name}")
                started = time.perf_counter()
                read = kinds[name]()
                found[name].append(time.perf_counter() - started)
                check(name, read, expected)
        tell(f"{sims:,} SIMs")
        growth = _growth(address, sims)
    rows = [_row(name, found) for name in found]
    note = f"growth from {sims // _EARLY:,} to {sims:,} SIMs"
    rows.append(Row(f"{sims:,} SIMs", growth, "MiB", target="< 20", note=note))
    return Table(
        name="listing",
        title=f"A list of {pages} pages, a server that takes {WAIT} ms for each",
        method=f"wall clock, median of {rounds}; the ratio is the speed-up within a round",
        floor="the same client, one page after another",
        rows=tuple(rows),
    )


SYNC, ASYNC = "blocking", "awaited"
_ONE, _AHEAD = "one page after another", f"{Provider.pages_ahead} pages ahead (the default)"


def _kinds(base: str) -> dict[str, Callable[[], list[str]]]:
    return {
        f"{kind}, {how}": lambda kind=kind, ahead=ahead: _READ[kind](base, ahead)  # type: ignore[misc]
        for kind in (SYNC, ASYNC)
        for how, ahead in ((_ONE, 1), (_AHEAD, Provider.pages_ahead))
    }


def _read(base: str, ahead: int) -> list[str]:
    """Return the ICCID that begins each page, in the order of arrival."""
    with with_room(simloom.connect("telekom-m2m", **telekom(base))) as client:
        _set_ahead(client, ahead)
        return _first_ones([one.iccid for one in client.sims()])


def _read_awaited(base: str, ahead: int) -> list[str]:
    async def main() -> list[str]:
        async with with_room(aio.connect("telekom-m2m", **telekom(base))) as client:
            _set_ahead(client, ahead)
            async with aclosing(client.sims()) as sims:
                return [one.iccid async for one in sims]

    return _first_ones(asyncio.run(main()))


_READ: dict[str, Callable[[str, int], list[str]]] = {SYNC: _read, ASYNC: _read_awaited}


def _set_ahead(client: Any, ahead: int) -> None:
    client.provider.pages_ahead = ahead  # of this object alone


def _first_ones(iccids: list[str]) -> list[str]:
    return iccids[::SIMS_PER_PAGE]


def _row(name: str, found: dict[str, list[float]]) -> Row:
    kind, _, _ = name.partition(",")
    floor = found[f"{kind}, {_ONE}"]
    return Row.with_ratio(
        name,
        Spread.of(found[name]).median,
        "s",
        ratios(floor, found[name]),
        target=">= 3" if name.endswith(_AHEAD) else "",
        note="",
    )


def _growth(address: str, sims: int) -> float:
    """Return the MiB by which a process grows that reads a long list."""
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        env = child_environment(Path(scratch))
        base = f"{address}/0/{sims // SIMS_PER_PAGE}"
        command = [sys.executable, "-m", "benchmarks.listing", base, str(sims)]
        return float(json.loads(run(command, env=env, cwd=root).output))


def _main(base: str, sims: int) -> None:
    """Read a list and print by how many MiB the process has grown meanwhile."""
    before = count = 0
    with simloom.connect("infobip", **infobip(base)) as client:
        for _ in client.sims():
            count += 1
            if count == sims // _EARLY:
                before = resident()
        after = resident()
    least = sims - SIMS_PER_PAGE  # the last page is not full
    if count < least:
        raise SystemExit(f"{count} SIMs where {least} were expected")
    print(json.dumps((after - before) / 2**20))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))

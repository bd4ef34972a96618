"""What kept SIMs take, and that streamed ones take nothing: growth of the resident set.

Each figure comes from a process of its own (`python -m benchmarks.memory KIND SIMS`) that has read
one page before it starts to count, so that code, decoders and caches are not part of it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.clients import OURS, STOCK
from benchmarks.payload import SIMS_PER_PAGE, page_json
from benchmarks.processes import child_environment, run
from benchmarks.report import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable

FLOOR = "dicts of orjson.loads"
KEPT = (FLOOR, "simloom", "msgspec Struct", "stock client")
STREAMED = "simloom, streamed page by page"
_EARLY = 20
"""Growth of a stream is counted from a twentieth of its SIMs on: 10,000 of 200,000."""


def measure_memory(folder: Path, sims: int, tell: Callable[[str], None]) -> Table:
    """Measure `sims` SIMs; `folder` holds the generated clients."""
    found: dict[str, float] = {}
    for kind in (*KEPT, STREAMED):
        tell(f"{sims:,} SIMs: {kind}")
        found[kind] = _in_a_process(kind, sims, folder)
    rows = [
        Row(
            f"{kind}, kept",
            found[kind] / sims,
            "B/SIM",
            ratio=found[kind] / found[FLOOR],
            target="<= 0.60" if kind == "simloom" else "",
            note=f"{found[kind] / 1e6:,.0f} MB",
        )
        for kind in KEPT
    ]
    early = sims // _EARLY
    growth = found[STREAMED] / 1e6
    note = f"growth from {early:,} to {sims:,} SIMs"
    rows.append(Row(STREAMED, growth, "MB", target="flat", note=note))
    return Table(
        name="memory",
        title=f"Memory: {sims:,} SIMs",
        method=f"growth of the resident set{_HOW}, one fresh process each",
        floor=FLOOR,
        rows=tuple(rows),
    )


def _in_a_process(kind: str, sims: int, folder: Path) -> float:
    root = Path(__file__).resolve().parents[1]
    env = child_environment(folder, python_path=folder)
    command = [sys.executable, "-m", "benchmarks.memory", kind, str(sims)]
    return float(json.loads(run(command, env=env, cwd=root).output))


def _reader(kind: str) -> Callable[[bytes], Any]:
    """Return what reads a page; each process imports its own candidate alone."""
    if kind == FLOOR:
        return orjson.loads
    if kind == "msgspec Struct":
        import msgspec  # noqa: PLC0415

        from benchmarks.peers import PageStruct  # noqa: PLC0415

        return msgspec.json.Decoder(PageStruct).decode
    if kind == "stock client":
        stock = importlib.import_module(f"{STOCK}.models").SimPage
        return lambda content: stock.from_dict(orjson.loads(content))
    from simloom.runtime.answers import read_answer  # noqa: PLC0415

    request = importlib.import_module(f"{OURS}.api.sims.list_sims").request()
    return lambda content: read_answer(request, 200, {}, content).parsed


def _kept(kind: str, pages: int) -> int:
    read = _reader(kind)
    read(page_json())
    before = resident()
    kept = [read(page_json(number + 1)) for number in range(pages)]
    growth = resident() - before
    del kept
    return growth


def _streamed(pages: int) -> int:
    read = _reader(STREAMED)
    before = 0
    for number in range(pages):
        if number == pages // _EARLY:
            before = resident()
        read(page_json(number + 1))
    return resident() - before


def resident() -> int:
    """Return the bytes of this process that are in memory now, or at most so far off Linux."""
    gc.collect()
    if _STATM.exists():
        return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import resource  # noqa: PLC0415

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


_STATM = Path("/proc/self/statm")
_HOW = " (/proc/self/statm)" if _STATM.exists() else "'s peak (getrusage)"


def _main(arguments: list[str]) -> None:
    kind, pages = arguments[0], int(arguments[1]) // SIMS_PER_PAGE
    print(json.dumps(_streamed(pages) if kind == STREAMED else _kept(kind, pages)))


if __name__ == "__main__":
    _main(sys.argv[1:])

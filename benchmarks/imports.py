"""What it costs to get ready for a first call: whole Python processes, less an empty one."""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.clients import FEW_MODELS, MANY_MODELS, OURS, STOCK, wide
from benchmarks.loopback import page_server
from benchmarks.measure import Spread, ratios
from benchmarks.payload import page_json
from benchmarks.processes import can_count_instructions, child_environment, run
from benchmarks.report import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.processes import Cost

_EMPTY = "pass"
_FLOOR = "import httpx; httpx.Client()"
_ORDER_SEED = 4
# httpx imports its command line where click is installed, which users of a library rarely have.
_PROLOGUE = "import sys; sys.modules['click'] = None\n"
_OURS_READY = f"""
from {OURS}.api.sims import list_sims
from simloom.runtime import Client
client = Client(base_url="https://api.example.com")
list_sims.request(page=1, page_size=100)
"""
_OURS_TLS = f"{_OURS_READY}from simloom.runtime.client import default_tls; default_tls()"
_OURS_CALL = f"""
from {OURS}.api.sims import list_sims
from simloom.runtime import Client
with Client(base_url="BASE") as client:
    assert len(list_sims.sync(client=client, page=1, page_size=100).data) == 100
"""
_OURS_CALL_TLS = f"{_OURS_CALL}from simloom.runtime.client import default_tls; default_tls()"
_STOCK_READY = f"""
from {STOCK} import Client
from {STOCK}.api.sims import list_sims
client = Client(base_url="https://api.example.com")
list_sims._get_kwargs(page=1, page_size=100)
"""
_STOCK_TLS = f"{_STOCK_READY}client.get_httpx_client()"
_STOCK_CALL = f"""
from {STOCK} import Client
from {STOCK}.api.sims import list_sims
with Client(base_url="BASE") as client:
    assert len(list_sims.sync(client=client, page=1, page_size=100).data) == 100
"""
_HTTPX_CALL = """
import httpx
with httpx.Client(base_url="BASE") as client:
    assert len(client.get("/v1/sims", params={"page": 1, "pageSize": 100}).json()["data"]) == 100
"""


@frozen
class Script:
    """A name for the table and the code of a whole process."""

    name: str
    code: str
    target: str = ""


def _scripts(base_url: str) -> list[Script]:
    calls = {
        "httpx: first call on loopback, TLS context made but not used": _HTTPX_CALL,
        "simloom: first call on loopback, no TLS context": _OURS_CALL,
        "simloom: first call on loopback, and the TLS context": _OURS_CALL_TLS,
        "stock: first call on loopback, TLS context made but not used": _STOCK_CALL,
    }
    few, many = wide(OURS, FEW_MODELS), wide(OURS, MANY_MODELS)
    stock_few, stock_many = wide(STOCK, FEW_MODELS), wide(STOCK, MANY_MODELS)
    return [
        Script(_FLOOR, _FLOOR),
        Script("import httpx", "import httpx"),
        Script("import simloom", "import simloom", "<= 0.20"),
        Script("simloom: client made, request built", _OURS_READY, "<= 1.10"),
        Script("simloom: and the TLS context of the first https call", _OURS_TLS),
        Script("stock: client made, arguments built", _STOCK_READY),
        Script("stock: and its httpx.Client with the TLS context", _STOCK_TLS),
        *(Script(name, code.replace("BASE", base_url)) for name, code in calls.items()),
        Script(f"simloom: import a package of {FEW_MODELS} models", f"import {few}.models"),
        Script(
            f"simloom: import a package of {MANY_MODELS} models",
            f"import {many}.models",
            f"as of {FEW_MODELS}",
        ),
        Script(
            f"simloom: and use one of {MANY_MODELS} models",
            f"from {many}.models import Record0001",
        ),
        Script(f"stock: import a package of {FEW_MODELS} models", f"import {stock_few}.models"),
        Script(f"stock: import a package of {MANY_MODELS} models", f"import {stock_many}.models"),
    ]


def measure_imports(folder: Path, rounds: int, tell: Callable[[str], None]) -> Table:
    """Run every script once per round, in random order; `folder` holds the generated clients."""
    env = child_environment(folder, python_path=folder)
    count_into = folder / "perf.txt" if can_count_instructions(folder) else None

    def measured(script: Script) -> Cost:
        command = [sys.executable, "-c", _PROLOGUE + script.code]
        return run(command, env=env, cwd=folder, count_into=count_into)

    with page_server(page_json()) as base_url:
        scripts = [Script(_EMPTY, _EMPTY), *_scripts(base_url)]
        for script in scripts:
            tell(f"once, for the byte code: {script.name}")
            measured(script)
        costs: dict[str, list[Cost]] = {script.name: [] for script in scripts}
        random = Random(_ORDER_SEED)
        for number in range(rounds):
            tell(f"round {number + 1} of {rounds}")
            for script in random.sample(scripts, len(scripts)):
                costs[script.name].append(measured(script))
    by = "instructions in user space" if count_into else "CPU time"
    return Table(
        name="imports",
        title="Import and first call, fresh processes",
        method=f"median of {rounds} processes less the median of `python -c pass`; ratios of {by}",
        floor=_FLOOR,
        rows=tuple(_row(script, costs, counted=count_into is not None) for script in scripts[1:]),
    )


def _row(script: Script, costs: dict[str, list[Cost]], *, counted: bool) -> Row:
    cpu = _less_empty([[cost.cpu * 1000 for cost in costs[n]] for n in (script.name, _EMPTY)])
    cpu_floor = _less_empty([[cost.cpu * 1000 for cost in costs[n]] for n in (_FLOOR, _EMPTY)])
    milliseconds, spread = Spread.of(cpu).median, ratios(cpu, cpu_floor)
    if not counted:
        return Row.with_ratio(
            script.name, milliseconds, "ms CPU", spread, target=script.target, note=""
        )
    note = f"{milliseconds:.0f} ms CPU, {spread.median:.2f}"
    count = _less_empty([_millions(costs[n]) for n in (script.name, _EMPTY)])
    floor = _less_empty([_millions(costs[n]) for n in (_FLOOR, _EMPTY)])
    return Row.with_ratio(
        script.name,
        Spread.of(count).median,
        "M instr",
        ratios(count, floor),
        target=script.target,
        note=note,
    )


def _less_empty(figures: list[list[float]]) -> list[float]:
    """Take the median of the second series from each figure of the first."""
    empty = Spread.of(figures[1]).median
    return [figure - empty for figure in figures[0]]


def _millions(costs: list[Cost]) -> list[float]:
    return [cost.instructions / 1e6 for cost in costs if cost.instructions is not None]

"""Runs commands in fresh processes and tells what they cost."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_EVENTS = ("instructions:u", "task-clock")
# What would make two machines, or two clients, take different roads through httpx or Python.
_UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "SSL_CERT_DIR", "SSL_CERT_FILE")
_SECONDS = 600


@frozen
class Cost:
    """What one process used; `instructions` (user space) is None where they cannot be counted."""

    wall: float
    cpu: float
    instructions: float | None
    output: str


def child_environment(scratch: Path, *, python_path: Path | None = None) -> dict[str, str]:
    """Return an environment without proxies that keeps byte code in `scratch`.

    So no measurement compiles anything after its first run, and none writes into the checkout.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _UNWANTED and not name.lower().endswith("_proxy")
    }
    kept["PYTHONPYCACHEPREFIX"] = str(scratch / "bytecode")
    return {**kept, "PYTHONPATH": str(python_path)} if python_path else kept


def can_count_instructions(scratch: Path) -> bool:
    """Tell whether `perf stat` counts instructions here; containers often forbid it."""
    if shutil.which("perf") is None:
        return False
    try:
        cost = run(["true"], env=dict(os.environ), cwd=scratch, count_into=scratch / "perf.txt")
    except BenchmarkError:
        return False
    return cost.instructions is not None


def run(
    command: Sequence[str], *, env: dict[str, str], cwd: Path, count_into: Path | None = None
) -> Cost:
    """Run a command to its end; raise `BenchmarkError` with its last words when it fails.

    `count_into` is a file for the counts of `perf stat`; without it none are taken.
    """
    counted = ["perf", "stat", "-x,", "-o", str(count_into), "-e", ",".join(_EVENTS), "--"]
    before, start = _children_cpu(), time.perf_counter()
    try:
        done = subprocess.run(
            [*(counted if count_into else []), *command],
            env=env,
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchmarkError(f"{command[-1]!r} takes longer than {_SECONDS} s") from error
    wall, cpu = time.perf_counter() - start, _children_cpu() - before
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise BenchmarkError(f"exit code {done.returncode} of {' '.join(command)!r}:\n{said}")
    if count_into is None:
        return Cost(wall, cpu, None, done.stdout)
    counts = _read_counts(count_into.read_text("utf-8"))
    clock = counts.get("task-clock")
    return Cost(
        wall,
        clock / 1000 if clock is not None else cpu,
        counts.get("instructions:u"),
        done.stdout,
    )


def _read_counts(text: str) -> dict[str, float]:
    """Read `perf stat -x,`: value, unit and event; leave out what was not counted."""
    counts: dict[str, float] = {}
    for line in text.splitlines():
        value, _, rest = line.partition(",")
        event = rest.split(",")[1] if "," in rest else ""
        if value.replace(".", "", 1).isdigit() and event in _EVENTS:
            counts[event] = float(value)
    return counts


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

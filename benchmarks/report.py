"""Tables for people and JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Spread, Timed

_PACKAGES = (
    *("attrs", "cattrs", "httpx", "msgspec", "openapi-python-client", "orjson", "pydantic"),
    *("ruff", "simloom"),
)
_HEADS = ("candidate", "figure", "ratio", "IQR", "target", "")


@frozen
class Row:
    """One line of a table. `ratio` is the median, `iqr` its quarter points; both may be absent."""

    candidate: str
    figure: float
    unit: str
    ratio: float | None = None
    iqr: tuple[float, float] | None = None
    target: str = ""
    note: str = ""

    @classmethod
    def with_ratio(
        cls, candidate: str, figure: float, unit: str, spread: Spread, *, target: str, note: str
    ) -> Row:
        """Make a row with a ratio and its spread."""
        iqr = (spread.q25, spread.q75)
        return cls(candidate, figure, unit, spread.median, iqr, target, note)


@frozen
class Table:
    """One measured thing: `method` says how, `floor` what a ratio of 1.00 is, if there are any."""

    name: str
    title: str
    method: str
    floor: str
    rows: tuple[Row, ...]


def timed_rows(results: Sequence[Timed], *, per: int, unit: str) -> tuple[Row, ...]:
    """Make rows of timings: microseconds (lower quarter point) per `per`-th part of a call."""
    return tuple(
        Row.with_ratio(
            timed.candidate.name,
            timed.ns.q25 / per / 1000,
            unit,
            timed.ratio,
            target=timed.candidate.target,
            note="",
        )
        for timed in results
    )


def as_text(table: Table) -> str:
    """Return the table as aligned Markdown."""
    cells = [_HEADS, *(_cells(row) for row in table.rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADS))]
    used = [column for column, width in enumerate(widths) if width]
    floor = [f"1.00 = {table.floor}."] if table.floor else []
    lines = [f"## {table.title}", "", f"{table.method[:1].upper()}{table.method[1:]}.", *floor, ""]
    for number, line in enumerate(cells):
        texts = [_aligned(line[column], widths[column], column) for column in used]
        lines.append(f"| {' | '.join(texts)} |")
        if number == 0:
            rules = ["-" * (widths[c] + 1) + (":" if 1 <= c <= 3 else "-") for c in used]
            lines.append(f"|{'|'.join(rules)}|")
    return "\n".join(lines)


def as_json(tables: Sequence[Table], *, quick: bool) -> str:
    """Return everything with what it was measured on; keys are stable."""
    data = {
        "quick": quick,
        "environment": environment(),
        "tables": [asdict(table) for table in tables],
    }
    return json.dumps(data, indent=2) + "\n"


def headline() -> str:
    """Return the environment in one line; a busy machine widens every IQR."""
    found = environment()
    packages = ", ".join(f"{name} {number}" for name, number in found["packages"].items())
    load = "" if found["load"] is None else f", load {found['load']:.1f}"
    return (
        f"{found['implementation']} {found['python']}, {found['system']}, "
        f"{found['cpus']} CPUs{load}; {packages}"
    )


def environment() -> dict[str, Any]:
    """Return what the figures depend on."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
        "load": load,
        "packages": {name: version(name) for name in _PACKAGES},
    }


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.candidate,
        f"{_number(row.figure)} {row.unit}",
        "" if row.ratio is None else f"{row.ratio:.2f}",
        "" if row.iqr is None else f"{row.iqr[0]:.2f}-{row.iqr[1]:.2f}",
        row.target,
        row.note,
    )


def _number(figure: float) -> str:
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"


def _aligned(text: str, width: int, column: int) -> str:
    return text.rjust(width) if 1 <= column <= 3 else text.ljust(width)

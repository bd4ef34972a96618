"""`python -m benchmarks`: measure this checkout against its peers and print the tables."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.clients import make_clients
from benchmarks.measure import QUICK, THOROUGH, BenchmarkError
from benchmarks.progress import Progress
from benchmarks.report import as_json, as_text, headline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.report import Table

SECTIONS = (
    *("decode", "encode", "calls", "concurrency", "listing", "tokens", "events", "sandbox"),
    *("memory", "imports", "regeneration"),
)
_NEED_CLIENTS = {"decode", "encode", "calls", "memory", "imports"}
_EPILOG = """\
Ratios are taken within one run, against the floor that each table names: compare ratios, not
figures. Targets are shown, never enforced. A full run takes about 25 minutes, --quick about four.
Run apart, because they kill processes or take long: benchmarks.bulk and benchmarks.quota.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; return 1 if something could not be measured."""
    chosen = _parser().parse_args(arguments)
    names = [name for name in SECTIONS if name in (chosen.only or SECTIONS)]
    tables: list[Table] = []
    failed = False
    progress = Progress()
    print(headline(), end="\n\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as temporary:
        folder = Path(temporary)
        if _NEED_CLIENTS & set(names):
            progress.start("generating the clients")
            try:
                make_clients(folder, wide_too="imports" in names)
            except BenchmarkError as error:
                print(error, file=sys.stderr)
                return 1
            sys.path.insert(0, temporary)
        for name in names:
            progress.start(name)
            try:
                table = _measure(name, folder, progress, quick=chosen.quick)
            except BenchmarkError as error:
                progress.clear()
                print(f"{name} could not be measured: {error}", file=sys.stderr)
                failed = True
                continue
            progress.clear()
            print(as_text(table), end="\n\n", flush=True)
            tables.append(table)
    if chosen.json:
        chosen.json.write_text(as_json(tables, quick=chosen.quick), "utf-8")
    return int(failed)


def _measure(name: str, folder: Path, progress: Progress, *, quick: bool) -> Table:
    """Import and run one section: what the others load would weigh on it."""
    effort = QUICK if quick else THOROUGH
    if name == "decode":
        from benchmarks.decode import measure_decode  # noqa: PLC0415

        return measure_decode(effort, progress)
    if name == "encode":
        from benchmarks.encode import measure_encode  # noqa: PLC0415

        return measure_encode(effort, progress)
    if name == "calls":
        from benchmarks.calls import measure_calls  # noqa: PLC0415

        return measure_calls(effort, progress)
    if name == "concurrency":
        from benchmarks.concurrency import measure_concurrency  # noqa: PLC0415

        return measure_concurrency(3 if quick else 15, progress)
    if name == "listing":
        from benchmarks.listing import measure_listing  # noqa: PLC0415

        return measure_listing(*((2, 100_000) if quick else (7, 1_000_000)), progress)
    if name == "tokens":
        from benchmarks.tokens import measure_tokens  # noqa: PLC0415

        return measure_tokens(progress)
    if name == "events":
        from benchmarks.events import measure_events  # noqa: PLC0415

        return measure_events(effort, progress)
    if name == "sandbox":
        from benchmarks.sandbox import measure_sandbox  # noqa: PLC0415

        return measure_sandbox(folder, 8 if quick else 30, progress)
    if name == "memory":
        from benchmarks.memory import measure_memory  # noqa: PLC0415

        return measure_memory(folder, 20_000 if quick else 200_000, progress)
    if name == "imports":
        from benchmarks.imports import measure_imports  # noqa: PLC0415

        return measure_imports(folder, 3 if quick else 15, progress)
    from benchmarks.regeneration import measure_regeneration  # noqa: PLC0415

    return measure_regeneration(folder, 3 if quick else 15, progress)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__.partition(": ")[2] if __doc__ else None,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=SECTIONS, help=f"of {', '.join(SECTIONS)}"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller memory run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())

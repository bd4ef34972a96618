"""The command `python -m simloom.sandbox.fuzz`."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_DESCRIPTION = """\
Ask the emulated vendors random questions, without a server, and check every answer against its
specification and every SIM against the ledger. Ends with status 1 if anything was wrong.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign and print what it found. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m simloom.sandbox.fuzz", description=_DESCRIPTION
    )
    parser.add_argument("--operations", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")
    parser.add_argument("--sims", type=int, default=40, help="SIMs per vendor (default: 40)")
    options = parser.parse_args(arguments)
    try:
        # Named here, so that --help works without the extra.
        from simloom.sandbox.fuzz.campaign import run  # noqa: PLC0415

        before = time.monotonic()
        outcome = run(options.operations, seed=options.seed, sims=options.sims)
    except ImportError as error:
        parser.exit(1, f"cannot start: {error}\n")
    seconds = time.monotonic() - before
    lines = [
        f"{outcome.asked} operations in {seconds:.1f} s, seed {outcome.seed}",
        f"statuses: {', '.join(f'{code} {n}' for code, n in sorted(outcome.statuses.items()))}",
        f"effects in the ledger: {outcome.effects}",
        f"operations that succeeded: {len(outcome.succeeded)}",
        f"operations that never did: {', '.join(outcome.never) or 'none'}",
        f"wrong: {len(outcome.wrong)}",
        *outcome.wrong,
    ]
    print("\n".join(lines))  # noqa: T201
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

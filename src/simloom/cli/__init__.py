"""The command line `simloom`. Needs the extra `cli`; importing this package alone does not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXTRA = ("rich", "typer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; without arguments those of the process. Returns the exit code."""
    try:
        from simloom.cli.app import run  # noqa: PLC0415  (the extra may be missing)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRA:
            raise
        sys.stderr.write(
            f"error: the command line needs {package}, which is not installed\n"
            "hint: pip install 'simloom[cli]'\n"
        )
        return 2
    return run(arguments)

"""Provider code that type-checks with the present client and would not with the new one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from simloom_codegen.errors import GenerateError, LoomError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simloom_codegen.workspace import Workspace

_FAULT = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): error: (?P<message>.*)")


@frozen(order=True)
class Fault:
    """One finding of mypy; `file` is relative to the checkout where it lies inside."""

    file: str
    line: int
    column: int
    message: str


def check_code(code: Sequence[Path]) -> None:
    """Raise `LoomError` for a path that is not there."""
    for path in code:
        if not path.exists():
            raise LoomError(
                "there is no provider code here",
                file=str(path),
                remedy="name the package that uses the client with --code",
            )


def new_faults(workspace: Workspace, code: Sequence[Path], generated: Path) -> tuple[Fault, ...]:
    """Return what mypy --strict finds with the clients in `generated`, and only with them."""
    after = _faults(workspace, code, generated)
    if not after:
        return ()
    return tuple(sorted(after - _faults(workspace, code, workspace.generated)))


def _faults(workspace: Workspace, code: Sequence[Path], generated: Path) -> set[Fault]:
    root = workspace.root
    beside = [root / name for name in ("src", "plugins") if (root / name).is_dir()]
    places = [generated, *beside, *(path.parent for path in code if root not in path.parents)]
    done = subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-P", "-m", "mypy", "--strict", "--config-file="),
            *("--python-version", "3.11", "--explicit-package-bases"),
            *("--show-column-numbers", "--show-error-codes", "--no-pretty", "--no-error-summary"),
            *("--hide-error-context", "--no-color-output"),
            # The cache that regen fills: what the runtime's modules are is known there.
            *("--cache-dir", str(root / ".mypy_cache" / "loom")),
            *map(str, code),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env={**os.environ, "MYPYPATH": os.pathsep.join(map(str, dict.fromkeys(places)))},
    )
    every = {_fault(match) for line in done.stdout.split("\n") if (match := _FAULT.match(line))}
    inside = [path.resolve() for path in code]
    found = {fault for fault in every if _lies_in((root / fault.file).resolve(), inside)}
    if done.returncode not in {0, 1} or (done.returncode == 1 and not every):
        raise GenerateError(
            f"mypy could not read the provider code:\n{(done.stdout + done.stderr).strip()[:4000]}",
            file=", ".join(map(str, code)),
            remedy="make it type-check with the present client first",
        )
    return found


def _lies_in(file: Path, folders: Sequence[Path]) -> bool:
    return any(file == folder or folder in file.parents for folder in folders)


def _fault(match: re.Match[str]) -> Fault:
    file = Path(match["file"]).as_posix()
    return Fault(file, int(match["line"]), int(match["column"]), match["message"].strip())

"""A folder to generate into, and the swap that makes the result the committed one.

The staging folder lies beside the target, so that moving is renaming. At any moment either the old
or the new package is there whole; after a crash between the two renames, the next run puts the old
one back.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = ".loom-"
_OLD = "replaced"


@contextmanager
def staging(beside: Path) -> Iterator[Path]:
    """Yield a fresh folder inside `beside`; it is gone afterwards, whatever happened."""
    beside.mkdir(parents=True, exist_ok=True)
    recover(beside)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def recover(beside: Path) -> None:
    """Remove what an interrupted run left, putting back a package that it had moved away."""
    for leftover in beside.glob(f"{PREFIX}*"):
        if _is_alive(leftover.name.removeprefix(PREFIX).partition("-")[0]):
            continue
        kept = leftover / _OLD
        for old in [path for path in kept.rglob("*") if (path / "__init__.py").is_file()]:
            target = beside / old.relative_to(kept)
            if not target.exists() and target.parent.is_dir():
                old.rename(target)
        shutil.rmtree(leftover, ignore_errors=True)


def _is_alive(pid: str) -> bool:
    """Tell whether another process of that id is still at work here."""
    if not pid.isdecimal() or int(pid) in {0, os.getpid()}:
        return False
    try:
        os.kill(int(pid), 0)
    except OSError:
        return False
    return True


def swap(made: Path, target: Path, stage: Path, base: Path) -> None:
    """Put the folder `made` in the place of `target` (below `base`); on failure nothing changed."""
    kept = stage / _OLD / target.relative_to(base)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        made.rename(target)
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    target.rename(kept)
    try:
        made.rename(target)
    except BaseException:
        kept.rename(target)
        raise
    shutil.rmtree(kept, ignore_errors=True)

"""Putting a rehearsed update in place: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from simloom_codegen.errors import LockError
from simloom_codegen.lock import Lock, present_tools, read_lock
from simloom_codegen.staging import staging, swap
from simloom_codegen.workspace import INPUTS, PACKAGE, module_of

if TYPE_CHECKING:
    from pathlib import Path

    from simloom_codegen.update.plan import Plan
    from simloom_codegen.workspace import Workspace


def check_lock(workspace: Workspace) -> None:
    """Raise `LockError` if the present clients were made by other tools than those here."""
    lock = read_lock(workspace.lock)
    if lock.tools != present_tools(workspace):
        raise LockError(
            "the lock records other tools than those that would make the new client",
            file="specs/lock.toml",
            remedy="run `simloom-codegen regen` and commit its result first",
        )


def apply(workspace: Workspace, plan: Plan) -> tuple[str, ...]:
    """Write inputs, client and lock of a plan; return their names.

    Whatever fails, everything is put back as it was.
    """
    check_lock(workspace)
    provider = plan.provider
    lock = read_lock(workspace.lock)
    entry = read_lock(plan.rehearsed.lock).providers[provider]
    wanted: dict[Path, bytes | None] = {
        workspace.specs / provider / name: _bytes(plan.rehearsed.specs / provider / name)
        for name in INPUTS
    }
    updated = Lock(lock.tools, {**lock.providers, provider: entry})
    wanted[workspace.lock] = updated.as_text().encode()
    before = {path: _bytes(path) for path in wanted}
    package = workspace.generated / PACKAGE / module_of(provider)
    with staging(workspace.generated) as stage:
        made = stage / PACKAGE / module_of(provider)
        shutil.copytree(plan.rehearsed.generated / PACKAGE / module_of(provider), made)
        try:
            for path, data in wanted.items():
                _write(path, data)
            swap(made, package, stage, workspace.generated)
        except BaseException:
            for path, data in before.items():
                _write(path, data)
            raise
    return plan.writes


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write(path: Path, data: bytes | None) -> None:
    """Replace a file at once, so that nobody reads half of it; None removes it."""
    if data is None:
        path.unlink(missing_ok=True)
    elif _bytes(path) != data:
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(data)
        os.replace(beside, path)  # noqa: PTH105 - replaces on every system

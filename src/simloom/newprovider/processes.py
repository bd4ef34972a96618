"""Programs that a new repository needs, each in a process of its own.

The library does not import the loom: what it does is asked for as a user would, on a command line.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from simloom.newprovider.refusal import CannotCreate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_MINUTES = 10
_LONGEST = 300


def run(
    arguments: Sequence[str],
    place: Path,
    *,
    given: str = "",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `python -m ARGUMENTS` in a folder; `given` is its stdin.

    Raises `CannotCreate` when it takes longer than a document of any size should.
    """
    try:
        # -P: a module that lies in the present folder is not taken for one of ours.
        return subprocess.run(  # noqa: S603  (a fixed program, no shell)
            [sys.executable, "-P", "-m", *arguments],
            cwd=place,
            input=given,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_MINUTES * 60,
        )
    except subprocess.TimeoutExpired:
        raise CannotCreate(
            f"{arguments[0]} took more than {_MINUTES} minutes", "try a smaller document"
        ) from None


def obtain(url: str, place: Path, name: str) -> None:
    """Get what is at an address into a file in `place`; `CannotCreate` when nothing usable came."""
    ended = run(["simloom_codegen.obtain", name], place, given=f"{url}\n")
    if ended.returncode != 0:
        raise CannotCreate(
            f"{without_query(url)}: {told(ended)}",
            "give the https address of the document itself, or get the file and name it",
        )


def bundle(path: Path, place: Path, name: str) -> None:
    """Write a document and the files that it refers to as one JSON file in `place`."""
    ended = run(
        ["simloom_codegen.cli", "bundle", "--spec", path.name, "--out", str(place / name)],
        path.absolute().parent,
    )
    if ended.returncode != 0:
        raise CannotCreate(
            told(ended), _remedy(ended) or "put the files beside the document that refers to them"
        )


def generate(spec: str, overlay: str, options: Sequence[str], place: Path) -> None:
    """Write the overlay that a person completes, and the client of document and overlay.

    There is no overlay for a document without writes. `CannotCreate` says what the loom refused.
    """
    ended = run(["simloom_codegen.starting", spec, overlay, *options], place)
    if ended.returncode != 0:
        raise CannotCreate(
            f"the client could not be generated: {told(ended)}",
            _remedy(ended)
            or "`simloom-codegen generate` with this document says more; correct the document",
        )


def tidy(place: Path) -> None:
    """Sort imports, drop those that no verb needs, and format, except for the generated client."""
    config = ["--config", str(place / "pyproject.toml"), "--no-cache"]
    own = ["src", "tests", "specs", "noxfile.py"]
    for arguments in (
        ["check", *config, "--select", "I,F401,TC", "--fix-only", "--unsafe-fixes", *own],
        ["format", *config, *own],
    ):
        ended = run(["ruff", *arguments], place)
        if ended.returncode != 0:
            words = " ".join((ended.stderr or ended.stdout).split())[:_LONGEST]
            raise CannotCreate(
                f"ruff refused what was made of the document: {words}",
                "report the document's operations with the ids of their parameters",
            )


def write_lock(place: Path) -> None:
    """Record the hashes of document and client, and the versions of the tools, as regen does."""
    ended = run(["lock"], place, environment={"PYTHONPATH": str(place / "specs")})
    if ended.returncode != 0:
        raise CannotCreate(f"specs/lock.json: {told(ended)}", "reinstall simloom with its extras")


def without_query(url: str) -> str:
    """Return an address without what may be a secret: credentials, query and fragment."""
    scheme, separator, rest = url.partition("://")
    place = rest.partition("?")[0].partition("#")[0]
    host, slash, path = place.partition("/")
    shown = f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"
    return "".join(one for one in shown if one.isprintable())


def told(ended: subprocess.CompletedProcess[str]) -> str:
    """Return why a program failed: its line that begins with `error:`, else its last one."""
    lines = [line for line in ended.stderr.splitlines() if line.strip()] or ["no reason given"]
    found = next((line for line in lines if line.startswith("error:")), lines[-1])
    return found.removeprefix("error:").strip()


def _remedy(ended: subprocess.CompletedProcess[str]) -> str:
    """Return what the loom says is to be done; empty where it says nothing."""
    _, found, remedy = ended.stderr.partition("\n  remedy: ")
    return remedy.splitlines()[0].strip() if found and remedy.strip() else ""

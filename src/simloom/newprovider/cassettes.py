"""The first cassettes of a repository, recorded by its own `tests/recording.py`."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from simloom.newprovider import processes

if TYPE_CHECKING:
    from pathlib import Path

    from simloom.newprovider.names import Names


def record(names: Names, place: Path, beside: Path) -> str:
    """Record against the stand-in, as `nox -s record` does; return why not, empty if it is done.

    Without vcrpy, or with a provider that cannot do it yet, there are no cassettes: a test of the
    repository says so. `beside` becomes a folder with what pip would write about the provider.
    """
    folder = place / "cassettes"
    folder.mkdir()
    why = "vcrpy is not installed" if find_spec("vcr") is None else _tried(names, place, beside)
    if why:
        (folder / ".gitkeep").write_bytes(b"")
    return why


def _tried(names: Names, place: Path, beside: Path) -> str:
    about = beside / f"{names.package}-0.1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {names.distribution}\nVersion: 0.1.0\n", "utf-8"
    )
    (about / "entry_points.txt").write_text(
        f"[simloom.providers]\n{names.id} = {names.package}.provider:{names.kind}\n", "utf-8"
    )
    paths = [place / "src", place / "generated", place / "tests", beside]
    searched = {"PYTHONPATH": os.pathsep.join(map(str, paths))}
    ended = processes.run(["recording"], place, environment=searched)
    found = list((place / "cassettes").glob("*.yaml"))
    if ended.returncode == 0:
        return "" if found else "`list` is not written"
    for path in found:
        path.unlink()
    return processes.told(ended)

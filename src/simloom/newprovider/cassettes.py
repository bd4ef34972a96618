"""The first cassettes of a repository, recorded by its own `tests/recording.py`."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from simloom.newprovider import processes

if TYPE_CHECKING:
    from pathlib import Path

    from simloom.newprovider.names import Names


def record(names: Names, place: Path, beside: Path) -> bool:
    """Record against the stand-in, as `nox -s record` does; tell whether it could be done.

    Without vcrpy, or with a provider that cannot do it yet, there are no cassettes: a test of the
    repository says so. `beside` becomes a folder with what pip would write about the provider.
    """
    folder = place / "cassettes"
    folder.mkdir()
    done = find_spec("vcr") is not None and _recorded(names, place, beside)
    if not done:
        (folder / ".gitkeep").write_bytes(b"")
    return done


def _recorded(names: Names, place: Path, beside: Path) -> bool:
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
    if ended.returncode != 0:
        for path in found:
            path.unlink()
    return ended.returncode == 0 and bool(found)

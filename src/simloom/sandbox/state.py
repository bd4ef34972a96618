"""The state of a sandbox in a file, for the next one to go on from.

An SQLite database with one row per changed SIM, action, message, job and so on. SIMs that were
never touched are not in it: the seed makes them again. Requests are not either, nor scripted faults
and connections. It holds what SIMs hold, PINs and numbers included, so only its owner may read it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict, field, frozen
from attrs.validators import instance_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Row = tuple[str, str, str, Any]

FORMAT = 1
_APPLICATION = 0x53694C6D  # SQLite's application_id, so that no other database is taken for one
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE remembered (owner TEXT, part TEXT, key TEXT, value TEXT NOT NULL);
"""


_WAYS = {
    "seed": "start with that seed",
    "sims": "start with that sims",
    "format": "use the version of simloom that wrote it",
}


class StateRefused(ValueError):
    """A file is not the state of a sandbox like this one."""


@frozen(kw_only=True)
class About:
    """Which sandbox a state is of, and when it was saved. Another one cannot go on from it."""

    seed: int = field(validator=instance_of(int))
    sims: int = field(validator=instance_of(int))
    saved: str = field(validator=instance_of(str))
    format: int = FORMAT


class StateFile:
    """One file. Writing replaces it as a whole, so a crash leaves the old one."""

    def __init__(self, path: str | Path) -> None:
        self.path: Path = Path(path)

    def check(self) -> None:
        """Raise OSError if it could not be written, before there is anything to lose."""
        folder = self.path.resolve().parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OSError(f"{folder} is no folder in which {self.path.name} could be written")
        if self.path.is_dir():
            raise OSError(f"{self.path} is a folder")

    def write(self, about: About, rows: Iterable[Row]) -> int:
        """Write everything. Returns the number of rows. Raises OSError."""
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}.new")
        count = 0
        try:
            os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(fresh)) as database:
                database.executescript(f"PRAGMA application_id = {_APPLICATION}; {_TABLES}")
                pairs = [(name, json.dumps(value)) for name, value in asdict(about).items()]
                database.executemany("INSERT INTO about VALUES (?, ?)", pairs)
                for owner, part, key, value in rows:
                    text = json.dumps(value)
                    database.execute(
                        "INSERT INTO remembered VALUES (?, ?, ?, ?)", (owner, part, key, text)
                    )
                    count += 1
                database.commit()
            fresh.replace(self.path)
        except sqlite3.Error as error:
            raise OSError(f"cannot write {self.path}: {error}") from error
        finally:
            fresh.unlink(missing_ok=True)
        return count

    def read(self, seed: int, sims: int) -> tuple[About, list[Row]] | None:
        """Return what was written, or None if there is no file.

        Raises StateRefused for the state of another seed, of another number of SIMs or of another
        format, and for what is no state at all.
        """
        if not self.path.exists():
            return None
        with self._opened() as (database, about):
            self._check("seed", about.seed, seed)
            self._check("sims", about.sims, sims)
            return about, list(_rows(database))

    def origin(self, seed: int | None, sims: int | None) -> tuple[int, int]:
        """Return the seed and the number of SIMs of a sandbox that goes on from here.

        What is None comes from the file. Raises StateRefused as `read` does, OSError as `check`.
        """
        self.check()
        if self.path.exists():
            with self._opened() as (_, about):
                seed = about.seed if seed is None else seed
                sims = about.sims if sims is None else sims
        return begin_with(seed, sims)

    @contextmanager
    def _opened(self) -> Iterator[tuple[sqlite3.Connection, About]]:
        address = f"{self.path.resolve().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(address, uri=True)) as database:
                (application,) = database.execute("PRAGMA application_id").fetchone()
                if application != _APPLICATION:
                    raise StateRefused(f"{self.path} is not the state of a sandbox")
                known = dict(database.execute("SELECT name, value FROM about"))
                about = {name: json.loads(value) for name, value in known.items()}
                self._check("format", about.get("format"), FORMAT)
                yield database, About(**about)
        except (sqlite3.Error, TypeError, ValueError) as error:
            if isinstance(error, StateRefused):
                raise
            raise StateRefused(f"{self.path} is not the state of a sandbox: {error}") from error

    def _check(self, name: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            raise StateRefused(
                f"{self.path} is the state of a sandbox with {name} {found}, not {wanted}:"
                f" name another file, or {_WAYS[name]}"
            )


def begin_with(seed: int | None, sims: int | None) -> tuple[int, int]:
    """Return seed and number of SIMs; what is None is 1 and 25."""
    return (1 if seed is None else seed), (25 if sims is None else sims)


def _rows(database: sqlite3.Connection) -> Iterator[Row]:
    for owner, part, key, value in database.execute(
        "SELECT owner, part, key, value FROM remembered ORDER BY rowid"
    ):
        yield owner, part, key, json.loads(value)

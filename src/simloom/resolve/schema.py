"""The file of the index: where it is, its tables, and opening it safely."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from simloom.errors import SimloomError
from simloom.resolve.errors import SimIndexError
from simloom.statefolder import make_private, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = 2
BUSY = 10.0
"""Seconds to wait for another process that writes."""

IDENTIFIERS = ("eid", "imsi", "msisdn", "imei")

_TABLES = (
    """CREATE TABLE account (
        id INTEGER PRIMARY KEY, provider TEXT NOT NULL, name TEXT NOT NULL,
        synced REAL, pages INTEGER, generation INTEGER NOT NULL DEFAULT 0,
        UNIQUE (provider, name)
    )""",
    """CREATE TABLE sim (
        account INTEGER NOT NULL, key TEXT NOT NULL, iccid TEXT NOT NULL,
        eid TEXT, imsi TEXT, msisdn TEXT, imei TEXT, status TEXT, label TEXT,
        seen REAL NOT NULL, generation INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
        imsi_2 TEXT, PRIMARY KEY (account, key)
    ) WITHOUT ROWID""",
    "CREATE INDEX sim_key ON sim (key)",
    *(f"CREATE INDEX sim_{name} ON sim ({name}) WHERE {name} IS NOT NULL" for name in IDENTIFIERS),
)
_SINCE_1 = ("ALTER TABLE sim ADD COLUMN imsi_2 TEXT",)
_ALWAYS = (
    "CREATE INDEX sim_imsi_2 ON sim (imsi_2) WHERE imsi_2 IS NOT NULL",
    f"PRAGMA user_version = {VERSION}",
)


def index_path() -> Path:
    """Return where the index is, whether or not it is there."""
    return state_folder() / "sims.db"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the index for one piece of work; any fault is a `SimIndexError`.

    Each piece has a connection of its own, so threads and forked processes share none. The file is
    readable by its owner only, as it holds personal data.
    """
    with _told(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(path)
        with closing(
            sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
        ) as database:
            _prepare(database, path)
            yield database


@contextmanager
def writing(database: sqlite3.Connection, how: str = "IMMEDIATE") -> Iterator[None]:
    """Take the write lock at once; commit at the end, or change nothing."""
    database.execute(f"BEGIN {how}")
    try:
        yield
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return
    with writing(database):  # processes that make the file together wait for each other here
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if (version, tables) == (0, 0) or (version == 1 and _has_sims(database)):
            for statement in (*(_SINCE_1 if version else _TABLES), *_ALWAYS):
                database.execute(statement)
        elif version != VERSION:
            raise SimIndexError(
                f"{path} is not an index of format {VERSION}; delete it, it is made again"
            )


def _has_sims(database: sqlite3.Connection) -> bool:
    found = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'sim_key'")
    return found.fetchone() is not None


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        damaged = code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
        advice = "; delete it, it is made again" if damaged else ""
        raise SimIndexError(f"the index {path} cannot be used: {error}{advice}") from None
    except OSError as error:
        if isinstance(error, SimloomError):  # of a request: some are time-outs as well
            raise
        raise SimIndexError(f"the index {path} cannot be used: {error.strerror}") from None

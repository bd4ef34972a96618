"""The tables of a journal, and opening the file safely."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simloom.bulk.errors import JournalError
from simloom.statefolder import make_private, use_log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = 2
_BUSY = 5.0
"""Seconds to wait for another process that writes."""

_TABLES = """
CREATE TABLE job (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    verb TEXT NOT NULL,
    parameters TEXT NOT NULL,
    origin TEXT NOT NULL DEFAULT '{}',
    place TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL,
    read_in INTEGER NOT NULL DEFAULT 0,
    filtered INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    worked REAL NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '',
    lease_until REAL NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE sim (
    position INTEGER PRIMARY KEY,
    identifier TEXT NOT NULL,
    iccid TEXT,
    key TEXT,
    chunk INTEGER,
    outcome TEXT,
    reason TEXT,
    listed INTEGER NOT NULL DEFAULT 0,
    doubtful INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX sim_key ON sim (key) WHERE key IS NOT NULL;
CREATE INDEX sim_open ON sim (doubtful, position) WHERE outcome IS NULL AND chunk IS NULL;
CREATE INDEX sim_chunk ON sim (chunk) WHERE outcome IS NULL AND chunk IS NOT NULL;
CREATE TABLE chunk (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    intent TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    looks INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0,
    sent_at REAL NOT NULL DEFAULT 0,
    action TEXT UNIQUE,
    expected TEXT,
    note TEXT
);
CREATE INDEX chunk_state ON chunk (state, due);
CREATE TABLE decision (
    at REAL NOT NULL,
    position INTEGER NOT NULL,
    choice TEXT NOT NULL,
    before TEXT
);
"""


def open_database(path: Path | None, *, make: bool = True) -> tuple[sqlite3.Connection, bool]:
    """Open or make a journal, and tell whether its file was made.

    None is a private file that disappears with the connection. The file is readable by its owner
    only. Every commit is on the disk before it returns.
    """
    made = False
    try:
        if path is not None:
            made = make and make_private(path)
            _find(path, make=make)
        # The empty name is SQLite's private file: it spills to disk instead of filling memory.
        database = sqlite3.connect(
            "" if path is None else path, isolation_level=None, check_same_thread=False
        )
    except OSError as error:
        why = f"the journal {path} cannot be opened: {error.strerror}"
        raise JournalError(f"{why}; name a file in a folder that can be written") from None
    except sqlite3.Error as error:
        raise JournalError(f"{path}: {error}") from None
    try:
        _prepare(database, path, make=make)
        if path is not None:
            path.chmod(0o600)
    except (OSError, sqlite3.Error) as error:
        database.close()
        raise JournalError(f"{path or 'the journal'}: {error}") from None
    except BaseException:
        database.close()
        raise
    return database, made


def _find(path: Path, *, make: bool) -> None:
    """Raise `OSError` for a file that is not there or cannot be written.

    Only a file is opened: a device, a pipe or a folder stays as it is, its mode too.
    """
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "It is no ordinary file", str(path))
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    if make and not found.st_size:  # made by somebody else, perhaps; the files beside it get it
        path.chmod(0o600)


def _prepare(database: sqlite3.Connection, path: Path | None, *, make: bool) -> None:
    """Make the tables in an empty file; leave one that is no journal of ours as it is.

    A journal that is there is only read here: nobody has to wait for whoever writes to it.
    """
    database.execute(f"PRAGMA busy_timeout = {_BUSY * 1000:.0f}")
    tables = _tables(database)
    if not tables and not make:
        raise JournalError(f"{path} is empty, so it is no journal of a bulk job")
    if tables:
        _check(database, tables, path)
    if path is None:
        database.execute("PRAGMA synchronous = OFF")  # nothing of it survives this process
    else:
        use_log(database, _BUSY)
        database.execute("PRAGMA synchronous = FULL")
    if tables:
        return
    with writing(database):
        tables = _tables(database)
        if not tables:
            for statement in _TABLES.split(";\n"):
                database.execute(statement)
    if tables:  # another process was faster
        _check(database, tables, path)


def _tables(database: sqlite3.Connection) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM sqlite_master")}


def _check(database: sqlite3.Connection, tables: set[str], path: Path | None) -> None:
    """Raise `JournalError` for what is no journal, or one of another version."""
    if "job" not in tables or "chunk" not in tables:
        raise JournalError(f"{path} is an SQLite file, but no journal of a bulk job")
    row = database.execute("SELECT version FROM job").fetchone()
    if row is not None and row[0] != VERSION:
        raise JournalError(
            f"{path} is a journal of format {row[0]}; this version reads format {VERSION}"
        )


@contextmanager
def writing(database: sqlite3.Connection) -> Iterator[None]:
    """Take the write lock at once; commit at the end, or change nothing."""
    try:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("COMMIT")
    except BaseException as error:
        if database.in_transaction:  # a full disk may have ended it already
            database.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise JournalError(f"the journal cannot be written: {error}") from None
        raise

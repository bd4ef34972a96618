"""The ledger's store in an SQLite file: for all processes of one host.

Each call is one `BEGIN IMMEDIATE` transaction, synced to the disk before it returns: a grant is on
the disk before its request is sent, whatever happens to the process or the host. The file is made
with mode 0600. It must be on a disk of the host, as SQLite's locks are not safe on network folders.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from simloom.statefolder import make_private, use_log
from simloom.transport.quota.clock import TimeMark, moved_on
from simloom.transport.quota.decision import granted, queued, seconds_to_wait, state
from simloom.transport.quota.rules import Closure, Held, closed
from simloom.transport.quota.sqlite_errors import store_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.transport.quota.buckets import Bucket
    from simloom.transport.quota.clock import QuotaClock
    from simloom.transport.quota.store import Ask, Grant, Usage, Wait

VERSION = 1
_SCHEMA = (
    "CREATE TABLE about (salt BLOB, next INTEGER, epoch TEXT, shift REAL, latest REAL)",
    """CREATE TABLE held (
        number INTEGER PRIMARY KEY, bucket TEXT, begun REAL, ends REAL, answered INTEGER,
        cost INTEGER
    )""",
    "CREATE INDEX held_by_end ON held (bucket, ends, cost)",
    "CREATE TABLE queue (ticket INTEGER PRIMARY KEY, bucket TEXT, cost INTEGER, due REAL)",
    "CREATE TABLE closed (bucket TEXT PRIMARY KEY, until REAL, seconds REAL, refusals INTEGER)",
    f"PRAGMA user_version = {VERSION}",
)
_FORKED: list[sqlite3.Connection] = []
"""Connections of a parent process: closing one in the child would harm the parent's file."""


class _BucketFacts:
    """One bucket, within a transaction."""

    def __init__(self, connection: sqlite3.Connection, key: str) -> None:
        self._connection = connection
        self._key = key

    @property
    def closure(self) -> Closure | None:
        found = self._connection.execute(
            "SELECT until, seconds, refusals FROM closed WHERE bucket = ?", (self._key,)
        ).fetchone()
        return Closure(*found) if found else None

    def used(self, after: float) -> int:
        return self._sum("SELECT sum(cost) FROM held WHERE bucket = ? AND ends > ?", after)

    def held(self, after: float) -> list[Held]:
        rows = self._connection.execute(
            "SELECT ends, answered, cost FROM held WHERE bucket = ? AND ends > ?",
            (self._key, after),
        )
        return [Held(ends, bool(answered), cost) for ends, answered, cost in rows]

    def waiting(self, before: int | None) -> int:
        last = before if before is not None else 2**62
        return self._sum("SELECT sum(cost) FROM queue WHERE bucket = ? AND ticket < ?", last)

    def _sum(self, query: str, value: float) -> int:
        (total,) = self._connection.execute(query, (self._key, value)).fetchone()
        return total or 0


class SqliteStore:
    """Grants in a file; `busy` is how many seconds to wait for other processes."""

    blocking = True

    def __init__(self, path: str | os.PathLike[str], *, busy: float = 10.0) -> None:
        self.path: Path = Path(path)
        self._busy = busy
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        with self._transaction() as connection:
            (self._salt,) = connection.execute("SELECT salt FROM about").fetchone()

    def __repr__(self) -> str:
        return f"SqliteStore({str(self.path)!r})"

    @property
    def salt(self) -> bytes:
        """Random bytes of the file."""
        return bytes(self._salt)

    def ask(self, ask: Ask, clock: QuotaClock) -> Grant | Wait:
        """Grant, or queue the question."""
        bucket = ask.bucket
        with self._transaction() as connection:
            now = _now(connection, clock)
            connection.execute(
                "DELETE FROM held WHERE bucket = ? AND ends < ?",
                (bucket.key, now - bucket.longest - 1),
            )
            connection.execute("DELETE FROM queue WHERE due < ?", (now,))
            ticket = ask.ticket or _next(connection)
            seconds = seconds_to_wait(ask, ticket, _BucketFacts(connection, bucket.key), now)
            if seconds:
                connection.execute(
                    "INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?)",
                    (ticket, bucket.key, ask.cost, now + ask.lease),
                )
                return queued(ask, ticket, seconds)
            connection.execute("DELETE FROM queue WHERE ticket = ?", (ticket,))
            grant = granted(ask, _next(connection), now)
            connection.execute(
                "INSERT INTO held VALUES (?, ?, ?, ?, 0, ?)",
                (grant.number, grant.bucket, grant.begun, grant.ends, grant.cost),
            )
            return grant

    def settle(self, grant: Grant, clock: QuotaClock) -> None:
        """Let a grant end now."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO held VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (number) DO UPDATE"
                " SET ends = excluded.ends, answered = 1 WHERE answered = 0",
                (grant.number, grant.bucket, grant.begun, _now(connection, clock), grant.cost),
            )

    def give_back(self, grant: Grant) -> None:
        """Forget a grant."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM held WHERE number = ?", (grant.number,))

    def leave(self, ticket: int) -> None:
        """Take a question out of the queue."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM queue WHERE ticket = ?", (ticket,))

    def close(self, bucket: Bucket, seconds: float | None, clock: QuotaClock) -> Closure:
        """Note a refusal."""
        with self._transaction() as connection:
            before = _BucketFacts(connection, bucket.key).closure
            after = closed(before, bucket.windows, _now(connection, clock), seconds)
            connection.execute(
                "INSERT OR REPLACE INTO closed VALUES (?, ?, ?, ?)",
                (bucket.key, after.until, after.seconds, after.refusals),
            )
            return after

    def usage(self, bucket: Bucket, clock: QuotaClock) -> Usage:
        """Return the state of a bucket."""
        with self._transaction() as connection:
            now = _now(connection, clock)
            connection.execute("DELETE FROM queue WHERE due < ?", (now,))
            return state(bucket, _BucketFacts(connection, bucket.key), now)

    def shut(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self._process != os.getpid():
            if self._connection is not None:
                _FORKED.append(self._connection)
            self._connection, self._lock, self._process = None, threading.Lock(), os.getpid()
        with self._lock:
            try:
                connection = self._connection = self._connection or self._opened()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            except (sqlite3.Error, OSError) as error:
                raise store_error(self.path, error) from error

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(self.path)
        connection = sqlite3.connect(
            self.path, timeout=self._busy, isolation_level=None, check_same_thread=False
        )
        try:
            if tables := _tables(connection):
                _check_ours(tables)
            use_log(connection, self._busy)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            _make_tables(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        return connection


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def _check_ours(tables: set[str]) -> None:
    """Leave another program's file as it is."""
    if not {"about", "held", "queue"} <= tables:
        raise sqlite3.DatabaseError("it is an SQLite file, but not a ledger of quotas")


def _make_tables(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not _tables(connection):
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute(
            "INSERT INTO about (salt, next) VALUES (?, 1)", (secrets.token_bytes(16),)
        )
    elif version != VERSION:
        raise sqlite3.DatabaseError(f"it has the format {version}, and {VERSION} is understood")


def _next(connection: sqlite3.Connection) -> int:
    """Return a number that was never given before, neither to a grant nor to a question."""
    (number,) = connection.execute("SELECT next FROM about").fetchone()
    connection.execute("UPDATE about SET next = next + 1")
    return int(number)


def _now(connection: sqlite3.Connection, clock: QuotaClock) -> float:
    """Return the ledger's time, and keep it."""
    epoch, shift, latest = connection.execute("SELECT epoch, shift, latest FROM about").fetchone()
    mark = moved_on(None if epoch is None else TimeMark(epoch, shift, latest), clock)
    connection.execute(
        "UPDATE about SET epoch = ?, shift = ?, latest = ?", (mark.epoch, mark.offset, mark.latest)
    )
    return mark.latest

"""Webhooks in an SQLite file: stored before the vendor hears so, kept until a handler is done.

The file is readable by its owner only. It holds messages and numbers of SIMs until they are
handled; after that only a digest of each webhook, by which it is known when it comes again.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from attrs import frozen

from simloom.errors import WebhookStoreError
from simloom.events.smsparts import complete
from simloom.events.storefaults import explained
from simloom.events.webhooks import Webhook
from simloom.statefolder import make_private, use_log

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from types import TracebackType

VERSION = 1
_TABLES = (
    """CREATE TABLE webhook (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, provider TEXT NOT NULL,
        method TEXT NOT NULL, body BLOB, grouped TEXT, part INTEGER, parts INTEGER,
        received REAL NOT NULL, done REAL
    )""",
    "CREATE INDEX webhook_open ON webhook (number) WHERE done IS NULL",
    """CREATE INDEX webhook_parts ON webhook (grouped, part)
        WHERE done IS NULL AND grouped IS NOT NULL""",
    "CREATE INDEX webhook_done ON webhook (done) WHERE done IS NOT NULL",
    f"PRAGMA user_version = {VERSION}",
)
_SELECT = "SELECT number, provider, method, body, key, grouped, part, parts, received FROM webhook"
_FORGET_EVERY = 60.0
_BUSY = 10.0
"""Seconds to wait for another process that writes."""
_SENT_AGAIN = "Nothing is lost, the vendor sends again"
_NOT_NOTED = (
    "The last event was handled but is not noted: ask for the next one to try that again,"
    " or it comes once more after a restart"
)
_NEWER = "of a newer version of simloom; use that one, or another place"
_OTHER = "no store of webhooks of this version; choose another place"
_DAY = 86_400.0


@frozen
class Handout:
    """One event to handle: a webhook, or all the parts of a message in order."""

    webhooks: tuple[Webhook, ...]
    numbers: tuple[int, ...]


class WebhookStore(Protocol):
    """Where webhooks wait for their handler. Called from several threads."""

    def add(self, webhook: Webhook) -> bool:
        """Store a webhook for good; False if it is known already, handled or not.

        Raises `WebhookStoreError` when it cannot be stored: then the vendor is to send it again.
        """
        ...

    def take(self, most: int) -> list[Handout]:
        """Return the oldest events that are not done, in their order; they stay until they are."""
        ...

    def done(self, handout: Handout) -> None:
        """Note that an event was handled."""
        ...

    def wait(self, seconds: float) -> None:
        """Sleep until there may be something, or for so long."""
        ...

    def wake(self) -> None:
        """End a `wait`."""
        ...


class SqliteWebhooks:
    """A file for one machine: one process may receive and another one handle.

    `most` webhooks may wait; after that `add` refuses, so that the vendor keeps them. What is done
    is known for `remembered` seconds, which has to be longer than an old webhook is let in, and no
    more than `most_remembered` of them. The parts of a message wait `patience` seconds for one
    another, then they are handed out one by one.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        most: int = 100_000,
        remembered: float = 9 * _DAY,
        most_remembered: int = 1_000_000,
        patience: float = 3600.0,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.path: Path = Path(path).expanduser().absolute()
        self._most = most
        self._remembered = remembered
        self._most_remembered = most_remembered
        self._patience = patience
        self._wall = wall
        self._forgot = float("-inf")
        self._lock = threading.Lock()
        self._arrived = threading.Event()
        with self._told():
            make_private(self.path)
            self._database = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=_BUSY
            )
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    def __repr__(self) -> str:
        return f"SqliteWebhooks({str(self.path)!r})"

    def add(self, webhook: Webhook) -> bool:
        """Store a webhook; it is on the disk when this returns."""
        with self._writing() as database:
            now = self._wall()
            known = database.execute("SELECT 1 FROM webhook WHERE key = ?", (webhook.key,))
            if known.fetchone() is not None:
                return False
            self._forget(now)
            if self._waiting() >= self._most:
                raise WebhookStoreError(
                    f"{self.path}: {self._most} webhooks wait to be handled; see to their handler"
                )
            database.execute(
                "INSERT INTO webhook (key, provider, method, body, grouped, part, parts, received)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(webhook.key, webhook.provider, webhook.method, webhook.body),
                    *(webhook.group, webhook.part, webhook.parts, now),
                ),
            )
        self._arrived.set()
        return True

    def take(self, most: int = 100) -> list[Handout]:
        """Return the oldest events that are not done."""
        with self._lock, self._told():
            overdue = self._wall() - self._patience
            singles = self._database.execute(
                f"{_SELECT} WHERE done IS NULL AND grouped IS NULL ORDER BY number LIMIT ?",
                (most,),
            )
            found = [_handout(row) for row in singles]
            groups = self._database.execute(
                "SELECT grouped, max(parts) FROM webhook"
                " WHERE done IS NULL AND grouped IS NOT NULL GROUP BY grouped"
                " HAVING count(DISTINCT part) >= max(parts) OR min(received) <= ?"
                " ORDER BY min(number) LIMIT ?",
                (overdue, most),
            )
            for group, parts in groups.fetchall():
                found += self._message(group, parts, overdue)
        found.sort(key=lambda handout: min(handout.numbers))
        return found[:most]

    def done(self, handout: Handout) -> None:
        """Note that an event was handled, and forget what it says."""
        with self._writing(_NOT_NOTED) as database:
            database.executemany(
                "UPDATE webhook SET done = ?, body = NULL WHERE number = ?",
                [(self._wall(), number) for number in handout.numbers],
            )

    def waiting(self) -> int:
        """Return how many webhooks are not done."""
        with self._lock, self._told():
            return self._waiting()

    def wait(self, seconds: float) -> None:
        """Sleep until this process stores a webhook, or for so long."""
        self._arrived.wait(seconds)
        self._arrived.clear()

    def wake(self) -> None:
        """End a `wait`."""
        self._arrived.set()

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _prepare(self) -> None:
        with self._told():
            tables = {name for (name,) in self._database.execute("SELECT name FROM sqlite_master")}
            if tables and "webhook" not in tables:  # somebody else's file stays as it is
                raise WebhookStoreError(f"{self.path} is {_OTHER}")
            use_log(self._database, _BUSY)
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("PRAGMA secure_delete = ON")
        with self._writing() as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not tables:
                for statement in _TABLES:
                    database.execute(statement)
            elif version != VERSION:
                what = _NEWER if version > VERSION else _OTHER
                raise WebhookStoreError(f"{self.path} is {what}")

    def _message(self, group: str, parts: int, overdue: float) -> list[Handout]:
        """Return a whole message; without one, its parts that have waited for long enough."""
        rows = self._database.execute(
            f"{_SELECT} WHERE done IS NULL AND grouped = ? ORDER BY number",
            (group,),
        ).fetchall()
        whole = complete(parts, [(row[6], row) for row in rows])
        if whole is None:
            return [_handout(row) for row in rows if row[8] <= overdue]
        return [_handout(*whole)]

    def _waiting(self) -> int:
        (count,) = self._database.execute(
            "SELECT count(*) FROM webhook WHERE done IS NULL"
        ).fetchone()
        return int(count)

    def _forget(self, now: float) -> None:
        if 0 <= now - self._forgot < _FORGET_EVERY:
            return
        self._forgot = now
        self._database.execute("DELETE FROM webhook WHERE done < ?", (now - self._remembered,))
        self._database.execute(
            "DELETE FROM webhook WHERE number IN (SELECT number FROM webhook"
            " WHERE done IS NOT NULL ORDER BY done DESC LIMIT -1 OFFSET ?)",
            (self._most_remembered,),
        )

    @contextmanager
    def _writing(self, after: str = _SENT_AGAIN) -> Iterator[sqlite3.Connection]:
        """Take the write lock at once; commit at the end, or change nothing."""
        with self._lock, self._told(after):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:  # a full disk may have ended it already
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self, after: str = _SENT_AGAIN) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise WebhookStoreError(
                f"{self.path} cannot be used: {explained(error)}. {after}"
            ) from None


def _handout(*rows: Any) -> Handout:
    webhooks = tuple(
        Webhook(
            provider=row[1],
            method=row[2],
            body=row[3],
            key=row[4],
            group=row[5],
            part=row[6],
            parts=row[7],
        )
        for row in rows
    )
    return Handout(webhooks, tuple(row[0] for row in rows))

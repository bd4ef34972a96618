"""The journal of a bulk job: what was asked for, what was sent, what became of each SIM.

It is an SQLite file. Everything that is about to be sent is in it, on the disk, before it is sent,
so whatever crashes, the next run knows what may have happened. It holds ICCIDs and the identifiers
as given, no credentials.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.bulk.chunktable import ChunkTable
from simloom.bulk.errors import JournalBusy, JournalError
from simloom.bulk.jobs import Job, check_same, read_job
from simloom.bulk.lease import Lease
from simloom.bulk.named import NamedTable
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.place import Place
from simloom.bulk.results import Results
from simloom.bulk.schema import VERSION, open_database, writing
from simloom.runtime.encoding import to_builtins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = ["Entry", "Job", "Journal"]

_BATCH = 5_000
_FORKED: list[sqlite3.Connection] = []
"""Connections of a parent process: a child must not close them."""


@frozen(kw_only=True)
class Entry:
    """One input, read: the SIM it names and what it is known by, or why it names none."""

    identifier: str
    iccid: str | None = None
    key: str | None = None
    problem: str | None = None


class Journal:
    """A journal that is open; `path` None keeps it in a private temporary file.

    With `make` a file that is not there is made, and `made` says so. Raises `JournalError`.
    """

    made: bool

    def __init__(
        self,
        path: Path | None = None,
        *,
        wall: Callable[[], float] = time.time,
        make: bool = True,
    ) -> None:
        self.path = path
        self._wall = wall
        self._process = os.getpid()
        self._place = Place(path)
        self._database, self.made = open_database(path, make=make)
        self._lease = Lease(self._database, str(path or "the journal"), wall)
        self.chunks: ChunkTable = ChunkTable(self._database, self._writing, wall)
        self.results: Results = Results(self._database)
        self.named: NamedTable = NamedTable(self._database, self._writing)

    def close(self) -> None:
        """Let go of the lease and close the file. Closing twice does nothing."""
        if self._process != os.getpid():  # forked: the file is its parent's
            _FORKED.append(self._database)
            return
        try:
            self.let_go()
        finally:
            self._database.close()

    def let_go(self) -> None:
        """Let the next process in; what is there can still be read."""
        if self._lease.held:
            with suppress(JournalError), writing(self._database):  # else the lease runs out
                self._lease.release()

    def _writing(self) -> AbstractContextManager[None]:
        return self._lease.writing()

    # The job

    def job(self) -> Job | None:
        """Return what the journal is about, None for an empty one."""
        return read_job(self._database, self._wall())

    def begin(
        self,
        provider: str,
        account: str,
        verb: str,
        parameters: Mapping[str, Any],
        origin: Mapping[str, Any] | None = None,
    ) -> Job:
        """Start the job, or go on with it, and take the lease.

        A job whose inputs were never read to their end has sent nothing: another one takes its
        place. Raises `JournalMismatch` for the journal of another job, `JournalBusy` while another
        process works on this one.
        """
        told = json.dumps(to_builtins(dict(parameters), reveal_secrets=False), sort_keys=True)
        with writing(self._database):
            job = self.job()
            if job is not None:
                self._place.check(self._database)
            else:
                self._database.execute(
                    "INSERT INTO job (one, version, id, provider, account, verb, parameters,"
                    " created) VALUES (1, ?, '', '', '', '', '', 0)",
                    (VERSION,),
                )
            if job is not None and job.read_in:
                check_same(job, provider=provider, account=account, verb=verb, parameters=told)
                self._lease.take()
            else:
                self._lease.take()
                self._database.execute(
                    "UPDATE job SET id = ?, provider = ?, account = ?, verb = ?, parameters = ?,"
                    " origin = ?, created = ?",
                    (
                        *(secrets.token_hex(8), provider, account, verb, told),
                        *(json.dumps(dict(origin or {})), self._wall()),
                    ),
                )
            self._database.execute("UPDATE job SET paused = 0")
            self._place.note(self._database)
        with suppress(sqlite3.Error):  # whoever finds the file without its log is to know
            self._database.execute("PRAGMA wal_checkpoint")
        started = self.job()
        assert started is not None  # noqa: S101  (written above)
        return started

    def read(self, entries: Iterable[Entry]) -> None:
        """Take the inputs in, once; after an interruption all of them are read again."""
        with self._writing():
            self._database.execute("DELETE FROM sim")
        position = duplicates = 0
        batch: list[Entry] = []
        for entry in entries:
            batch.append(entry)
            if len(batch) == _BATCH:
                position, duplicates = self._add(batch, position, duplicates)
                batch.clear()
        position, duplicates = self._add(batch, position, duplicates)
        with self._writing():
            self._database.execute("UPDATE job SET read_in = 1, duplicates = ?", (duplicates,))

    def _add(self, batch: Sequence[Entry], position: int, duplicates: int) -> tuple[int, int]:
        with self._writing():
            for entry in batch:
                rejected = None if entry.problem is None else OutcomeStatus.REJECTED.value
                done = self._database.execute(
                    "INSERT INTO sim (position, identifier, iccid, key, outcome, reason)"
                    " VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING",
                    (
                        *(position + 1, entry.identifier, entry.iccid, entry.key),
                        *(rejected, entry.problem),
                    ),
                )
                position += done.rowcount
                duplicates += 1 - done.rowcount
        return position, duplicates

    def discard(self) -> bool:
        """Delete the file, unless something was sent or somebody works on it; it is closed.

        Returns whether it was deleted.
        """
        sent = "SELECT 1 FROM chunk WHERE attempts > 0"
        try:
            with writing(self._database):
                unsent = self._database.execute(sent).fetchone() is None and self.job() is not None
                if unsent and not self._lease.held:
                    self._lease.take()
        except JournalBusy:
            unsent = False
        if not unsent:
            self.close()
            return False
        self._database.close()  # the lease is kept: nobody else begins with what goes
        self._place.unlink()
        return True

    def pause(self) -> None:
        """Ask whoever works on the journal to stop after what is under way."""
        with writing(self._database):
            self._database.execute("UPDATE job SET paused = 1")

    def heartbeat(self, worked: float = 0.0) -> bool:
        """Renew the lease; return whether somebody asked for a pause."""
        with self._writing():
            self._database.execute("UPDATE job SET worked = worked + ?", (worked,))
            (paused,) = self._database.execute("SELECT paused FROM job").fetchone()
        return bool(paused)

    # What a person decides

    def decide(self, key: str, choice: OutcomeStatus | None) -> bool:
        """End a SIM that needs a review as a person has found it, or with None send it again.

        It is noted what was decided and when. Returns False when no such SIM needs a review.
        Raises `JournalBusy` while another process works on the job.
        """
        with writing(self._database):
            self._place.check(self._database)
            self._lease.take()
            found = self._database.execute(
                "SELECT position, reason FROM sim WHERE key = ? AND outcome = 'needs_review'",
                (key,),
            ).fetchone()
            if found is not None:
                position, before = found
                said = "decided by a person; before: "
                self._database.execute(
                    "UPDATE sim SET outcome = ?, reason = ? || coalesce(reason, ''), chunk = NULL"
                    " WHERE position = ?",
                    (None if choice is None else choice.value, said, position),
                )
                self._database.execute(
                    "INSERT INTO decision (at, position, choice, before) VALUES (?, ?, ?, ?)",
                    (self._wall(), position, "retry" if choice is None else choice, before),
                )
            self._lease.release()
        return found is not None

    # What is known before anything is sent

    def listed(
        self, skipped: Mapping[str, str], seen: Iterable[str], doubtful: Iterable[str]
    ) -> None:
        """Take in one page of the vendor's list, by key: what needs nothing, what is there."""
        with self._writing():
            self._database.executemany(
                "UPDATE sim SET outcome = 'skipped', reason = ?, listed = 1"
                " WHERE key = ? AND outcome IS NULL AND (chunk IS NULL"
                " OR (SELECT state FROM chunk WHERE id = sim.chunk) = 'planned')",
                [(reason, key) for key, reason in skipped.items()],
            )
            self._database.executemany(
                "UPDATE sim SET listed = 1 WHERE key = ?", [(key,) for key in seen]
            )
            self._database.executemany(
                "UPDATE sim SET listed = 1, doubtful = 1 WHERE key = ?",
                [(key,) for key in doubtful],
            )

    def all_listed(self, *, complete: bool) -> None:
        """End the look at the list; SIMs that a complete list lacks travel apart."""
        with self._writing():
            if complete:
                self._database.execute("UPDATE sim SET doubtful = 1 WHERE listed = 0")
            self._database.execute("UPDATE job SET filtered = 1")

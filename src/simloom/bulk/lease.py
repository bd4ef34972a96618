"""One process at a time works on a journal: a lease with a fencing number.

The holder renews the lease with everything it writes. Who takes over raises the number, and a
holder with an old number can write nothing more, however long it slept.
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simloom.bulk.errors import JournalBusy, LeaseLost
from simloom.bulk.schema import writing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

LEASE = 60.0
"""Seconds for which a holder that shows no sign of life is waited for."""


class Lease:
    """This process's right to write. The methods run inside the caller's transaction."""

    def __init__(self, database: sqlite3.Connection, path: str, wall: Callable[[], float]) -> None:
        self._database = database
        self._path = path
        self._wall = wall
        self._process = os.getpid()
        self._owner = f"{socket.gethostname()}:{self._process}:{secrets.token_hex(4)}"
        self._fence: int | None = None

    @property
    def held(self) -> bool:
        """Whether this process has taken it; a child that was forked since has not."""
        return self._fence is not None and self._process == os.getpid()

    def take(self) -> None:
        """Take the lease, or raise `JournalBusy` naming who has it."""
        owner, until, fence = self._database.execute(
            "SELECT owner, lease_until, fence FROM job"
        ).fetchone()
        left = min(until - self._wall(), LEASE)  # a clock set back must not lock us out for long
        if owner and left > 0 and not _is_dead(owner):
            raise JournalBusy(self._path, owner, left)
        self._database.execute(
            "UPDATE job SET owner = ?, lease_until = ?, fence = ?",
            (self._owner, self._wall() + LEASE, fence + 1),
        )
        self._fence = fence + 1

    def renew(self) -> None:
        """Say that we are alive; raise `LeaseLost` when somebody else took over."""
        if self._process != os.getpid():
            raise LeaseLost(f"{self._path} is worked on by the process that this one is a child of")
        done = self._database.execute(
            "UPDATE job SET lease_until = ? WHERE fence = ?",
            (self._wall() + LEASE, self._fence),
        )
        if done.rowcount != 1:
            self._fence = None
            raise LeaseLost(f"{self._path} was taken over by another process")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write as the holder: the transaction renews the lease, or changes nothing."""
        with writing(self._database):
            self.renew()
            yield

    def release(self) -> None:
        """Let the next process in at once."""
        self._database.execute(
            "UPDATE job SET owner = '', lease_until = 0 WHERE fence = ?", (self._fence,)
        )
        self._fence = None


def _is_dead(owner: str) -> bool:
    """Tell whether the holder ran on this machine and is gone. In doubt it lives."""
    host, process, _ = owner.rsplit(":", 2)
    if host != socket.gethostname() or sys.platform == "win32":  # signal 0 would end it there
        return False
    if int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False

"""Where a journal is. SQLite keeps what was written last in a log beside it, until it is closed.

A journal that was moved or copied after a crash, without that log, has forgotten what was sent.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from simloom.bulk.errors import JournalError

if TYPE_CHECKING:
    import sqlite3


class Place:
    """The place of a journal that is about to be opened; None is a private file."""

    def __init__(self, path: Path | None) -> None:
        self.path: str = "" if path is None else str(path.resolve())
        log = Path(f"{self.path}-wal")
        # An empty one is that of somebody who only looks at the journal.
        self._has_log = False
        with suppress(OSError):
            self._has_log = path is not None and log.stat().st_size > 0

    def check(self, database: sqlite3.Connection) -> None:
        """Raise `JournalError` if it is elsewhere than it was worked on, and its log is missing.

        One that was closed in good order has no log and no owner, and may be anywhere.
        """
        owner, before = database.execute("SELECT owner, place FROM job").fetchone()
        if not owner or self._has_log or before in {"", self.path}:
            return
        raise JournalError(
            f"{self.path} was moved or copied from {before} while its job ran or after a crash, "
            f"without the log {Path(before).name}-wal beside it, so it does not know what was "
            f"sent; go on with the one at {before}, or put this one back there, beside its log"
        )

    def note(self, database: sqlite3.Connection) -> None:
        """Write down that it is worked on here."""
        database.execute("UPDATE job SET place = ?", (self.path,))

    def unlink(self) -> None:
        """Delete the files of a journal that is closed."""
        for file in (self.path, f"{self.path}-wal", f"{self.path}-shm"):
            Path(file).unlink(missing_ok=True)

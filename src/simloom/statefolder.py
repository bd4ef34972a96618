"""Where what outlives a process is kept: indexes, leases, limits, the record of writes."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from threading import Lock

_MAKING = Lock()


def state_folder() -> Path:
    """Return the folder, whether or not it is there.

    It is `$SIMLOOM_STATE`, else `simloom` below `$XDG_STATE_HOME`, else below `~/.local/state`.
    """
    if folder := os.environ.get("SIMLOOM_STATE"):
        return Path(folder).expanduser()
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "simloom"


def make_private(path: Path) -> bool:
    """Make an empty file of mode 0600 where there is none; return whether it was made.

    For files of SQLite. One that is there is not opened, as closing it would end the locks that
    SQLite holds on it in this process (POSIX, fcntl): another process would then take itself for
    the last one and delete the log that this one goes on writing to. Raises `OSError`.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
    with _MAKING:  # whoever finds the file there finds it closed
        try:
            os.close(os.open(path.resolve(), flags, 0o600))
        except FileExistsError:
            return False
    return True


def use_log(connection: sqlite3.Connection, busy: float) -> None:
    """Choose write-ahead logging, in which reading processes do not stop writing ones.

    The choice itself does not wait for other processes (SQLite's busy handler is not asked), so
    processes that make the file together try again, for `busy` seconds.
    """
    until = time.monotonic() + busy
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return

"""From an error of SQLite or the disk to one that says what to do."""

from __future__ import annotations

import errno
import sqlite3
from typing import TYPE_CHECKING

from simloom.errors import QuotaStoreError

if TYPE_CHECKING:
    from pathlib import Path

_READ_ONLY = "give this user leave to write the file and its folder, or choose another place"
_ADVICE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: ("the disk is full", "make room on the disk"),
    sqlite3.SQLITE_READONLY: ("it is read-only", _READ_ONLY),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", _READ_ONLY),
    sqlite3.SQLITE_PERM: ("it cannot be opened", _READ_ONLY),
    sqlite3.SQLITE_BUSY: (
        "another process has kept it locked",
        "try again; many processes need a longer `busy`",
    ),
    sqlite3.SQLITE_NOTADB: ("it is no SQLite file", "choose another place"),
    sqlite3.SQLITE_CORRUPT: (
        "it is damaged",
        "wait for the vendor's longest window, then delete it and its -wal and -shm",
    ),
}
_SYSTEM: dict[int, tuple[str, str]] = {
    errno.ENOSPC: _ADVICE[sqlite3.SQLITE_FULL],
    errno.EDQUOT: _ADVICE[sqlite3.SQLITE_FULL],
    errno.EROFS: _ADVICE[sqlite3.SQLITE_READONLY],
    errno.EACCES: ("access is denied", _READ_ONLY),
    errno.EPERM: ("access is denied", _READ_ONLY),
}


def store_error(path: Path, error: sqlite3.Error | OSError) -> QuotaStoreError:
    """Return the error that callers see."""
    if isinstance(error, OSError):
        why, advice = _SYSTEM.get(error.errno or 0, (str(error.strerror), _READ_ONLY))
    else:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended part
        why, advice = _ADVICE.get(code, (str(error), "see the SQLite error above"))
    return QuotaStoreError(str(path), why, advice)

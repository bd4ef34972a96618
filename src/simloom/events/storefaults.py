"""From an error of SQLite or the disk to what is wrong and what to do, for the files of events."""

from __future__ import annotations

import errno
import sqlite3

_ROOM = ("the disk is full", "make room on it")
_LEAVE = "give this user leave to write the file and its folder, or choose another place"
_NO_FILE = ("it is no SQLite file", "choose another place")
_CODES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: _ROOM,
    sqlite3.SQLITE_READONLY: ("it is read-only", _LEAVE),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", _LEAVE),
    sqlite3.SQLITE_PERM: ("it cannot be opened", _LEAVE),
    sqlite3.SQLITE_BUSY: ("another process keeps it locked", "end that process, or try again"),
    sqlite3.SQLITE_NOTADB: _NO_FILE,
    sqlite3.SQLITE_CORRUPT: ("it is damaged", "move it away with its -wal and -shm"),
    sqlite3.SQLITE_IOERR: ("the disk does not take or give it", "see to the disk and its limits"),
}
_NUMBERS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EROFS: ("it is read-only", _LEAVE),
    errno.EACCES: ("access is denied", _LEAVE),
    errno.EPERM: ("access is denied", _LEAVE),
    errno.ENOENT: ("its folder is missing", "make the folder, or choose another place"),
    errno.ENOTDIR: ("its folder is no folder", "choose another place"),
}


def explained(error: sqlite3.Error | OSError) -> str:
    """Return what is wrong with a file, and behind a semicolon what to do about it."""
    if isinstance(error, OSError):
        told = _NUMBERS.get(error.errno or 0, (str(error.strerror or error), _LEAVE))
    else:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended part
        told = _CODES.get(code, (str(error), "see the error of SQLite above"))
    return "; ".join(told)

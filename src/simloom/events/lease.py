"""One process per subscription: a second stream would close the first one at the vendor's."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from simloom.errors import ConfigurationError, SubscriptionInUse
from simloom.statefolder import state_folder

_LONGEST_HOLDER = 200


class Leases(Protocol):
    """Who listens to what. For processes on several machines, write one on a shared service."""

    def acquire(self, key: str, stream: str) -> None:
        """Take a subscription, or raise `SubscriptionInUse` naming who has it."""
        ...

    def release(self, key: str) -> None:
        """Give a subscription back; nothing happens if it is not held."""
        ...


class NoLeases:
    """For those who see to it themselves that nobody else listens."""

    def acquire(self, key: str, stream: str) -> None:
        """Do nothing."""

    def release(self, key: str) -> None:
        """Do nothing."""


class FileLeases:
    """Locks files in a folder. The system lets go of the lock of a process that dies.

    Without `folder` it is `leases` in the `state_folder`.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        if folder is None:
            folder = state_folder() / "leases"
        self._folder = Path(folder).expanduser()
        self._held: dict[str, int] = {}

    def acquire(self, key: str, stream: str) -> None:
        """Lock the file of a subscription, and write into it who has it."""
        path = self._folder / _file_name(key)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._take(handle, stream)
            except BaseException:
                os.close(handle)
                raise
        except OSError as error:
            raise ConfigurationError(
                f"the lease of an event stream cannot be taken: {error}; "
                "pass leases=FileLeases(a folder) or set SIMLOOM_STATE"
            ) from None
        self._held[key] = handle

    def _take(self, handle: int, stream: str) -> None:
        if not _lock(handle):
            holder = os.read(handle, _LONGEST_HOLDER).decode("utf-8", "replace")
            raise SubscriptionInUse(stream, holder.strip() or "another process")
        with suppress(OSError):  # a full disk: the lock counts, the name is a courtesy
            os.ftruncate(handle, 0)
            os.write(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())

    def release(self, key: str) -> None:
        """Unlock the file; it stays, because removing it would race with the next holder."""
        handle = self._held.pop(key, None)
        if handle is not None:
            with suppress(OSError):
                os.ftruncate(handle, 0)
            os.close(handle)


def _file_name(key: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", key)[:60]
    return f"{plain}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.lock"


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock(handle: int) -> bool:
        """Lock a byte behind the text, which others may then still read."""
        os.lseek(handle, 1 << 30, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

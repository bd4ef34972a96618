"""The record of writes: one file of JSON lines that is only ever appended to.

Each write has two lines with one `id`: `started` before anything is sent, and its outcome. A line
`started` without a second one is a write that was cut off.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from simloom.cli.cells import json_line
from simloom.cli.exits import UsageProblem, tell
from simloom.runtime.masking import masked
from simloom.statefolder import state_folder

if TYPE_CHECKING:
    from types import TracebackType


def audit_path() -> Path:
    """Return where writes are recorded, whether or not the file is there."""
    if wish := os.environ.get("SIMLOOM_AUDIT"):
        return Path(wish).expanduser()
    return state_folder() / "audit.jsonl"


class Audit:
    """An open audit file. Made before the first write, so that none happens without a record."""

    def __init__(self, path: Path, *, provider: str, profile: str | None) -> None:
        self._known = {"profile": profile, "provider": provider}
        self._path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            hint = "nothing was sent; give another place with SIMLOOM_AUDIT"
            raise self._problem(error, hint) from error
        if sys.platform != "win32" and os.fstat(self._file).st_mode & 0o077:
            os.close(self._file)
            raise UsageProblem(
                f"the audit file {path} can be read by others", f"run `chmod 600 {path}`"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def started(
        self,
        verb: str,
        iccid: str | None,
        arguments: dict[str, Any],
        previous: dict[str, Any] | None,
    ) -> dict[str, Any]:
        """Record that a write is about to be sent; return the line for `ended`.

        Raises `UsageProblem` where that cannot be done: the write must not be sent then.
        """
        line = {
            "id": secrets.token_hex(8),
            "time": _now(),
            **self._known,
            "verb": verb,
            "iccid": iccid,
            "arguments": masked(arguments),
            "previous": previous,
            "outcome": "started",
            "message": None,
        }
        try:
            self._append(line)
        except OSError as error:
            hint = "it was not sent; make room, or give another place with SIMLOOM_AUDIT"
            raise self._problem(error, hint) from error
        return line

    def ended(self, line: dict[str, Any], outcome: str, message: str | None) -> bool:
        """Record what came of a write; where that cannot be done, say so and return False."""
        try:
            self._append({**line, "time": _now(), "outcome": outcome, "message": message})
        except OSError as error:
            what = " ".join(filter(None, (line["verb"], line["iccid"])))
            tell(self._problem(error, f"not recorded: {what} ended as {outcome}; note it yourself"))
            return False
        return True

    def _append(self, line: dict[str, Any]) -> None:
        text = f"{json_line(line)}\n".encode()
        if self._is_torn():
            text = b"\n" + text
        # One write call: lines of several processes do not mix (POSIX, O_APPEND).
        if os.write(self._file, text) < len(text):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._file)

    def _is_torn(self) -> bool:
        """Tell whether the file ends within a line, for which there was no room."""
        end = os.lseek(self._file, 0, os.SEEK_END)
        if not end:
            return False
        os.lseek(self._file, end - 1, os.SEEK_SET)
        return os.read(self._file, 1) != b"\n"

    def _problem(self, error: OSError, hint: str) -> UsageProblem:
        return UsageProblem(
            f"the audit file {self._path} cannot be written: {error.strerror}", hint
        )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")

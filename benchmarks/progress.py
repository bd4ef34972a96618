"""What is happening, on standard error, so that standard output holds the tables alone."""

from __future__ import annotations

import sys
import time

_SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Rewrites one line on a terminal; writes a line now and then into a file or pipe."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._section = ""
        self._told = 0.0

    def start(self, section: str) -> None:
        """Name the section that the following texts belong to."""
        self._section = section
        self._told = 0.0
        self("starting")

    def __call__(self, text: str) -> None:
        line = f"{self._section}: {text}"
        if self._terminal:
            sys.stderr.write(f"\r\x1b[K{line}")
        elif time.monotonic() - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line, so that something else can be written in its place."""
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

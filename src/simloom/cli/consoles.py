"""Terminals: colours where they are wanted, and a closed pipe that stays an exception."""

from __future__ import annotations

from typing import IO, Any

from rich.console import Console


class PipedConsole(Console):
    """A console whose closed pipe is the caller's business; rich would end the process with 1."""

    def on_broken_pipe(self) -> None:
        """Pass the error on."""
        raise BrokenPipeError


def console_of(stream: IO[str], color: str) -> Console:
    """Return a console that writes text as it is.

    `color` is `always`, `never` or `auto`: then as NO_COLOR and the terminal say.
    """
    settings: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
    if color == "always":
        settings |= {"force_terminal": True, "no_color": False, "color_system": "standard"}
    elif color == "never":
        settings |= {"no_color": True, "color_system": None}  # not even bold
    return PipedConsole(file=stream, **settings)

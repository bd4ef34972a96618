"""The one error of this package."""

from __future__ import annotations

from simloom.errors import SimloomError


class CannotCreate(SimloomError):
    """The repository cannot be made from what was given; nothing was written."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)

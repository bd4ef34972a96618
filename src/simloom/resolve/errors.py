"""What can go wrong with finding a SIM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.errors import AmbiguousIdentifier, ConfigurationError, SimloomError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAMED = 10
"""Candidates that a text names."""


class SharedIdentifier(AmbiguousIdentifier):
    """Several SIMs have the identifier; `candidates` are all their ICCIDs. Choose one of them."""

    def __init__(self, what: str, candidates: Sequence[str]) -> None:
        self.what = what
        self.candidates: tuple[str, ...] = tuple(candidates)
        named = ", ".join(self.candidates[:_NAMED])
        more = len(self.candidates) - _NAMED
        rest = f" and {more} more" if more > 0 else ""
        text = f"{len(self.candidates)} SIMs have this {what}: {named}{rest}"
        ValueError.__init__(self, text)

    def __reduce__(self) -> tuple[type, tuple[str, Sequence[str]]]:
        return type(self), (self.what, self.candidates)


class SearchIncomplete(SimloomError):
    """The SIM was not found, and some providers could not be asked: it may be there.

    `problems` has the error of each of these, by provider.
    """

    def __init__(self, what: str, problems: Mapping[str, Exception]) -> None:
        self.what = what
        self.problems: dict[str, Exception] = dict(problems)
        told = "; ".join(f"{name}: {error}" for name, error in self.problems.items())
        super().__init__(f"{what}, but not every provider could be asked: {told}")

    def __reduce__(self) -> tuple[type, tuple[str, Mapping[str, Exception]]]:
        return type(self), (self.what, self.problems)


class SimIndexError(ConfigurationError):
    """The index of SIMs cannot be used: damaged, of another version, full disk, read-only."""

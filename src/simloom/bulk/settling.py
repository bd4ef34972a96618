"""Writing outcomes: into the journal first, then to whoever listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.bulk.outcomes import Outcome, OutcomeStatus
from simloom.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simloom.bulk.chunktable import Chunk
    from simloom.bulk.journal import Journal

Ends = dict[str, tuple[OutcomeStatus, str | None]]
"""What became of SIMs and why, by ICCID."""


class Settling:
    """Ends SIMs of a chunk, some or all of them."""

    def __init__(self, journal: Journal, tell: Callable[[Outcome], None]) -> None:
        self._journal = journal
        self._tell = tell

    def some(self, chunk: Chunk, ends: Mapping[str, tuple[OutcomeStatus, str | None]]) -> None:
        """End the SIMs named; the chunk is closed once none is open."""
        if ends:
            for outcome in self._journal.chunks.settle(chunk, ends):
                self._tell(outcome)

    def all(self, chunk: Chunk, status: OutcomeStatus, why: str | None) -> None:
        """End every open SIM of a chunk the same way."""
        self.some(chunk, dict.fromkeys(chunk.sims, (status, why)))

    def review(self, chunk: Chunk, why: str) -> None:
        """Leave a chunk to a person."""
        self.all(chunk, OutcomeStatus.NEEDS_REVIEW, why)


def words(error: Exception) -> str:
    """Return what an error says on one line, bounded, and without the advice to callers."""
    said = str(error)
    if isinstance(error, ApiError):
        said = said.removesuffix(f"; {error.hint}")
    return " ".join(said.split())[:300]

"""What the seeded SIMs of all vendors share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.seeds import Cycle, Draw, Numbering

# Times of SIMs do not move with the clock: the same seed shows the same SIMs next year.
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)

Record = dict[str, Any]


class Population(ABC):
    """The SIMs 0 to count - 1 of one vendor, computed when they are asked for."""

    numberings: Mapping[str, Numbering]
    """The run of each identifier, by the name of its field."""
    statuses: Cycle[str]
    """The statuses in turn, as the seed deals them."""

    def __init__(self, draw: Draw, count: int) -> None:
        self.draw = draw
        self.count: int = count

    @abstractmethod
    def state_of(self, index: int) -> str:
        """Return the status of a SIM, in the vendor's word."""

    @abstractmethod
    def record(self, index: int, state: str | None = None) -> Record:
        """Return all fields of a SIM, as they are in another status if one is given.

        A new object each time.
        """

    def normal(self, field: str, text: str) -> str:  # noqa: ARG002
        """Return an identifier as it stands in the records."""
        return text

    def find(self, field: str, text: str) -> int | None:
        """Return the SIM that shows this text in this identifier field, without a search."""
        text = self.normal(field, text)
        index = self.numberings[field].index_of(text, self.count)
        # Every SIM shows its ICCID; the others may lack the identifier that they would have.
        if index is None or field == "iccid":
            return index
        return index if self.record(index).get(field) == text else None

    def find_all(self, wanted: Mapping[str, str]) -> int | None:
        """Return the SIM that has all of these identifiers. There has to be at least one."""
        hits = {self.find(field, text) for field, text in wanted.items()}
        return hits.pop() if len(hits) == 1 else None

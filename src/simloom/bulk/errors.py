"""What can go wrong with a bulk job as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.errors import ConfigurationError, SimloomError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.bulk.report import BulkReport


class JournalError(ConfigurationError):
    """A journal cannot be used: damaged, of another version, full disk, read-only folder."""


class JournalMismatch(JournalError):
    """The journal belongs to another job; nothing was changed in it."""


class JournalBusy(JournalError):
    """Another process works on this journal; `owner` names it, `seconds` is its lease's rest."""

    def __init__(self, path: str, owner: str, seconds: float) -> None:
        self.path = path
        self.owner = owner
        self.seconds = seconds
        super().__init__(
            f"{path} is being worked on by {owner}; wait for it, or stop it and try again in "
            f"{seconds:.0f} s"
        )

    def __reduce__(self) -> tuple[type, tuple[str, str, float]]:
        return type(self), (self.path, self.owner, self.seconds)


class LeaseLost(JournalError):
    """Another process took the journal over; nothing more is written by this one."""


class WriteTooLate(SimloomError):
    """A request was not sent: so long after its note in the journal it may be taken for lost."""


class BulkStopped(SimloomError):
    """A job ended early; `report` has every outcome so far, `__cause__` the error that stopped it.

    With a journal, the same call goes on where it stopped.
    """

    def __init__(self, why: str, report: BulkReport | None = None) -> None:
        self.report = report
        super().__init__(why)


class BulkFailures(SimloomError):
    """`raise_for_failures` found SIMs that were rejected or need a review."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts: dict[str, int] = dict(counts)
        told = ", ".join(f"{count} {name}" for name, count in self.counts.items() if count)
        super().__init__(f"not every SIM succeeded: {told}")

    def __reduce__(self) -> tuple[type, tuple[Mapping[str, int]]]:
        return type(self), (self.counts,)

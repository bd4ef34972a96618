"""What goes wrong in a row: how long to send nothing, and when to give up. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simloom.bulk.policy import Patience


class Trouble:
    """Hears how requests end. `fatal` is the error after which the job has to stop.

    Times are seconds since the epoch.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._failures = 0
        self._silences = 0
        self._refusals = 0
        self._answered = False
        self._counted_at = float("-inf")
        self.quiet_until: float = 0.0
        """Before this moment nothing is started: the vendor cannot be reached."""
        self.full_until: float = 0.0
        """Before this moment nothing is sent: the vendor's limit is used up."""
        self.fatal: Exception | None = None

    def answered(self, *, a_write: bool) -> None:
        """Hear that the vendor answered, whatever it said; only writes end a silence of writes."""
        self._answered = True
        self._failures = 0
        if a_write:
            self._silences = 0
            self.quiet_until = 0.0

    def accepted(self) -> None:
        """Hear that the vendor took a request, so its limit had room."""
        self._refusals = 0

    def failed(self, error: Exception, began: float, now: float) -> None:
        """Hear that nothing of a request, begun at `began`, arrived.

        What failed together counts once, however many requests were under way.
        """
        if began <= self._counted_at:
            return
        self.quiet_until = now + self._patience.after_failure(self._failures)
        self._counted_at = now
        self._failures += 1
        patience = self._patience
        if self._failures >= (patience.failures if self._answered else patience.first_failures):
            self.fatal = error

    def silent(self, error: Exception, now: float) -> None:
        """Hear that no answer came: what is sent then only adds to what is unknown."""
        self._silences += 1
        if self._silences > 1:
            pause = self._patience.after_failure(self._silences - 2)
            self.quiet_until = max(self.quiet_until, now + pause)
        if self._silences >= self._patience.silences:
            self.fatal = error

    def refused(self, asked: float | None, now: float) -> float:
        """Hear "limit exceeded"; return when to try again. `asked` is the vendor's own wish."""
        pause = self._patience.after_failure(self._refusals) if asked is None else asked
        self._refusals += 1
        self.full_until = max(self.full_until, now + pause)
        return self.full_until

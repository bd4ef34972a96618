"""What the answers of a bulk job mean, written into its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.bulk.chunktable import Chunk, ChunkState
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.questions import Questions
from simloom.bulk.rounds import Finished, Kind
from simloom.bulk.settling import Settling, words
from simloom.bulk.trouble import Trouble
from simloom.bulk.verdicts import Verdict, judge
from simloom.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    PluginError,
    QuotaWaitTooLong,
    ServerError,
    SimloomError,
)
from simloom.models import ActionState, ActionStatus
from simloom.plugins.types import OnReject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simloom.bulk.journal import Journal
    from simloom.bulk.outcomes import Outcome
    from simloom.bulk.policy import Patience
    from simloom.bulk.work import Work

_DENIALS = 5
"""Denials before any success that tell credentials which may do nothing."""


class Answers:
    """Takes finished tasks and moves their chunks on; `fatal` is what ended the job."""

    def __init__(
        self,
        work: Work,
        journal: Journal,
        patience: Patience,
        wall: Callable[[], float],
        tell: Callable[[Outcome], None],
    ) -> None:
        self._work = work
        self._journal = journal
        self._wall = wall
        self._settling = Settling(journal, tell)
        self._questions = Questions(work, journal, patience, wall, self._settling)
        self._denials = 0
        self._succeeded = False
        self._fatal: Exception | None = None
        self.trouble: Trouble = Trouble(patience)
        self._patience = patience

    @property
    def fatal(self) -> Exception | None:
        """The error that no chunk can get past."""
        return self._fatal or self.trouble.fatal

    def take(self, item: Finished) -> None:
        """Take in the end of one task."""
        chunk = item.task.chunk
        assert chunk is not None  # noqa: S101  (lists are taken elsewhere)
        if item.error is None or (
            isinstance(item.error, ApiError) and not isinstance(item.error, ServerError)
        ):
            self.trouble.answered(a_write=item.task.kind is Kind.SEND)
        if item.task.kind is Kind.SEND:
            if item.error is None:
                self._sent(chunk, item.value)
            else:
                self._refused(chunk, item.error, item)
        elif item.error is not None:
            self._unanswered(chunk, item.error, item)
        elif item.task.kind is Kind.ASK:
            self._succeeded = True
            self._questions.told(chunk, item.value)
        else:
            self._questions.looked(chunk, item.value)

    # What came of sending

    def _sent(self, chunk: Chunk, value: Any) -> None:
        self._denials = 0
        self._succeeded = True
        self.trouble.accepted()
        if not isinstance(value, ActionState):  # a record: the message, the order
            self._settling.all(chunk, OutcomeStatus.SUCCEEDED, getattr(value, "id", None))
            return
        if not value.status.is_final:  # it is ours from here on, and never sent again
            due = self._wall() + self._patience.next_ask(0)
            expected = None if value.expected is None else value.expected.value
            if not self._journal.chunks.accept(chunk, value.id, due, expected=expected):
                why = f"the vendor gave the id {value.id} to two requests"
                self._settling.review(chunk, why)
                return
            if value.status is ActionStatus.PENDING and not value.sims:
                return
            chunk = self._journal.chunks.get(chunk.id)
        self._questions.told(chunk, value)

    def _refused(self, chunk: Chunk, error: Exception, item: Finished) -> None:
        verdict = judge(error, wrote=item.wrote)
        chunks, now = self._journal.chunks, self._wall()
        if verdict is Verdict.DENIED:
            self._denied(chunk, error)
        elif verdict is Verdict.REJECTED:
            self._rejected(chunk, error)
        elif verdict is Verdict.UNKNOWN:
            self.trouble.silent(error, now)
            if self._work.is_additive and not self._work.in_bulk:  # nothing could be seen of it
                self._settling.review(chunk, f"it may have arrived: {words(error)}")
            else:
                chunks.move(chunk, ChunkState.UNKNOWN, now + self._patience.settle)
        elif verdict is Verdict.QUOTA:
            again = self.trouble.refused(_wish(error), now)
            chunks.move(chunk, ChunkState.PLANNED, again)
        elif verdict is Verdict.AGAIN:
            self.trouble.failed(error, item.task.began, now)
            pause = self._patience.after_failure(0)
            chunks.move(chunk, ChunkState.PLANNED, now + pause)
        else:
            chunks.move(chunk, ChunkState.PLANNED, now)
            self._fatal = error

    def _denied(self, chunk: Chunk, error: Exception) -> None:
        """Tell a SIM that is out of bounds from credentials that may do nothing.

        Before anything succeeded, a few SIMs of a large request are tried alone: that costs little.
        """
        self._denials += 1
        if self._succeeded:
            self._rejected(chunk, error)
        elif self._denials >= _DENIALS:
            self._journal.chunks.move(chunk, ChunkState.PLANNED, self._wall())
            self._fatal = error
        elif len(chunk.sims) == 1:
            self._rejected(chunk, error)
        else:
            iccids = list(chunk.sims)
            alone, rest = iccids[: _DENIALS - 1], iccids[_DENIALS - 1 :]
            groups = [*([iccid] for iccid in alone), *([rest] if rest else [])]
            later = self._wall() + self._patience.failure_pause
            self._journal.chunks.split(chunk, groups, last_due=later)

    def _rejected(self, chunk: Chunk, error: Exception) -> None:
        """Leave out what the refusal names and send the rest again; cut in two if it names none."""
        why_all = words(error)
        if len(chunk.sims) == 1:
            self._settling.all(chunk, OutcomeStatus.REJECTED, why_all)
            return
        named: Mapping[str, str] = {}
        ways = self._work.policy.on_reject
        if isinstance(error, ApiError) and OnReject.DROP_NAMED in ways:
            named = self._work.rejected(error, chunk.sims.keys())
        if named:
            ends = {iccid: (OutcomeStatus.REJECTED, why) for iccid, why in named.items()}
            self._settling.some(chunk, ends)
            rest = [iccid for iccid in chunk.sims if iccid not in named]
            if rest:
                self._journal.chunks.split(chunk, [rest])
            return
        iccids = list(chunk.sims)
        if OnReject.BISECT in ways:
            middle = len(iccids) // 2
            self._journal.chunks.split(chunk, [iccids[:middle], iccids[middle:]])
        elif OnReject.SINGLES in ways:
            self._journal.chunks.split(chunk, [[iccid] for iccid in iccids])
        else:
            self._settling.all(chunk, OutcomeStatus.REJECTED, why_all)

    # What came of asking, when nothing did

    def _unanswered(self, chunk: Chunk, error: Exception, item: Finished) -> None:
        if not isinstance(error, SimloomError):
            raise error
        if isinstance(error, (AuthenticationError, ConfigurationError, PluginError)):
            self._fatal = error
            return
        now = self._wall()
        if not isinstance(error, (ApiError, QuotaWaitTooLong)):
            self.trouble.failed(error, item.task.began, now)
        self._questions.unanswered(chunk, error)


def _wish(error: Exception) -> float | None:
    """Return the seconds after which a refusal asks to come again."""
    if isinstance(error, QuotaWaitTooLong):
        return error.seconds
    asked = getattr(error, "headers", {}).get("retry-after", "")
    return float(asked[:6]) if asked.isascii() and asked.isdigit() else None

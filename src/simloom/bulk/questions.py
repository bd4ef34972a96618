"""What the vendor's answers to questions mean: where a request is, what became of a lost one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simloom.bulk.chunktable import Chunk, ChunkState
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.settling import Ends, words
from simloom.errors import ApiError, IdentifierError, ServerError, SimloomError
from simloom.identifiers import Iccid
from simloom.models import ActionState, ActionStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simloom.bulk.journal import Journal
    from simloom.bulk.policy import Patience
    from simloom.bulk.settling import Settling
    from simloom.bulk.work import Look, Work

_ENDS = {
    ActionStatus.DONE: OutcomeStatus.SUCCEEDED,
    ActionStatus.FAILED: OutcomeStatus.REJECTED,
    ActionStatus.CANCELLED: OutcomeStatus.REJECTED,
}
_REFUSALS = 30
"""Refused questions about one chunk until a person has to look."""


class Questions:
    """Moves chunks on that were accepted, or whose answer never came."""

    def __init__(
        self,
        work: Work,
        journal: Journal,
        patience: Patience,
        wall: Callable[[], float],
        settling: Settling,
    ) -> None:
        self._work = work
        self._chunks = journal.chunks
        self._patience = patience
        self._wall = wall
        self._settling = settling
        self._errors: Counter[int] = Counter()

    # Where an accepted request is

    def told(self, chunk: Chunk, state: ActionState) -> None:
        """Take in where an accepted request is."""
        self._errors.pop(chunk.id, None)
        ends = _told_ends(chunk, state)
        rest = [iccid for iccid in chunk.sims if iccid not in ends]
        if state.status is ActionStatus.DONE:
            ends |= dict.fromkeys(rest, (OutcomeStatus.SUCCEEDED, None))
        elif state.status is ActionStatus.CANCELLED or (
            state.status is ActionStatus.FAILED and len(chunk.sims) == 1
        ):
            why = state.message or _word(state.status)
            ends |= dict.fromkeys(rest, (OutcomeStatus.REJECTED, why))
        elif state.status is ActionStatus.FAILED:
            why = f"the vendor says that it failed for some SIM: {state.message or 'no reason'}"
            ends |= dict.fromkeys(rest, (OutcomeStatus.NEEDS_REVIEW, why))
        self._settling.some(chunk, ends)
        if len(ends) == len(chunk.sims):
            return
        if state.status is ActionStatus.UNKNOWN:
            self._ask_the_sims(self._chunks.get(chunk.id))
        else:
            self._ask_later(chunk)

    def _ask_the_sims(self, chunk: Chunk) -> None:
        """Look at the SIMs where the vendor accepted, but does not tell the end."""
        if self._work.shows:
            self._chunks.move(chunk, ChunkState.UNKNOWN, self._wall() + 1.0)
        else:
            why = "accepted by the vendor, which does not tell the end"
            self._settling.all(chunk, OutcomeStatus.SUCCEEDED, why)

    def _ask_later(self, chunk: Chunk) -> None:
        now = self._wall()
        if now - chunk.sent_at > self._patience.give_up:
            self._settling.review(chunk, "the vendor still calls it under way")
            return
        pause = self._patience.next_ask(chunk.looks + 1)
        self._chunks.move(chunk, ChunkState.ACCEPTED, now + pause, looks=chunk.looks + 1)

    def unanswered(self, chunk: Chunk, error: SimloomError) -> None:
        """Ask again later; a question without an answer does not count as a look."""
        now = self._wall()
        refused = isinstance(error, ApiError) and not isinstance(error, ServerError)
        self._errors[chunk.id] += refused
        if self._errors[chunk.id] >= _REFUSALS or now - chunk.sent_at > self._patience.give_up:
            self._errors.pop(chunk.id, None)
            why = f"the vendor does not say what became of it: {words(error)}"
            self._settling.review(chunk, why)
            return
        pause = max(self._patience.next_ask(chunk.looks), self._patience.failure_pause)
        self._chunks.move(chunk, chunk.state, now + pause, looks=chunk.looks)

    # What came of looking for a request without an answer

    def looked(self, chunk: Chunk, look: Look) -> None:
        """Take in what the vendor's list of actions, or the SIMs themselves, tell."""
        self._errors.pop(chunk.id, None)
        mine = self._unclaimed(look)
        if mine:
            self._found(chunk, mine)
            return
        states = look.reached
        if look.actions is None and not self._work.is_additive:
            done = [iccid for iccid, is_there in states.items() if is_there]
            why = "no answer came; the SIM was found in the wanted state"
            self._settling.some(chunk, dict.fromkeys(done, (OutcomeStatus.SUCCEEDED, why)))
            if len(done) == len(chunk.sims):
                return
            chunk = self._chunks.get(chunk.id)
        if look.actions is None and self._work.is_additive:
            # Nothing there is to look at: neither a list nor a state tells that it was done.
            self._settling.review(chunk, "it may have arrived: no answer came")
        elif chunk.looks + 1 < self._patience.looks:
            due = self._wall() + self._patience.look_again
            self._chunks.move(chunk, ChunkState.UNKNOWN, due, looks=chunk.looks + 1)
        else:
            self._give_up_looking(chunk, look, states)

    def _give_up_looking(self, chunk: Chunk, look: Look, states: Mapping[str, bool | None]) -> None:
        review = self._settling.review
        if chunk.action is not None:
            review(chunk, "accepted by the vendor, but the SIM is not in the wanted state")
        elif self._work.is_additive:
            review(chunk, "no answer came and the vendor lists no action: it may still arrive")
        elif look.actions is not None and any(states.values()):
            review(chunk, "no answer came and the vendor lists no action, but the state changed")
        elif chunk.attempts >= self._patience.attempts:
            review(chunk, f"sent {chunk.attempts} times without an answer or an effect")
        else:
            self._chunks.move(chunk, ChunkState.PLANNED, self._wall())

    def _unclaimed(self, look: Look) -> tuple[ActionState, ...]:
        """Return the actions found that belong to no other request of this job."""
        if not look.actions:
            return ()
        claimed = self._chunks.claimed([action.id for action in look.actions])
        return tuple(action for action in look.actions if action.id not in claimed)

    def _found(self, chunk: Chunk, actions: tuple[ActionState, ...]) -> None:
        """Adopt the one action that can be ours."""
        if len(actions) > 1:
            listed = ", ".join(action.id for action in actions[:5])
            why = f"several of the vendor's actions may be this one: {listed}"
            self._settling.review(chunk, why)
        elif not self._chunks.accept(chunk, actions[0].id, self._wall()):
            why = f"the vendor's action {actions[0].id} belongs to another request"
            self._settling.review(chunk, why)


def _told_ends(chunk: Chunk, state: ActionState) -> Ends:
    """Return the ends that the vendor tells SIM by SIM, whichever form its ICCIDs have."""
    ends: Ends = {}
    by_key: dict[str, str] = {}
    for told, (status, text) in state.sims.items():
        if status not in _ENDS:
            continue
        iccid = told
        if told not in chunk.sims:  # with its check digit where ours has none, or without
            by_key = by_key or {Iccid(each).key: each for each in chunk.sims}
            try:
                iccid = by_key.get(Iccid(told).key, "")
            except IdentifierError:
                continue
        if iccid:
            ends[iccid] = (_ENDS[status], text or _word(status))
    return ends


def _word(status: ActionStatus) -> str | None:
    return None if status is ActionStatus.DONE else f"the vendor says {status.value}"

"""The engine of a bulk job: decides what to send and what an answer means. It does not send.

`Engine.rounds()` is a generator: it yields a `Round` of tasks and is sent what has finished. The
clock is an argument. Everything that matters is in the journal before it is sent and after it is
answered, so the engine itself may disappear at any moment.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from attrs import evolve

from simloom.bulk.answers import Answers
from simloom.bulk.chunktable import ChunkState
from simloom.bulk.filtering import filter_known
from simloom.bulk.resolving import resolve_named
from simloom.bulk.rounds import Finished, Kind, NoLimits, Round, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from simloom.bulk.chunktable import Chunk
    from simloom.bulk.journal import Journal
    from simloom.bulk.outcomes import Outcome
    from simloom.bulk.policy import Patience
    from simloom.bulk.resolving import FindMany
    from simloom.bulk.rounds import Limits
    from simloom.bulk.work import Work

_AHEAD = 100
"""Requests of one SIM each that are planned with one transaction."""
_SHORTEST = 0.002
"""Seconds to wait at least: a moment that rounding puts an instant ahead must not be polled."""


class Engine:
    """One run of a job, from its journal's present state to the end, or until it is stopped."""

    def __init__(
        self,
        work: Work,
        journal: Journal,
        *,
        patience: Patience,
        wall: Callable[[], float],
        limits: Limits | None = None,
        find: FindMany | None = None,
        tell: Callable[[Outcome], None] = lambda _: None,
        at: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._work = work
        self._journal = journal
        self._patience = patience
        self._wall = wall
        self._limits = limits or NoLimits()
        self._find = find
        self._at = at
        self._answers = Answers(work, journal, patience, wall, tell)
        self._flying: dict[int, Task] = {}
        self._asked_limit = 0.0
        self._last_beat = wall()
        self._stop: str | None = None
        self._hints: deque[str] = deque()
        self._waiting: deque[Chunk] = deque()
        self._ring: Callable[[], object] = lambda: None
        largest = self._limits.largest()
        self._size = work.policy.size if largest is None else min(work.policy.size, largest)

    @property
    def stopped(self) -> str | None:
        """Why the job ended early, None if it did not."""
        return self._stop or (str(self._answers.fatal) if self._answers.fatal else None)

    @property
    def fatal(self) -> Exception | None:
        """The error that no chunk can get past."""
        return self._answers.fatal

    @property
    def under_way(self) -> int:
        """How many requests are on their way."""
        return len(self._flying)

    def listen(self, ring: Callable[[], object]) -> None:
        """Name who has to be woken when something was said from another thread."""
        self._ring = ring

    def stop(self, why: str) -> None:
        """Start nothing more; what is under way is waited for. May be called from any thread."""
        self._stop = self._stop or why
        self._ring()

    def hint(self, action: str) -> None:
        """Hear from an event that an action of the vendor has ended: ask about it at once.

        May be called from any thread. Nothing happens for actions of others.
        """
        self._hints.append(action)
        self._ring()

    def unsend(self, tasks: Iterable[Task]) -> None:
        """Hear that tasks of the last round were never begun: no doubt is left of them."""
        for task in tasks:
            if task.kind is Kind.SEND and task.chunk is not None:
                self._journal.chunks.unsend(task.chunk)

    def rounds(self) -> Generator[Round, Sequence[Finished], None]:
        """Yield what to do until every SIM has an outcome; others may work on the journal then."""
        try:
            yield from self._run()
        finally:
            self._journal.let_go()

    def _run(self) -> Generator[Round, Sequence[Finished], None]:
        settle = self._patience.settle
        # A clock that was set back must not make us wait for longer than that.
        self._journal.chunks.recover(lambda sent_at: min(sent_at, self._wall()) + settle)
        yield from self._filter()
        while True:
            now = self._wall()
            self._beat(now)
            while self._hints:
                self._journal.chunks.hurry(self._hints.popleft(), now)
            tasks: list[Task] = []
            self._asked_limit = self._answers.trouble.quiet_until
            if self.stopped is None and self._asked_limit <= now:
                tasks = self._questions(now)
                self._flying |= {task.key: task for task in tasks}
                tasks += self._sends(now)
            wait = self._pause(now)
            if not self._flying and (wait is None or self.stopped):
                return
            finished = yield Round(tasks=tuple(tasks), wait=wait)
            for item in finished:
                self._at("after-response")
                del self._flying[item.task.key]
                self._answers.take(item)
                self._at("after-commit")

    def _filter(self) -> Generator[Round, Sequence[Finished], None]:
        """Look at the vendor's list first; the lease is kept however long a page takes."""
        steps = self._looks()
        finished: Sequence[Finished] | None = None
        while True:
            try:
                step = next(steps) if finished is None else steps.send(finished)
            except StopIteration:
                return
            finished = yield evolve(step, wait=self._patience.heartbeat)
            self._beat(self._wall())

    def _looks(self) -> Generator[Round, Sequence[Finished], None]:
        error = yield from resolve_named(
            self._work, self._journal, self._find, lambda: self.stopped
        )
        if error is not None:
            self._answers.trouble.fatal = error
        yield from filter_known(self._work, self._journal, self._patience, lambda: self.stopped)

    def _questions(self, now: float) -> list[Task]:
        """Return what is due to be asked: how accepted requests go, what became of lost ones."""
        room = self._patience.singles_at_once - sum(
            task.kind is not Kind.SEND for task in self._flying.values()
        )
        chunks, work = self._journal.chunks, self._work
        tasks: list[Task] = []
        if room > 0:
            tasks = [
                Task(kind=Kind.ASK, flow=work.ask(chunk), chunk=chunk, began=now)
                for chunk in chunks.due(ChunkState.ACCEPTED, now, room, self._flying)
            ]
        if len(tasks) < room:
            for chunk in chunks.due(ChunkState.UNKNOWN, now, room - len(tasks), self._flying):
                look = work.look(chunk, self._patience.sample)
                tasks.append(Task(kind=Kind.LOOK, flow=look, chunk=chunk, began=now))
        return tasks

    def _sends(self, now: float) -> list[Task]:
        """Return what may be sent now, noted in the journal."""
        patience = self._patience
        most = patience.chunks_at_once if self._work.in_bulk else patience.singles_at_once
        room = most - sum(task.kind is Kind.SEND for task in self._flying.values())
        self._asked_limit = self._answers.trouble.full_until
        tasks: list[Task] = []
        if self._asked_limit > now:
            return tasks
        chunks = self._journal.chunks
        while len(tasks) < room:
            if not self._waiting:  # what waits for the limit is not read from the disk each time
                ahead = 1 if self._work.in_bulk else _AHEAD
                planned = chunks.due(ChunkState.PLANNED, now, ahead, self._flying)
                self._waiting.extend(planned or chunks.plan(self._size, ahead))
            if not self._waiting:
                break
            chunk = self._waiting[0]
            # Planned under a wider limit, or all of it was left out since.
            if len(chunk.sims) > self._size or not chunk.sims:
                chunks.split(chunk, _cut(list(chunk.sims), self._size))
                self._waiting.popleft()
                continue
            grant = self._limits.ask(len(chunk.sims))
            if isinstance(grant, float):
                self._asked_limit = now + grant
                break
            tasks.append(self._send(chunk, grant))
            self._flying[chunk.id] = tasks[-1]
            self._waiting.popleft()
        return tasks

    def _send(self, chunk: Chunk, grant: Any) -> Task:
        """Return the task that sends a chunk; the journal knows of it when this returns."""
        flow = self._work.send(list(chunk.sims))
        self._at("before-journal")
        sent = self._journal.chunks.send(chunk)
        self._at("after-journal")
        # Later than this, whoever took the job over may have seen that nothing had arrived.
        latest = sent.sent_at + self._patience.settle
        return Task(
            kind=Kind.SEND,
            flow=flow,
            chunk=sent,
            grant=grant,
            began=sent.sent_at,
            may_write=lambda: self._wall() <= latest,
        )

    def _pause(self, now: float) -> float | None:
        """Return how long to wait at most; None when nothing is left to wait for.

        What is due but was not started waits for room or for the limit: room comes with an answer.
        """
        due = self._journal.chunks.next_due(now)
        limit = self._asked_limit if self._asked_limit > now else None
        moments = [moment for moment in (due, limit) if moment is not None]
        longest = self._patience.heartbeat
        if not moments:
            return longest if self._flying else None
        return min(max(min(moments) - now, _SHORTEST), longest)

    def _beat(self, now: float) -> None:
        """Renew the lease now and then, and see whether another process asks for a pause."""
        passed = now - self._last_beat
        if passed >= self._patience.heartbeat / 2:
            self._last_beat = now
            if self._journal.heartbeat(passed):
                self.stop("paused")


def _cut(iccids: list[str], size: int) -> list[list[str]]:
    return [iccids[start : start + size] for start in range(0, len(iccids), size)]

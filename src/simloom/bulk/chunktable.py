"""The chunks of a journal: SIMs that travel in one request, and where each request is."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.bulk.outcomes import Outcome, OutcomeStatus

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager


class ChunkState(StrEnum):
    """Where a chunk is. `SENT` without an answer is what a crash leaves behind."""

    PLANNED = "planned"
    SENT = "sent"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    CLOSED = "closed"


@frozen(kw_only=True)
class Chunk:
    """SIMs that travel in one request. `sims` maps ICCIDs to positions, the open ones only.

    `due` and `sent_at` are seconds since the epoch, `action` is the vendor's id.
    """

    id: int
    state: ChunkState
    intent: str
    attempts: int
    looks: int
    due: float
    sent_at: float
    action: str | None
    """The vendor's id of the action; with `?` and a name of ours where the vendor gives none."""
    expected: str | None
    sims: Mapping[str, int]


class ChunkTable:
    """Reads and moves chunks. Every change is one transaction, on the disk when it returns."""

    def __init__(
        self,
        database: sqlite3.Connection,
        writing: Callable[[], AbstractContextManager[None]],
        wall: Callable[[], float],
    ) -> None:
        self._database = database
        self._writing = writing
        self._wall = wall

    def recover(self, due: Callable[[float], float]) -> None:
        """Turn what a crash left as sent into unknown, due at `due(sent_at)`."""
        with self._writing():
            rows = self._database.execute("SELECT id, sent_at FROM chunk WHERE state = 'sent'")
            for number, sent_at in rows.fetchall():
                self._database.execute(
                    "UPDATE chunk SET state = 'unknown', looks = 0, due = ? WHERE id = ?",
                    (due(sent_at), number),
                )

    def due(
        self, state: ChunkState, now: float, limit: int, busy: Iterable[int] = ()
    ) -> list[Chunk]:
        """Return chunks of a state that are due, the longest waiting first, without busy ones."""
        left_out = set(busy)
        rows = self._database.execute(
            "SELECT id, state, intent, attempts, looks, due, sent_at, action, expected FROM chunk"
            " WHERE state = ? AND due <= ? ORDER BY due, id LIMIT ?",
            (state.value, now, limit + len(left_out)),
        ).fetchall()
        return [self._read(row) for row in rows if row[0] not in left_out][:limit]

    def next_due(self, now: float) -> float | None:
        """Return when the next open chunk becomes due after `now`; None when there is none."""
        moments = [
            row[0]
            for state in (ChunkState.PLANNED, ChunkState.UNKNOWN, ChunkState.ACCEPTED)
            for row in self._database.execute(
                "SELECT due FROM chunk WHERE state = ? AND due > ? ORDER BY due LIMIT 1",
                (state.value, now),
            )
        ]
        return min(moments, default=None)

    def plan(self, size: int, most: int = 1) -> list[Chunk]:
        """Plan chunks of the next SIMs; none when every SIM has its turn already."""
        doubtful = self._database.execute(
            "SELECT doubtful FROM sim WHERE outcome IS NULL AND chunk IS NULL"
            " AND iccid IS NOT NULL ORDER BY doubtful, position LIMIT 1"
        ).fetchone()
        if doubtful is None:
            return []
        numbers = []
        with self._writing():
            rows = self._database.execute(
                "SELECT position FROM sim WHERE outcome IS NULL AND chunk IS NULL"
                " AND doubtful = ? AND iccid IS NOT NULL ORDER BY position LIMIT ?",
                (doubtful[0], size * most),
            ).fetchall()
            for start in range(0, len(rows), size):
                numbers.append(self._new())
                self._database.executemany(
                    "UPDATE sim SET chunk = ? WHERE position = ?",
                    [(numbers[-1], position) for (position,) in rows[start : start + size]],
                )
        return [self.get(number) for number in numbers]

    def split(self, chunk: Chunk, groups: Iterable[Iterable[str]], last_due: float = 0.0) -> None:
        """Divide the open SIMs of a chunk into new chunks; the old one is closed.

        `last_due` is when the last of the new ones may be sent, the others may at once.
        """
        with self._writing():
            number = 0
            for group in groups:
                number = self._new()
                self._database.executemany(
                    "UPDATE sim SET chunk = ? WHERE position = ?",
                    [(number, chunk.sims[iccid]) for iccid in group],
                )
            self._database.execute("UPDATE chunk SET due = ? WHERE id = ?", (last_due, number))
            self._database.execute("UPDATE chunk SET state = 'closed' WHERE id = ?", (chunk.id,))

    def send(self, chunk: Chunk) -> Chunk:
        """Note that a chunk is about to be sent. Returns it with the name of the attempt."""
        with self._writing():
            self._database.execute(
                "UPDATE chunk SET state = 'sent', attempts = attempts + 1, looks = 0, sent_at = ?,"
                " intent = ? WHERE id = ?",
                (self._wall(), secrets.token_hex(8), chunk.id),
            )
        return self.get(chunk.id)

    def unsend(self, chunk: Chunk) -> None:
        """Note that a chunk was not sent after all; that was no attempt."""
        with self._writing():
            self._database.execute(
                "UPDATE chunk SET state = 'planned', attempts = attempts - 1 WHERE id = ?",
                (chunk.id,),
            )

    def move(
        self,
        chunk: Chunk,
        state: ChunkState,
        due: float,
        *,
        looks: int = 0,
        note: str | None = None,
    ) -> None:
        """Put a chunk into another state, to be looked at when it is due."""
        with self._writing():
            self._database.execute(
                "UPDATE chunk SET state = ?, due = ?, looks = ?, note = coalesce(?, note)"
                " WHERE id = ?",
                (state.value, due, looks, note, chunk.id),
            )

    def accept(self, chunk: Chunk, action: str, due: float, *, expected: str | None = None) -> bool:
        """Note the vendor's id of the action; False when another chunk has the same one."""
        name = action or f"?{chunk.intent}"
        with self._writing():
            (taken,) = self._database.execute(
                "SELECT count(*) FROM chunk WHERE action = ? AND id != ?", (name, chunk.id)
            ).fetchone()
            if not taken:
                self._database.execute(
                    "UPDATE chunk SET state = 'accepted', action = ?, due = ?, looks = 0,"
                    " expected = ? WHERE id = ?",
                    (name, due, expected, chunk.id),
                )
        return not taken

    def hurry(self, action: str, now: float) -> None:
        """Make the chunk of an action due at once; nothing happens for actions of others."""
        accepted = "action = ? AND state = 'accepted'"
        found = f"SELECT 1 FROM chunk WHERE {accepted}"  # noqa: S608  (a constant)
        if self._database.execute(found, (action,)).fetchone() is None:
            return  # without a write: a stream tells of everybody's actions
        with self._writing():
            self._database.execute(
                f"UPDATE chunk SET due = ? WHERE {accepted}",  # noqa: S608
                (now, action),
            )

    def claimed(self, actions: Iterable[str]) -> set[str]:
        """Return those of the vendor's actions that belong to chunks of this job."""
        return {
            action
            for action in actions
            if self._database.execute("SELECT 1 FROM chunk WHERE action = ?", (action,)).fetchone()
        }

    def settle(
        self, chunk: Chunk, ends: Mapping[str, tuple[OutcomeStatus, str | None]]
    ) -> list[Outcome]:
        """Write outcomes of SIMs of a chunk, by ICCID; it is closed once it has no open SIM.

        Returns the outcomes. An outcome that is there is never written over.
        """
        written = []
        with self._writing():
            for iccid, (status, reason) in ends.items():
                position = chunk.sims[iccid]
                done = self._database.execute(
                    "UPDATE sim SET outcome = ?, reason = ? WHERE position = ? AND outcome IS NULL"
                    " RETURNING identifier",
                    (status.value, reason, position),
                ).fetchall()
                for (identifier,) in done:
                    written.append(
                        Outcome(
                            position=position,
                            identifier=identifier,
                            iccid=iccid,
                            status=status,
                            reason=reason,
                        )
                    )
            if len(ends) == len(chunk.sims):
                self._database.execute(
                    "UPDATE chunk SET state = 'closed' WHERE id = ?", (chunk.id,)
                )
        return written

    def get(self, number: int) -> Chunk:
        """Return a chunk as it is."""
        row = self._database.execute(
            "SELECT id, state, intent, attempts, looks, due, sent_at, action, expected FROM chunk"
            " WHERE id = ?",
            (number,),
        ).fetchone()
        return self._read(row)

    def _new(self) -> int:
        done = self._database.execute(
            "INSERT INTO chunk (state, intent, due) VALUES ('planned', '', 0)"
        )
        return int(done.lastrowid or 0)

    def _read(self, row: tuple[Any, ...]) -> Chunk:
        sims = self._database.execute(
            "SELECT iccid, position FROM sim WHERE chunk = ? AND outcome IS NULL ORDER BY position",
            (row[0],),
        )
        return Chunk(
            id=row[0],
            state=ChunkState(row[1]),
            intent=row[2],
            attempts=row[3],
            looks=row[4],
            due=row[5],
            sent_at=row[6],
            action=row[7],
            expected=row[8],
            sims=dict(sims.fetchall()),
        )

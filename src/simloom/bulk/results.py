"""What a journal says about the SIMs: counts, and one outcome each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.bulk.outcomes import Outcome, OutcomeStatus

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# An open SIM is pending when something may be under way for it, otherwise its turn never came.
_STATUS = """coalesce(sim.outcome, CASE WHEN chunk.state IN ('sent', 'unknown', 'accepted')
    THEN 'pending' ELSE 'not_attempted' END)"""


class Results:
    """Reads outcomes, in the order of the inputs and in constant memory."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def counts(self) -> dict[OutcomeStatus, int]:
        """Return how many SIMs have each outcome."""
        rows = self._database.execute(
            f"SELECT {_STATUS} AS status, count(*) FROM sim"  # noqa: S608  (a constant)
            " LEFT JOIN chunk ON chunk.id = sim.chunk GROUP BY status"
        )
        found = {OutcomeStatus(status): count for status, count in rows}
        return {status: found.get(status, 0) for status in OutcomeStatus}

    def total(self) -> int:
        """Return how many SIMs there are, duplicates folded."""
        (count,) = self._database.execute("SELECT count(*) FROM sim").fetchone()
        return int(count)

    def open(self) -> int:
        """Return how many SIMs have no outcome yet."""
        (count,) = self._database.execute(
            "SELECT count(*) FROM sim WHERE outcome IS NULL"
        ).fetchone()
        return int(count)

    def outcomes(self, *wanted: OutcomeStatus, page: int = 1_000) -> Iterator[Outcome]:
        """Yield the outcomes, of these kinds if any are named."""
        kinds = ",".join(f"'{OutcomeStatus(status).value}'" for status in wanted or OutcomeStatus)
        after = 0
        while True:
            rows = self._database.execute(
                f"SELECT position, identifier, iccid, {_STATUS} AS status, sim.reason FROM sim"  # noqa: S608
                " LEFT JOIN chunk ON chunk.id = sim.chunk"
                f" WHERE position > ? AND status IN ({kinds}) ORDER BY position LIMIT ?",
                (after, page),
            ).fetchall()
            for position, identifier, iccid, status, reason in rows:
                yield Outcome(
                    position=position,
                    identifier=identifier,
                    iccid=iccid,
                    status=OutcomeStatus(status),
                    reason=reason,
                )
            if len(rows) < page:
                return
            after = rows[-1][0]

"""The inputs of a journal that are no ICCIDs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.bulk.outcomes import OutcomeStatus
from simloom.identifiers import Iccid

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager


class NamedTable:
    """The inputs of a journal that are no ICCIDs, until it is known which SIMs they name."""

    def __init__(
        self, database: sqlite3.Connection, writing: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._database = database
        self._writing = writing

    def waiting(self) -> list[tuple[int, str]]:
        """Return position and text of those that nobody has resolved yet."""
        return self._database.execute(
            "SELECT position, identifier FROM sim"
            " WHERE iccid IS NULL AND outcome IS NULL AND chunk IS NULL ORDER BY position"
        ).fetchall()

    def settle(self, found: Mapping[int, str], refused: Mapping[int, str]) -> None:
        """Write the ICCIDs and the reasons where there is none, by position, all or nothing.

        An input whose SIM another one names is folded into that one, as duplicates are.
        """
        with self._writing():
            self._database.executemany(
                f"UPDATE sim SET outcome = '{OutcomeStatus.REJECTED.value}', reason = ?"  # noqa: S608
                " WHERE position = ?",
                [(reason, position) for position, reason in refused.items()],
            )
            folded = 0
            for position, iccid in found.items():
                done = self._database.execute(
                    "UPDATE OR IGNORE sim SET iccid = ?, key = ? WHERE position = ?",
                    (iccid, Iccid(iccid).key, position),
                )
                if done.rowcount == 0:
                    self._database.execute("DELETE FROM sim WHERE position = ?", (position,))
                    folded += 1
            self._database.execute("UPDATE job SET duplicates = duplicates + ?", (folded,))

"""The inputs of a journal that are no ICCIDs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.schema import writing
from simloom.identifiers import Iccid, parse_iccid

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

_WAITING = "iccid IS NULL AND outcome IS NULL AND chunk IS NULL"
_PAGE = 5_000


class NamedTable:
    """The inputs of a journal that are no ICCIDs, until it is known which SIMs they name."""

    def __init__(
        self, database: sqlite3.Connection, writing: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._database = database
        self._writing = writing

    def count(self) -> int:
        """Return how many nobody has resolved yet."""
        (count,) = self._database.execute(f"SELECT count(*) FROM sim WHERE {_WAITING}").fetchone()  # noqa: S608
        return int(count)

    def waiting(self) -> list[tuple[int, str]]:
        """Return position and text of those that nobody has resolved yet."""
        return list(self.each())

    def each(self) -> Iterator[tuple[int, str]]:
        """Yield the same in constant memory; they may be settled meanwhile."""
        rows: list[tuple[int, str]] = [(0, "")]
        while rows:
            rows = self._database.execute(
                f"SELECT position, identifier FROM sim WHERE {_WAITING}"  # noqa: S608
                " AND position > ? ORDER BY position LIMIT ?",
                (rows[-1][0], _PAGE),
            ).fetchall()
            yield from rows

    def begin_search(self) -> None:
        """Make room for a search for many at once. It lasts as long as this connection."""
        with writing(self._database):
            for table in ("wanted", "met"):
                self._database.execute(f"DROP TABLE IF EXISTS temp.{table}")
            self._database.execute(
                "CREATE TEMP TABLE wanted (kind TEXT, key TEXT, position INTEGER,"
                " PRIMARY KEY (kind, key, position)) WITHOUT ROWID"
            )
            self._database.execute(
                "CREATE TEMP TABLE met (position INTEGER, key TEXT, iccid TEXT, skipped TEXT,"
                " doubtful INTEGER, PRIMARY KEY (position, key)) WITHOUT ROWID"
            )

    def seek(self, wanted: Iterable[tuple[str, str, int]]) -> None:
        """Add kind, key and position of inputs to the search."""
        with self._writing():
            self._database.executemany("INSERT INTO temp.wanted VALUES (?, ?, ?)", wanted)

    def meet(self, sims: Iterable[tuple[str, str, str | None, bool, str, str]]) -> None:
        """Note SIMs of the list: key, iccid, why to skip it, whether it is doubtful; kind and key.

        The last two are those of an identifier that it has. What is told last of a SIM counts.
        """
        with writing(self._database):
            self._database.executemany(
                "INSERT OR REPLACE INTO temp.met SELECT position, ?, ?, ?, ? FROM temp.wanted"
                " WHERE kind = ? AND key = ?",
                sims,
            )

    def met(self, position: int) -> list[tuple[str, str, str | None, bool]]:
        """Return the SIMs that an input of the search names."""
        return self._database.execute(
            "SELECT key, iccid, skipped, doubtful FROM temp.met WHERE position = ? ORDER BY iccid",
            (position,),
        ).fetchall()

    def settle(self, found: Mapping[int, str], refused: Mapping[int, str]) -> None:
        """Write the ICCIDs and the reasons where there is none, by position, all or nothing.

        The ICCIDs are as vendors tell them, and such that `parse_iccid` takes. An input whose SIM
        another one names is folded into that one, as duplicates are.
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
                    (parse_iccid(iccid), Iccid(iccid).key, position),
                )
                if done.rowcount == 0:
                    self._database.execute("DELETE FROM sim WHERE position = ?", (position,))
                    folded += 1
            self._database.execute("UPDATE job SET duplicates = duplicates + ?", (folded,))

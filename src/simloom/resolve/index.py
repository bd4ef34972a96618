"""The index of SIMs: which identifiers each SIM of an account had when it was last seen.

One SQLite file for all providers, shared by processes. A scan of a list becomes visible as a whole
when it is complete; SIMs that it lacks are marked then, and only then.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.errors import IdentifierError
from simloom.identifiers import Iccid, Identifier, Kind
from simloom.identifiers.kinds import KINDS
from simloom.resolve.schema import IDENTIFIERS, index_path, opened, writing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from simloom.models import Sim

_COLUMNS = ("key", "iccid", *IDENTIFIERS, "imsi_2", "status", "label", "seen")
_AT_ONCE = 500
"""Identifiers in one question; SQLite takes 999 parameters in its oldest builds."""


@frozen(kw_only=True)
class About:
    """What an index knows of an account.

    `synced` is when the last complete scan began, in seconds since the epoch, None without one;
    `pages` how many requests that took.
    """

    synced: float | None
    pages: int | None
    generation: int


@frozen(kw_only=True)
class Synced:
    """What a scan came to: SIMs that are there, those seen for the first time, those gone since."""

    provider: str
    sims: int
    new: int
    gone: int
    pages: int


def key_of(kind: Kind, text: str | None) -> str | None:
    """Return what an identifier of a vendor's answer is compared by; None for what is none."""
    if not text:
        return None
    try:
        return KINDS[kind](text).key
    except IdentifierError:
        return None


class SimIndex:
    """The file. Errors are `SimIndexError`; a method that fails changes nothing."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.path: Path = path or index_path()
        self.wall = wall

    def __repr__(self) -> str:
        return f"SimIndex({str(self.path)!r})"

    def account(
        self, provider: str, name: str, second_imsi: Callable[[Sim], str | None] | None = None
    ) -> AccountIndex:
        """Return the part of one account; `second_imsi` is the provider's method."""
        return AccountIndex(self, provider, name, second_imsi or (lambda _sim: None))

    def providers_of(self, identifier: Identifier) -> list[str]:
        """Return the providers with a SIM that had the identifier, the last seen first."""
        if not self.path.exists():
            return []
        columns = _columns(identifier.kind)
        wanted = " OR ".join(f"sim.{column} = ?" for column in columns)
        with opened(self.path) as database:
            rows = database.execute(
                "SELECT provider, max(seen) FROM sim"  # noqa: S608  (a constant)
                f" JOIN account ON account.id = sim.account WHERE ({wanted}) AND NOT gone"
                " GROUP BY provider ORDER BY 2 DESC",
                (identifier.key,) * len(columns),
            ).fetchall()
        return [provider for provider, _ in rows]

    def issuers_of(self, iccid: Iccid) -> list[str]:
        """Return the providers whose SIMs begin with the same issuer number, the most SIMs first.

        An issuer number has seven digits at most (ITU-T E.118).
        """
        if not self.path.exists():
            return []
        issuer = iccid.issuer
        with opened(self.path) as database:
            rows = database.execute(
                "SELECT provider, count(*) FROM sim JOIN account ON account.id = sim.account"
                " WHERE sim.key >= ? AND sim.key < ? AND NOT gone"
                " GROUP BY provider ORDER BY 2 DESC",
                (issuer, f"{issuer}:"),
            ).fetchall()
        return [provider for provider, _ in rows]

    def forget(self, provider: str | None = None) -> int:
        """Delete all SIMs, or those of a provider; return how many there were.

        The file is written anew, so that it does not keep what it forgot.
        """
        if not self.path.exists():
            return 0
        with opened(self.path) as database:
            with writing(database):
                wanted = "SELECT id FROM account WHERE ? IS NULL OR provider = ?"
                done = database.execute(
                    f"DELETE FROM sim WHERE account IN ({wanted})",  # noqa: S608  (a constant)
                    (provider, provider),
                )
                database.execute(
                    f"DELETE FROM account WHERE id IN ({wanted})",  # noqa: S608
                    (provider, provider),
                )
            database.execute("VACUUM")  # else deleted rows stay readable in the file
            return done.rowcount


class AccountIndex:
    """The SIMs of one account."""

    def __init__(
        self, index: SimIndex, provider: str, name: str, second_imsi: Callable[[Sim], str | None]
    ) -> None:
        self._index = index
        self._second_imsi = second_imsi
        self._provider = provider
        self._name = name

    def about(self) -> About | None:
        """Return what is known of the account, None for nothing."""
        if not self._index.path.exists():
            return None
        with opened(self._index.path) as database:
            row = database.execute(
                "SELECT synced, pages, generation FROM account WHERE provider = ? AND name = ?",
                (self._provider, self._name),
            ).fetchone()
        return None if row is None else About(synced=row[0], pages=row[1], generation=row[2])

    def find(self, wanted: Collection[Identifier]) -> dict[Identifier, list[str]]:
        """Return the ICCIDs of those identifiers that the index knows."""
        found: dict[Identifier, list[str]] = {}
        if not wanted or not self._index.path.exists():
            return found
        by_kind: dict[Kind, dict[str, Identifier]] = {}
        for identifier in wanted:
            by_kind.setdefault(identifier.kind, {})[identifier.key] = identifier
        with opened(self._index.path) as database:
            for kind, keys in by_kind.items():
                for column in _columns(kind):
                    for key, iccid in self._rows(database, column, list(keys)):
                        found.setdefault(keys[key], []).append(iccid)
        return found

    def note(self, sims: Iterable[Sim]) -> None:
        """Take in SIMs that were read singly."""
        rows = self.rows_of(sims, self._index.wall())
        if not rows:
            return
        with opened(self._index.path) as database, writing(database):
            number, generation = self._number(database)
            _upsert(database, number, generation, rows)

    def rows_of(self, sims: Iterable[Sim], seen: float) -> list[tuple[Any, ...]]:
        """Return SIMs as rows; what has no ICCID is left out."""
        rows = []
        for sim in sims:
            if (key := key_of(Kind.ICCID, sim.iccid)) is None:
                continue
            named = [key_of(Kind(name), getattr(sim, name)) for name in IDENTIFIERS]
            second = key_of(Kind.IMSI, self._second_imsi(sim))
            named.append(None if second in named else second)
            rows.append((key, sim.iccid, *named, sim.status.value, sim.label, seen))
        return rows

    @contextmanager
    def scan(self) -> Iterator[Scan]:
        """Take in a whole list; without `Scan.complete` nothing of it remains."""
        with opened(self._index.path) as database:
            yield Scan(self, database, self._index.wall)

    def _rows(
        self, database: sqlite3.Connection, column: str, keys: list[str]
    ) -> Iterator[tuple[str, str]]:
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            yield from database.execute(
                f"SELECT sim.{column}, iccid FROM sim JOIN account ON account.id = sim.account"  # noqa: S608
                f" WHERE provider = ? AND name = ? AND NOT gone AND sim.{column} IN ({marks})"
                " ORDER BY iccid",
                (self._provider, self._name, *part),
            ).fetchall()

    def _number(self, database: sqlite3.Connection) -> tuple[int, int]:
        """Return the account's number and generation; it is made if it is not there."""
        names = (self._provider, self._name)
        database.execute("INSERT OR IGNORE INTO account (provider, name) VALUES (?, ?)", names)
        row = database.execute(
            "SELECT id, generation FROM account WHERE provider = ? AND name = ?", names
        ).fetchone()
        return int(row[0]), int(row[1])

    def take(
        self, database: sqlite3.Connection, rows: Iterable[Any], began: float, pages: int
    ) -> Synced:
        """Replace the account's SIMs by a complete list, in one transaction."""
        with writing(database):
            number, generation = self._number(database)
            count = "SELECT count(*) FROM sim WHERE account = ? AND NOT gone"
            (before,) = database.execute(count, (number,)).fetchone()
            _upsert(database, number, generation + 1, rows)
            # What was read singly while the list was being read is not gone.
            gone = database.execute(
                "UPDATE sim SET gone = 1 WHERE account = ? AND NOT gone AND seen < ?",
                (number, began),
            ).rowcount
            (after,) = database.execute(count, (number,)).fetchone()
            database.execute(
                "UPDATE account SET synced = max(coalesce(synced, 0), ?), pages = ?,"
                " generation = ? WHERE id = ?",
                (began, pages, generation + 1, number),
            )
        new = after - before + gone
        return Synced(provider=self._provider, sims=after, new=new, gone=gone, pages=pages)


class Scan:
    """A list that is being read. Its pages wait apart until it is complete."""

    def __init__(
        self, account: AccountIndex, database: sqlite3.Connection, wall: Callable[[], float]
    ) -> None:
        self._account = account
        self._database = database
        self._wall = wall
        self._began = wall()
        self._pages = 0
        columns = ", ".join(_COLUMNS)
        database.execute(f"CREATE TEMP TABLE staged ({columns})")

    def add(self, sims: Iterable[Sim]) -> None:
        """Take in one page."""
        self._pages += 1
        marks = ",".join("?" * len(_COLUMNS))
        with writing(self._database, "DEFERRED"):  # of the file itself nothing is locked
            self._database.executemany(
                f"INSERT INTO temp.staged VALUES ({marks})",  # noqa: S608  (a constant)
                self._account.rows_of(sims, self._wall()),
            )

    def complete(self) -> Synced:
        """Make the list visible; SIMs that it lacks are marked as gone."""
        rows = self._database.execute("SELECT * FROM temp.staged")
        return self._account.take(self._database, rows, self._began, self._pages)


def _columns(kind: Kind) -> tuple[str, ...]:
    if kind is Kind.IMSI:
        return "imsi", "imsi_2"
    return ("key" if kind is Kind.ICCID else kind.value,)


def _upsert(
    database: sqlite3.Connection, account: int, generation: int, rows: Iterable[Any]
) -> None:
    """Write rows; one that was seen later stays as it is."""
    columns = ", ".join(_COLUMNS)
    marks = ",".join("?" * len(_COLUMNS))
    sets = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    database.executemany(
        f"INSERT INTO sim (account, generation, {columns}) VALUES ({account}, {generation}, {marks})"  # noqa: S608, E501  (numbers)
        f" ON CONFLICT (account, key) DO UPDATE SET {sets}, gone = 0,"
        " generation = excluded.generation WHERE excluded.seen >= sim.seen",
        rows,
    )

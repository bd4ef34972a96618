"""What a journal says about its job as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from simloom.bulk.errors import JournalMismatch

if TYPE_CHECKING:
    import sqlite3


@frozen(kw_only=True)
class Job:
    """What a journal is about. `parameters` is JSON, `created` seconds since the epoch."""

    id: str
    provider: str
    account: str
    verb: str
    parameters: str
    created: float
    read_in: bool
    filtered: bool
    paused: bool
    duplicates: int
    worked: float
    origin: str
    """What whoever started it needs to go on, as JSON."""
    owner: str
    """Who works on it, `host:process:...`; empty when nobody does."""


def read_job(database: sqlite3.Connection, now: float) -> Job | None:
    """Return the job of a journal, None for an empty one; `now` in seconds since the epoch."""
    row = database.execute(
        "SELECT id, provider, account, verb, parameters, created, read_in, filtered, paused,"
        " duplicates, worked, origin, owner, lease_until FROM job"
    ).fetchone()
    if row is None:
        return None
    return Job(
        id=row[0],
        provider=row[1],
        account=row[2],
        verb=row[3],
        parameters=row[4],
        created=row[5],
        read_in=bool(row[6]),
        filtered=bool(row[7]),
        paused=bool(row[8]),
        duplicates=row[9],
        worked=row[10],
        origin=row[11],
        owner=row[12] if row[13] > now else "",
    )


def check_same(job: Job, **asked: str) -> None:
    """Refuse to go on with a job that is not the one that was asked for."""
    for name, value in asked.items():
        there = getattr(job, name)
        if there != value:
            # Parameters may be the text of a message, and of any length.
            which = "" if name == "parameters" else f": {there!r}, not {value!r}"
            raise JournalMismatch(
                f"the journal is of another job, its {name} differs{which}; "
                "use another file, or the same command as before"
            )

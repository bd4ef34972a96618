"""Files of SQLite that several processes have open, and this one opens again and again.

Closing any descriptor of a file ends all locks of the process on it (POSIX, fcntl). Another process
would then take itself for the last one, and delete the log that this one goes on writing to.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from simloom.bulk.journal import Journal
from simloom.errors import SimloomError
from simloom.events.checkpoints import SqliteCheckpoints
from simloom.events.webhookstore import SqliteWebhooks
from simloom.identifiers import Imsi
from simloom.resolve.index import SimIndex
from simloom.resolve.schema import opened, writing
from simloom.statefolder import make_private
from simloom.transport.quota import Ledger, Limit, SqliteStore, Window

ANOTHER_PROCESS = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
database.execute("SELECT count(*) FROM sqlite_master").fetchone()
if len(sys.argv) > 2:
    database.execute(sys.argv[2])
database.close()
"""


def another_process(path, *statement):
    command = [sys.executable, "-I", "-S", "-c", ANOTHER_PROCESS, str(path), *statement]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def quota_store(path):
    ledger = Ledger(SqliteStore(path))
    limit = Limit(name="x", counts="requests", windows=[Window(10, 1)])
    ledger.acquire(ledger.bucket(limit, provider="p", account="a"))
    return ledger.store


def checkpoints(path):
    store = SqliteCheckpoints(path)
    store.set("key", "value")  # else there is no log yet
    return store


def closed(thing):
    thing.shut() if isinstance(thing, SqliteStore) else thing.close()


@pytest.mark.parametrize("make", [Journal, quota_store, SqliteWebhooks, checkpoints])
def test_another_process_leaves_the_log_of_an_open_file_alone(make, tmp_path):
    path = tmp_path / "file.db"
    held = make(path)
    closed(make(path))  # the same file once more, as `jobs run` does
    log = tmp_path / "file.db-wal"
    before = log.stat().st_ino
    assert another_process(path).returncode == 0
    assert log.stat().st_ino == before
    closed(held)


def test_a_write_keeps_its_lock_while_the_index_is_opened_again(tmp_path):
    path = tmp_path / "index.db"
    with opened(path) as database, writing(database):
        with opened(path):
            pass
        done = another_process(path, "BEGIN IMMEDIATE")
    assert "locked" in done.stderr
    assert another_process(path, "BEGIN IMMEDIATE").returncode == 0


def test_a_file_is_made_once_and_for_its_owner_only(tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "file.db")
    assert make_private(link)
    assert not make_private(tmp_path / "file.db")
    assert not make_private(link)
    assert link.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(link)) as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    with pytest.raises(FileNotFoundError):
        make_private(tmp_path / "missing" / "file.db")


@pytest.mark.parametrize("make", [Journal, SqliteStore, SqliteWebhooks, SimIndex])
def test_the_file_of_another_program_stays_as_it_is(make, tmp_path):
    path = tmp_path / "customers.db"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE customer (name)")
    before = path.read_bytes()
    with pytest.raises(SimloomError, match="is no|no journal|no store|not a|not an"):
        thing = make(path)
        thing.providers_of(Imsi("262010000000001"))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("make", [Journal, SqliteStore, SqliteWebhooks])
def test_processes_that_make_a_file_together_all_get_it(make, tmp_path):
    """Choosing the log does not wait by itself; whoever comes second has to."""
    path = tmp_path / "file.db"
    with ThreadPoolExecutor(6) as pool:
        for thing in pool.map(lambda _: make(path), range(6)):
            closed(thing)

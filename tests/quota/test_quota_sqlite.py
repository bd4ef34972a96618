from __future__ import annotations

import errno
import os
import sqlite3
import stat
import warnings

import pytest

from simloom.errors import QuotaStoreError, SimloomError
from simloom.transport.quota import Bucket, Grant, Ledger, Limit, SqliteStore, Wait, Window

BUCKET = Bucket(key="acme/actions/1", windows=(Window(10, 6),))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "quota.db"


@pytest.fixture
def store(path):
    store = SqliteStore(path)
    yield store
    store.shut()


def test_the_file_is_for_its_owner_only(store, path):
    Ledger(store).acquire(BUCKET)
    files = list(path.parent.iterdir())
    assert {file.name for file in files} == {"quota.db", "quota.db-wal", "quota.db-shm"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_file_names_no_account(store, path):
    limit = Limit(name="actions", counts="sims", windows=[Window(1000, 360)])
    ledger = Ledger(store)
    bucket = ledger.bucket(limit, provider="acme", account="client-4711")
    ledger.acquire(bucket)
    store.shut()
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"4711" not in content
    assert bucket.key.encode() in content


def test_grants_outlive_the_process(store, path, hand):
    grant = Ledger(store, clock=hand.clock).acquire(BUCKET, 10)
    store.shut()
    other = SqliteStore(path)
    ledger = Ledger(other, clock=hand.clock)
    assert other.salt == store.salt
    assert isinstance(ledger.acquire(BUCKET), Wait)
    ledger.settle(grant)
    assert ledger.usage(BUCKET).under_way == 0
    other.shut()


def test_a_closed_file_opens_again(store):
    store.shut()
    store.shut()
    assert isinstance(Ledger(store).acquire(BUCKET), Grant)


def test_old_grants_are_deleted(store, path, hand):
    ledger = Ledger(store, clock=hand.clock, hold=30)
    for _ in range(50):
        ledger.settle(ledger.acquire(BUCKET, 10))
        hand.pass_(7)
    store.shut()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM held").fetchone()[0] <= 2
    connection.close()


def test_a_child_process_opens_the_file_for_itself(store, hand):
    ledger = Ledger(store, clock=hand.clock)
    ledger.acquire(BUCKET, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests may be there
        child = os.fork()
    if child == 0:  # pragma: no cover
        code = 1
        try:
            code = 0 if isinstance(ledger.acquire(BUCKET, 4), Grant) else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert ledger.usage(BUCKET).windows[0].used == 8


def test_a_full_disk_is_told_and_nothing_has_changed(store):
    ledger = Ledger(store)
    grant = ledger.acquire(BUCKET, 4)
    connection = store._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    many = Bucket(key="b" * 200, windows=(Window(100_000, 6),))
    with pytest.raises(QuotaStoreError, match="the disk is full; make room") as raised:
        for _ in range(1000):
            ledger.acquire(many)
    assert raised.value.place == str(store.path)
    used = ledger.usage(many).windows[0].used
    connection.execute("PRAGMA max_page_count = 100000")
    assert ledger.usage(many).windows[0].used == used
    ledger.settle(grant)
    assert isinstance(ledger.acquire(many), Grant)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EROFS, "it is read-only"),
        (errno.EACCES, "access is denied"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_folder_that_cannot_be_written_is_told(path, monkeypatch, number, said):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(QuotaStoreError, match=said):
        SqliteStore(path)


def test_a_file_made_read_only_is_told(store):
    store._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(QuotaStoreError, match="it is read-only; give this user leave"):
        Ledger(store).acquire(BUCKET)


def test_what_is_no_ledger_is_left_alone(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear SIM, " * 1000)
    with pytest.raises(QuotaStoreError, match="no SQLite file"):
        SqliteStore(path)
    assert path.read_text() == "Dear SIM, " * 1000
    for place in (tmp_path, path / "below"):
        with pytest.raises(SimloomError):
            SqliteStore(place)


def test_another_format_is_refused(store, path):
    store.shut()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(QuotaStoreError, match="format 99"):
        SqliteStore(path)


def test_a_lock_that_is_never_released_is_told(store, path):
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(QuotaStoreError, match="locked; try again"):
        SqliteStore(path, busy=0.05)
    holder.execute("ROLLBACK")
    holder.close()
    SqliteStore(path, busy=0.05).shut()

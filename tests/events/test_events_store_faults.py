"""Files that cannot be opened, read or written: what is said, and what becomes of the events."""

from __future__ import annotations

import errno
import json
import os
import resource
import sqlite3
from contextlib import closing, contextmanager

import pytest

from simloom.errors import (
    CheckpointError,
    ConfigurationError,
    SubscriptionInUse,
    WebhookStoreError,
)
from simloom.events import lease
from simloom.events.checkpoints import Handled, MemoryCheckpoints, SqliteCheckpoints
from simloom.events.lease import FileLeases
from simloom.events.webhookevents import WebhookEvents
from simloom.events.webhooks import Webhook
from simloom.events.webhookstore import SqliteWebhooks

UNNOTED = "The last event was handled but is not noted"


@pytest.fixture(params=[SqliteCheckpoints, SqliteWebhooks])
def kind(request):
    return request.param


def wrong_of(kind):
    return {SqliteCheckpoints: CheckpointError, SqliteWebhooks: WebhookStoreError}[kind]


def text_file(path):
    path.write_text("no database at all, but long enough to be looked at " * 40)


def other_database(path, version=0, table="other"):
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE {table} (a)")
        database.execute(f"PRAGMA user_version = {version}")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (text_file, "it is no SQLite file; choose another place"),
        (other_database, "choose another place"),
        (lambda path: other_database(path, 1), "choose another place"),
        (
            lambda path: other_database(path, 2, "checkpoint"),
            "newer version of simloom|choose",
        ),
        (lambda path: other_database(path, 2, "webhook"), "newer version of simloom|choose"),
    ],
)
def test_a_file_of_something_else_is_refused_and_stays_as_it_is(tmp_path, kind, make, told):
    path = tmp_path / "other.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(wrong_of(kind), match=rf"other\.db.*({told})"):
        kind(path)
    assert path.read_bytes()[100:] == before[100:]  # behind SQLite's header


def test_a_newer_format_of_the_own_file_is_told(tmp_path, kind):
    path = tmp_path / "own.db"
    kind(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 2")
    with pytest.raises(wrong_of(kind), match="newer version of simloom.*; use that one"):
        kind(path)


def folder(path):
    path.mkdir()
    return path


def below_a_file(path):
    path.touch()
    return path / "x.db"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (folder, "it cannot be opened; give this user leave"),
        (below_a_file, "its folder is no folder; choose another place"),
        (lambda path: path / "missing" / "x.db", "its folder is missing; make the folder"),
    ],
)
def test_a_place_for_no_file_is_told(tmp_path, kind, place, told):
    with pytest.raises(wrong_of(kind), match=told):
        kind(place(tmp_path / "it"))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EACCES, "access is denied; give this user leave"),
        (errno.EROFS, "it is read-only; give this user leave"),
        (errno.ENOSPC, "the disk is full; make room on it"),
        (errno.EIO, f"{os.strerror(errno.EIO)}; "),
    ],
)
def test_what_the_system_refuses_is_told(tmp_path, kind, monkeypatch, number, told):
    def refusing(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("simloom.statefolder.os.open", refusing)
    with pytest.raises(wrong_of(kind), match=told):
        kind(tmp_path / "x.db")


@contextmanager
def full(database):
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    yield
    database.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def read_only(database):
    database.execute("PRAGMA query_only = ON")
    yield
    database.execute("PRAGMA query_only = OFF")


@contextmanager
def limited(database):
    """No file of this process may grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def locked(database):
    (_, _, path) = database.execute("PRAGMA database_list").fetchone()
    database.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


FAULTS = [
    (full, "the disk is full; make room on it"),
    (read_only, "it is read-only; give this user leave"),
    (limited, "the disk does not take or give it; see to the disk and its limits"),
    (locked, "another process keeps it locked; end that process"),
]


@pytest.mark.parametrize(("fault", "told"), FAULTS)
def test_a_checkpoint_that_cannot_be_written_changes_nothing(tmp_path, fault, told):
    with SqliteCheckpoints(tmp_path / "events.db") as store:
        store.set("a", "1")
        with (
            fault(store._database),
            pytest.raises(CheckpointError, match=rf"events\.db.*{told}.*\. {UNNOTED}"),
        ):
            store.set("a", "2" * 100_000)
        assert store.get("a") == "1"
        store.set("a", "3")
    with SqliteCheckpoints(tmp_path / "events.db") as store:
        assert store.get("a") == "3"
    with pytest.raises(CheckpointError, match="closed"):
        store.get("a")


@pytest.mark.parametrize("sort", [read_only, locked])
def test_a_failing_checkpoint_loses_no_event_and_gives_none_twice(portal, ears, tmp_path, sort):
    answers = [portal.stream(1, 2, 3, offsets=True, then="hold") for _ in range(2)]
    portal.script(*answers)
    with SqliteCheckpoints(tmp_path / "events.db") as store:
        stream = ears.listen(checkpoints=store)
        assert next(stream).id == "event-1"
        with sort(store._database):
            for _ in range(2):  # it is tried again, and no other event is given meanwhile
                with pytest.raises(CheckpointError, match=UNNOTED):
                    next(stream)
        assert [event.id for event in stream.take(2)] == ["event-2", "event-3"]
        stream.close()
    with SqliteCheckpoints(tmp_path / "events.db") as store:
        assert next(ears.listen(checkpoints=store)).id == "event-3"
    assert portal.offsets == [None, "offset-1"]


def test_without_another_try_the_event_comes_again_after_a_restart_as_it_was_said(
    portal, ears, tmp_path
):
    answers = [portal.stream(1, 2, offsets=True, then="hold") for _ in range(2)]
    portal.script(*answers)
    with SqliteCheckpoints(tmp_path / "events.db") as store:
        stream = ears.listen(checkpoints=store)
        assert next(stream).id == "event-1"
        with (
            read_only(store._database),
            pytest.raises(CheckpointError, match="once more after a restart"),
        ):
            next(stream)
        stream.close()
    with SqliteCheckpoints(tmp_path / "events.db") as store:
        again = ears.listen(checkpoints=store).take(2)
        assert [event.id for event in again] == ["event-1", "event-2"]


def test_checkpoints_that_cannot_be_read_are_told_before_anything_is_asked_for(
    portal, ears, tmp_path
):
    store = SqliteCheckpoints(tmp_path / "events.db")
    store.close()
    stream = ears.listen(checkpoints=store)
    for _ in range(2):
        with pytest.raises(CheckpointError, match="closed"):
            next(stream)
    assert portal.offsets == []


class Refusing(MemoryCheckpoints):
    """Refuses the writes whose turns are named."""

    def __init__(self, *turns):
        super().__init__()
        self.turns = turns
        self.turn = 0

    def set(self, key, value, /):
        self.turn += 1
        if self.turn in self.turns:
            raise OSError
        super().set(key, value)


@pytest.mark.parametrize("turns", [(601,), (602,), (601, 602), (602, 604)])
@pytest.mark.parametrize("count", [300])
def test_a_second_try_writes_what_the_first_one_should_have(count, turns):
    plain, store = MemoryCheckpoints(), Refusing(*turns)
    for made in (plain, store):
        handled = Handled(made, "k", kept=512)
        for number in range(count + 3):
            while True:
                try:
                    handled.add(str(number), f"o{number}")
                except OSError:
                    continue
                break
    assert store._texts == plain._texts
    assert len(json.loads(plain.get("k/1"))) == count + 3 - 256


def webhook(number):
    body = {
        "event": "sim.physical.deleted",
        "timestamp": "2026-01-01T00:00:00Z",
        "data": {"iccid": f"89441234567890123{number:03d}"},
    }
    return Webhook(
        provider="telcoapi", method="POST", body=json.dumps(body).encode(), key=str(number)
    )


@pytest.mark.parametrize(("fault", "told"), [FAULTS[1], FAULTS[3]])
def test_a_webhook_that_cannot_be_checked_off_is_neither_lost_nor_given_twice(
    tmp_path, fault, told
):
    with SqliteWebhooks(tmp_path / "hooks.db") as store:
        for number in range(3):
            store.add(webhook(number))
        with WebhookEvents(store) as events:
            found = [next(events).iccid]
            with fault(store._database):
                for _ in range(2):
                    with pytest.raises(WebhookStoreError, match=rf"{told}.*\. {UNNOTED}"):
                        next(events)
            found += [next(events).iccid, next(events).iccid]
        assert found == [f"8944123456789012300{number}" for number in range(3)]
        assert store.waiting() == 1


@pytest.mark.parametrize(("fault", "told"), FAULTS)
def test_a_webhook_that_cannot_be_stored_is_the_vendors_to_send_again(tmp_path, fault, told):
    with SqliteWebhooks(tmp_path / "hooks.db") as store:
        big = Webhook(provider="telcoapi", method="POST", body=b"x" * 100_000, key="big")
        with (
            fault(store._database),
            pytest.raises(WebhookStoreError, match=rf"{told}.*the vendor sends again"),
        ):
            store.add(big)
        assert store.waiting() == 0
        assert store.add(big)


def test_a_lease_counts_although_its_name_cannot_be_written(tmp_path, monkeypatch):
    def refusing(*_):
        raise OSError(errno.ENOSPC, "full")

    first, second = FileLeases(tmp_path), FileLeases(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(lease.os, "write", refusing)
        first.acquire("k", "simaction")
    with pytest.raises(SubscriptionInUse, match="another process listens already"):
        second.acquire("k", "simaction")
    with monkeypatch.context() as patched:
        patched.setattr(lease.os, "ftruncate", refusing)
        first.release("k")
    second.acquire("k", "simaction")
    second.release("k")


def test_a_folder_without_locks_is_told(tmp_path, monkeypatch):
    def refusing(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    leases = FileLeases(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(lease.fcntl, "flock", refusing)
        with pytest.raises(ConfigurationError, match="cannot be taken: .*; pass leases="):
            leases.acquire("k", "simaction")
    leases.acquire("k", "simaction")  # nothing was held
    leases.release("k")

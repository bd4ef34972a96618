"""A journal that others open, move, copy, inherit, or that is no journal at all."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import warnings
from contextlib import closing
from pathlib import Path

import pytest

from simloom.bulk.errors import JournalBusy, JournalError, LeaseLost
from simloom.bulk.journal import Journal
from simloom.bulk.starting import entries
from simloom.capabilities import Verb

ICCIDS = ["8949020000000000014", "8949020000000000022"]
ROOT = Path(__file__).resolve().parents[2]

CRASHES = """
import os, sys
from pathlib import Path
from simloom.bulk.journal import Journal
from simloom.bulk.starting import entries
book = Journal(Path(sys.argv[1]))
book.begin("infobip", "a", "send-sms", {})
book.read(entries(sys.argv[2:]))
for chunk in book.chunks.plan(1, 2):
    book.chunks.send(chunk)
os._exit(9)
"""


def begun(path, **how):
    book = Journal(path, **how)
    try:
        book.begin("infobip", "a", "send-sms", {})
    except BaseException:
        book.close()
        raise
    return book


def pending(path):
    with closing(begun(path)) as book:
        return book.results.counts()["pending"]


@pytest.fixture(scope="module")
def crashed(tmp_path_factory):
    """The files of a journal whose process died with two requests under way."""
    folder = tmp_path_factory.mktemp("crashed")
    command = [sys.executable, "-c", CRASHES, str(folder / "job.db"), *ICCIDS]
    assert subprocess.run(command, check=False, timeout=60, cwd=ROOT).returncode == 9
    return folder


@pytest.fixture
def left(crashed, tmp_path):
    """The same, where it was: the folder that the journal knows."""
    home = crashed / "kept"
    if not home.exists():
        shutil.copytree(crashed, home)
    for file in home.iterdir():
        shutil.copy(file, crashed / file.name)
    return crashed


def placed(path, how):
    """Put something that is no journal at a path."""
    if how == "fifo":
        os.mkfifo(path, 0o644)
    elif how == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    elif how == "folder":
        path.mkdir(mode=0o755)
    elif how == "text":
        path.write_text("8949020000000000014\n" * 100)
    else:
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE customer (name)")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("fifo", "no ordinary file"),
        ("socket", "no ordinary file"),
        ("folder", "Is a directory"),
        ("text", "not a database"),
        ("database", "no journal of a bulk job"),
    ],
)
@pytest.mark.parametrize("make", [True, False])
def test_what_is_no_journal_stays_as_it_is(tmp_path, how, said, make, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket has to be short
    path = Path("other")
    placed(path, how)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(JournalError, match=said):
        Journal(path, make=make)
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    assert not path.is_file() or path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["other"]


def test_looking_at_an_empty_file_makes_no_journal_of_it(tmp_path):
    (tmp_path / "job.db").touch()
    with pytest.raises(JournalError, match="is empty"):
        Journal(tmp_path / "job.db", make=False)
    assert (tmp_path / "job.db").stat().st_size == 0


def test_a_journal_behind_a_symlink_is_one_journal(tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "job.db")
    with closing(begun(link)), pytest.raises(JournalBusy):
        begun(tmp_path / "job.db")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["job.db", "link.db"]


def test_the_same_journal_twice_in_one_process_is_busy_not_broken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(begun(Path("job.db"))) as first:
        with pytest.raises(JournalBusy):
            begun(tmp_path / "job.db")
        first.read(entries(ICCIDS))
    assert pending(tmp_path / "job.db") == 0


def test_a_status_needs_no_lock_that_a_job_waits_for(tmp_path):
    path = tmp_path / "job.db"
    with (
        closing(begun(path)) as book,
        book._lease.writing(),
        closing(Journal(path, make=False)) as other,
    ):
        assert other.job().owner
        assert list(other.results.outcomes()) == []


def test_what_a_crash_left_is_found_where_it_was(left):
    with closing(Journal(left / "job.db", make=False)) as looked:  # this one takes the log in
        assert looked.results.counts()["pending"] == 2
    assert not (left / "job.db-wal").exists()
    assert pending(left / "job.db") == 2


@pytest.mark.parametrize("names", [["job.db"], ["job.db", "job.db-shm"]])
def test_a_journal_that_left_its_log_behind_is_not_gone_on_with(left, tmp_path, names):
    for name in names:
        shutil.copy(left / name, tmp_path / name)
    with (
        closing(Journal(tmp_path / "job.db", make=False)) as moved,
        pytest.raises(JournalError, match="without the log"),
    ):
        moved.decide("k", None)
    with (
        closing(Journal(tmp_path / "job.db", make=False)),  # who looks makes an empty log
        pytest.raises(JournalError, match="without the log job.db-wal") as caught,
    ):
        begun(tmp_path / "job.db")
    assert str(left / "job.db") in str(caught.value)
    assert pending(left / "job.db") == 2


def test_a_journal_that_moved_with_its_log_goes_on(left, tmp_path):
    for name in ("job.db", "job.db-wal"):
        shutil.copy(left / name, tmp_path / name)
    assert pending(tmp_path / "job.db") == 2


def test_a_journal_that_was_closed_may_be_anywhere(tmp_path):
    begun(tmp_path / "job.db").close()
    (tmp_path / "job.db").rename(tmp_path / "moved.db")
    begun(tmp_path / "moved.db").close()


def test_a_forked_child_neither_ends_nor_uses_the_lease_of_its_parent(tmp_path):
    with closing(begun(tmp_path / "job.db")) as book:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests
            child = os.fork()
        if child == 0:  # pragma: no cover
            code = 1
            try:
                with pytest.raises(LeaseLost):
                    book.heartbeat()
                book.close()
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with pytest.raises(JournalBusy):
            begun(tmp_path / "job.db")
        assert book.heartbeat() is False


def test_only_an_unsent_journal_that_is_free_is_discarded(tmp_path):
    path = tmp_path / "job.db"
    with closing(begun(path)):
        assert not Journal(path, make=False).discard()  # somebody works on it
    with closing(begun(path)) as book:
        book.read(entries(ICCIDS))
        book.chunks.send(book.chunks.plan(1)[0])
    assert not Journal(path, make=False).discard()  # something was sent
    assert pending(path) == 1
    other = begun(tmp_path / "other.db")
    assert other.made
    assert other.discard()
    assert [each.name for each in tmp_path.iterdir()] == ["job.db"]


@pytest.mark.parametrize("write", ["to_csv", "to_jsonl"])
def test_a_report_is_not_written_over_its_journal(bench, tmp_path, write):
    bench = bench("infobip", sims=2)
    path = tmp_path / "job.db"
    with bench.run(Verb.SEND_SMS, bench.iccids(), journal=path, text="x") as report:
        with pytest.raises(ValueError, match="is the journal of this job"):
            getattr(report, write)(path)
        assert len(report) == 2
    with bench.run(Verb.SEND_SMS, bench.iccids(), journal=path, text="x") as report:
        assert bench.wire.sent["send_sms"] == 2

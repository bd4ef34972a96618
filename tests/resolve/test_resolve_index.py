"""The index: whole scans or none, SIMs that are gone, several processes, and forgetting."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from simloom.identifiers import Iccid, Imei, Imsi, Msisdn
from simloom.models import Sim, SimStatus
from simloom.resolve.errors import SimIndexError
from simloom.resolve.index import SimIndex
from simloom.resolve.schema import index_path


def sim(number, **named):
    given = {"imsi": f"26201{number:010d}", "msisdn": f"49151{number:08d}", **named}
    return Sim(
        provider="acme", iccid=f"8949{number:014d}", status=SimStatus.ACTIVE, label="x", **given
    )


def filled(account, sims):
    with account.scan() as scan:
        for one in sims:
            scan.add([one])
        return scan.complete()


def iccids(account, *wanted):
    return {str(one): found for one, found in account.find(wanted).items()}


def test_each_identifier_leads_to_its_sims(index):
    account = index.account("acme", "me")
    filled(account, [sim(1), sim(2, imei="3520990017614823"), sim(3, imei="3520990017614823")])
    assert iccids(account, Imsi("262010000000001"), Msisdn("+49 151 00000002")) == {
        "262010000000001": [sim(1).iccid],
        "4915100000002": [sim(2).iccid],
    }
    assert iccids(account, Imei("3520990017614823")) == {
        "3520990017614823": [sim(2).iccid, sim(3).iccid]
    }
    assert iccids(account, Imsi("262019999999999")) == {}
    assert iccids(index.account("acme", "another"), Imsi("262010000000001")) == {}


def test_many_identifiers_at_once(index):
    account = index.account("acme", "me")
    filled(account, [sim(number) for number in range(1200)])
    assert len(account.find([Imsi(f"26201{number:010d}") for number in range(3000)])) == 1200


def test_a_scan_that_breaks_off_leaves_the_former_state(index):
    account = index.account("acme", "me")
    filled(account, [sim(1), sim(2)])
    before = account.about()

    def broken():
        with account.scan() as scan:
            scan.add([sim(1, imsi="262017777777777"), sim(3)])
            raise TimeoutError

    with pytest.raises(SimIndexError):  # an OSError that is not of a request
        broken()
    assert account.about() == before
    assert iccids(account, Imsi("262010000000001"), Imsi("262010000000003")) == {
        "262010000000001": [sim(1).iccid]
    }


def test_what_a_complete_list_lacks_is_gone_and_may_come_back(index, monkeypatch):
    now = [1000.0]
    account = SimIndex(wall=lambda: now[0]).account("acme", "me")
    first = filled(account, [sim(1), sim(2)])
    assert (first.sims, first.new, first.gone, first.pages) == (2, 2, 0, 2)
    now[0] += 10
    second = filled(account, [sim(2), sim(3)])
    assert (second.sims, second.new, second.gone) == (2, 1, 1)
    assert iccids(account, Imsi("262010000000001")) == {}
    now[0] += 10
    third = filled(account, [sim(1), sim(2), sim(3)])
    assert (third.sims, third.new, third.gone) == (3, 1, 0)
    about = account.about()
    assert (about.synced, about.pages, about.generation) == (1020.0, 3, 3)


def test_what_was_read_meanwhile_is_neither_gone_nor_overwritten(index):
    now = [1000.0]
    account = SimIndex(wall=lambda: now[0]).account("acme", "me")
    with account.scan() as scan:
        scan.add([sim(1)])
        now[0] += 5
        account.note([sim(1, imsi="262015555555555"), sim(9)])
        now[0] += 5
        done = scan.complete()
    assert (done.sims, done.gone) == (2, 0)
    assert iccids(account, Imsi("262015555555555"), Imsi("262010000000009")) == {
        "262015555555555": [sim(1).iccid],
        "262010000000009": [sim(9).iccid],
    }


def test_single_finds_make_no_young_index(index):
    account = index.account("acme", "me")
    account.note([sim(1)])
    assert account.about().synced is None


def test_the_file_is_private_and_forgetting_leaves_no_trace(index, state):
    account = index.account("acme", "me")
    filled(account, [sim(number) for number in range(50)])
    filled(index.account("other", "me"), [sim(77)])
    assert stat.S_IMODE(index.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert b"262010000000007" in index.path.read_bytes()
    assert index.forget("acme") == 50
    assert b"262010000000007" not in index.path.read_bytes()
    assert index.providers_of(Imsi("262010000000077")) == ["other"]
    assert (index.forget(), index.forget()) == (1, 0)
    assert account.about() is None


def test_it_knows_whose_sims_begin_like_this(index):
    filled(index.account("acme", "me"), [sim(1), sim(2)])
    filled(index.account("other", "me"), [sim(3)])
    assert index.issuers_of(Iccid("894900099999999999")) == ["acme", "other"]
    assert index.issuers_of(Iccid("894912099999999999")) == []
    assert index.providers_of(Imsi("262010000000003")) == ["other"]
    assert index.providers_of(Iccid("894900000000000001")) == ["acme"]


def test_reading_makes_no_file(index, state):
    assert index.account("acme", "me").about() is None
    assert index.providers_of(Imsi("262010000000003")) == []
    assert index.forget() == 0
    assert not state.exists()


_WRITER = """
import sys
from simloom.models import Sim
from simloom.resolve.index import SimIndex
number = int(sys.argv[1])
account = SimIndex().account("acme", "me")
for turn in range(5):
    sims = [Sim(provider="acme", iccid=f"8949{i:014d}", imsi=f"26201{i:010d}") for i in range(60)]
    account.note([Sim(provider="acme", iccid=f"8950{number:014d}", imsi=f"26202{number:010d}")])
    with account.scan() as scan:
        scan.add(sims)
        scan.complete()
"""


def test_processes_and_threads_share_it(index):
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(number)]) for number in range(3)
    ]
    account = index.account("acme", "me")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda number: account.note([sim(1000 + number)]), range(9)))
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert account.about().generation == 15
    assert len(account.find([Imsi(f"26201{number:010d}") for number in range(60)])) == 60


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"not a database" * 100, "delete it"), ("CREATE TABLE other (x)", "delete it")],
)
def test_another_file_in_its_place_is_an_error_that_says_what_to_do(index, content, told):
    index.path.parent.mkdir(parents=True)
    if isinstance(content, bytes):
        index.path.write_bytes(content)
    else:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(index.path)) as database:
            database.execute(content)
    before = index.path.read_bytes()
    with pytest.raises(SimIndexError, match=told):
        index.account("acme", "me").note([sim(1)])
    assert index.path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SIMLOOM_STATE", str(tmp_path / "file" / "state"))
    with pytest.raises(SimIndexError, match="cannot be used"):
        SimIndex().account("acme", "me").note([sim(1)])


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"SIMLOOM_STATE": "/a/b"}, "/a/b/sims.db"),
        ({"XDG_STATE_HOME": "/c"}, "/c/simloom/sims.db"),
        ({"HOME": "/home/me"}, "/home/me/.local/state/simloom/sims.db"),
    ],
)
def test_where_it_is(monkeypatch, variables, place):
    for name in ("SIMLOOM_STATE", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert str(index_path()) == place

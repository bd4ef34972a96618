"""A SIM with two IMSIs is found by either, by the list and by the index."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from simloom.capabilities import Verb
from simloom.errors import SimNotFound
from simloom.identifiers import Imsi
from simloom.models import Sim, SimStatus
from simloom.plugins import Provider
from simloom.resolve.errors import SimIndexError
from simloom.resolve.schema import VERSION

BSC = "telekom-bsc"
FIRST, SECOND = "262010000000001", "460000000000001"


@pytest.fixture
def two(sandbox):
    """A SIM of the sandbox with two, and its second one."""
    with sandbox.connect(BSC) as client:
        found = [sim for sim in client.sims() if isinstance(sim.raw.imsi_2, str)]
    assert len(found) > 10
    return found[3], found[3].raw.imsi_2


def test_the_list_finds_it_by_either_and_then_the_index_does(connect, two, sent):
    sim, second = two
    assert second != sim.imsi
    client = connect(BSC)
    sent()
    found = client.find(f"imsi:{second}")
    assert (found.iccid, found.imsi) == (sim.iccid, sim.imsi)
    assert set(sent()) == {"list_sims"}
    for imsi in (second, sim.imsi):
        assert client.find(f"imsi:{imsi}").iccid == sim.iccid
        assert sent() == ["get_sim"]  # read again, and believed by either


def test_a_write_finds_it_by_either(connect, two):
    sim, second = two
    assert connect(BSC).resolve(Verb.SUSPEND, [f"imsi:{second}", f"imsi:{sim.imsi}"]) == [
        sim.iccid,
        sim.iccid,
    ]


def test_without_the_index_too(connect, two, state):
    sim, second = two
    assert connect(BSC, keep_index="no").find(f"imsi:{second}").iccid == sim.iccid
    assert not (state / "sims.db").exists()
    with pytest.raises(SimNotFound):
        connect(BSC, keep_index="no").find(f"imsi:{second[:-1]}")


def a_sim(number=1, raw=None):
    return Sim(
        provider="acme",
        iccid=f"8949{number:014d}",
        imsi=FIRST,
        status=SimStatus.ACTIVE,
        raw=raw,
    )


@pytest.mark.parametrize("second", [None, "", "x", FIRST])
def test_what_is_no_other_imsi_changes_nothing(index, second):
    account = index.account("acme", "me", lambda sim: sim.raw)
    account.note([a_sim(raw=second)])
    assert account.find([Imsi(FIRST), Imsi(SECOND)]) == {Imsi(FIRST): [a_sim().iccid]}


def test_a_vendor_says_whose_it_is_and_others_have_none(index):
    sim = a_sim(raw=SECOND)
    assert Provider.second_imsi(None, sim) is None
    index.account("acme", "me", lambda sim: sim.raw).note([sim])
    index.account("other", "me").note([sim])
    assert index.providers_of(Imsi(SECOND)) == ["acme"]
    assert set(index.providers_of(Imsi(FIRST))) == {"acme", "other"}


def test_an_index_of_the_former_format_goes_on(index):
    account = index.account("acme", "me", lambda sim: sim.raw)
    account.note([a_sim()])
    with closing(sqlite3.connect(index.path)) as database:
        database.execute("DROP INDEX sim_imsi_2")
        database.execute("ALTER TABLE sim DROP COLUMN imsi_2")
        database.execute("PRAGMA user_version = 1")
    assert account.find([Imsi(FIRST)]) == {Imsi(FIRST): [a_sim().iccid]}
    account.note([a_sim(raw=SECOND)])
    assert account.find([Imsi(SECOND)]) == {Imsi(SECOND): [a_sim().iccid]}
    with closing(sqlite3.connect(index.path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)


@pytest.mark.parametrize("version", [1, VERSION + 1])
def test_another_file_of_that_version_is_left_alone(index, version):
    index.path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(index.path)) as database:
        database.execute("CREATE TABLE other (x)")
        database.execute(f"PRAGMA user_version = {version}")
    before = index.path.read_bytes()
    with pytest.raises(SimIndexError, match="delete it"):
        index.account("acme", "me").note([a_sim()])
    assert index.path.read_bytes() == before

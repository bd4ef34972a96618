"""Very many identifiers that are no ICCIDs: what is held on the disk while the list is read."""

from __future__ import annotations

import pytest

from simloom.bulk.journal import Journal
from simloom.bulk.manynamed import ManyNamed
from simloom.bulk.starting import entries
from simloom.bulk.work import Work
from simloom.capabilities import Verb
from simloom.models import Page, Sim, SimStatus
from simloom_plugins.telekom_bsc.provider import TelekomBsc
from simloom_plugins.telekom_bsc.settings import Settings

PROVIDER = TelekomBsc(Settings(username="u", password="p"))
A, B, C, D = (f"89882800000000000{number}" for number in range(11, 15))


def sim(iccid, status=SimStatus.ACTIVE, **named):
    return Sim(provider="telekom-bsc", iccid=iccid, status=status, vendor_status="x", **named)


@pytest.fixture
def book(tmp_path):
    book = Journal(tmp_path / "job.db")
    book.begin("telekom-bsc", "a", "suspend", {})
    yield book
    book.close()


def search(book, inputs, *pages, looks=True):
    book.read(entries(inputs))
    work = Work(PROVIDER, Verb.SUSPEND, {})
    others = looks and book.results.open() > book.named.count()
    many = ManyNamed(work, book, looks=looks, others=others)
    for number, items in enumerate(pages, 1):
        many.seen(Page(items=list(items), number=number, more=number < len(pages)))
    many.settle()
    return [(one.iccid, one.status.value, one.reason) for one in book.results.outcomes()]


def test_each_is_found_shared_absent_or_there_already(book):
    inputs = ["imsi:262010000000001", "imei:35285503850638", "imsi:262010000000009", D]
    inputs += ["msisdn:4915163700377", "imsi:262010000000004"]
    found = search(
        book,
        inputs,
        [sim(A, imsi="262010000000001", imei="352855038506383"), sim("none", imsi="1")],
        [sim(A, imsi="262010000000001", imei="352855038506383")],  # told twice
        [sim(B, imei="352855038506383"), sim(C, SimStatus.SUSPENDED, msisdn="+49 1516 3700377")],
        [sim(D, SimStatus.SUSPENDED, imsi="262010000000004")],
    )
    assert found == [
        (A, "not_attempted", None),
        (None, "rejected", f"2 SIMs have this IMEI: {A}, {B}"),
        (None, "rejected", "telekom-bsc: no SIM has this IMSI (***********0009)"),
        (D, "skipped", "is x already"),
        (C, "skipped", "is x already"),
    ]
    assert book.job().duplicates == 1
    assert book.named.count() == 0


def test_what_the_list_says_is_left_out_where_it_is_no_look(book):
    page = [sim(A, SimStatus.SUSPENDED, imsi="262010000000001")]
    found = search(book, ["imsi:262010000000001"], page, looks=False)
    assert found == [(A, "not_attempted", None)]


def test_kinds_that_the_list_does_not_tell_are_left_for_another_search(book):
    eid = f"eid:{'8' * 32}"
    assert search(book, [eid, "imsi:262010000000001"], []) == [
        (None, "not_attempted", None),
        (None, "rejected", "telekom-bsc: no SIM has this IMSI (***********0001)"),
    ]
    assert book.named.waiting() == [(1, eid)]

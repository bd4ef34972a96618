"""Very many identifiers that are no ICCIDs: what is held on the disk while the list is read."""

from __future__ import annotations

import tracemalloc

import pytest

from simloom.bulk import manynamed, named
from simloom.bulk.errors import LeaseLost
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


def search(book, inputs, *pages, looks=True, total=()):
    if not book.job().read_in:
        book.read(entries(inputs))
    work = Work(PROVIDER, Verb.SUSPEND, {})
    others = looks and book.results.open() > book.named.count()
    many = ManyNamed(work, book, looks=looks, others=others)
    for number, items in enumerate(pages, 1):
        told = {"total": total[number - 1]} if total else {}
        many.seen(Page(items=list(items), number=number, more=number < len(pages), **told))
    many.settle()
    return outcomes(book)


def outcomes(book):
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


def imsi(number):
    return f"26201000000{number:04d}"


def test_the_same_sim_by_any_name_and_form_is_one(book):
    """Duplicates fold, whatever kind they are of and however the vendor writes the ICCID."""
    inputs = [f"imsi:{imsi(1)}", f"IMSI:{imsi(1)}", "imei:352855038506383", "imei:35285503850638"]
    inputs += [B[:-1], f"{C[:4]} {C[4:]}", f"imsi:{imsi(3)}"]
    page = [
        sim(f"{A}F", imsi=imsi(1), imei="352855038506383"),  # with its filler
        sim(B, imsi=imsi(2)),
        sim(C, imsi=imsi(3)),
    ]
    assert search(book, inputs, page) == [
        (A, "not_attempted", None),
        (B[:-1], "not_attempted", None),
        (C, "not_attempted", None),
    ]
    assert book.job().duplicates == 4


def test_what_no_request_can_name_is_refused_and_stops_nothing(book):
    hexadecimal = "8988280000000000A011"
    found = search(
        book,
        [f"imsi:{imsi(number)}" for number in (1, 2, 3)],
        [sim(hexadecimal, imsi=imsi(1)), sim("12", imsi=imsi(2)), sim(A, imsi=imsi(3))],
    )
    assert [status for _, status, _ in found] == ["rejected", "rejected", "not_attempted"]
    assert "hexadecimal" in found[0][2]


def test_a_device_that_shows_at_many_sims_is_never_guessed(book):
    shared = [sim(f"898828000000000{at:04d}", imei="352855038506383") for at in range(12)]
    ((iccid, status, reason),) = search(book, ["imei:352855038506383"], shared[:7], shared[7:])
    assert (iccid, status) == (None, "rejected")
    assert reason.startswith("12 SIMs have this IMEI: 8988280000000000000, ")
    assert reason.endswith(" and 2 more")


def test_what_the_list_says_last_of_a_sim_counts(book):
    first, last = sim(A, SimStatus.SUSPENDED, imsi=imsi(1)), sim(A, imsi=imsi(1))
    assert search(book, [f"imsi:{imsi(1)}"], [first], [last]) == [(A, "not_attempted", None)]


@pytest.mark.parametrize(("total", "moved"), [((2, 2), False), ((2, 1), True), ((), False)])
def test_a_list_that_changed_may_have_hidden_a_sim_and_that_is_said(book, total, moved):
    """One that is gone moves the next ones up, over the edge of a page that was read already."""
    pages = [[sim(A, imsi=imsi(1))], [sim(B, imsi=imsi(2))]]
    (_, (_, status, reason)) = search(
        book, [f"imsi:{imsi(1)}", f"imsi:{imsi(9)}"], *pages, total=total
    )
    assert status == "rejected"
    assert reason.endswith("the list changed while it was read, so look again") is moved


def test_a_search_that_is_cut_off_while_it_settles_goes_on_with_the_rest(book, monkeypatch):
    monkeypatch.setattr(manynamed, "_AT_ONCE", 2)
    inputs = [f"imsi:{imsi(number)}" for number in (1, 2, 3, 4, 1, 9)] + [B]
    page = [
        sim(iccid, status, imsi=imsi(number))
        for number, (iccid, status) in enumerate(
            zip((A, B, C, D), (SimStatus.ACTIVE, SimStatus.SUSPENDED) * 2, strict=True), 1
        )
    ]
    settle = book.named.settle
    parts = []

    def cut_off(found, refused):
        if len(parts) == 1:
            raise LeaseLost("the process is gone")
        parts.append(len(found) + len(refused))
        settle(found, refused)

    with monkeypatch.context() as patch:
        patch.setattr(book.named, "settle", cut_off)
        with pytest.raises(LeaseLost):
            search(book, inputs, page)
    assert (parts, book.named.count()) == ([2], 4)
    assert search(book, inputs, page) == [
        (A, "not_attempted", None),
        (C, "not_attempted", None),
        (D, "skipped", "is x already"),
        (None, "rejected", "telekom-bsc: no SIM has this IMSI (***********0009)"),
        (B, "skipped", "is x already"),
    ]
    assert book.job().duplicates == 2
    assert book.named.count() == 0


def test_memory_does_not_grow_with_the_inputs(book, monkeypatch):
    """What is sought and what is met wait on the disk, not in this process."""
    monkeypatch.setattr(manynamed, "_AT_ONCE", 100)
    monkeypatch.setattr(named, "_PAGE", 100)
    peaks = []
    for count in (300, 1_500):
        book.read(entries(f"imsi:{imsi(0)[:8]}{at:07d}" for at in range(count)))
        tracemalloc.start()
        work = Work(PROVIDER, Verb.SUSPEND, {})
        ManyNamed(work, book, looks=True, others=False).settle()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]

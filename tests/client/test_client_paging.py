"""Lists: order, reading ahead, memory, stopping early, vendors that never end."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing

import pytest

from simloom.apaging import read_pages as aread_pages
from simloom.capabilities import Verb
from simloom.errors import BadRequest, DecodeError, UnsupportedOperation
from simloom.models import Page, SimStatus
from simloom.paging import MOST_EMPTY, read_pages


def pages_of(total, size=2, told=None):
    """A vendor with `total` pages that tells their number as `told`."""

    def answer(asked):
        names = ",".join(f"{asked.page}-{i}" for i in range(size))
        return f"{told or total}:{names}"

    return answer


def reading_threads():
    return [one.name for one in threading.enumerate() if one.name.startswith("simloom-pages")]


@pytest.mark.parametrize("ahead", [1, 2, 4, 9])
def test_pages_come_in_their_order(both, vendor, ahead):
    vendor.answer = (
        pages_of(7)
        if ahead > 1
        else lambda asked: f"{'more' if asked.page < 7 else ''}:{asked.page}-0,{asked.page}-1"
    )
    found = [sim.iccid for sim in both.acme(vendor, ahead=ahead).sims()]
    assert found == [f"{page}-{i}" for page in range(1, 8) for i in range(2)]
    assert sorted(one.page for one in vendor.asked) == list(range(1, 8))
    assert reading_threads() == []


def test_requests_are_under_way_together(both, vendor):
    """The answers to pages 2, 3 and 4 wait for one another."""
    meeting = threading.Barrier(3)

    def answer(asked):
        if asked.page > 1:
            meeting.wait(timeout=20)
        return f"4:{asked.page}"

    vendor.answer = answer
    found = [sim.iccid for sim in both.acme(vendor, ahead=3).sims()]
    assert found == ["1", "2", "3", "4"]


def test_as_many_requests_as_allowed_are_under_way_while_a_page_is_used():
    """The reader holds page 2, and the answers to pages 3, 4 and 5 wait for one another."""
    meeting = threading.Barrier(4)

    def fetch(number):
        if number > 2:
            meeting.wait(timeout=20)
        return Page(items=[number], number=number, more=number < 5, total_pages=5)

    items = read_pages(fetch, ahead=3)
    assert [next(items), next(items)] == [1, 2]
    meeting.wait(timeout=20)
    assert list(items) == [3, 4, 5]


def test_nothing_is_read_that_nobody_wants(both, vendor):
    vendor.answer = pages_of(1000)
    sims = both.acme(vendor, ahead=4).sims()
    assert vendor.asked == []
    assert [next(sims).iccid, next(sims).iccid] == ["1-0", "1-1"]
    assert len(vendor.asked) == 1
    assert next(sims).iccid == "2-0"
    sims.close()
    assert len(vendor.asked) <= 2 + 4
    assert reading_threads() == []


def test_memory_does_not_grow_with_the_list():
    """No more than the pages read ahead, the first, the last and the present one are alive."""
    import weakref

    class Item:
        def __init__(self, number):
            self.number = number

    alive = weakref.WeakSet()
    most = 0

    def fetch(number):
        item = Item(number)
        alive.add(item)
        return Page(items=[item], number=number, more=number < 300, total_pages=300)

    for _ in read_pages(fetch, ahead=4):
        most = max(most, len(alive))
    assert most <= 4 + 4


def test_the_number_of_pages_may_grow_while_reading(both, vendor):
    vendor.answer = lambda asked: f"{2 if asked.page < 2 else 3}:{asked.page}"
    assert [sim.iccid for sim in both.acme(vendor).sims()] == ["1", "2", "3"]


@pytest.mark.parametrize("told", ["more", "900"])
def test_a_vendor_that_ignores_the_page_number_is_found_out(both, vendor, told):
    vendor.answer = lambda _: f"{told}:a,b"
    sims = both.acme(vendor).sims()
    assert [next(sims).iccid, next(sims).iccid] == ["a", "b"]
    with pytest.raises(DecodeError, match="page 2 repeats page 1"):
        next(sims)
    assert reading_threads() == []


@pytest.mark.parametrize("told", ["more", "900"])
def test_a_vendor_that_starts_anew_is_found_out(both, vendor, told):
    vendor.answer = lambda asked: f"{told}:{'abc'[(asked.page - 1) % 3]}"
    found = []
    with pytest.raises(DecodeError, match="page 4 repeats page 1"):
        found.extend(sim.iccid for sim in iterated(both.acme(vendor).sims(), found))
    assert found == ["a", "b", "c"]


def iterated(sims, found):
    for sim in sims:
        found.append(sim.iccid)
    return []


@pytest.mark.parametrize("told", ["more", str(10**12)])
def test_a_vendor_that_promises_pages_without_end_is_found_out(both, vendor, told):
    vendor.answer = lambda asked: f"{told}:{'a' if asked.page == 1 else ''}"
    with pytest.raises(DecodeError, match="empty page in a row"):
        list(both.acme(vendor, ahead=2).sims())
    assert MOST_EMPTY <= len(vendor.asked) <= MOST_EMPTY + 3


def test_an_empty_page_in_between_is_no_end(both, vendor):
    vendor.answer = lambda asked: f"3:{'' if asked.page == 2 else asked.page}"
    assert [sim.iccid for sim in both.acme(vendor).sims()] == ["1", "3"]


@pytest.mark.parametrize("ahead", [1, 4])
def test_an_error_of_a_page_comes_once_and_in_its_place(both, vendor, ahead):
    def answer(asked):
        if asked.page == 3:
            return (400, {}, "")
        return f"{'more' if ahead == 1 else '9'}:{asked.page}"

    vendor.answer = answer
    sims = both.acme(vendor, ahead=ahead).sims()
    assert [next(sims).iccid, next(sims).iccid] == ["1", "2"]
    with pytest.raises(BadRequest):
        next(sims)
    assert list(sims) == []
    assert [one.page for one in vendor.asked].count(3) == 1
    assert reading_threads() == []


def test_a_page_is_sent_again_like_any_read(both, vendor):
    failed = []

    def answer(asked):
        if asked.page == 2 and not failed:
            failed.append(asked)
            return (503, {}, "")
        return f"3:{asked.page}"

    vendor.answer = answer
    assert [sim.iccid for sim in both.acme(vendor).sims()] == ["1", "2", "3"]


def test_status_filters_what_the_vendor_does_not(both, vendor):
    vendor.answer = lambda asked: f"2:{asked.page}-0,{asked.page}-1"
    found = both.acme(vendor).sims(status=SimStatus.ACTIVE, page_size=2)
    assert [sim.iccid for sim in found] == ["1-1", "2-1"]
    assert vendor.targets[0] == "/sims?page=1&size=2"


def test_a_list_that_cannot_be_had_says_so_at_once(both, vendor):
    client = both.acme(vendor)
    for ask in (client.orders, client.monthly_usage):
        with pytest.raises(UnsupportedOperation):
            ask()


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc", "telcoapi", "infobip"])
def test_every_sim_of_every_vendor_once(both, sandbox_settings, provider):
    from simloom.connection import prepare

    client = both.client(prepare(provider, **sandbox_settings(provider)))
    found = [sim.iccid for sim in client.sims(page_size=50)]
    told = client.run(client.provider.flow(Verb.LIST)(1)).total
    assert len(found) == len(set(found)) == (told or 230)
    assert len(found) > 3 * 50
    assert client.get(found[-1]).iccid == found[-1]


def test_closing_an_awaited_list_drops_the_pages_under_way():
    dropped = []

    async def fetch(number):
        if number < 3:
            return Page(items=[number], number=number, more=True, total_pages=9)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            dropped.append(number)
            raise

    async def main():
        before = asyncio.all_tasks()
        async with aclosing(aread_pages(fetch, ahead=4)) as items:
            async for item in items:
                await asyncio.sleep(0)
                if item == 2:
                    break
        assert asyncio.all_tasks() == before

    asyncio.run(asyncio.wait_for(main(), 10))
    assert dropped == [3, 4, 5, 6]

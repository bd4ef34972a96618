"""The search carried out without a network: what is asked, and what an error means."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from attrs import frozen

from simloom.capabilities import RetryClass, Verb
from simloom.errors import (
    AmbiguousIdentifier,
    BadRequest,
    DecodeError,
    NotFound,
    RequestTimeout,
    SimNotFound,
    UnsupportedOperation,
)
from simloom.identifiers import Imei, Imsi, Kind
from simloom.models import Page, Sim
from simloom.plugins import LookupOffer, Provider, operation
from simloom.plugins.flows import Script
from simloom.plugins.manager import ClientHooks
from simloom.resolve.asking import Asking
from simloom.resolve.finder import Finder
from simloom.resolve.index import SimIndex
from simloom.resolve.memory import Memory
from simloom.resolve.steps import drive
from simloom.runtime import Operation, Text
from simloom_plugins.telekom_bsc.provider import TelekomBsc
from simloom_plugins.telekom_m2m.provider import TelekomM2m

READ = SimpleNamespace(
    OPERATION=Operation(
        id="read", method="GET", path="/", results={200: Text()}, retry=RetryClass.READ
    )
)


def sim(number, **named):
    given = {"imsi": f"26201{number:010d}", **named}
    return Sim(provider="estate", iccid=f"8949{number:014d}", **given)


@frozen
class Settings:
    base_url: str = "https://estate.example"


class Estate(Provider):
    """Has its SIMs in memory; every flow that was started is in `asked`."""

    id = "estate"
    title = "Estate"
    settings_class = Settings
    pages_ahead = 4

    def __init__(self, sims, *, size=10, tells_total=True, wrong=None):
        super().__init__(Settings())
        self.sims, self.size, self.tells_total = sims, size, tells_total
        self.wrong = wrong or {}
        self.asked = []

    def _ask(self, what):
        self.asked.append(what)
        if what in self.wrong:
            raise self.wrong[what]
        yield from ()

    @operation(Verb.LIST, READ)
    def list_page(self, number=1, *, size=None, status=None):
        yield from self._ask(f"page {number}")
        begin = (number - 1) * self.size
        pages = -(-len(self.sims) // self.size)
        return Page(
            items=self.sims[begin : begin + self.size],
            number=number,
            more=number < pages,
            total_pages=pages if self.tells_total else None,
        )

    @operation(Verb.GET, READ)
    def get(self, iccid):
        yield from self._ask(f"get {iccid}")
        for one in self.sims:
            if one.iccid == iccid:
                return one
        raise NotFound(operation="read", status=404)


class Searching(Estate):
    lookups = {Kind.IMSI: LookupOffer(operation=READ.OPERATION, complete=True)}

    def lookup(self, identifier):
        yield from self._ask(f"search {identifier}")
        return [one for one in self.sims if one.imsi == str(identifier)]


def drive_all(steps):
    def run(flow):
        try:
            next(flow)
        except StopIteration as end:
            return end.value
        raise AssertionError("it sends nothing")

    return drive(steps, run)


def find(provider, *wanted, sure=True, memory=None):
    return drive_all(Finder(provider=provider, memory=memory or Memory()).find(wanted, sure=sure))


def imsi(number):
    return Imsi(f"26201{number:010d}")


def pages(estate):
    return [what for what in estate.asked if what.startswith("page")]


SIMS = [sim(number) for number in range(100)]


@pytest.mark.parametrize("tells_total", [True, False])
def test_a_scan_reads_each_page_once_and_finds_all(tells_total):
    estate = Estate(SIMS, tells_total=tells_total)
    finds = find(estate, *(imsi(number) for number in range(200)))
    assert estate.asked == [f"page {number}" for number in range(1, 11)]
    assert len(finds.sims) == 100
    assert finds.scanned
    assert finds.one("estate", imsi(42)).iccid == SIMS[42].iccid
    with pytest.raises(SimNotFound, match=r"no SIM has this IMSI \(\*{11}0142\)"):
        finds.one("estate", imsi(142))


def test_a_list_that_turns_out_to_be_long_is_given_up_and_each_is_searched_for():
    wanted = [imsi(number) for number in range(12)]
    told = Searching(SIMS, size=2)
    assert len(find(told, *wanted).sims) == 12
    assert (len(pages(told)), len(told.asked)) == (1, 13)
    untold = Searching(SIMS, size=2, tells_total=False)
    finds = find(untold, *wanted)
    assert (len(finds.sims), finds.scanned) == (12, False)
    assert (len(pages(untold)), len(untold.asked)) == (12, 24)  # at most twice the best


def test_a_list_that_was_given_up_is_no_index(state):
    index = SimIndex().account("estate", "me")
    wanted = [imsi(number) for number in range(12)]
    find(Searching(SIMS, size=2), *wanted, memory=Memory(index=index))
    assert index.about().synced is None
    assert len(index.find([imsi(number) for number in range(100)])) == 12


def test_a_short_list_is_cheaper_than_many_searches():
    estate = Searching(SIMS, size=50)
    assert len(find(estate, *(imsi(number) for number in range(60))).sims) == 60
    assert estate.asked == ["page 1", "page 2"]


def test_the_length_of_the_list_is_remembered(state):
    index = SimIndex().account("estate", "me")
    memory = Memory(index=index, max_age=0)
    estate = Searching(SIMS)
    drive_all(Finder(provider=estate, memory=memory).sync())
    estate.asked.clear()
    find(estate, *(imsi(number) for number in range(11)), memory=memory)
    assert len(pages(estate)) == 10
    estate.asked.clear()
    find(estate, *(imsi(number) for number in range(10)), memory=memory)
    assert pages(estate) == []


def test_identifiers_that_the_index_knows_are_read_again_unless_a_scan_is_cheaper(state):
    memory = Memory(index=SimIndex().account("estate", "me"))
    estate = Estate(SIMS)
    drive_all(Finder(provider=estate, memory=memory).sync())
    estate.asked.clear()
    find(estate, imsi(1), imsi(2), memory=memory)
    assert estate.asked == [f"get {SIMS[1].iccid}", f"get {SIMS[2].iccid}"]
    estate.asked.clear()
    find(estate, *(imsi(number) for number in range(50)), memory=memory)
    assert pages(estate) == estate.asked


def test_a_shared_imei_is_never_chosen_for_anyone(state):
    shared = {"imei": "3520990017614823"}
    estate = Estate([sim(1, **shared), *SIMS[2:5], sim(9, **shared)])
    memory = Memory(index=SimIndex().account("estate", "me"))
    for sure in (True, False, False):  # the last one is answered by the index
        with pytest.raises(AmbiguousIdentifier) as caught:
            find(estate, Imei("3520990017614823"), sure=sure, memory=memory).one(
                "estate", Imei("3520990017614823")
            )
        assert caught.value.candidates == (sim(1).iccid, sim(9).iccid)
        assert str(caught.value).startswith("2 SIMs have this IMEI: 8949")
    assert estate.asked[-2:] == [f"get {sim(1).iccid}", f"get {sim(9).iccid}"]


def test_a_write_does_not_take_an_imei_from_the_index(state):
    """The index knows one SIM with the IMEI; since then a second one shows it, too."""
    imei = {"imei": "3520990017614823"}
    memory = Memory(index=SimIndex().account("estate", "me"))
    estate = Estate([sim(1, **imei), sim(2)])
    drive_all(Finder(provider=estate, memory=memory).sync())
    estate.sims = [sim(1, **imei), sim(2, **imei)]
    found = find(estate, Imei(imei["imei"]), sure=True, memory=memory)
    assert len(found.sims[Imei(imei["imei"])]) == 2


def test_half_a_scan_proves_nothing_and_leaves_the_index(state):
    index = SimIndex().account("estate", "me")
    lost = Estate(SIMS, wrong={"page 7": RequestTimeout("no answer", operation="read")})
    with pytest.raises(RequestTimeout):
        find(lost, imsi(1), memory=Memory(index=index))
    assert index.about() is None


def test_a_vendor_that_repeats_its_pages_is_noticed():
    class Stuck(Estate):
        def list_page(self, number=1, **_):
            yield from self._ask(f"page {number}")
            return Page(items=self.sims[:3], number=number, more=True)

        list_page = operation(Verb.LIST, READ)(list_page)

    with pytest.raises(DecodeError, match="repeats"):
        find(Stuck(SIMS), imsi(99))


def test_a_refused_identifier_is_its_own_error_and_no_one_elses():
    refused = BadRequest(operation="read", status=400)
    estate = Searching(SIMS, wrong={f"search {imsi(3)}": refused})
    finds = find(estate, imsi(2), imsi(3))
    assert finds.one("estate", imsi(2)).iccid == SIMS[2].iccid
    with pytest.raises(BadRequest):
        finds.one("estate", imsi(3))


def test_a_search_that_answers_with_another_sim_is_not_believed():
    class Odd(Searching):
        def lookup(self, identifier):
            yield from ()
            return [sim(7)]

    with pytest.raises(SimNotFound):
        find(Odd(SIMS), imsi(1)).one("estate", imsi(1))


def test_a_verb_that_takes_the_kind_gets_it_as_it_is():
    operations = Operation(
        id="poke",
        method="POST",
        path="/",
        results={200: Text()},
        retry=RetryClass.SET_STATE,
        extensions={"x-identifiers": {"body": ["iccid", "imsi"]}},
    )

    class Native(Estate):
        @operation(Verb.SUSPEND, SimpleNamespace(OPERATION=operations))
        def suspend(self, iccid):
            yield from ()

    estate = Native(SIMS)
    search = Asking(provider=estate, hooks=ClientHooks(estate), index=None)
    given = ["imsi:262010000000001", SIMS[4].iccid]
    assert drive_all(search.named(given, Verb.SUSPEND)) == given
    assert estate.asked == []


def test_the_search_of_the_m2m_portal():
    provider = TelekomM2m(
        TelekomM2m.settings_class(client_id="c", client_secret="s", partner_id="1")
    )
    found = Script([(200, b'{"SimDetails": {"iccid": "8949023000854173484", "imsi": "26201"}}')])
    assert [one.iccid for one in found.play(provider.lookup(Imsi("262011234567890")))] == [
        "8949023000854173484"
    ]
    (request,) = found.requests
    assert (request.path, request.query) == ("/partners/1/sims/details", ())
    assert Script([(404, b"{}")]).play(provider.lookup(Imsi("262011234567890"))) == []
    with pytest.raises(DecodeError):
        Script([(200, b'{"SimDetails": {}}')]).play(provider.lookup(Imsi("262011234567890")))


def test_the_search_of_business_smart_connect_tells_every_sim_with_an_imei():
    provider = TelekomBsc(TelekomBsc.settings_class(username="u", password="p"))
    imei = "3520990017614823"
    iccids = ("8988280717999264758", "8988280717999264759")
    body = json.dumps([{"iccid": iccid, "imei": imei} for iccid in iccids])
    script = Script([(200, body.encode())])
    with pytest.raises(AmbiguousIdentifier) as caught:
        drive(
            Asking(provider=provider, hooks=ClientHooks(provider), index=None).named(
                [f"imei:{imei}"], Verb.SUSPEND
            ),
            script.play,
        )
    assert caught.value.candidates == iccids
    assert dict(script.requests[0].query)["q"] == f"imei:{imei}"
    with pytest.raises(UnsupportedOperation):
        Script([]).play(provider.lookup(Imsi("262011234567890")))

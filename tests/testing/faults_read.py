"""The small vendor's provider, wrong in what it makes of answers: one fault each."""

from __future__ import annotations

from attrs import evolve
from small_vendor import (
    GET,
    LIST,
    STATUSES,
    Small,
    ask,
)

from simloom.capabilities import Verb
from simloom.errors import (
    NotFound,
)
from simloom.models import Sim
from simloom.plugins import Lookup, ResolutionPlan, hookimpl, operation
from simloom.runtime.decoding import parse_json

# Lists


def listing(**changes):
    return type("Listing", (Small,), changes)


def one_twice(self, sims, number, size, answer):
    self.first = sims[0] if number == 1 else self.first
    again = [self.first] if number == 2 else []
    return Small.page(self, sims + again, number, size, answer)


def until_a_short_one(self, sims, number, size, answer):
    return evolve(Small.page(self, sims, number, size, answer), more=len(sims) == (size or 9))


def from_zero(self, sims, number, size, answer):
    return evolve(Small.page(self, sims, number, size, answer), number=number - 1)


def without_size(self, number, size, status):
    return {**Small.wishes(self, number, size, status), "size": 50}


def another_status(self, number, size, status):
    wishes = Small.wishes(self, number, size, status)
    return wishes if status is None else {**wishes, "status": "live"}


def rude(self, number=1, *, size=None, status=None):
    answer = yield from ask(LIST, query=self.wishes(max(number, 1), abs(size or 9), status))
    return self.page([self.sim(one) for one in answer["sims"]], number, size, answer)


def endless(self, number=1, *, size=None, status=None):
    items, first = [], number
    while True:
        page = yield from Small.list_page(self, number, size=size, status=status)
        items += page.items
        if not page.more:
            return evolve(page, items=items, number=first, more=False)
        number += 1


for wrong in (rude, endless):
    wrong.__simloom_operation__ = Small.list_page.__simloom_operation__


class Contrary(Small):
    @operation(Verb.GET, GET)
    def get(self, iccid):
        return evolve((yield from super().get(iccid)), imsi="999709999999999")


# Identifiers


class Guessing(Small):
    @hookimpl
    def simloom_resolve_identifier(self, identifier):
        return ResolutionPlan(lookup=Lookup.NATIVE, arguments={"iccid": "8988000000000000016"})


class Open(Small):
    """Puts what it is given into the path as it is."""

    @operation(Verb.GET, GET)
    def get(self, iccid):
        request = GET.OPERATION.request(path={"iccid": "0"})
        answer = yield evolve(request, path=f"/sims/{iccid}")
        return self.sim(parse_json(answer.content))


class Kind(Small):
    @operation(Verb.GET, GET)
    def get(self, iccid):
        try:
            return (yield from super().get(iccid))
        except NotFound:
            return Sim(provider="small", iccid=iccid, vendor_status="gone")


class Nearby(Small):
    """Finds a SIM by the first digits."""

    @operation(Verb.GET, GET)
    def get(self, iccid):
        try:
            return (yield from super().get(iccid))
        except NotFound:
            page = yield from self.list_page()
            for sim in page.items:
                if sim.iccid.startswith(iccid[:16]):
                    return sim
            raise


# Records that are not as documented


class Strict(Small):
    def sim(self, record):
        sim = super().sim(record)
        return evolve(sim, status=STATUSES[sim.vendor_status]) if sim.vendor_status else sim


class Raw(Small):
    @operation(Verb.GET, GET)
    def get(self, iccid):
        sim = yield from super().get(iccid)
        return evolve(sim, imsi=sim.raw.get("imsi"))


class Sorting(Small):
    def page(self, sims, number, size, answer):
        return super().page(
            sorted(sims, key=lambda sim: sim.raw["imsi"] + ""), number, size, answer
        )

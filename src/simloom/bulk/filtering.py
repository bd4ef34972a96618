"""Leaving out what needs nothing: one look at the vendor's list before anything is sent.

Where a list page costs none of the vendor's limit, it is the cheapest way to find SIMs that are in
the wanted state already, and those that the vendor will hardly accept. These travel apart from the
others, because one refused SIM rejects a whole request.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from attrs import frozen

from simloom.bulk.reached import can_tell, is_doubtful, reached
from simloom.bulk.rounds import Finished, Kind, Round, Task
from simloom.capabilities import Verb
from simloom.errors import SimloomError
from simloom.identifiers import Iccid

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from simloom.bulk.journal import Journal
    from simloom.bulk.policy import Patience
    from simloom.bulk.work import Work
    from simloom.models import Page, Sim

log: logging.Logger = logging.getLogger("simloom.bulk")


def filter_known(
    work: Work, journal: Journal, patience: Patience, stopped: Callable[[], str | None]
) -> Generator[Round, Sequence[Finished], None]:
    """Read the list, if that is worth it. An error only ends the look: nothing depends on it."""
    job = journal.job()
    if job is None or job.filtered or not takes_pages(work):
        return
    most = _most_pages(work, journal.results.open(), patience)
    number, complete = 1, False
    while stopped() is None and most:
        finished = yield Round(tasks=(Task(kind=Kind.LIST, flow=work.page(number)),))
        while not finished:
            finished = yield Round()
        (answer,) = finished
        if answer.error is not None:
            if not isinstance(answer.error, SimloomError):
                raise answer.error
            log.info("the list of SIMs was not read to its end: %s", type(answer.error).__name__)
            return  # the next run tries again
        page: Page[Sim] = answer.value
        if number == 1 and (page.total_pages or 0) > most:
            log.info("the list has %s pages, more than it could save", page.total_pages)
            break
        take_page(work, journal, page)
        if not page.more or not page.items:
            complete = True
            break
        if number >= most:
            break
        number += 1
    if stopped() is None:
        journal.all_listed(complete=complete)


def key_of(iccid: str) -> str:
    """Return what tells SIMs apart: an ICCID is the same with and without its check digit."""
    return Iccid(iccid).key


def takes_pages(work: Work) -> bool:
    """Tell whether the list says something about the SIMs of this job, and costs no limit."""
    listed = work.provider.capabilities()[Verb.LIST]
    if not (can_tell(work.verb) and listed.usable):
        return False
    return listed.quota is None or not work.in_bulk


def _most_pages(work: Work, count: int, patience: Patience) -> int:
    """Return how many pages may be read before reading them costs more than it saves."""
    if work.in_bulk:
        return -(-count // work.policy.size) * patience.filter_pages
    return count // patience.filter_singles


def take_page(work: Work, journal: Journal, page: Page[Sim]) -> None:
    """Write down what a page of the list says about the SIMs of this job."""
    take_standings(journal, standings(work, page))


@frozen
class Standing:
    """What the list says about a SIM: why nothing is to be sent, or whether it is doubtful."""

    key: str
    skipped: str | None
    doubtful: bool


def standings(work: Work, page: Page[Sim]) -> Iterator[Standing]:
    """Yield what a page says; SIMs without an ICCID that can be read are left out."""
    for sim in page.items:
        try:
            key = key_of(sim.iccid)
        except SimloomError:
            continue
        if reached(work.verb, sim, work.parameters):
            yield Standing(key, f"is {sim.vendor_status or sim.status} already", doubtful=False)
        else:
            yield Standing(key, None, is_doubtful(work.verb, sim))


def take_standings(journal: Journal, found: Iterable[Standing]) -> None:
    """Write it down."""
    skipped: dict[str, str] = {}
    seen: list[str] = []
    doubtful: list[str] = []
    for one in found:
        if one.skipped is not None:
            skipped[one.key] = one.skipped
        else:
            (doubtful if one.doubtful else seen).append(one.key)
    journal.listed(skipped, seen, doubtful)

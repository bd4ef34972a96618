"""From any identifier to an ICCID, before a bulk job is cut into chunks.

The search itself is the client's (`simloom.resolve`): it says which flows to run. Here its answers
become rows of the journal, so that a job that goes on later knows every SIM already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from simloom.bulk.filtering import take_page, takes_pages
from simloom.bulk.manynamed import MANY, ManyNamed, kinds_listed
from simloom.bulk.rounds import Finished, Kind, Round, Task
from simloom.errors import QuotaWaitTooLong, SimloomError
from simloom.identifiers import Identifier, parse
from simloom.models import Page, Sim

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Mapping, Sequence

    from simloom.bulk.journal import Journal
    from simloom.bulk.work import Work
    from simloom.plugins.flows import Flow

    Named: TypeAlias = Mapping[Identifier, Sim | str]
    FindMany: TypeAlias = Callable[
        [
            Collection[Identifier] | None,
            Callable[[Page[Sim]], None],
            Callable[[Mapping[Identifier, Sim | str]], None],
        ],
        Generator[Sequence[Flow[Any]], Sequence[Finished], tuple[Named, bool]],
    ]
    """Finds SIMs, or says why there is none; tells at the end whether it has seen all of them.

    For None it only reads the whole list. The first function is told its pages, the second what is
    certain before the end.
    """


def resolve_named(
    work: Work,
    journal: Journal,
    find: FindMany | None,
    stopped: Callable[[], str | None],
) -> Generator[Round, Sequence[Finished], Exception | None]:
    """Resolve what is no ICCID; return the error that ended the search, if one did.

    Where the search reads the whole list, that is the look at the list that a job begins with, too.
    """
    count = journal.named.count()
    if not count:
        return None
    job = journal.job()
    looks = job is not None and not job.filtered and takes_pages(work)
    others = looks and journal.results.open() > count
    if find is not None and count >= MANY and kinds_listed(work):
        many = ManyNamed(work, journal, looks=looks, others=others)
        ended = yield from _searched(find(None, many.seen, lambda _: None), stopped)
        if ended is None or isinstance(ended, SimloomError):
            return ended
        if ended[1]:
            many.settle()
            if looks:
                journal.all_listed(complete=True)
            looks = others = False
    waiting = journal.named.waiting()
    if not waiting:
        return None
    wanted: dict[Identifier, list[int]] = {}
    for position, text in waiting:
        wanted.setdefault(parse(text), []).append(position)
    if find is None:
        needs = "an ICCID is needed here, this is the {}"
        _settle(journal, wanted, {one: needs.format(one.kind) for one in wanted})
        return None
    return (yield from _find(work, journal, wanted, find, stopped, looks=looks, others=others))


def _find(
    work: Work,
    journal: Journal,
    wanted: dict[Identifier, list[int]],
    find: FindMany,
    stopped: Callable[[], str | None],
    *,
    looks: bool,
    others: bool,
) -> Generator[Round, Sequence[Finished], Exception | None]:
    """Search for identifiers; what is certain is written down at once, so it is asked for once."""

    def seen(page: Page[Sim]) -> None:
        if others:
            take_page(work, journal, page)

    def decided(named: Named) -> None:
        _settle(journal, wanted, named)

    ended = yield from _searched(find(list(wanted), seen, decided), stopped)
    if ended is None or isinstance(ended, SimloomError):
        return ended
    named, whole = ended
    _settle(journal, wanted, named)
    if looks and whole:
        sims = [sim for sim in named.values() if isinstance(sim, Sim)]
        take_page(work, journal, Page(items=sims, number=1, more=False))
        journal.all_listed(complete=True)
    return None


def _searched(
    steps: Generator[Sequence[Flow[Any]], Sequence[Finished], tuple[Named, bool]],
    stopped: Callable[[], str | None],
) -> Generator[Round, Sequence[Finished], tuple[Named, bool] | SimloomError | None]:
    """Carry a search out; return what it found, its error, or None when the job was stopped."""
    finished: Sequence[Finished] | None = None
    try:
        while stopped() is None:
            flows = next(steps) if finished is None else steps.send(finished)
            finished = yield from _carried(flows)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    except SimloomError as error:
        return error
    finally:
        steps.close()
    return None


def _carried(flows: Sequence[Flow[Any]]) -> Generator[Round, Sequence[Finished], list[Finished]]:
    """Have flows run and return their ends in the same order.

    Where the vendor's limit had no room, it waits for a heartbeat: the search asks again.
    """
    tasks = [Task(kind=Kind.LIST, flow=flow) for flow in flows]
    ends: dict[int, Finished] = {}
    arrived = yield Round(tasks=tuple(tasks))
    while True:
        ends |= {id(item.task): item for item in arrived}
        if len(ends) == len(tasks):
            if any(isinstance(end.error, QuotaWaitTooLong) for end in ends.values()):
                yield Round()
            return [ends[id(task)] for task in tasks]
        arrived = yield Round()


def _settle(journal: Journal, wanted: dict[Identifier, list[int]], named: Named) -> None:
    """Write down what identifiers name, once: what is written leaves `wanted`."""
    found: dict[int, str] = {}
    refused: dict[int, str] = {}
    for identifier, sim in named.items():
        for position in wanted.get(identifier, ()):
            if isinstance(sim, Sim):
                found[position] = sim.iccid
            else:
                refused[position] = sim
    if found or refused:
        journal.named.settle(dict(sorted(found.items())), refused)
    for identifier in named:
        wanted.pop(identifier, None)

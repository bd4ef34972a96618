"""Very many identifiers that are no ICCIDs: one scan of the list, in constant memory.

The identifiers and what they meet wait in temporary tables beside the journal, on the disk. Then
they are settled in their order; one that is cut off begins with the rest, and another scan.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from simloom.bulk.filtering import Standing, standings, take_page, take_standings
from simloom.capabilities import Verb
from simloom.errors import IdentifierError
from simloom.identifiers import Iccid, Identifier, Kind, parse, parse_iccid
from simloom.identifiers.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simloom.bulk.journal import Journal
    from simloom.bulk.work import Work
    from simloom.models import Page, Sim

MANY = 20_000
"""From so many on, they are not held in memory."""
_AT_ONCE = 5_000
_CANDIDATES = 10


def kinds_listed(work: Work) -> frozenset[Kind]:
    """Return the kinds besides ICCIDs that the vendor's list tells."""
    listed = work.provider.capabilities()[Verb.LIST].usable
    return work.provider.listed_kinds - {Kind.ICCID} if listed else frozenset()


class ManyNamed:
    """One search. With `looks` the list also tells what needs nothing, of `others` besides."""

    def __init__(self, work: Work, journal: Journal, *, looks: bool, others: bool) -> None:
        self._work = work
        self._journal = journal
        self._looks = looks
        self._others = others
        self._kinds = kinds_listed(work)
        self._totals: set[int] = set()
        journal.named.begin_search()
        wanted = self._wanted()
        while part := list(islice(wanted, _AT_ONCE)):
            journal.named.seek(part)

    def seen(self, page: Page[Sim]) -> None:
        """Take in a page of the list."""
        if page.total is not None:
            self._totals.add(page.total)
        if self._others:
            take_page(self._work, self._journal, page)
        self._journal.named.meet(self._rows(page))

    def settle(self) -> None:
        """Say of each which SIM it names, or why it names none."""
        named = self._journal.named
        waiting = ((at, one) for at, text in named.each() if (one := self._sought(text)))
        while part := list(islice(waiting, _AT_ONCE)):
            found: dict[int, str] = {}
            refused: dict[int, str] = {}
            known: list[Standing] = []
            for at, one in part:
                sims = named.met(at)
                if len(sims) != 1:
                    refused[at] = self._why(one, [sim[1] for sim in sims])
                    continue
                ((key, iccid, skipped, doubtful),) = sims
                try:
                    found[at] = parse_iccid(iccid)
                except IdentifierError as error:
                    refused[at] = str(error)
                else:
                    known.append(Standing(key, skipped, bool(doubtful)))
            named.settle(found, refused)
            if self._looks:
                take_standings(self._journal, known)

    def _why(self, one: Identifier, iccids: list[str]) -> str:
        """Return why an identifier names no SIM, or not one."""
        what = one.kind.upper()
        if iccids:
            more = len(iccids) - _CANDIDATES
            rest = f" and {more} more" if more > 0 else ""
            return f"{len(iccids)} SIMs have this {what}: {', '.join(iccids[:_CANDIDATES])}{rest}"
        # A SIM that is gone moves the others up, over the edge of a page that was read already.
        moved = "; the list changed while it was read, so look again" if self._changed else ""
        return f"{self._work.provider.id}: no SIM has this {what} ({one.masked}){moved}"

    @property
    def _changed(self) -> bool:
        return len(self._totals) > 1

    def _sought(self, text: str) -> Identifier | None:
        """Return the identifier of an input if its kind is one that the list tells."""
        one = parse(text)
        return one if one.kind in self._kinds else None

    def _wanted(self) -> Iterator[tuple[str, str, int]]:
        for at, text in self._journal.named.each():
            one = self._sought(text)
            if one is not None:
                yield one.kind.value, one.key, at

    def _rows(self, page: Page[Sim]) -> Iterable[tuple[str, str, str | None, bool, str, str]]:
        known = {one.key: one for one in standings(self._work, page)}
        for sim in page.items:
            try:
                standing = known[Iccid(sim.iccid).key]
            except IdentifierError:
                continue
            for kind in self._kinds:
                try:
                    key = KINDS[kind](getattr(sim, kind) or "").key
                except IdentifierError:
                    continue
                told = (standing.key, sim.iccid, standing.skipped, standing.doubtful)
                yield (*told, kind.value, key)

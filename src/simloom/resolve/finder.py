"""Finding the SIMs of one account by identifiers: the plan carried out."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import Factory, define, field, frozen

from simloom.capabilities import Verb
from simloom.errors import (
    BadRequest,
    NotFound,
    QuotaWaitTooLong,
    SimNotFound,
    UnsupportedOperation,
)
from simloom.identifiers import Iccid, Identifier, Kind, parse_iccid
from simloom.plugins.results import follow
from simloom.plugins.verbs import start
from simloom.resolve.errors import SharedIdentifier, SimIndexError
from simloom.resolve.index import key_of
from simloom.resolve.memory import Memory
from simloom.resolve.plan import Search, Terms, Way, plan
from simloom.resolve.scanning import read_list

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from simloom.models import Page, Sim
    from simloom.plugins.flows import Flow
    from simloom.plugins.provider import Provider
    from simloom.resolve.index import Synced
    from simloom.resolve.plan import Plan
    from simloom.resolve.steps import Steps, Told


@define
class Finds:
    """What a search found. `errors` has what became of identifiers that could not be searched."""

    sims: dict[Identifier, dict[str, Sim]] = Factory(dict)
    errors: dict[Identifier, Exception] = Factory(dict)
    read: set[Identifier] = Factory(set)
    """Those whose SIMs are as reading them tells; the others are as the list tells."""
    scanned: bool = False
    """Whether the list was read to its end."""

    def add(self, identifier: Identifier, sim: Sim) -> None:
        """Take in a SIM; one that the vendor tells twice counts once."""
        key = key_of(Kind.ICCID, sim.iccid)
        if key is not None:
            self.sims.setdefault(identifier, {})[key] = sim

    def one(self, where: str, *wanted: Identifier) -> Sim:
        """Return the one SIM that has any of these, or raise what there is instead of it."""
        found = {key: sim for one in wanted for key, sim in self.sims.get(one, {}).items()}
        if not wanted:
            raise TypeError("name at least one identifier")
        kinds = " or ".join(one.kind.upper() for one in wanted)
        if len(found) > 1:
            raise SharedIdentifier(kinds, [sim.iccid for sim in found.values()])
        if found:
            return next(iter(found.values()))
        if all(one in self.errors for one in wanted):
            raise self.errors[wanted[0]]
        raise SimNotFound(f"{where}: no SIM has this {kinds} ({wanted[0].masked})")


@frozen(kw_only=True)
class Finder:
    """Finds SIMs at one provider; `seen` is told every page of a list that is read on the way.

    A `patient` one asks again where the vendor's limit had no room; who runs its flows waits.
    `decided` hears of identifiers asked for one by one as soon as nothing more can change for them,
    so that they need not be asked for again when the search breaks off.
    """

    provider: Provider
    memory: Memory = Factory(Memory)
    patient: bool = False
    seen: Callable[[Page[Sim]], None] = field(default=lambda _page: None)
    decided: Callable[[Finds, Sequence[Identifier]], None] = field(default=lambda _all, _some: None)

    def find(self, wanted: Iterable[Identifier], *, sure: bool) -> Steps[Finds]:
        """Look for identifiers, in as few requests as may be.

        `sure` is for writes: see `simloom.resolve.plan`. ICCIDs are read. Errors of the network are
        raised, as half a search proves nothing; a refusal of one identifier is in `Finds.errors`.
        """
        finds = Finds()
        left = list(dict.fromkeys(wanted))
        iccids = [one for one in left if isinstance(one, Iccid)]
        yield from self._read({one: [parse_iccid(one)] for one in iccids}, finds)
        left = [one for one in left if not isinstance(one, Iccid)]
        known = self.memory.known(left, sure=sure)
        chosen = self._plan(left, known, sure=sure)
        if known:
            singly = chosen.kinds(Way.SINGLY)
            checked = {one: at for one, at in known.items() if one.kind in singly}
            yield from self._read(checked, finds)
            left = [one for one in left if one not in finds.sims]
            if checked:  # what has moved since is searched for as if the index did not know it
                chosen = self._plan(left, {}, sure=sure)
        yield from self._carry_out(chosen, left, finds)
        return finds

    def sync(self, told: Callable[[Page[Sim]], None] = lambda _page: None) -> Steps[Synced]:
        """Read the whole list into the index; `SimIndexError` when it cannot be written."""
        if self.memory.index is None:
            raise SimIndexError("there is no index: the setting keep_index is off")
        with self.memory.index.scan() as scan:

            def take(page: Page[Sim]) -> None:
                scan.add(page.items)
                told(page)

            yield from read_list(self.provider, take)
            return scan.complete()

    def read_all(self) -> Steps[bool]:
        """Read the whole list, into the index as well if there is one."""
        return self._scan((), Finds(), None)

    def _carry_out(self, chosen: Plan, left: list[Identifier], finds: Finds) -> Steps[None]:
        scanned = chosen.kinds(Way.SCAN)
        if scanned:
            looked = [one for one in left if one.kind in scanned]
            finds.scanned = yield from self._scan(looked, finds, chosen.most_pages)
            if not finds.scanned:  # a long list, it turned out
                for one in looked:
                    finds.sims.pop(one, None)
                yield from self._look_up(looked, finds)
        singly = chosen.kinds(Way.SINGLY)
        yield from self._look_up([one for one in left if one.kind in singly], finds)
        hopeless = chosen.kinds(Way.IMPOSSIBLE)
        for one in left:
            if one.kind in hopeless:
                note = f"the vendor does not tell the {one.kind.upper()} of a SIM"
                finds.errors[one] = UnsupportedOperation("find", self.provider.id, note=note)

    def _plan(
        self, left: Sequence[Identifier], known: Collection[Identifier], *, sure: bool
    ) -> Plan:
        listed = self.provider.capabilities()[Verb.LIST].usable
        terms = Terms(
            searches={
                kind: Search(cost=offer.cost, complete=offer.complete)
                for kind, offer in self.provider.lookups.items()
            },
            listed=self.provider.listed_kinds if listed else frozenset(),
            pages=self.memory.pages(),
        )
        unknown = Counter(one.kind for one in left if one not in known)
        return plan(unknown, Counter(one.kind for one in known), terms, sure=sure)

    def _read(self, iccids: dict[Identifier, list[str]], finds: Finds) -> Steps[None]:
        """Read SIMs, and keep those that have the identifier."""
        asked = [(one, iccid) for one, found in iccids.items() for iccid in found]
        left = {one: len(found) for one, found in iccids.items()}
        step = self.provider.pages_ahead
        for begin in range(0, len(asked), step):
            part = asked[begin : begin + step]
            flows = [partial(start, self.provider, Verb.GET, iccid) for _, iccid in part]
            answers = yield from self._ask(flows)
            broken = _first_fault(answers, NotFound)
            for (one, _), answer in zip(part, answers, strict=True):
                if answer.error is not None:
                    continue
                sim: Sim = answer.value
                if one.key in self._keys(one.kind, sim):
                    finds.add(one, sim)
                    finds.read.add(one)
            for (one, _), answer in zip(part, answers, strict=True):
                left[one] -= answer.error is None or isinstance(answer.error, NotFound)
            # One that is not found where it was is still searched for.
            whole = dict.fromkeys(one for one, _ in part if not left[one] and one in finds.sims)
            self.decided(finds, list(whole))
            if broken is not None:
                raise broken

    def _look_up(self, wanted: Sequence[Identifier], finds: Finds) -> Steps[None]:
        """Use the vendor's search."""
        step = self.provider.pages_ahead
        noted: list[Sim] = []
        for begin in range(0, len(wanted), step):
            part = wanted[begin : begin + step]
            answers = yield from self._ask(
                [partial(follow, self.provider, "lookup", one) for one in part]
            )
            broken = _first_fault(answers, NotFound, BadRequest)
            told = []
            for one, answer in zip(part, answers, strict=True):
                if isinstance(answer.error, BadRequest):
                    finds.errors[one] = answer.error
                elif answer.error is None:
                    noted += self._found(one, answer.value, finds)
                elif not isinstance(answer.error, NotFound):
                    continue
                told.append(one)
            self.decided(finds, told)
            if broken is not None:
                raise broken
        self.memory.note(noted)

    def _found(self, one: Identifier, sims: Iterable[Sim], finds: Finds) -> list[Sim]:
        """Keep what a search tells; a vendor that tells another SIM is not believed."""
        right = [sim for sim in sims if self._keys(one.kind, sim) & {None, one.key}]
        for sim in right:
            finds.add(one, sim)
        if self.provider.lookups[one.kind].full:
            finds.read.add(one)
        return right

    def _keys(self, kind: Kind, sim: Sim) -> set[str | None]:
        """Return what a SIM is found by; None where the vendor does not tell it."""
        keys = {key_of(kind, getattr(sim, kind))}
        second = key_of(kind, self.provider.second_imsi(sim)) if kind is Kind.IMSI else None
        return keys if second is None else keys | {second}

    def _ask(self, flows: Sequence[Callable[[], Flow[Any]]]) -> Steps[list[Told]]:
        answers = list((yield [flow() for flow in flows]))
        while self.patient:
            late = [
                at for at, told in enumerate(answers) if isinstance(told.error, QuotaWaitTooLong)
            ]
            if not late:
                break
            again = yield [flows[at]() for at in late]
            for at, told in zip(late, again, strict=True):
                answers[at] = told
        return answers

    def _scan(
        self, wanted: Sequence[Identifier], finds: Finds, most_pages: int | None
    ) -> Steps[bool]:
        keys: dict[Kind, dict[str, Identifier]] = {}
        for one in wanted:
            keys.setdefault(one.kind, {})[one.key] = one
        with self.memory.scan() as keeper:

            def take(page: Page[Sim]) -> None:
                keeper.add(page.items)
                self.seen(page)
                for sim in page.items:
                    for kind, sought in keys.items():
                        for key in self._keys(kind, sim):
                            if key in sought:
                                finds.add(sought[key], sim)

            def goes_on(page: Page[Sim]) -> bool:
                if most_pages is None:
                    return True
                pages = page.total_pages
                return page.number < most_pages if pages is None else pages <= most_pages

            whole = yield from read_list(self.provider, take, goes_on=goes_on)
            if whole:
                keeper.complete()
        return whole


def _first_fault(answers: Iterable[Told], *borne: type[Exception]) -> Exception | None:
    """Return the first error that says nothing of what was asked for."""
    errors = (answer.error for answer in answers)
    return next((error for error in errors if error and not isinstance(error, borne)), None)

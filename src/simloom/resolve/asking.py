"""What a client asks: from anything that names a SIM to the SIM, or to its ICCID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from simloom.capabilities import RetryClass, Verb
from simloom.errors import IdentifierError
from simloom.identifiers import Iccid, Identifier, Kind, parse, parse_iccid
from simloom.plugins.accounts import account_of
from simloom.plugins.verbs import start
from simloom.resolve.finder import Finder
from simloom.resolve.index import SimIndex
from simloom.resolve.memory import MAX_AGE, Memory
from simloom.resolve.steps import taken

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from simloom.models import Page, Sim
    from simloom.plugins.manager import ClientHooks
    from simloom.plugins.provider import Provider
    from simloom.resolve.finder import Finds
    from simloom.resolve.index import Synced
    from simloom.resolve.steps import Steps

_NOBODY: Callable[[Page[Any]], None] = lambda _page: None  # noqa: E731


@frozen(kw_only=True)
class Asking:
    """The searches of one client. `index` None keeps nothing on the disk."""

    provider: Provider
    hooks: ClientHooks
    index: SimIndex | None = field(factory=SimIndex)

    def read(self, given: str | Identifier, verb: Verb) -> Identifier:
        """Return what a text names; an application's plugin may know more than the five kinds.

        Errors: `InvalidIdentifier`, `AmbiguousIdentifier`.
        """
        try:
            identifier = parse(given)
        except IdentifierError:
            told = self.hooks.iccid_of(given, verb) if isinstance(given, str) else None
            if told is None:
                raise
            return told
        return self.hooks.iccid_of(identifier.tagged, verb) or identifier

    def find(
        self,
        wanted: Sequence[Identifier],
        *,
        max_age: float = MAX_AGE,
        told: Callable[[Page[Sim]], None] = _NOBODY,
    ) -> Steps[tuple[Sim, bool]]:
        """Return the one SIM that has any of these, and whether it is as reading it tells.

        `told` hears every page of the list, if it is read.
        """
        finds = yield from self._finder(max_age, told).find(wanted, sure=False)
        sim = finds.one(self.provider.id, *wanted)
        return sim, any(one in finds.read for one in wanted)

    def get(self, given: str | Identifier) -> Steps[Sim]:
        """Return the SIM as reading it tells."""
        sim, is_full = yield from self.find([self.read(given, Verb.GET)])
        if not is_full:
            (answer,) = yield [start(self.provider, Verb.GET, parse_iccid(sim.iccid))]
            sim = taken(answer)
        return sim

    def named(self, given: Iterable[str | Identifier], verb: Verb) -> Steps[list[str]]:
        """Return what the verb takes for each: an ICCID, or `kind:value` of a kind it takes."""
        wanted = [self.read(one, verb) for one in given]
        native = self._native(verb)
        asked = [one for one in wanted if not isinstance(one, Iccid) and one.kind not in native]
        finds = yield from self._finder().find(asked, sure=self._is_write(verb))
        names: list[str] = []
        for one in wanted:
            if isinstance(one, Iccid):
                names.append(parse_iccid(one))
            elif one.kind in native:
                names.append(one.tagged)
            else:
                names.append(parse_iccid(finds.one(self.provider.id, one).iccid))
        return names

    def for_bulk(
        self,
        wanted: Collection[Identifier] | None,
        seen: Callable[[Page[Any]], None],
        decided: Callable[[Mapping[Identifier, Sim | str]], None],
    ) -> Steps[tuple[Mapping[Identifier, Sim | str], bool]]:
        """Return the SIM of each identifier, or why it names none; and whether all SIMs were seen.

        `seen` is told every page of the list, if it is read; with None it is read, and no more.
        `decided` is told what is certain already, where the vendor is asked for one after another.
        """
        finder = evolve(
            self._finder(seen=seen),
            patient=True,
            decided=lambda finds, some: decided(self._ends(finds, some)),
        )
        if wanted is None:
            return {}, (yield from finder.read_all())
        finds = yield from finder.find(wanted, sure=True)
        return self._ends(finds, wanted), finds.scanned

    def _ends(self, finds: Finds, wanted: Iterable[Identifier]) -> Mapping[Identifier, Sim | str]:
        named: dict[Identifier, Sim | str] = {}
        for one in wanted:
            try:
                sim = finds.one(self.provider.id, one)
                parse_iccid(sim.iccid)
            except Exception as error:  # noqa: BLE001  (it was kept for this identifier)
                named[one] = str(error)
            else:
                named[one] = sim
        return named

    def sync(self, told: Callable[[Page[Sim]], None] = _NOBODY) -> Steps[Synced]:
        """Read the whole list into the index."""
        return self._finder().sync(told)

    def _finder(
        self, max_age: float = MAX_AGE, seen: Callable[[Page[Sim]], None] = _NOBODY
    ) -> Finder:
        index = self.index
        if index is None:
            return Finder(provider=self.provider, seen=seen)
        part = index.account(self.provider.id, account_of(self.provider), self.provider.second_imsi)
        memory = Memory(index=part, max_age=max_age, wall=index.wall)
        return Finder(provider=self.provider, memory=memory, seen=seen)

    def _native(self, verb: Verb) -> frozenset[Kind]:
        """Return the kinds that the verb's operation takes besides an ICCID."""
        if verb is Verb.LIST:
            return frozenset()
        kinds = self.provider.capabilities()[verb].identifiers
        return frozenset(kind for kind in Kind if kind in kinds) - {Kind.ICCID}

    def _is_write(self, verb: Verb) -> bool:
        return self.provider.capabilities()[verb].retry_class is not RetryClass.READ

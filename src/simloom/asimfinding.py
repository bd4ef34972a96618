"""Finding SIMs by any identifier, for the awaited client."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from simloom.identifiers import parse_iccid
from simloom.simfinding import asking, is_iccid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simloom.capabilities import Verb
    from simloom.models import Page, Sim
    from simloom.plugins.flows import Flow
    from simloom.plugins.manager import ClientHooks
    from simloom.plugins.provider import Provider
    from simloom.resolve.asking import Asking
    from simloom.resolve.index import Synced
    from simloom.simfinding import SimName


class AsyncSimFinding(ABC):
    """What `AsyncSimClient` does with identifiers other than ICCIDs."""

    provider: Provider
    _hooks: ClientHooks
    _keep_index: bool

    @abstractmethod
    async def run(self, flow: Flow[Any]) -> Any:
        """Drive a provider's flow."""

    async def find(
        self,
        *identifiers: SimName,
        max_age: float = 86_400.0,
        told: Callable[[Page[Sim]], None] | None = None,
    ) -> Sim:
        """Find the SIM with an identifier of any kind: `imsi:262...`, `+49...`, an ICCID.

        With several it is the one SIM that has any of them. The index is asked if its last complete
        scan is at most `max_age` seconds old; a SIM that it names is read again. `told` hears every
        page of the list, if it is read. Errors: `SimNotFound`, `AmbiguousIdentifier` with the
        candidates.
        """
        from simloom.capabilities import Verb  # noqa: PLC0415
        from simloom.resolve.steps import adrive  # noqa: PLC0415

        search = self._asking()
        wanted = [search.read(one, Verb.GET) for one in identifiers]
        steps = search.find(wanted, max_age=max_age, told=told or (lambda _page: None))
        return (await adrive(steps, self.run))[0]

    async def sync_index(self, told: Callable[[Page[Sim]], None] | None = None) -> Synced:
        """Read the whole list of SIMs into the index; `told` hears every page.

        That is in a thread of its own. When it breaks off, the index stays as it was. Errors:
        `SimIndexError`, and those of a list.
        """
        from simloom.resolve.steps import adrive  # noqa: PLC0415

        return await adrive(self._asking().sync(told or (lambda _page: None)), self.run)

    async def _get(self, given: SimName) -> Sim:
        from simloom.resolve.steps import adrive  # noqa: PLC0415

        return await adrive(self._asking().get(given), self.run)

    async def _iccid(self, verb: Verb, given: SimName) -> str:
        """Return what a verb takes for a SIM; only what is no ICCID is searched for."""
        return parse_iccid(given) if is_iccid(given) else (await self.resolve(verb, [given]))[0]

    async def resolve(self, verb: Verb, identifiers: Iterable[SimName]) -> list[str]:
        """Return the ICCID of each, in as few requests as may be, as certain as `verb` needs it.

        A bare text is an ICCID. Errors: `SimNotFound`, `AmbiguousIdentifier`, as for `find`.
        """
        given = list(identifiers)
        if all(is_iccid(one) for one in given):
            return [parse_iccid(one) for one in given]
        from simloom.resolve.steps import adrive  # noqa: PLC0415

        return await adrive(self._asking().named(given, verb), self.run)

    def _find_many(self) -> Any:
        """Return the search that a bulk job begins with."""
        return self._asking().for_bulk

    def _asking(self) -> Asking:
        return asking(self.provider, self._hooks, keep_index=self._keep_index)

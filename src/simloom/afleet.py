"""Every configured provider at once, awaited; `simloom.fleet` is the blocking twin."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Self

from simloom.aclient import AsyncSimClient
from simloom.errors import ConfigurationError, PluginError, SimloomError, UnknownProvider
from simloom.fleetsearch import configured, search
from simloom.resolve.errors import SearchIncomplete

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
    from types import TracebackType

    from simloom.models import Page, Sim, SimStatus
    from simloom.resolve.index import Synced
    from simloom.simfinding import SimName


class AsyncFleet:
    """Clients of several providers, for `async with`.

    `problems` has the error of each provider that could not be set up, or failed when it was asked
    last, by its id.
    """

    def __init__(
        self,
        clients: Mapping[str, AsyncSimClient],
        problems: Mapping[str, SimloomError] | None = None,
    ) -> None:
        if not clients:
            raise ConfigurationError("a fleet has at least one provider")
        self._clients = dict(clients)
        self.problems: dict[str, SimloomError] = dict(problems or {})

    @classmethod
    def from_config(
        cls,
        profile: str | None = None,
        *,
        providers: Iterable[str] | None = None,
        plugins: Iterable[object] = (),
    ) -> Self:
        """Return a fleet of the providers that the environment or the profile has settings for.

        `providers` names those that have to be in it. One that is half configured, or whose plugin
        is broken, is in `problems`. Errors: `ConfigurationError` when none is left.
        """
        ready, problems = configured(profile, providers, plugins)
        clients: dict[str, AsyncSimClient] = {}
        for name, connection in ready.items():
            try:
                clients[name] = AsyncSimClient(connection)
            except (ConfigurationError, PluginError) as error:
                problems[name] = error
        return cls(clients, problems)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<AsyncFleet {', '.join(self._clients)}>"

    def __getitem__(self, provider: str) -> AsyncSimClient:
        """Return the client of a provider; `UnknownProvider` when it is not in the fleet."""
        if provider not in self._clients:
            raise UnknownProvider(provider, list(self._clients), " or has no settings")
        return self._clients[provider]

    @property
    def providers(self) -> tuple[str, ...]:
        """The ids of the providers."""
        return tuple(self._clients)

    async def aclose(self) -> None:
        """Close all clients."""
        for client in self._clients.values():
            await client.aclose()

    async def sims(self, *, status: SimStatus | None = None) -> AsyncGenerator[Sim, None]:
        """Yield the SIMs of all providers, one provider after the other.

        One that fails keeps nobody else's from being read: `SearchIncomplete` is raised at the end.
        """
        for name, client in self._clients.items():
            try:
                async with aclosing(client.sims(status=status)) as found:
                    async for sim in found:
                        yield sim
            except SimloomError as error:
                self.problems[name] = error
            else:
                self.problems.pop(name, None)
        if self.problems:
            raise SearchIncomplete("these are not all SIMs", self.problems)

    async def find(
        self,
        *identifiers: SimName,
        max_age: float = 86_400.0,
        told: Callable[[str, Page[Sim]], None] | None = None,
    ) -> Sim:
        """Find the SIM with an identifier: first where it was, or whose number it looks like.

        Then all others are asked at once. `told` hears every page of the lists that are read, with
        the provider's id, from several threads. Errors: `SimNotFound`, `AmbiguousIdentifier`, and
        `SearchIncomplete` when it was not found and a provider could not be asked.
        """

        async def one(name: str) -> Sim | SimloomError:
            heard = None if told is None else partial(told, name)
            try:
                return await self._clients[name].find(*identifiers, max_age=max_age, told=heard)
            except SimloomError as error:
                return error

        steps = search(
            {name: client.provider for name, client in self._clients.items()},
            identifiers,
            self.problems,
        )
        answers: Sequence[Sim | SimloomError] = ()
        try:
            group = await asyncio.to_thread(steps.__next__)  # looks into the index
            while True:
                answers = await asyncio.gather(*(one(name) for name in group))
                group = steps.send(dict(zip(group, answers, strict=True)))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    async def sync_index(self) -> dict[str, Synced]:
        """Read the lists of all providers into the index; one that fails is in `problems`."""
        done: dict[str, Synced] = {}
        for name, client in self._clients.items():
            try:
                done[name] = await client.sync_index()
            except SimloomError as error:
                self.problems[name] = error
            else:
                self.problems.pop(name, None)
        return done

"""Every configured provider at once.

    with simloom.Fleet.from_config() as fleet:
        sim = fleet.find("imsi:262011234567890")

`simloom.aio.Fleet` is the same for coroutines.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Self

from simloom.client import SimClient
from simloom.errors import ConfigurationError, PluginError, SimloomError, UnknownProvider
from simloom.fleetsearch import configured, outcome, search
from simloom.resolve.errors import SearchIncomplete

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType

    from simloom.models import Page, Sim, SimStatus
    from simloom.resolve.index import Synced
    from simloom.simfinding import SimName


class Fleet:
    """Clients of several providers; use it as a context manager.

    `problems` has the error of each provider that could not be set up, or failed when it was asked
    last, by its id.
    """

    def __init__(
        self,
        clients: Mapping[str, SimClient],
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
        clients: dict[str, SimClient] = {}
        for name, connection in ready.items():
            try:
                clients[name] = SimClient(connection)
            except (ConfigurationError, PluginError) as error:
                problems[name] = error
        return cls(clients, problems)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Fleet {', '.join(self._clients)}>"

    def __getitem__(self, provider: str) -> SimClient:
        """Return the client of a provider; `UnknownProvider` when it is not in the fleet."""
        if provider not in self._clients:
            raise UnknownProvider(provider, list(self._clients), " or has no settings")
        return self._clients[provider]

    @property
    def providers(self) -> tuple[str, ...]:
        """The ids of the providers."""
        return tuple(self._clients)

    def close(self) -> None:
        """Close all clients."""
        for client in self._clients.values():
            client.close()

    def sims(self, *, status: SimStatus | None = None) -> Iterator[Sim]:
        """Yield the SIMs of all providers, one provider after the other.

        One that fails keeps nobody else's from being read: `SearchIncomplete` is raised at the end.
        """
        for name, client in self._clients.items():
            try:
                yield from client.sims(status=status)
            except SimloomError as error:
                self.problems[name] = error
            else:
                self.problems.pop(name, None)
        if self.problems:
            raise SearchIncomplete("these are not all SIMs", self.problems)

    def find(
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
        steps = search(
            {name: client.provider for name, client in self._clients.items()},
            identifiers,
            self.problems,
        )

        def one(name: str) -> Sim | SimloomError:
            client = self._clients[name]
            heard = None if told is None else partial(told, name)
            found: Sim | SimloomError = outcome(
                lambda: client.find(*identifiers, max_age=max_age, told=heard)
            )
            return found

        with ThreadPoolExecutor(len(self._clients), thread_name_prefix="simloom-fleet") as pool:
            try:
                group = next(steps)
                while True:
                    group = steps.send(dict(zip(group, pool.map(one, group), strict=True)))
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]

    def sync_index(self) -> dict[str, Synced]:
        """Read the lists of all providers into the index; one that fails is in `problems`."""
        done: dict[str, Synced] = {}
        for name, client in self._clients.items():
            try:
                done[name] = client.sync_index()
            except SimloomError as error:
                self.problems[name] = error
            else:
                self.problems.pop(name, None)
        return done

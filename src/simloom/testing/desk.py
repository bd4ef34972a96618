"""A client of the vendor under test, and what it really sent."""

from __future__ import annotations

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import fields

from simloom.aclient import AsyncSimClient
from simloom.client import SimClient
from simloom.connection import Connection, prepare
from simloom.models import SimStatus
from simloom.plugins.specs import hookimpl
from simloom.testing.waited import Waited
from simloom.transport.quota import MemoryStore
from simloom.transport.quota.metering import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simloom.capabilities import Verb
    from simloom.models import Sim
    from simloom.plugins.provider import Provider
    from simloom.runtime import Operation, Request
    from simloom.testing.served import Served
    from simloom.testing.wire import Chosen, Sent, Wire


class _NoLimits(Meter):
    """The vendor's limits are the stand-in's business here: a rule may need any number of calls."""

    def bucket(self, operation: Operation[Any]) -> None:  # noqa: ARG002
        """Return None: nothing is counted."""
        return


class _Unmetered(Connection):
    """A connection that waits for no limit of the vendor."""

    def meter(self) -> Meter:
        """Return what counts nothing."""
        return _NoLimits(MemoryStore(), provider=self.provider.id, account="", share=1, longest=0)


class _Listener:
    """Hears of every attempt."""

    def __init__(self) -> None:
        self.requests: list[Request[Any]] = []

    @hookimpl
    def simloom_request(self, request: Request[Any]) -> None:
        """Keep it."""
        self.requests.append(request)


class Desk:
    """`client` is a blocking client, or an awaited one that is used like it."""

    def __init__(
        self,
        provider: str,
        served: Served,
        wire: Wire,
        *,
        login: str | None,
        runner: asyncio.Runner | None = None,
        sims: Callable[[], list[Sim]] | None = None,
        **others: Any,
    ) -> None:
        self._served = served
        self._login = login
        self._runner = runner
        self._listener = _Listener()
        self._slept = 0.0
        self._known = sims
        self._sims: list[Sim] | None = None
        self.wire = wire
        self.settings: Mapping[str, Any] = {
            "share_tokens": False,
            **behind(wire, served.settings),
            **others,
        }
        found = prepare(provider, plugins=[self._listener], **self.settings)
        connection = _Unmetered(found.provider, found.hooks, found.common)
        self.provider: Provider = connection.provider
        self._open: Any
        self.client: Any
        if runner is None:
            self._open = self.client = SimClient(connection, sleep=self._sleep, clock=self._clock)
        else:
            self._open = AsyncSimClient(connection, sleep=self._asleep, clock=self._clock)
            self.client = Waited(self._open, runner)

    def close(self) -> None:
        """Close the client."""
        if self._runner is None:
            self._open.close()
        else:
            self._runner.run(self._open.aclose())

    def _clock(self) -> float:
        return time.monotonic() + self._slept

    def _sleep(self, seconds: float) -> None:
        self._slept += seconds
        if not self.wire.spoilt:  # a pause after a spoilt answer is no time that the vendor needs
            self._served.advance(seconds)

    async def _asleep(self, seconds: float) -> None:
        self._sleep(seconds)

    def pass_time(self, seconds: float) -> None:
        """Make the stand-in's time pass."""
        self._served.advance(seconds)

    def sims(self) -> list[Sim]:
        """Return every SIM, as they were at the start."""
        if self._sims is None:
            self._sims = list(self.client.sims()) if self._known is None else self._known()
        return self._sims

    def sim(self, *statuses: SimStatus) -> Sim:
        """Return the first SIM of the first status that there is one of; any without a status."""
        for status in statuses or tuple(SimStatus):
            for sim in self.sims():
                if sim.status is status:
                    return sim
        words = ", ".join(statuses) or "any status"
        raise AssertionError(f"the stand-in has no SIM that is {words}: give it one")

    def at_once(self, method: str, argument: str, times: int) -> list[Any]:
        """Call a method of the client so many times at once: by threads, or by tasks."""
        if self._runner is None:
            with ThreadPoolExecutor(times) as pool:
                return list(pool.map(getattr(self.client, method), [argument] * times))

        async def all_of_them() -> list[Any]:
            calls = [getattr(self._open, method)(argument) for _ in range(times)]
            return await asyncio.gather(*calls)

        return self._runner.run(all_of_them())

    def forget(self) -> None:
        """Forget what was sent so far, and every rule of the wire."""
        self.wire.reset()
        self._listener.requests.clear()

    def is_login(self, sent: Sent) -> bool:
        """Tell whether a request asks for a token."""
        return self._login is not None and sent.path.endswith(self._login)

    def is_call(self, sent: Sent) -> bool:
        """Tell whether a request is one of the provider's flows, not a login."""
        return not self.is_login(sent)

    def calls(self) -> list[Sent]:
        """Return the requests that arrived, logins aside."""
        return [sent for sent in self.wire.sent() if self.is_call(sent)]

    def logins(self) -> list[Sent]:
        """Return the token requests that arrived."""
        return [sent for sent in self.wire.sent() if self.is_login(sent)]

    def operations(self) -> list[str]:
        """Return the generated operations that were sent, in their order."""
        return [request.operation.id for request in self._listener.requests]

    def sends(self, operation: Operation[Any]) -> Chosen:
        """Return what recognises the requests of one generated operation on the wire."""
        base = urlsplit(self.settings["base_url"]).path.rstrip("/")
        parts = re.split(r"\{[^}]*\}", operation.path)
        path = re.compile(re.escape(base) + "[^/]*".join(re.escape(part) for part in parts))

        def chosen(sent: Sent) -> bool:
            return sent.method == operation.method and path.fullmatch(sent.path) is not None

        return chosen

    def main(self, verb: Verb) -> Operation[Any]:
        """Return the most dangerous operation of a verb."""
        return self.provider.operations(verb)[0]

    def secrets(self) -> dict[str, str]:
        """Return the secrets that the client was given, by the name of the setting."""
        return {
            item.name: str(self.settings[item.name])
            for item in fields(type(self.provider.settings))
            if item.metadata.get("secret") and self.settings.get(item.name)
        }


def behind(wire: Wire, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings whose addresses lead through the wire."""
    own = urlsplit(wire.url)
    return {
        name: urlsplit(value)._replace(scheme=own.scheme, netloc=own.netloc).geturl()
        if name.endswith("_url") and isinstance(value, str)
        else value
        for name, value in settings.items()
    }

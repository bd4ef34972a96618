"""The awaited client of one provider; `simloom.client` is its blocking twin, name for name.

async with simloom.aio.connect("infobip", profile="prod") as infobip:
    async for sim in infobip.sims():
        print(sim.iccid, sim.status)
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack
from weakref import WeakSet

from simloom.action import AsyncAction
from simloom.apaging import read_pages
from simloom.asimverbs import AsyncSimVerbs
from simloom.connection import Connection, prepare
from simloom.events.actionwatch import ActionWatch
from simloom.plugins.flows import arun
from simloom.plugins.verbs import shielded, start
from simloom.runtime.client import AsyncClient
from simloom.transport.quota.metering import AsyncSessionMeter
from simloom.transport.session import AsyncSession

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
    from types import TracebackType

    from simloom.bulk.outcomes import Outcome
    from simloom.bulk.report import BulkReport
    from simloom.capabilities import Capability, Verb
    from simloom.events.astream import AsyncEventStream
    from simloom.events.plan import Wishes
    from simloom.identifiers import Identifier
    from simloom.plugins.flows import Flow
    from simloom.plugins.provider import Provider
    from simloom.runtime import Request, Response
    from simloom.simfinding import SimName

T = TypeVar("T")


def connect(
    provider: str,
    profile: str | None = None,
    *,
    plugins: Iterable[object] = (),
    **settings: Any,
) -> AsyncSimClient:
    """Return a client of a provider, for `async with`; settings and errors as `simloom.connect`."""
    return AsyncSimClient(prepare(provider, profile, plugins=plugins, **settings))


class AsyncSimClient(AsyncSimVerbs):
    """One provider's SIMs. Calls raise `SimloomError`; see `simloom.errors` for the tree."""

    def __init__(
        self,
        connection: Connection,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.provider: Provider = connection.provider
        self._sleep = sleep
        self._clock = clock
        self._hooks = connection.hooks
        self._keep_index = connection.common.keep_index
        self._arguments = connection.async_client_arguments()
        self._streams: WeakSet[AsyncEventStream] = WeakSet()
        self._watch = ActionWatch()
        self._meter = connection.meter()
        self._session = AsyncSession(
            AsyncClient(**self._arguments),
            observer=connection.hooks,
            meter=AsyncSessionMeter(self._meter),
            sleep=sleep,
        )

    def __repr__(self) -> str:
        return f"<AsyncSimClient {self.provider.id} {self._session.client.base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections and the streams of events."""
        for stream in list(self._streams):
            await stream.aclose()
        await self._session.aclose()

    def capabilities(self) -> dict[Verb, Capability]:
        """Return what this provider can do, one line per verb."""
        return self.provider.capabilities()

    async def send(self, request: Request[T], /) -> T:
        """Send a generated request with this client's login and retry rules."""
        return await self._session.send(request)

    async def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send a generated request and return status, headers and the typed answer."""
        return await self._session.send_detailed(request)

    async def run(self, flow: Flow[T]) -> T:
        """Drive a provider's flow."""
        return await arun(flow, self._session)

    async def do(self, verb: Verb, *arguments: Any, **named: Any) -> Any:
        """Carry out a verb by its name; the methods below are the typed way."""
        named = shielded(self.provider, verb, named)
        return await self.run(start(self.provider, verb, *arguments, **named))

    async def _act(self, verb: Verb, iccid: SimName, *arguments: Any, **named: Any) -> AsyncAction:
        state = await self._of(verb, iccid, *arguments, **named)
        return AsyncAction(state, self.provider, self.run, self._sleep, self._clock, self._watch)

    def _pages(self, verb: Verb, *arguments: Any, **named: Any) -> AsyncGenerator[Any, None]:
        async def page(number: int) -> Any:
            return await self.do(verb, *arguments, number, **named)

        start(self.provider, verb, *arguments, 1, **named).close()  # unsupported: now, not later
        return read_pages(page, ahead=self.provider.pages_ahead)

    def events(
        self, types: Iterable[str] | None = None, **wishes: Unpack[Wishes]
    ) -> AsyncEventStream:
        """Iterate over live events of these types, or of all that are configured.

        Streams reconnect and resume by themselves; an event may come again after a crash, so
        handlers have to bear that. See `docs/events.md`.
        """
        from simloom.events.astream import AsyncEventStream  # noqa: PLC0415  (loads what few need)
        from simloom.events.plan import plan_events  # noqa: PLC0415

        plan = plan_events(
            self.provider, self._hooks, self._arguments, types, self._watch, **wishes
        )
        stream = AsyncEventStream(plan)
        self._streams.add(stream)
        return stream

    async def bulk(
        self,
        verb: Verb | str,
        identifiers: Iterable[str | Identifier],
        *,
        journal: str | os.PathLike[str] | None = None,
        progress: Callable[[Outcome], None] | None = None,
        **parameters: Any,
    ) -> BulkReport:
        """Carry out a verb for any number of SIMs and return one outcome for each.

        With `journal`, a file, the same call goes on after a crash where it stopped. Vendors'
        limits are kept, nothing that may have happened is repeated. `parameters` are the verb's.
        Errors: `UnsupportedOperation`, `JournalError`, `BulkStopped` with the report so far.
        """
        from simloom.bulk.couriers import acarry, aprepare  # noqa: PLC0415  (loads what few need)
        from simloom.bulk.starting import BulkOptions, prepare_bulk, verb_of  # noqa: PLC0415

        chosen = verb_of(verb)
        limits = self._meter.of_verb(self.provider.operations(chosen))
        options = BulkOptions(
            journal=journal, progress=progress, limits=limits, find=self._find_many()
        )
        job = await aprepare(
            lambda given: prepare_bulk(
                self.provider, self._hooks, chosen, given, parameters, options
            ),
            identifiers,
        )
        with self._watch.hearing(job.engine.hint):
            await acarry(job.engine, self._session)
        return job.finish()

"""The blocking client of one provider: every unified operation, typed.

    with simloom.connect("infobip", profile="prod") as infobip:
        for sim in infobip.sims():
            print(sim.iccid, sim.status)

`simloom.aio` has the same for coroutines. What has no method here is sent with
`client.send(module.request(...))` and the generated client's module.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack
from weakref import WeakSet

from simloom.action import Action
from simloom.connection import Connection, prepare
from simloom.events.actionwatch import ActionWatch
from simloom.paging import read_pages
from simloom.plugins.flows import run
from simloom.plugins.verbs import shielded, start
from simloom.runtime.client import Client
from simloom.simverbs import SimVerbs
from simloom.transport.quota.metering import SessionMeter
from simloom.transport.session import Session

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from simloom.bulk.outcomes import Outcome
    from simloom.bulk.report import BulkReport
    from simloom.capabilities import Capability, Verb
    from simloom.events.plan import Wishes
    from simloom.events.stream import EventStream
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
) -> SimClient:
    """Return a client of a provider; use it as a context manager.

    Settings come from keywords, `SIMLOOM_<PROVIDER>_<FIELD>`, or the profile. Nothing is sent until
    the first call. Errors: `UnknownProvider`, `PluginLoadError`, `PluginError`,
    `MissingCredentials`, `ConfigurationError`.
    """
    return SimClient(prepare(provider, profile, plugins=plugins, **settings))


class SimClient(SimVerbs):
    """One provider's SIMs. Calls raise `SimloomError`; see `simloom.errors` for the tree."""

    def __init__(
        self,
        connection: Connection,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.provider: Provider = connection.provider
        self._sleep = sleep
        self._clock = clock
        self._hooks = connection.hooks
        self._keep_index = connection.common.keep_index
        self._arguments = connection.client_arguments()
        self._streams: WeakSet[EventStream] = WeakSet()
        self._watch = ActionWatch()
        self._meter = connection.meter()
        self._session = Session(
            Client(**self._arguments),
            observer=connection.hooks,
            meter=SessionMeter(self._meter),
            sleep=sleep,
        )

    def __repr__(self) -> str:
        return f"<SimClient {self.provider.id} {self._session.client.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and the streams of events."""
        for stream in list(self._streams):
            stream.close()
        self._session.close()

    def capabilities(self) -> dict[Verb, Capability]:
        """Return what this provider can do, one line per verb."""
        return self.provider.capabilities()

    def send(self, request: Request[T], /) -> T:
        """Send a generated request with this client's login and retry rules."""
        return self._session.send(request)

    def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send a generated request and return status, headers and the typed answer."""
        return self._session.send_detailed(request)

    def run(self, flow: Flow[T]) -> T:
        """Drive a provider's flow."""
        return run(flow, self._session)

    def do(self, verb: Verb, *arguments: Any, **named: Any) -> Any:
        """Carry out a verb by its name; the methods below are the typed way."""
        named = shielded(self.provider, verb, named)
        return self.run(start(self.provider, verb, *arguments, **named))

    def _act(self, verb: Verb, iccid: SimName, *arguments: Any, **named: Any) -> Action:
        state = self._of(verb, iccid, *arguments, **named)
        return Action(state, self.provider, self.run, self._sleep, self._clock, self._watch)

    def _pages(self, verb: Verb, *arguments: Any, **named: Any) -> Iterator[Any]:
        def page(number: int) -> Any:
            return self.do(verb, *arguments, number, **named)

        start(self.provider, verb, *arguments, 1, **named).close()  # unsupported: now, not later
        return read_pages(page, ahead=self.provider.pages_ahead)

    def events(self, types: Iterable[str] | None = None, **wishes: Unpack[Wishes]) -> EventStream:
        """Iterate over live events of these types, or of all that are configured.

        Streams reconnect and resume by themselves; an event may come again after a crash, so
        handlers have to bear that. See `docs/events.md`.
        """
        from simloom.events.plan import plan_events  # noqa: PLC0415  (loads what few need)
        from simloom.events.stream import EventStream  # noqa: PLC0415

        plan = plan_events(
            self.provider, self._hooks, self._arguments, types, self._watch, **wishes
        )
        stream = EventStream(plan)
        self._streams.add(stream)
        return stream

    def bulk(
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
        from simloom.bulk.couriers import carry  # noqa: PLC0415  (loads what few need)
        from simloom.bulk.starting import BulkOptions, prepare_bulk, verb_of  # noqa: PLC0415

        chosen = verb_of(verb)
        limits = self._meter.of_verb(self.provider.operations(chosen))
        options = BulkOptions(
            journal=journal, progress=progress, limits=limits, find=self._find_many()
        )
        job = prepare_bulk(self.provider, self._hooks, chosen, identifiers, parameters, options)
        with self._watch.hearing(job.engine.hint):
            carry(job.engine, self._session, at_once=job.at_once)
        return job.finish()

"""Bulk jobs in virtual time: the whole client, its login included, on vendors in this process.

Between the client and the vendor stands an `httpx` transport instead of a socket; the clock moves
by the latency of each request, and by what the job would have slept. Nothing else differs from a
job over a network.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import httpx
from attrs import evolve, frozen

from simloom.bulk.couriers import run_task
from simloom.bulk.starting import BulkOptions, prepare_bulk
from simloom.plugins.flows import run
from simloom.plugins.manager import ClientHooks
from simloom.runtime.client import Client
from simloom.sandbox import Emulator, ManualClock, World
from simloom.sandbox.answers import dump
from simloom.sandbox.emulator import split_path
from simloom.sandbox.messages import Call
from simloom.sandbox.quotas import Limit, Meter, Window
from simloom.transport.quota import Ledger, MemoryStore, QuotaClock, QuotaGate
from simloom.transport.quota.metering import BulkLimits, SessionMeter
from simloom.transport.quota.metering import Meter as ClientMeter
from simloom.transport.session import Session
from simloom_plugins.telekom_m2m.provider import TelekomM2m

if TYPE_CHECKING:
    from simloom.bulk.report import BulkReport
    from simloom.capabilities import Verb

URL = "http://localhost"
TIMEOUT = 30.0
Answer = Callable[[httpx.Request], httpx.Response]


@frozen(kw_only=True)
class Weather:
    """What the network and the vendor's servers do: shares of the requests, by seeded chance."""

    failing: float = 0.0
    """Answered by a 500 or 503, and nothing was done."""
    lost: float = 0.0
    """Carried out, and the answer never came."""
    latency: float = 0.2
    seed: int = 1


class Line(httpx.BaseTransport):
    """Carries requests to a vendor in this process."""

    def __init__(self, answer: Answer, clock: ManualClock, weather: Weather) -> None:
        self._answer = answer
        self._clock = clock
        self._weather = weather
        self._draw = random.Random(weather.seed)
        self.count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, or lose the answer."""
        self.count += 1
        self._clock.advance(self._weather.latency)
        if not request.url.path.endswith("/token"):
            chance = self._draw.random()
            if chance < self._weather.failing:
                return httpx.Response(500 if chance < self._weather.failing / 2 else 503)
            if chance < self._weather.failing + self._weather.lost:
                self._answer(request)
                self._clock.advance(TIMEOUT)
                raise httpx.ReadTimeout("no answer", request=request)
        return self._answer(request)


class EmulatedVendor:
    """The sandbox without its server."""

    def __init__(self, sims: int, clock: ManualClock, provider: str = "telekom-m2m") -> None:
        world = World(seed=3, sims=sims, clock=clock, action_delay=5.0)
        self.emulator = Emulator(world)
        self.address = self.emulator.address(provider, URL)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        raw = request.url.raw_path.decode().partition("?")[0]
        mount, path = split_path(raw)
        call = Call(
            method=request.method,
            path=path,
            query=tuple(request.url.params.multi_items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.content,
        )
        reply = self.emulator.answer(mount, call)
        content = b"" if reply.body is None else dump(reply.body)
        headers = {"content-type": reply.media_type, **reply.headers}
        return httpx.Response(reply.status, headers=headers, content=content)


def owned(vendor: EmulatedVendor, clock: ManualClock) -> list[str]:
    """Return the SIMs of the partner of the settings; it takes no virtual time."""
    jobs = VirtualJobs(vendor, clock, Weather(latency=0.0))
    iccids: list[str] = []
    number, more = 1, True
    while more:
        page = run(jobs.provider.list_page(number), jobs.session)
        iccids += [sim.iccid for sim in page.items]
        number, more = number + 1, page.more
    return iccids


class LeanVendor:
    """Knows actions only, for any SIM, with the sandbox's own meter: a million SIMs in minutes.

    `times` counts what was done per SIM, by the seven digits in front of the check digit.
    """

    def __init__(self, sims: int, clock: ManualClock) -> None:
        windows = (Window(1_000, 360), Window(10_000, 3_600))
        limit = Limit(name="actions", counts="sims", windows=windows, operations=frozenset())
        self.meter = Meter(limit, clock, refused_count=False)
        self.times = bytearray(sims)
        self._actions: dict[str, list[str]] = {}
        self._count = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        path = request.url.path
        if path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 300})
        if request.method == "GET":
            return self._status(path.rsplit("/", 1)[-1])
        iccids = [entry["iccid"] for entry in json.loads(request.content)["sims"]]
        if self.meter.take(len(iccids), enforced=True) is not None:
            return httpx.Response(403, json={"message": "Limit exceeded"})
        self._count += 1
        number = str(self._count)
        self._actions[number] = iccids
        for iccid in iccids:
            self.times[int(iccid[-8:-1])] += 1
        return httpx.Response(202, json={"signupId": number, "message": "accepted"})

    def _status(self, number: str) -> httpx.Response:
        iccids = self._actions.pop(number, ())
        sims = [{"iccid": iccid, "status": "DONE"} for iccid in iccids]
        return httpx.Response(200, json={"signupId": number, "status": "DONE", "sims": sims})


def made_up(count: int) -> Iterable[str]:
    """Yield ICCIDs for the lean vendor, one by one; they have no check digit."""
    for number in range(count):
        digits = f"89490200001{number:07d}"
        yield f"{digits}{_luhn(digits)}"


def _luhn(digits: str) -> int:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


class _Metered(SessionMeter):
    """Waits in virtual time."""

    def __init__(self, meter: ClientMeter, gate: QuotaGate) -> None:
        self.meter = meter
        self._gate = gate


class VirtualJobs:
    """Jobs on one vendor in virtual time, within the share of its limits that is ours."""

    def __init__(
        self, vendor: Any, clock: ManualClock, weather: Weather, share: float = 0.9
    ) -> None:
        self.clock = clock
        settings = {"client_id": "c", "client_secret": "s", "partner_id": "1", "base_url": URL}
        settings["token_url"] = f"{URL}/token"
        if isinstance(vendor, EmulatedVendor):
            settings = {**vendor.address.settings, "base_url": vendor.address.base_url}
            settings["token_url"] = str(vendor.address.token_url)
        names = {item.name for item in TelekomM2m.settings_class.__attrs_attrs__}
        own: dict[str, Any] = {name: value for name, value in settings.items() if name in names}
        self.provider = TelekomM2m(TelekomM2m.settings_class(**own))
        self.line = Line(vendor, clock, weather)
        ledger = Ledger(
            MemoryStore(), share=share, clock=QuotaClock(clock.monotonic, wall=self.wall)
        )
        meter = ClientMeter(
            MemoryStore(), provider="telekom-m2m", account="a", share=share, longest=7_200
        )
        meter.ledger = ledger
        gate = QuotaGate(ledger, longest=7_200, sleep=clock.advance, clock=clock.monotonic)
        client = Client(
            base_url=settings["base_url"],
            auth=self.provider.auth(),
            transport=lambda _verify: self.line,
        )
        self.session = Session(client, meter=_Metered(meter, gate), sleep=clock.advance)
        self._meter = meter

    def wall(self) -> float:
        """Return the virtual time, in seconds since the epoch."""
        return self.clock.now().timestamp()

    def run(
        self, verb: Verb, inputs: Iterable[str], options: BulkOptions, **parameters: Any
    ) -> BulkReport:
        """Run a job to its end and return its report."""
        limits = self._meter.of_verb(self.provider.operations(verb))
        assert limits is None or isinstance(limits, BulkLimits)
        options = evolve(options, limits=limits, wall=self.wall)
        hooks = ClientHooks(self.provider)
        job = prepare_bulk(self.provider, hooks, verb, inputs, parameters, options)
        rounds = job.engine.rounds()
        finished = None
        while True:
            try:
                step = next(rounds) if finished is None else rounds.send(finished)
            except StopIteration:
                return job.finish()
            finished = [run_task(task, self.session) for task in step.tasks]
            if not step.tasks:
                self.clock.advance(step.wait or 0.0)


def virtual_clock() -> ManualClock:
    """Return a clock that stands still until it is moved."""
    return ManualClock(dt.datetime(2026, 3, 1, tzinfo=dt.UTC))

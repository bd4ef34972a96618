"""A vendor in virtual time: the emulator without HTTP, and a courier that never sleeps."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest

from simloom.bulk.couriers import run_task
from simloom.bulk.policy import Patience
from simloom.bulk.starting import BulkOptions, prepare_bulk
from simloom.errors import RequestTimeout
from simloom.plugins.manager import ClientHooks
from simloom.runtime.answers import read_answer
from simloom.runtime.client import http_parts
from simloom.sandbox import Emulator, ManualClock, World
from simloom.sandbox.answers import dump
from simloom.sandbox.emulator import split_path
from simloom.sandbox.messages import Call
from simloom.transport.session import Session
from simloom_plugins.infobip.provider import Infobip
from simloom_plugins.telekom_bsc.provider import TelekomBsc
from simloom_plugins.telekom_m2m.provider import TelekomM2m

PROVIDERS = {"telekom-m2m": TelekomM2m, "telekom-bsc": TelekomBsc, "infobip": Infobip}


class Wire:
    """Stands where httpx would: requests become calls of the emulator, answers are read as ever.

    `faults` is asked before and after each request, with the operation and the moment; what it
    raises is what the network did.
    """

    def __init__(self, emulator, provider, latency, faults):
        self.emulator = emulator
        self.provider = provider
        self.latency = latency
        self.faults = faults
        self.sent = Counter()
        self.base_url = emulator.address(provider, "http://sandbox").base_url

    def send_detailed(self, request):
        operation = request.operation.id
        self.faults(operation, "before")
        method, url, parts = http_parts(request, self.base_url)
        mount, path = split_path(url.removeprefix("http://sandbox"))
        call = Call(
            method=method,
            path=path,
            query=tuple((name, str(value)) for name, value in parts.get("params", ())),
            headers={name.lower(): value for name, value in parts["headers"].items()},
            body=parts.get("content", b""),
        )
        self.sent[operation] += 1
        self.emulator.world.clock.advance(self.latency)
        reply = self.emulator.answer(mount, call)
        self.faults(operation, "after")
        content = b"" if reply.body is None else dump(reply.body)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return read_answer(request, reply.status, headers, content)


class Bench:
    """One emulated vendor with its clock, and jobs on it."""

    def __init__(self, provider="telekom-m2m", *, sims=200, latency=0.2, faults=None, **world):
        self.clock = ManualClock(dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
        world = {"action_delay": 5.0, "limits": False, **world}
        self.emulator = Emulator(World(seed=3, sims=sims, clock=self.clock, **world))
        self.vendor = self.emulator._mounted[provider].vendor
        self.vendor.authenticate = lambda call: None
        address = self.emulator.address(provider, "http://sandbox")
        settings = PROVIDERS[provider].settings_class(**address.settings)
        self.provider = PROVIDERS[provider](settings)
        self.wire = Wire(self.emulator, provider, latency, faults or (lambda operation, when: None))
        self.session = Session(self.wire, sleep=self.clock.advance)
        self.outcomes = []

    def wall(self):
        return self.clock.now().timestamp()

    def job(self, verb, identifiers, *, journal=None, limits=None, patience=None, **parameters):
        return prepare_bulk(
            self.provider,
            ClientHooks(self.provider),
            verb,
            identifiers,
            parameters,
            BulkOptions(
                journal=journal,
                limits=limits,
                patience=patience or Patience(),
                wall=self.wall,
                progress=self.outcomes.append,
            ),
        )

    def run(self, verb, identifiers, *, stop_after=None, **options):
        job = self.job(verb, identifiers, **options)
        carry(job.engine, self.session, self.clock, stop_after)
        return job.finish()

    def iccids(self):
        return [self.vendor.live.iccid(index) for index in range(self.emulator.world.sims)]

    def effects(self, operation=None):
        return [
            entry
            for entry in self.emulator.ledger()["effects"]
            if operation in (None, entry["operation"])
        ]


def carry(engine, session, clock, stop_after=None):
    """Run a job in virtual time: every task at once, and waiting moves the clock."""
    finished = None
    rounds = engine.rounds()
    count = 0
    while True:
        try:
            step = next(rounds) if finished is None else rounds.send(finished)
        except StopIteration:
            return
        count += 1
        if stop_after is not None and count > stop_after:
            rounds.close()  # as a crash would: what was sent stays sent
            return
        finished = [run_task(task, session) for task in step.tasks]
        if not step.tasks and step.wait:
            clock.advance(step.wait)


@pytest.fixture
def bench():
    return Bench


@pytest.fixture
def lossy():
    """Return faults of a bad network: answers lost, servers that fail, by seeded chance."""

    def make(seed=1, lost=0.02, failing=0.05, only=()):
        draw = random.Random(seed)

        def faults(operation, when):
            if only and operation not in only:
                return
            if when == "after" and draw.random() < lost:
                raise RequestTimeout("no answer", operation=operation)

        return faults

    return make

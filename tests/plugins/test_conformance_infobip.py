"""Infobip keeps to the conformance suite."""

from __future__ import annotations

from contextlib import contextmanager

from simloom.sandbox import ManualClock, Sandbox
from simloom.testing import ProviderConformance, Served


class TestInfobip(ProviderConformance):
    provider = "infobip"
    sims = 25

    @classmethod
    @contextmanager
    def serve(cls):
        with Sandbox(clock=ManualClock()) as sandbox:
            address = sandbox.provider(cls.provider)
            settings = {"base_url": address.base_url, **address.settings}
            emulator = sandbox.emulator
            yield Served(
                settings=settings, reset=emulator.reset, advance=emulator.world.clock.advance
            )

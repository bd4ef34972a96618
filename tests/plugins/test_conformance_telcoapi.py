"""TelcoAPI keeps to the conformance suite."""

from __future__ import annotations

from contextlib import contextmanager

from simloom.capabilities import Verb
from simloom.sandbox import ManualClock, Sandbox
from simloom.testing import BaseWebhooks, ProviderConformance, Served

WRONG = {"current_pin": "0000", "new_pin": "1234"}
NEW = "89490000000000000018"


class TestTelcoApi(ProviderConformance, BaseWebhooks):
    provider = "telcoapi"
    sims = 25
    calls = {
        Verb.PROVISION: lambda desk: desk.client.provision(NEW, imsi="262011234567890"),
        Verb.RESET_PIN: lambda desk: desk.client.reset_pin(desk.sim().iccid, **WRONG),
        Verb.UNBLOCK_PIN: lambda desk: desk.client.unblock_pin(
            desk.sim().iccid, puk="00000000", new_pin="1234"
        ),
    }

    webhooks = [
        ("POST", {"event": f"sim.physical.{name}", "data": {"iccid": NEW}})
        for name in ("created", "state_changed", "deleted", "pin_blocked", "pin_reset")
    ]

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

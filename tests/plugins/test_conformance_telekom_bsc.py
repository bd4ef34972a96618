"""Business Smart Connect keeps to the conformance suite."""

from __future__ import annotations

from contextlib import contextmanager

from simloom.capabilities import Verb
from simloom.models import SimStatus
from simloom.sandbox import ManualClock, Sandbox
from simloom.testing import BaseWebhooks, ProviderConformance, Served


def waiting(desk):
    """Send a message to a SIM that is not reachable; return what names it."""
    iccid = desk.sim(SimStatus.SUSPENDED).iccid
    desk.client.send_sms(iccid, "wake up")
    return iccid, next(desk.client.messages(iccid)).id


def open_to_any_device(desk):
    return next(sim.iccid for sim in desk.sims() if sim.raw.imei_lock is False)


class TestTelekomBsc(ProviderConformance, BaseWebhooks):
    provider = "telekom-bsc"
    sims = 25
    login = "/oauth/token"
    calls = {
        Verb.GET_SMS: lambda desk: desk.client.message(*waiting(desk)),
        Verb.CANCEL_SMS: lambda desk: desk.client.cancel_sms(*waiting(desk)),
        Verb.LOCK_IMEI: lambda desk: desk.client.lock_imei(open_to_any_device(desk)),
        Verb.ORDER: lambda desk: desk.client.order(products={"1001": 3}),
        Verb.GET_ORDER: lambda desk: desk.client.get_order(next(desk.client.orders()).number),
    }

    webhooks = [
        ("PATCH", {"id": "6206", "status": {"status": "DELIVERED", "id": "4"}}),
        ("POST", {"id": "6202", "payload": "text", "dcs": "0", "source_address": "88228510"}),
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

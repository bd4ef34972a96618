"""The M2M Service Portal keeps to the conformance suite."""

from __future__ import annotations

from contextlib import contextmanager

from simloom.capabilities import Verb
from simloom.models import SimStatus
from simloom.sandbox import ManualClock, Sandbox
from simloom.testing import BaseEvents, ProviderConformance, Served, changing

SUBUNIT = "100017"
EID = "89049032000000000000000000000001"


def transfer(desk):
    iccid = desk.sim(SimStatus.ACTIVE).iccid
    return desk.client.create_transfer([iccid], to_partner=SUBUNIT)


def with_option(verb, **options):
    def act(desk):
        iccid = desk.sim(SimStatus.READY).iccid
        desk.client.activate(iccid, options=["22"]).wait()
        return desk.client.change(verb, iccid, **options)

    return act


class TestTelekomM2m(ProviderConformance, BaseEvents):
    provider = "telekom-m2m"
    sims = 20
    login = "/token"
    calls = {
        Verb.USAGE: lambda desk: desk.client.usage(
            desk.sim(SimStatus.ACTIVE).iccid, bytes_per_unit=1000
        ),
        Verb.BIND_EID: lambda desk: desk.client.change(
            Verb.BIND_EID, next(sim for sim in desk.sims() if sim.eid is None).iccid, eid=EID
        ),
        Verb.MODIFY_PROFILES: changing(Verb.MODIFY_PROFILES, SimStatus.TEST, access_profile="77"),
        Verb.CHANGE_TARIFF: changing(Verb.CHANGE_TARIFF, SimStatus.ACTIVE, tariff="9"),
        Verb.BOOK_OPTION: with_option(Verb.BOOK_OPTION, option="11"),
        Verb.TERMINATE_OPTION: with_option(Verb.TERMINATE_OPTION, option="22"),
        Verb.CHANGE_OPTION: with_option(Verb.CHANGE_OPTION, option="22", new_option="33"),
        Verb.ORDER: lambda desk: desk.client.order(material="M2M-4FF", quantity=20),
        Verb.CREATE_TRANSFER: transfer,
        Verb.CANCEL_TRANSFER: lambda desk: desk.client.cancel_transfer(transfer(desk).id),
    }
    unproven = {
        Verb.GET_TRANSFER: "only the receiving partner may read it",
        Verb.ACCEPT_TRANSFER: "only the receiving partner may accept it",
        Verb.REJECT_TRANSFER: "only the receiving partner may reject it",
    }
    list_may_lack_records = "an account without SIMs may be answered without the list (inferred)"
    samples = [
        {"id": "1", "type": "simaction.v1", "source": "x", "data": {"signupID": 7, "partnerID": 1}},
    ]

    @classmethod
    @contextmanager
    def serve(cls):
        with Sandbox(clock=ManualClock()) as sandbox:
            address = sandbox.provider(cls.provider)
            settings = {
                "base_url": address.base_url,
                "token_url": address.token_url,
                **address.settings,
            }
            emulator = sandbox.emulator
            yield Served(
                settings=settings, reset=emulator.reset, advance=emulator.world.clock.advance
            )

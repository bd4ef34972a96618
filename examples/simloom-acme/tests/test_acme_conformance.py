"""Acme keeps to the conformance suite of simloom."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from courier import EVENTS, SECRET, signature
from simloom.runtime import Secret
from simloom.testing import BaseEvents, BaseWebhooks, ProviderConformance, Served
from simloom_acme.webhooks import verifier
from standin import CARDS, KEY, StandIn, running

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping


class TestAcme(ProviderConformance, BaseEvents, BaseWebhooks):
    provider = "acme"
    sims = CARDS
    samples = EVENTS
    webhooks = [("POST", event) for event in EVENTS]
    verifier = verifier([Secret(SECRET)])

    @classmethod
    def signed(cls, body: bytes, moment: dt.datetime) -> Mapping[str, str]:
        return {"acme-signature": signature(body, int(moment.timestamp()))}

    @classmethod
    @contextmanager
    def serve(cls) -> Iterator[Served]:
        vendor = StandIn()
        with running(vendor) as address:
            settings = {"base_url": address, "api_key": KEY}
            yield Served(settings=settings, reset=vendor.reset, advance=vendor.advance)

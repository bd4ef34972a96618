"""Acme keeps to the conformance suite of simloom."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from simloom.testing import BaseEvents, ProviderConformance, Served
from standin import CARDS, KEY, StandIn, running

if TYPE_CHECKING:
    from collections.abc import Iterator


class TestAcme(ProviderConformance, BaseEvents):
    provider = "acme"
    sims = CARDS
    samples = [{"type": "card.status", "id": "e1", "iccid": "8988000000000000018", "code": "live"}]

    @classmethod
    @contextmanager
    def serve(cls) -> Iterator[Served]:
        vendor = StandIn()
        with running(vendor) as address:
            yield Served(settings={"base_url": address, "api_key": KEY}, reset=vendor.reset)

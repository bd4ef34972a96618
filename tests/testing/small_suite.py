"""The suite about the small vendor, as its adopter writes it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from small_standin import SECRET, SIMS, StandIn
from small_vendor import OFFER, Small

from simloom.events.webhookguard import HmacVerifier
from simloom.runtime import Secret
from simloom.testing import Served

VENDOR = StandIn()
"""One for all classes; whoever runs them puts its address here."""
ADDRESS = []
HOOK = "small-hook-secret"
EVENT = {"type": "status", "id": "e1", "iccid": "8988000000000000018", "status": "live"}


class SmallSuite:
    provider = "small"
    sims = SIMS
    login = "/token"
    samples = [EVENT]
    webhooks = [("POST", EVENT), ("POST", {**EVENT, "id": "e2"})]
    verifier = HmacVerifier((Secret(HOOK),), header="small-signature")
    kind = Small
    most = 9
    """The largest page of the stand-in."""

    @classmethod
    def plugin(cls):
        OFFER.kind = cls.kind
        return super().plugin()

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _installed(cls):
        OFFER.kind, VENDOR.most = cls.kind, cls.most

    @classmethod
    @contextmanager
    def serve(cls):
        settings = {"base_url": ADDRESS[0], "client_id": "me", "client_secret": SECRET}
        yield Served(settings=settings, reset=VENDOR.reset, advance=VENDOR.advance)

    @classmethod
    def signed(cls, body, moment):
        import hmac

        seconds = int(moment.timestamp())
        content = f"{seconds}.".encode() + body
        digest = hmac.new(HOOK.encode(), content, "sha256").hexdigest()
        return {"small-signature": f"t={seconds},v1={digest}"}

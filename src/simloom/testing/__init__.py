"""The conformance suite for providers: what an adopter's provider has to keep to.

    from simloom.testing import ProviderConformance, Served

    class TestAcme(ProviderConformance):
        provider = "acme"
        sims = 25

        @classmethod
        @contextmanager
        def serve(cls):
            with AcmeStandIn() as server:      # anything that answers as the vendor does
                yield Served(settings={"base_url": server.url, "api_key": "k"})

Run it with pytest. Between client and stand-in the suite puts a proxy of its own, which loses
answers, changes them, and knows what was really sent. Needs pytest, which is no dependency of
simloom. What stays as it is between versions: `docs/providers/writing.md`.
"""

from simloom.testing.actions import BaseActions
from simloom.testing.auth import BaseAuth
from simloom.testing.base import VERSION, BaseProviderTests
from simloom.testing.bulk import BaseBulk
from simloom.testing.calls import Call, changing, of_a_sim
from simloom.testing.canary import BaseSecrets
from simloom.testing.capabilities import BaseCapabilities
from simloom.testing.desk import Desk
from simloom.testing.events import BaseEvents
from simloom.testing.failures import BaseErrors
from simloom.testing.identifiers import BaseIdentifiers
from simloom.testing.origin import BaseOriginGuard
from simloom.testing.pagination import BasePagination
from simloom.testing.parity import BaseParity
from simloom.testing.registration import BaseRegistration
from simloom.testing.retries import BaseRetries
from simloom.testing.served import Served
from simloom.testing.settings import BaseSettings
from simloom.testing.suite import ProviderConformance
from simloom.testing.tolerance import BaseTolerance
from simloom.testing.webhooks import BaseWebhooks

__all__ = [
    "VERSION",
    "BaseActions",
    "BaseAuth",
    "BaseBulk",
    "BaseCapabilities",
    "BaseErrors",
    "BaseEvents",
    "BaseIdentifiers",
    "BaseOriginGuard",
    "BasePagination",
    "BaseParity",
    "BaseProviderTests",
    "BaseRegistration",
    "BaseRetries",
    "BaseSecrets",
    "BaseSettings",
    "BaseTolerance",
    "BaseWebhooks",
    "Call",
    "Desk",
    "ProviderConformance",
    "Served",
    "changing",
    "of_a_sim",
]

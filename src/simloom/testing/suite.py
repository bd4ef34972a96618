"""Every mandatory group in one class."""

from __future__ import annotations

from simloom.plugins.provider import Provider
from simloom.testing.actions import BaseActions
from simloom.testing.auth import BaseAuth
from simloom.testing.bulk import BaseBulk
from simloom.testing.canary import BaseSecrets
from simloom.testing.capabilities import BaseCapabilities
from simloom.testing.events import BaseEvents
from simloom.testing.expecting import expect
from simloom.testing.failures import BaseErrors
from simloom.testing.identifiers import BaseIdentifiers
from simloom.testing.origin import BaseOriginGuard
from simloom.testing.pagination import BasePagination
from simloom.testing.parity import BaseParity
from simloom.testing.registration import BaseRegistration
from simloom.testing.retries import BaseRetries
from simloom.testing.settings import BaseSettings
from simloom.testing.tolerance import BaseTolerance
from simloom.testing.webhooks import BaseWebhooks


class ProviderConformance(
    BaseRegistration,
    BaseSettings,
    BaseCapabilities,
    BaseAuth,
    BaseErrors,
    BasePagination,
    BaseIdentifiers,
    BaseRetries,
    BaseOriginGuard,
    BaseSecrets,
    BaseTolerance,
    BaseParity,
    BaseActions,
    BaseBulk,
):
    """What a provider has to keep to. Add `BaseEvents` and `BaseWebhooks` where it has them."""

    def test_declared_events_are_tested(self) -> None:
        """A provider that reads events is tested with `BaseEvents`."""
        reads = self.plugin().read_event is not Provider.read_event
        expect(
            reads is isinstance(self, BaseEvents),
            "read_event is written: add BaseEvents to the bases, with samples"
            if reads
            else "BaseEvents is among the bases, but read_event is not written",
        )

    def test_declared_webhooks_are_tested(self) -> None:
        """A provider that names methods of webhooks is tested with `BaseWebhooks`."""
        named = bool(self.plugin().webhook_methods)
        expect(
            named is isinstance(self, BaseWebhooks),
            "webhook_methods is not empty: add BaseWebhooks to the bases, with webhooks"
            if named
            else "BaseWebhooks is among the bases, but webhook_methods is empty",
        )

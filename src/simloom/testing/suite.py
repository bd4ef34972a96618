"""Every mandatory group in one class."""

from __future__ import annotations

from simloom.plugins.provider import Provider
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


class ProviderConformance(  # one group per line, in the order in which they are worth fixing
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
    BaseBulk,
):
    """What a provider has to keep to. Add `BaseEvents` where it has events."""

    def test_declared_events_are_tested(self) -> None:
        """A provider that reads events is tested with `BaseEvents`."""
        reads = self.plugin().read_event is not Provider.read_event
        expect(
            reads is isinstance(self, BaseEvents),
            "read_event is written: add BaseEvents to the bases, with samples"
            if reads
            else "BaseEvents is among the bases, but read_event is not written",
        )

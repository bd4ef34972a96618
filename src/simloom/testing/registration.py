"""Rules about how a provider is found and what it says of itself."""

from __future__ import annotations

from simloom.plugins.loader import installed
from simloom.plugins.provider import Provider
from simloom.plugins.types import API_VERSION
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect


class BaseRegistration(BaseProviderTests):
    """Mandatory: registration."""

    def test_an_entry_point_offers_the_provider(self) -> None:
        """An installed distribution names it in the group `simloom.providers`."""
        expect(
            self.provider in installed(),
            f"no installed distribution offers {self.provider!r}: add it to "
            '[project.entry-points."simloom.providers"] and install the distribution',
        )

    def test_it_loads_and_says_what_it_is(self) -> None:
        """It has a title, and is made for this version of the plugin surface, told in words."""
        plugin = self.plugin()
        expect(plugin.title.strip(), "title is empty: say the vendor's name")
        expect(
            any("api_version" in vars(kind) for kind in plugin.__mro__ if kind is not Provider)
            or installed()[self.provider].built_in,
            f'api_version is not set: write api_version = "{API_VERSION}", so that a later '
            "simloom can tell that it does not fit",
        )

    def test_the_least_that_it_can_do(self) -> None:
        """It lists SIMs and reads one; everything else may be missing."""
        usable = self.declared(usable=True)
        missing = [verb for verb in ("list", "get") if verb not in usable]
        expect(not missing, f"no method carries out: {', '.join(missing)}")

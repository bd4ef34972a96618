"""Rules about how a provider is found and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simloom.capabilities import Verb
from simloom.plugins.loader import installed
from simloom.plugins.provider import Provider
from simloom.plugins.types import API_VERSION
from simloom.testing.base import TO_DECIDE, BaseProviderTests
from simloom.testing.expecting import expect, fail
from simloom.testing.footing import missing

if TYPE_CHECKING:
    from simloom.testing.footing import Footing


class BaseRegistration(BaseProviderTests):
    """Mandatory: registration."""

    def test_an_entry_point_offers_the_provider(self, footing: Footing) -> None:
        """An installed distribution names it in the group `simloom.providers`."""
        if (fault := footing.entry_point()) is not None:
            raise fault

    def test_it_loads_and_says_what_it_is(self, footing: Footing) -> None:
        """It has a title, and is made for this version of the plugin surface, told in words."""
        if (fault := footing.provider()) is not None:
            raise fault
        plugin = self.plugin()
        expect(plugin.title.strip(), "title is empty: say the vendor's name")
        expect(
            any("api_version" in vars(kind) for kind in plugin.__mro__ if kind is not Provider)
            or installed()[self.provider].built_in,  # comes and goes with the surface itself
            f'api_version is not set: write api_version = "{API_VERSION}", so that a later '
            "simloom can tell that it does not fit",
        )

    @pytest.mark.parametrize("verb", [Verb.LIST, Verb.GET], ids=lambda verb: verb.value)
    def test_the_least_that_it_can_do(self, verb: Verb) -> None:
        """It lists SIMs and reads one; everything else may be missing."""
        expect(self.line(verb).usable, missing(self.plugin(), verb))

    def test_nothing_is_left_to_decide(self, open_verb: Verb | None) -> None:
        """No reason in `not_written` begins with TODO, which is what `new-provider` writes."""
        if open_verb is not None:
            told = missing(self.plugin(), open_verb)
            fail(
                f"{told}; or take it out of not_written where the vendor cannot do it, or give a "
                f"reason without {TO_DECIDE}"
            )

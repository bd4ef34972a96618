"""Rules about lists: all of it, once, and to an end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from simloom.capabilities import Verb
from simloom.errors import BadRequest, DecodeError, InvalidParameter
from simloom.models import Page
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect
from simloom.testing.needs import needs
from simloom.testing.wire import Answer

if TYPE_CHECKING:
    from simloom.testing.desk import Desk
    from simloom.testing.wire import Sent

SPARE = 30
"""So many requests beyond the number of SIMs are a list without an end."""


class BasePagination(BaseProviderTests):
    """Mandatory: lists."""

    @needs(Verb.LIST)
    @pytest.mark.parametrize("size", [None, 1, 7])
    def test_every_sim_once(self, desk: Desk, size: int | None) -> None:
        """Whatever size of pages is asked for, the list has each SIM once."""
        found = [sim.iccid for sim in desk.client.sims(page_size=size)]
        expect(len(set(found)) == len(found), f"page_size={size}: SIMs are listed twice")
        expect(
            len(found) == self.sims,
            f"page_size={size}: {len(found)} SIMs; `sims` says that there are {self.sims}",
        )

    @needs(Verb.LIST)
    def test_a_page_above_the_vendors_most(self, blocking: Desk) -> None:
        """A size that is too large for the vendor is cut, or refused: no SIM is left out."""
        try:
            found = {sim.iccid for sim in blocking.client.sims(page_size=10_000)}
        except (BadRequest, InvalidParameter):
            return
        expect(len(found) == self.sims, f"page_size=10000 gives {len(found)} of {self.sims} SIMs")

    @needs(Verb.LIST)
    def test_a_small_page_is_small(self, blocking: Desk) -> None:
        """The size is the vendor's business too: one page of 3 does not hold all SIMs."""
        page = blocking.client.do(Verb.LIST, 1, size=3)
        expect(
            self.sims <= 3 or len(page.items) < self.sims,
            "a page of 3 has all SIMs: the size is not sent, or not kept to",
        )

    @needs(Verb.LIST, Verb.GET)
    def test_list_and_get_agree(self, blocking: Desk) -> None:
        """A SIM has the same identifiers and the same status in the list and alone."""
        listed = blocking.sim()
        alone = blocking.client.get(listed.iccid)
        for name in ("iccid", "status", "vendor_status"):
            expect(getattr(listed, name) == getattr(alone, name), f"list and get differ in {name}")
        for name in ("imsi", "msisdn", "eid", "imei"):
            told = {getattr(listed, name), getattr(alone, name)} - {None}
            expect(len(told) < 2, f"list and get differ in {name}")

    @needs(Verb.LIST)
    def test_a_status_filters(self, blocking: Desk) -> None:
        """`sims(status=...)` has all SIMs of that status and no other."""
        for status in {sim.status for sim in blocking.sims()}:
            wanted = {sim.iccid for sim in blocking.sims() if sim.status is status}
            found = {sim.iccid for sim in blocking.client.sims(status=status)}
            expect(found == wanted, f"sims(status={status.value}) has other SIMs than the list")

    @needs(Verb.LIST)
    def test_a_list_that_repeats_itself_ends(self, desk: Desk) -> None:
        """A vendor that answers every page with the first one does not keep callers for ever."""
        answers: list[Answer] = []
        most = self.sims + SPARE

        def repeat(_: Sent, answer: Answer) -> Answer:
            answers.append(answer)
            return answers[0] if len(answers) <= most else Answer(400)

        desk.wire.change(repeat, desk.is_call)
        with suppress(DecodeError, BadRequest):
            for number, _ in enumerate(desk.client.sims(page_size=3)):
                expect(number < most * 3, "a list that repeats itself does not end")
        expect(len(answers) <= most, "a list that repeats itself does not end")

    @needs(Verb.LIST)
    def test_bad_pages_are_refused(self, blocking: Desk) -> None:
        """A page below 1, or without entries, is refused here or by the vendor, not guessed at."""
        for number, size in ((0, None), (-1, None), (1, 0), (1, -3)):
            with pytest.raises((InvalidParameter, BadRequest)):
                blocking.client.do(Verb.LIST, number, size=size)

    @needs(Verb.LIST)
    def test_a_page_says_what_it_is(self, blocking: Desk) -> None:
        """`list` gives a `Page` with its number; the first has entries."""
        page = blocking.client.do(Verb.LIST, 1)
        expect(isinstance(page, Page), f"list gave a {type(page).__name__}, not a Page")
        expect(page.number == 1, f"the first page calls itself {page.number}")
        expect(page.items, "the first page is empty")

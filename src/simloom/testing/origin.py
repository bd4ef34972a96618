"""Rules about where credentials may go: to the addresses of the settings, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from simloom.capabilities import Verb
from simloom.errors import SimloomError
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect
from simloom.testing.needs import needs
from simloom.testing.wire import Answer, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.testing.desk import Desk
    from simloom.testing.footing import Footing
    from simloom.testing.wire import Sent

_ADDRESS = re.compile(rb"https?:(?:\\?/){2}[^/\"\\\s]+")


class BaseOriginGuard(BaseProviderTests):
    """Mandatory: no request leaves for an address that an answer names."""

    @pytest.fixture
    def trap(self, wire: Wire) -> Iterator[Wire]:
        """Return a server that must hear nothing."""
        with Wire(wire.url) as trap:
            yield trap

    @needs(Verb.LIST, Verb.GET)
    def test_no_redirect_is_followed(self, desk: Desk, trap: Wire) -> None:
        """It is an error, not a second request."""
        iccid = desk.sim().iccid
        for status in (301, 302, 303, 307, 308):
            desk.forget()
            desk.wire.answer(Answer(status, [("location", f"{trap.url}/away")]), desk.is_call)
            with pytest.raises(SimloomError):
                desk.client.get(iccid)
            with pytest.raises(SimloomError):
                list(desk.client.sims())
            expect(trap.sent() == [], f"a redirect ({status}) was followed")

    @needs(all_tried=True)
    def test_no_link_is_followed_elsewhere(
        self, footing: Footing, blocking: Desk, trap: Wire
    ) -> None:
        """Links in answers lead to the vendor's own address or nowhere, for every verb."""

        def elsewhere(_: Sent, answer: Answer) -> Answer:
            address = trap.url.encode()
            headers = [
                (name, _ADDRESS.sub(address, value.encode("latin-1")).decode("latin-1"))
                for name, value in answer.headers
            ]
            return evolve(answer, headers=headers, body=_ADDRESS.sub(address, answer.body))

        blocking.wire.change(elsewhere, blocking.is_call)
        for verb in footing.working():
            if verb in {Verb.TERMINATE, Verb.DELETE}:
                continue
            try:
                result = self.call(verb)(blocking)
                if hasattr(result, "wait"):
                    result.wait(5)
            except SimloomError:
                pass  # a link that is refused is an error; what counts is where requests went
        expect(trap.sent() == [], "a link of an answer was followed to another address")

"""Rules about identifiers on their way into an address."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from simloom.capabilities import Verb
from simloom.errors import NotFound, SimloomError
from simloom.identifiers import Iccid
from simloom.plugins.flows import run
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect, fail
from simloom.testing.needs import needs

if TYPE_CHECKING:
    from typing import NoReturn

    from simloom.runtime import Request
    from simloom.testing.desk import Desk

NOT_ICCIDS = (
    "",
    " ",
    "..",
    "../partners",
    "89490000000000000001/../..",
    "8949000000000000001?all=true",
    "8949000000000000001#",
    "8949000000000000001%2f..",
    "\uff18\uff19\uff14\uff19" * 5,
    "894900000000000\r\nx-a: b",
    "8" * 17,
    "8" * 23,
)
UNKNOWN = "8949999999999999990"


class _Stopped(Exception):
    """A request was built; it is not sent."""


class _Stopper:
    """Keeps the first request instead of sending it."""

    def __init__(self) -> None:
        self.request: Request[Any] | None = None

    def send(self, request: Request[Any], /) -> NoReturn:
        self.send_detailed(request)

    def send_detailed(self, request: Request[Any], /) -> NoReturn:
        self.request = request
        raise _Stopped


class BaseIdentifiers(BaseProviderTests):
    """Mandatory: identifiers."""

    @needs(Verb.GET)
    def test_what_is_no_iccid_is_refused(self, blocking: Desk) -> None:
        """Nothing is sent for it."""
        for text in NOT_ICCIDS:
            try:
                blocking.client.get(text)
            except SimloomError:
                expect(blocking.wire.sent() == [], f"something was sent for {text!r}")
            else:
                fail(f"{text!r} was taken for an ICCID")

    @needs(Verb.GET)
    def test_a_flow_leaves_no_address(self, blocking: Desk) -> None:
        """Without the client's own check, too, no text leads to another address of the vendor."""
        for text in NOT_ICCIDS:
            stopper = _Stopper()
            with suppress(_Stopped, SimloomError):
                run(blocking.provider.flow(Verb.GET)(text), stopper)  # type: ignore[misc]
            if stopper.request is not None:
                self._check_path(text, stopper.request)

    def _check_path(self, text: str, request: Request[Any]) -> None:
        template = request.operation.path.split("/")
        parts = request.path.split("/")
        expect(len(parts) == len(template), f"{text!r} changes the path of {request!r}")
        filled = [unquote(one) for one, told in zip(parts, template, strict=True) if one != told]
        for (
            part
        ) in filled:  # what is as in the template, an empty end among it, is the vendor's own
            expect(part not in {"", ".", ".."}, f"{text!r} is a part of {request!r}")

    @needs(Verb.GET)
    def test_a_sim_that_is_not_there(self, blocking: Desk) -> None:
        """An ICCID that no SIM has is `NotFound`."""
        with pytest.raises(NotFound):
            blocking.client.get(UNKNOWN)

    @needs(Verb.LIST, Verb.GET)
    def test_every_spelling_is_the_same_sim(self, blocking: Desk) -> None:
        """As it is printed on a card, copied from a web page, padded with `F`, or tagged."""
        iccid = blocking.sim().iccid
        groups = [iccid[place : place + 4] for place in range(0, len(iccid), 4)]
        for spelling in (
            " ".join(groups),
            "-".join(groups),
            "\u00a0".join(groups),
            f"\ufeff{iccid}\u200b",
            f"{iccid}F",
            f"iccid:{iccid}",
        ):
            found = blocking.client.get(spelling).iccid
            expect(found == iccid, f"the ICCID spelt {spelling!r} is another SIM")

    @needs(Verb.LIST, Verb.GET)
    def test_a_like_number_is_no_other_sim(self, blocking: Desk) -> None:
        """A digit less, more or of another value is that SIM or none, never a neighbour."""
        iccid = blocking.sim().iccid
        other = str((int(iccid[-1]) + 1) % 10)
        for like in (iccid[:-1], iccid + "0", iccid[:-1] + other, iccid[:-2] + other + iccid[-1]):
            with suppress(SimloomError):
                found = blocking.client.get(like).iccid
                same = Iccid(found) == Iccid(like)
                expect(same, "get() gave a SIM with another ICCID than it was asked for")

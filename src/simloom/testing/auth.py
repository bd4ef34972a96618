"""Rules about how requests are signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simloom.capabilities import Verb
from simloom.errors import AuthenticationError, SimloomError
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect
from simloom.testing.needs import needs
from simloom.testing.wire import Answer
from simloom.transport.auth import TokenAuth, is_auth

if TYPE_CHECKING:
    from simloom.testing.desk import Desk
    from simloom.testing.served import Served
    from simloom.testing.wire import Wire

AT_ONCE = 8
REFUSED = Answer(401, [("content-type", "application/json")], b"{}")


class BaseAuth(BaseProviderTests):
    """Mandatory: credentials, their refusal, tokens and their renewal."""

    def test_it_signs_with_an_httpx_auth(self, blocking: Desk) -> None:
        """`auth()` returns an `httpx.Auth`; `login` is told where it asks for tokens."""
        auth = blocking.provider.auth()
        expect(is_auth(auth), f"auth() returned a {type(auth).__name__}, not an httpx.Auth")
        expect(
            isinstance(auth, TokenAuth) is (self.login is not None),
            "login is how the path of the token request ends for TokenAuth, else None",
        )

    @needs(Verb.LIST)
    def test_wrong_credentials_are_an_authentication_error(
        self, blocking: Desk, served: Served, wire: Wire
    ) -> None:
        """And they are not tried again and again: accounts get locked."""
        wrong: dict[str, Any] = {
            name: f"wrong-{value}" for name, value in blocking.secrets().items()
        }
        expect(wrong, "serve(): the settings hold no secret")
        with self.opened(served, wire, **wrong) as desk:
            with pytest.raises(AuthenticationError) as caught:
                next(iter(desk.client.sims()))
            for value in wrong.values():
                expect(value not in str(caught.value), "the error shows the credentials")
            expect(len(desk.logins()) <= 1, f"{len(desk.logins())} logins with wrong credentials")
            expect(len(desk.calls()) <= 1, f"{len(desk.calls())} requests with wrong credentials")

    @needs(Verb.LIST, Verb.GET)
    def test_a_refused_token_is_renewed_once(self, desk: Desk) -> None:
        """One 401 costs one login and one repetition; fixed credentials are not sent again."""
        iccid = desk.sim().iccid
        desk.client.get(iccid)  # there is a token
        desk.forget()
        desk.wire.answer(REFUSED, desk.is_call, times=1)
        if self.login is None:
            with pytest.raises(AuthenticationError):
                desk.client.get(iccid)
            expect(len(desk.calls()) == 1, "a refused key was sent again")
            return
        desk.client.get(iccid)
        expect(len(desk.logins()) == 1, f"{len(desk.logins())} logins for one refused token")

    @needs(Verb.LIST, Verb.GET)
    def test_a_second_refusal_is_final(self, desk: Desk) -> None:
        """A vendor that refuses every token gets two requests, not an endless number."""
        iccid = desk.sim().iccid
        desk.client.get(iccid)  # there is a token
        desk.forget()
        desk.wire.answer(REFUSED, desk.is_call)
        with pytest.raises(AuthenticationError):
            desk.client.get(iccid)
        expect(len(desk.calls()) <= 2, f"{len(desk.calls())} requests, all of them refused")
        expect(len(desk.logins()) <= 2, f"{len(desk.logins())} logins for one call")

    @needs(Verb.LIST, Verb.GET)
    def test_callers_at_once_share_one_login(self, desk: Desk) -> None:
        """Threads, or tasks, that begin together ask for one token, not for one each."""
        iccid = desk.sim().iccid
        found = desk.at_once("get", iccid, AT_ONCE)
        expect({sim.iccid for sim in found} == {iccid}, "callers at once got other SIMs")
        logins = 0 if self.login is None else 1
        expect(
            len(desk.logins()) == logins,
            f"{len(desk.logins())} logins for {AT_ONCE} callers at once",
        )

    @needs(Verb.LIST)
    def test_a_broken_login_is_a_typed_error(self, served: Served, wire: Wire) -> None:
        """No answer, and any answer, of the token request is a `SimloomError`."""
        if self.login is None:
            return
        for answer in (
            Answer(lost=True),
            Answer(500),
            Answer(200, [("content-type", "text/html")], b"<html>"),
            Answer(200, [("content-type", "application/json")], b"{}"),
            Answer(200, [("content-type", "application/json")], b"[]"),
        ):
            with self.opened(served, wire) as desk:
                desk.forget()
                wire.answer(answer, desk.is_login)
                with pytest.raises(SimloomError):
                    next(iter(desk.client.sims()))
                expect(desk.calls() == [], "a request was sent without a token")

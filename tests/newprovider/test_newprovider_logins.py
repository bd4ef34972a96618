"""Which request is certainly the login."""

from __future__ import annotations

import pytest

from simloom.newprovider.logins import Login, login_of
from simloom.newprovider.signing import signing_of

TEXT = {"type": "string"}


def within(*required, **members):
    return {"type": "object", "required": list(required), "properties": members}


def login(body, answer, **more):
    return {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"200": {"content": {"application/json": {"schema": answer}}}},
        **more,
    }


NAMED = within("email", "password", email=TEXT, password=TEXT)
TOKEN = within(accessToken=TEXT, expiresIn={"type": "integer"}, user=within(id=TEXT))


@pytest.mark.parametrize(
    ("paths", "certain"),
    [
        ({"/auth/login": {"post": login(NAMED, TOKEN)}}, True),
        ({"/auth/login": {"post": login(within(email=TEXT, password=TEXT), TOKEN)}}, True),
        ({"/a": {"post": login(NAMED, TOKEN)}, "/b": {"post": login(NAMED, TOKEN)}}, False),
        ({"/auth/login": {"put": login(NAMED, TOKEN)}}, False),
        ({"/auth/{realm}": {"post": login(NAMED, TOKEN)}}, False),
        ({"/auth/login": {"post": login(within(password=TEXT), TOKEN)}}, False),
        (
            {"/auth/login": {"post": login(within("otp", **NAMED["properties"], otp=TEXT), TOKEN)}},
            False,
        ),
        ({"/auth/login": {"post": login(NAMED, within(token=TEXT, jwt=TEXT))}}, False),
        ({"/auth/login": {"post": login(NAMED, within(token=within(value=TEXT)))}}, False),
        ({"/users": {"post": login(NAMED, within(id=TEXT))}}, False),
        (
            {
                "/auth/login": {
                    "post": login(
                        NAMED,
                        TOKEN,
                        parameters=[{"name": "X-Tenant", "in": "header", "required": True}],
                    )
                }
            },
            False,
        ),
    ],
)
def test_the_login(paths, certain):
    found = login_of({"openapi": "3.0.3", "paths": paths})
    if not certain:
        assert found is None
        return
    assert (found.user, found.password) == ("email", "password")
    assert (found.token, found.seconds) == ("accessToken", "expiresIn")


def test_what_is_not_certain_about_it_is_a_decision():
    document = {"openapi": "3.0.3", "paths": {"/auth/login": {"post": login(NAMED, TOKEN)}}}
    known = signing_of(document, "login-token")
    assert (known.login.path, known.undecided) == ("/auth/login", ())
    guessed = signing_of({"paths": {}}, "login-token")
    assert guessed.login == Login()
    assert "are guesses" in guessed.undecided[0]
    key = {"type": "apiKey", "in": "header", "name": "X-Session"}
    document["components"] = {"securitySchemes": {"session": key}}
    assert "X-Session" in signing_of(document, "login-token").undecided[0]

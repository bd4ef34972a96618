"""The ways in which unknown vendors let somebody in, and how they refuse."""

from __future__ import annotations

import json

import httpx
import pytest

from simloom.sandbox import Sandbox

ITEM = {"200": {"description": "", "content": {"application/json": {"example": {"in": True}}}}}
NOTHING = {"description": ""}
TEXT = {"type": "string"}


def content(schema):
    return {"content": {"application/json": {"schema": schema}}}


def members(**properties):
    return {"type": "object", "required": list(properties), "properties": properties}


def spec(scheme, paths=None, answers=None, schemes=None, **more):
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "security": [{"way": []}],
        "paths": {"/in": {"get": {"responses": {**ITEM, **(answers or {})}}}, **(paths or {})},
        "components": {"securitySchemes": {"way": scheme, **(schemes or {})}, **more},
    }


BEARER = {"type": "http", "scheme": "bearer"}
TOKEN = members(data=members(accessToken=TEXT, expiresIn={"type": "integer"}))
FLOW = {"tokenUrl": "/oauth/token", "scopes": {}}


def login(body, answer=TOKEN, **more):
    responses = {"200": {"description": "", **content(answer)}, "403": NOTHING}
    node = {"operationId": "logIn", "security": [], "responses": responses, **more}
    return {"/auth/login": {"post": {**node, "requestBody": {"required": True, **body}}}}


FORM = {
    "content": {"application/x-www-form-urlencoded": {"schema": members(user=TEXT, pass_=TEXT)}}
}
FORM["content"]["application/x-www-form-urlencoded"]["schema"] = members(
    user=TEXT, password={"type": "string", "minLength": 40}
)
SPECS = {
    "header": spec({"type": "apiKey", "in": "header", "name": "X-Key"}),
    "odd": spec({"type": "apiKey", "in": "header", "name": "Authorization"}),
    "forbidden": spec(
        {"type": "apiKey", "in": "query", "name": "key"},
        answers={"403": {"description": "", **content(members(reason=TEXT))}},
    ),
    "static": spec(BEARER),
    "mail": spec(BEARER, login(content(members(email=TEXT, password=TEXT)))),
    "form": spec({"type": "apiKey", "in": "header", "name": "X-Session-Token"}, login(FORM)),
    "basic": spec(
        BEARER,
        {"/token": {"post": {"responses": {"200": {"description": "", **content(TOKEN)}},
                             "security": [{"pair": []}]}}},
        schemes={"pair": {"type": "http", "scheme": "basic"}},
    ),
    "user": spec({"type": "oauth2", "flows": {"password": FLOW}}),
    "client": spec({"type": "oauth2", "flows": {"clientCredentials": FLOW}}),
}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logins")
    for name, document in SPECS.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    with Sandbox(sims=0, specs=[folder / f"{name}.json" for name in SPECS]) as sandbox:
        yield sandbox


class Door:
    def __init__(self, running, provider, client):
        self.address = running.provider(provider)
        self.settings = self.address.settings
        self.client = client

    def ask(self, **options):
        return self.client.get(f"{self.address.base_url}/in", **options)

    def log_in(self, **options):
        return self.client.post(self.address.token_url, **options)


@pytest.fixture
def door(running, request):
    running.emulator.reset()
    with httpx.Client(trust_env=False, verify=False) as client:
        yield Door(running, request.param, client)


def at(provider):
    return pytest.mark.parametrize("door", [provider], indirect=True)


@at("header")
def test_a_key_in_a_header(door):
    key = door.settings["api_key"]
    assert door.ask(headers={"X-Key": key}).json() == {"in": True}
    refused = door.ask(headers={"X-Key": f"{key}x"})
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "wrong or missing credentials"


@at("odd")
def test_a_key_in_authorization_with_or_without_a_word_before_it(door):
    key = door.settings["api_key"]
    for value in (key, f"Bearer {key}", f"Token {key}"):
        assert door.ask(headers={"Authorization": value}).status_code == 200
    assert door.ask(headers={"Authorization": "Bearer x"}).status_code == 401


@at("forbidden")
def test_a_wrong_key_is_refused_with_the_status_of_the_document(door):
    assert door.ask(params={"key": door.settings["api_key"]}).status_code == 200
    refused = door.ask(params={"key": "x"})
    assert (refused.status_code, refused.json()) == (
        403,
        {"reason": "wrong or missing credentials"},
    )


@at("static")
def test_a_bearer_token_that_nothing_issues_is_the_demo_token(door):
    bearer = {"Authorization": f"Bearer {door.settings['token']}"}
    assert door.ask(headers=bearer).status_code == 200
    assert door.address.token_url is None


@at("mail")
def test_a_login_operation_answers_with_a_token_that_expires(door, running):
    assert set(door.settings) == {"username", "password"}
    assert door.settings["username"].endswith("@example.com")
    body = {"email": door.settings["username"], "password": door.settings["password"]}
    told = door.log_in(json=body).json()["data"]
    bearer = {"Authorization": f"Bearer {told['accessToken']}"}
    assert (told["expiresIn"], door.ask(headers=bearer).status_code) == (3600, 200)
    running.emulator.world.clock.advance(3601)
    late = door.ask(headers=bearer)
    assert (late.status_code, late.headers["x-sandbox-reason"]) == (
        401,
        "send the token of logIn as bearer token",
    )
    # The operation declares 403 for this, and 401 for nothing.
    assert door.log_in(json={**body, "password": "x"}).status_code == 403
    assert door.log_in(json={"email": "x"}).status_code == 400
    entries = running.emulator.requests()["requests"]
    assert entries[0]["body"] == {"email": body["email"], "password": "***"}
    assert told["accessToken"] not in json.dumps(entries)


@at("form")
def test_a_login_with_a_form_for_a_token_in_a_header_of_its_own(door):
    assert len(door.settings["password"]) >= 40
    body = {"user": door.settings["username"], "password": door.settings["password"]}
    token = door.log_in(data=body).json()["data"]["accessToken"]
    assert door.ask(headers={"X-Session-Token": token}).status_code == 200
    assert door.ask(headers={"X-Session-Token": "x"}).status_code == 401


@at("basic")
def test_a_login_with_http_basic(door):
    auth = (door.settings["username"], door.settings["password"])
    token = door.log_in(auth=auth).json()["data"]["accessToken"]
    assert door.ask(headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert door.log_in(auth=("x", "y")).status_code == 401


@at("user")
def test_the_password_grant(door):
    form = {"grant_type": "password", **door.settings}
    token = door.log_in(data=form).json()["access_token"]
    assert door.ask(headers={"Authorization": f"Bearer {token}"}).status_code == 200
    wrong = door.log_in(data={**form, "password": "x"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    wrong = door.log_in(data={**form, "grant_type": "client_credentials"})
    assert wrong.json()["error"] == "unsupported_grant_type"


@at("client")
def test_client_credentials_are_masked_in_the_journal(door, running):
    form = {"grant_type": "client_credentials", **door.settings}
    assert door.log_in(data=form).status_code == 200
    assert door.settings["client_secret"] not in json.dumps(running.emulator.requests())


def test_swagger_ui_is_told_the_credentials(running):
    def told(provider):
        url = f"{running.url}/_sandbox/docs/{provider}/login"
        return httpx.get(url, trust_env=False, verify=False).json()

    assert told("header")["keys"] == {"way": "sandbox-header-api-key"}
    assert told("basic")["basic"] == {"pair": ["sandbox-basic-username", "sandbox-basic-password"]}
    assert told("client")["oauth"]["clientId"] == "sandbox-client-client-id"
    assert told("mail")["words"].startswith("Run logIn with sandbox-mail-username@example.com")

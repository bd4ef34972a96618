"""Settings and the token request."""

from __future__ import annotations

import attrs
import httpx
import pytest

from simloom.runtime import ApiError, Secret
from simloom.runtime.answers import read_error
from simloom.runtime.encoding import encode_body
from simloom.transport.auth import TokenAuth
from simloom_clients.telekom_bsc.api.auth import create_token
from simloom_plugins.telekom_bsc.auth import form_token_request, json_token_request, wants_json
from simloom_plugins.telekom_bsc.provider import TelekomBsc
from simloom_plugins.telekom_bsc.settings import Settings

BASE = "https://api-business-portal-smart-connect.telekom.de/management-api"


def test_settings_need_a_login_and_know_the_address():
    settings = Settings(username="user", password="canary-password")
    assert settings.base_url == BASE
    assert settings.password == Secret("canary-password")
    assert "canary" not in repr(settings)
    with pytest.raises(TypeError):
        Settings(username="user")
    secret = {item.name: item.metadata["secret"] for item in attrs.fields(Settings)}
    assert secret == {"username": False, "password": True, "base_url": False}
    assert all(item.metadata["help"] for item in attrs.fields(Settings))


def test_the_provider_shows_no_secret(bsc):
    assert isinstance(bsc.auth(), TokenAuth)
    assert "canary" not in repr(bsc) + repr(bsc.auth()) + repr(bsc.settings)


@pytest.mark.parametrize("base_url", [BASE, "https://other.example/api/"])
def test_the_token_is_asked_for_with_basic_and_a_form(base_url):
    """The exchange of the guide, sections 3.1 and 3.2."""
    seen: list[tuple[str, str, str, bytes]] = []

    def vendor(request: httpx.Request) -> httpx.Response:
        authorization = request.headers["authorization"]
        kind = request.headers.get("content-type", "")
        seen.append((str(request.url), authorization, kind, request.content))
        if request.url.path.endswith("/oauth/token"):
            token = {"access_token": "canary-token", "token_type": "bearer", "expires_in": 3599}
            return httpx.Response(200, json=token)
        return httpx.Response(200, json={"iccid": "1"})

    root = base_url.rstrip("/")
    provider = TelekomBsc(Settings(username="user", password="pass", base_url=base_url))
    with httpx.Client(auth=provider.auth(), transport=httpx.MockTransport(vendor)) as client:
        client.get(f"{root}/v1/sims/1")
    form = "application/x-www-form-urlencoded"
    assert seen == [
        (f"{root}/oauth/token", "Basic dXNlcjpwYXNz", form, b"grant_type=client_credentials"),
        (f"{root}/v1/sims/1", "Bearer canary-token", "", b""),
    ]


def test_the_other_token_request_is_json():
    request = json_token_request()
    assert request.media_type is not None
    content, kind = encode_body(request.body, request.media_type)
    assert (content, kind) == (b'{"grant_type":"client_credentials"}', "application/json")
    assert request.operation is form_token_request().operation
    assert request.path == "/oauth/token"


@pytest.mark.parametrize(
    ("status", "content", "again"),
    [
        (400, b'{"statusCode":400,"errorCode":"UnsupportedContentTypeError","message":"x"}', True),
        (415, b"", True),
        (400, b'{"statusCode":400,"errorCode":"BadCredentials","message":"x"}', False),
        (400, b"", False),
        (400, b"not json", False),
        (401, b"", False),
        (500, b'{"errorCode":"UnsupportedContentTypeError"}', False),
    ],
)
def test_only_a_refused_form_is_repeated_as_json(status, content, again):
    operation = create_token.OPERATION
    refusal = read_error(operation.id, operation.errors, status, {}, content)
    assert isinstance(refusal, ApiError)
    assert wants_json(refusal) is again

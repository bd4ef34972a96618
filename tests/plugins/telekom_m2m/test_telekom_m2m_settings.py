from __future__ import annotations

import copy
from typing import Any
from urllib.parse import parse_qs

import attrs
import httpx
import pytest

from simloom.runtime.secret import Secret
from simloom_plugins.telekom_m2m.provider import TelekomM2m
from simloom_plugins.telekom_m2m.settings import Settings

REQUIRED = {"client_id": "demo-client", "client_secret": "s3cr3t-c4n4ry", "partner_id": "100013"}


def test_defaults_are_the_documented_addresses_and_scope():
    settings = Settings(**REQUIRED)
    assert settings.base_url == "https://sg-api.telekom.de/iot/connectivity/management/v1"
    assert settings.token_url == (
        "https://sg-api.telekom.de/auth/realms/default/protocol/openid-connect/token"
    )
    assert settings.scope == "openid profile"
    assert settings.event_urls == {}


def test_required_fields_have_no_default_and_secrets_are_declared():
    resolved = attrs.fields_dict(attrs.resolve_types(Settings))
    required = [name for name, item in resolved.items() if item.default is attrs.NOTHING]
    assert required == ["client_id", "client_secret", "partner_id"]
    secret = [name for name, item in resolved.items() if item.metadata["secret"]]
    assert secret == ["client_secret"]
    assert resolved["client_secret"].type is Secret
    assert all(item.metadata["help"] for item in resolved.values())


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"client_id": ""}, "client_id"),
        ({"client_secret": ""}, "client_secret"),
        ({"client_secret": None}, "client_secret"),
        ({"partner_id": ""}, "partner_id"),
        ({"partner_id": None}, "partner_id"),
        ({"partner_id": ".."}, "partner_id"),
        ({"partner_id": "100013/sims"}, "partner_id"),
        ({"partner_id": "\uff11\uff10"}, "partner_id"),  # full-width digits
        ({"base_url": ""}, "base_url"),
        ({"token_url": ""}, "token_url"),
    ],
)
def test_a_wrong_setting_is_named_and_its_neighbours_are_not_shown(
    changed: dict[str, Any], named: str
):
    with pytest.raises(ValueError, match=named) as caught:
        Settings(**{**REQUIRED, **changed})
    assert "s3cr3t" not in str(caught.value)


def test_a_partner_id_may_be_a_number_as_in_a_profile_file():
    assert Settings(**{**REQUIRED, "partner_id": 100013}).partner_id == "100013"


def test_event_urls_are_copied():
    urls = {"simaction.v1": "https://sg-api.telekom.de/horizon/sse/v1/x"}
    given = copy.copy(urls)
    settings = Settings(**REQUIRED, event_urls=urls)
    urls.clear()
    assert settings.event_urls == given


def test_the_secret_is_in_no_repr():
    settings = Settings(**REQUIRED)
    provider = TelekomM2m(settings)
    for shown in (repr(settings), str(settings), repr(provider), repr(provider.auth())):
        assert "s3cr3t" not in shown


@pytest.mark.parametrize(
    ("changed", "scope"), [({}, "openid profile"), ({"scope": "openid"}, "openid")]
)
def test_the_token_request_has_credentials_and_scope_in_its_body(
    changed: dict[str, str], scope: str
):
    # Quirk 2: the table says "openid profile", the command line "openid".
    url = "https://login.example/token"
    provider = TelekomM2m(Settings(**REQUIRED, token_url=url, **changed))
    flow = provider.auth().sync_auth_flow(httpx.Request("GET", "https://api.example/x"))
    asking = next(flow)
    assert (asking.method, str(asking.url)) == ("POST", url)
    assert "authorization" not in asking.headers
    assert parse_qs(asking.content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["demo-client"],
        "client_secret": ["s3cr3t-c4n4ry"],
        "scope": [scope],
    }
    signed = flow.send(httpx.Response(200, json={"access_token": "t0k3n", "expires_in": 300}))
    assert signed.headers["authorization"] == "Bearer t0k3n"

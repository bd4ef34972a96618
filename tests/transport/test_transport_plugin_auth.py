"""How each of the four vendors' requests are signed."""

from __future__ import annotations

import base64
from urllib.parse import parse_qsl

import httpx
import pytest

from simloom.runtime import AuthenticationError, InvalidParameter, Secret
from simloom_plugins.infobip.auth import auth as infobip
from simloom_plugins.telcoapi.auth import auth as telcoapi
from simloom_plugins.telekom_bsc.auth import auth as telekom_bsc
from simloom_plugins.telekom_m2m.auth import auth as telekom_m2m

CANARY = "p:w-2f1c-ü"


class Vendor:
    """Answers token requests with `token`, everything else with 200 and the header it got."""

    def __init__(self, status: int = 200, token: object = None) -> None:
        self.status = status
        self.token = token
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if "token" in request.url.path:
            self.asked.append(request)
            return httpx.Response(self.status, json=self.token)
        return httpx.Response(200, text=request.headers["authorization"])


@pytest.mark.parametrize("secret", [CANARY, Secret(CANARY)])
def test_infobip_takes_basic(exchange, read, secret):
    (header,) = exchange(Vendor(), infobip("user", secret), read)
    scheme, _, encoded = header.partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(encoded).decode() == f"user:{CANARY}"


@pytest.mark.parametrize("key", ["key-1", Secret("key-1")])
def test_infobip_takes_a_key_of_its_own_scheme(exchange, read, key):
    assert exchange(Vendor(), infobip(api_key=key), read) == ["App key-1"]
    assert exchange(Vendor(), infobip("user", "pw", api_key=key), read) == ["App key-1"]


@pytest.mark.parametrize("arguments", [(), ("user",), ("user", ""), ("", "pw"), (None, "pw")])
def test_infobip_needs_one_or_the_other(arguments):
    with pytest.raises(InvalidParameter):
        infobip(*arguments)


@pytest.mark.parametrize("key", ["key-1\n", " key-1", "k\u00fc", "a\r\nb: c"])
def test_keys_that_no_header_can_hold_are_refused_at_once(key):
    for make in (lambda: telcoapi(key), lambda: infobip(api_key=key)):
        with pytest.raises(InvalidParameter) as caught:
            make()
        assert key.strip() not in str(caught.value)


@pytest.mark.parametrize("secret", ["key-1", Secret("key-1")])
def test_telcoapi_takes_a_bearer_key(exchange, read, secret):
    assert exchange(Vendor(), telcoapi(secret), read) == ["Bearer key-1"]


BSC_TOKEN = {
    "status_code": "200",
    "access_token": "5a2b-opaque",
    "token_type": "bearer",
    "expires_in": "3599",
    "appToken": "app-canary",
}


@pytest.mark.parametrize("base_url", ["https://bsc.example/management-api"] * 2 + ["x/"])
def test_bsc_asks_with_basic_and_a_form(exchange, read, base_url):
    base_url = base_url.replace("x/", "https://bsc.example/management-api/")
    vendor = Vendor(token=BSC_TOKEN)
    auth = telekom_bsc("user", CANARY, base_url=base_url)
    assert exchange(vendor, auth, read, read) == ["Bearer 5a2b-opaque"] * 2
    (asked,) = vendor.asked
    assert (asked.method, asked.url) == ("POST", "https://bsc.example/management-api/oauth/token")
    encoded = base64.b64encode(f"user:{CANARY}".encode()).decode()
    assert asked.headers["authorization"] == f"Basic {encoded}"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qsl(asked.content.decode()) == [("grant_type", "client_credentials")]


M2M_TOKEN = {"access_token": "header.payload.signature", "expires_in": 300, "scope": "openid"}
M2M_URL = "https://sg-api.telekom.de/auth/realms/default/protocol/openid-connect/token"


@pytest.mark.parametrize("secret", [CANARY, Secret(CANARY)])
def test_m2m_asks_with_credentials_in_the_body(exchange, read, secret):
    vendor = Vendor(token=M2M_TOKEN)
    auth = telekom_m2m("me", secret)
    assert exchange(vendor, auth, read, read) == ["Bearer header.payload.signature"] * 2
    (asked,) = vendor.asked
    assert (asked.method, asked.url) == ("POST", M2M_URL)
    assert "authorization" not in asked.headers
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qsl(asked.content.decode()) == [
        ("grant_type", "client_credentials"),
        ("client_id", "me"),
        ("client_secret", CANARY),
        ("scope", "openid profile"),
    ]


def test_m2m_scope_and_token_url_can_be_set(exchange, read):
    vendor = Vendor(token=M2M_TOKEN)
    url = "https://login.example/realms/x/token"
    exchange(vendor, telekom_m2m("me", CANARY, token_url=url, scope="openid"), read)
    assert vendor.asked[0].url == url
    assert dict(parse_qsl(vendor.asked[0].content.decode()))["scope"] == "openid"


@pytest.mark.parametrize(
    ("auth", "token", "used"),
    [
        (telekom_m2m("me", CANARY), {"access_token": "t"}, 270),
        (telekom_m2m("me", CANARY), {"access_token": "t", "expires_in": 60}, 54),
        (telekom_bsc("u", CANARY, base_url="https://b.example"), {"access_token": "t"}, 3540),
        (
            telekom_bsc("u", CANARY, base_url="https://b.example"),
            {"access_token": "t", "expires_in": 3599},
            3539,
        ),
    ],
)
def test_the_answer_tells_the_lifetime_and_the_guide_is_used_without(
    open_blocking, read, auth, token, used
):
    now = 1000.0
    auth._clock = lambda: now
    auth._chance = lambda: 0.5
    vendor = Vendor(token=token)
    with open_blocking(vendor, auth) as client:
        client.send(read)
        now = 1000.0 + used - 0.001
        client.send(read)
        assert len(vendor.asked) == 1
        now = 1000.0 + used
        client.send(read)
    assert len(vendor.asked) == 2


@pytest.mark.parametrize(
    ("auth", "status", "body", "kind", "code"),
    [
        (
            telekom_m2m("me", CANARY),
            401,
            {"error": "invalid_client", "error_description": "Invalid client credentials"},
            AuthenticationError,
            "invalid_client",
        ),
        (
            telekom_bsc("u", CANARY, base_url="https://b.example"),
            400,
            {"statusCode": 400, "errorCode": "BadCredentials", "message": "no"},
            AuthenticationError,
            "BadCredentials",
        ),
    ],
)
def test_wrong_credentials_are_a_typed_error(exchange, read, auth, status, body, kind, code):
    with pytest.raises(kind, match="create_token") as caught:
        exchange(Vendor(status, body), auth, read)
    assert caught.value.code == code
    assert type(caught.value.body).__name__ == "TokenError"
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "auth",
    [
        infobip("user", CANARY),
        telcoapi("key-2f1c"),
        infobip(api_key="key-2f1c"),
        telekom_bsc("user", CANARY, base_url="https://b.example"),
        telekom_m2m("me", CANARY),
    ],
)
def test_no_auth_shows_its_secret(auth):
    for secret in (CANARY, "key-2f1c"):
        assert secret not in repr(auth)
        assert secret not in str(vars(auth))

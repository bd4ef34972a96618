"""What the provider says it can do; its settings; how requests are signed."""

from __future__ import annotations

import attrs
import httpx
import pytest

from simloom.capabilities import Evidence, RetryClass, Support, Verb
from simloom.errors import InvalidParameter
from simloom.runtime import Secret
from simloom_plugins.infobip.auth import auth
from simloom_plugins.infobip.provider import Infobip
from simloom_plugins.infobip.settings import Settings

READ, SET, ADD = RetryClass.READ, RetryClass.SET_STATE, RetryClass.ADDITIVE
FULL, PARTIAL = Support.FULL, Support.PARTIAL
TABLE = {
    Verb.LIST: (FULL, READ, ""),
    Verb.GET: (FULL, READ, ""),
    Verb.ACTIVATE: (FULL, SET, ""),
    Verb.SUSPEND: (FULL, SET, ""),
    Verb.RESUME: (FULL, SET, ""),
    Verb.SET_LABEL: (FULL, SET, ""),
    Verb.USAGE: (PARTIAL, READ, "the current month only"),
    Verb.MONTHLY_USAGE: (FULL, READ, ""),
    Verb.SEND_SMS: (FULL, ADD, "no id"),
    Verb.RESET_CONNECTIVITY: (FULL, SET, "diagnostic"),
}


@pytest.mark.parametrize("verb", Verb)
def test_the_line_of_a_verb(verb):
    line = Infobip.capabilities()[verb]
    assert line.provider == "infobip"
    if verb not in TABLE:
        assert (line.support, line.usable) == (Support.VENDOR_CANNOT, False)
        return
    support, retry, note = TABLE[verb]
    assert (line.support, line.evidence) == (support, Evidence.DOCUMENTED)
    assert line.retry_class is retry
    assert (line.identifiers, line.quota, line.bulk_max) == (("iccid",), None, None)
    assert note in line.note
    assert bool(note) == bool(line.note)


def test_settings_take_either_login():
    basic = Settings(username="user", password="canary-password")
    assert (basic.password, basic.api_key) == (Secret("canary-password"), None)
    key = Settings(api_key="canary-key")
    assert (key.username, key.api_key) == (None, Secret("canary-key"))
    assert basic.base_url == key.base_url == "https://api.infobip.com"
    assert "canary" not in repr(basic) + repr(key)
    fields = {item.name: item.metadata["secret"] for item in attrs.fields(Settings)}
    assert fields == {"username": False, "password": True, "api_key": True, "base_url": False}
    assert all(item.metadata["help"] for item in attrs.fields(Settings))


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, "missing username and password"),
        ({"username": "user"}, "missing password"),
        ({"password": "canary"}, "missing username"),
        ({"username": "", "password": "canary"}, "missing username"),
        ({"username": "user", "password": ""}, "missing password"),
        ({"api_key": ""}, "missing username and password"),
    ],
)
def test_half_a_login_names_what_is_missing(values, missing):
    with pytest.raises(ValueError, match=missing) as caught:
        Settings(**values)
    assert "or api_key instead" in str(caught.value)
    assert "canary" not in str(caught.value)


def signed(**values: str) -> str:
    provider = Infobip(Settings(**values))
    request = next(provider.auth().auth_flow(httpx.Request("GET", "https://api.infobip.com")))
    return request.headers["authorization"]


def test_requests_are_signed():
    assert signed(username="Aladdin", password="open sesame") == (
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="  # the page's own example
    )
    assert signed(api_key="canary-key") == "App canary-key"
    assert signed(api_key="canary-key", username="user", password="pass") == "App canary-key"


@pytest.mark.parametrize("key", ["canary\r\nx: y", "canary\xe4", " canary"])
def test_a_key_that_no_header_can_hold_is_refused_unseen(key):
    with pytest.raises(InvalidParameter, match="api_key") as caught:
        auth(api_key=key)
    assert "canary" not in repr(caught.value)


def test_signing_needs_a_login_and_shows_none():
    with pytest.raises(InvalidParameter, match="username and password, or api_key"):
        auth("user")
    assert "canary" not in repr(auth(api_key="canary-key")) + repr(auth("user", "canary"))

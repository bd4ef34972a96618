"""What the provider says it can do; its settings; how requests are signed."""

from __future__ import annotations

import attrs
import httpx
import pytest

from simloom.capabilities import Evidence, RetryClass, Support, Verb
from simloom.errors import InvalidParameter
from simloom.runtime import Secret
from simloom_plugins.telcoapi.provider import TelcoApi
from simloom_plugins.telcoapi.settings import Settings

READ, SET, ADD = RetryClass.READ, RetryClass.SET_STATE, RetryClass.ADDITIVE
TABLE = {
    Verb.LIST: (READ, ""),
    Verb.GET: (READ, ""),
    Verb.ACTIVATE: (SET, ""),
    Verb.SUSPEND: (SET, ""),
    Verb.RESUME: (SET, ""),
    Verb.TERMINATE: (SET, "the same request"),
    Verb.DELETE: (SET, "the same request"),
    Verb.PROVISION: (ADD, ""),
    Verb.RESET_PIN: (ADD, ""),
    Verb.UNBLOCK_PIN: (ADD, ""),
}


@pytest.mark.parametrize("verb", Verb)
def test_the_line_of_a_verb(verb):
    line = TelcoApi.capabilities()[verb]
    assert line.provider == "telcoapi"
    if verb not in TABLE:
        assert (line.support, line.usable) == (Support.VENDOR_CANNOT, False)
        return
    retry, note = TABLE[verb]
    assert (line.support, line.evidence) == (Support.FULL, Evidence.DOCUMENTED)
    assert line.retry_class is retry
    assert (line.identifiers, line.quota, line.bulk_max) == (("iccid",), None, None)
    assert note in line.note
    assert bool(note) == bool(line.note)


def test_settings_need_a_key_and_know_the_address():
    settings = Settings(api_key="canary-key")
    assert (settings.api_key, settings.base_url) == (
        Secret("canary-key"),
        "https://api.telcoapi.com",
    )
    assert "canary" not in repr(settings)
    with pytest.raises(TypeError):
        Settings()
    fields = {item.name: item.metadata["secret"] for item in attrs.fields(Settings)}
    assert fields == {"api_key": True, "base_url": False}
    assert all(item.metadata["help"] for item in attrs.fields(Settings))


def test_requests_carry_the_key_as_bearer(telcoapi):
    request = next(telcoapi.auth().auth_flow(httpx.Request("GET", "https://api.telcoapi.com")))
    assert request.headers["authorization"] == "Bearer canary-key"
    assert "canary" not in f"{telcoapi!r} {telcoapi.auth()!r}"


@pytest.mark.parametrize("key", ["canary\r\nx: y", "canary\xe4", " canary"])
def test_a_key_that_no_header_can_hold_is_refused_unseen(key):
    with pytest.raises(InvalidParameter, match="api_key") as caught:
        TelcoApi(Settings(api_key=key)).auth()
    assert "canary" not in repr(caught.value)

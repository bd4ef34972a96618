"""What an application's own plugins hear and may override."""

from __future__ import annotations

import pytest

import simloom
from simloom.errors import PluginError
from simloom.plugins import hookimpl
from simloom.transport.auth import BearerAuth

ICCID = "8949000000000000001"


class Heard:
    """An application's plugin that remembers what it heard."""

    def __init__(self):
        self.calls = []

    @hookimpl
    def simloom_request(self, request, attempt):
        self.calls.append(("request", request.operation.id, attempt))

    @hookimpl
    def simloom_response(self, request, attempt, status, seconds):
        assert seconds >= 0
        self.calls.append(("response", request.operation.id, attempt, status))


class Deaf:
    @hookimpl
    def simloom_request(self):
        raise RuntimeError("a bug of a plugin")

    @hookimpl
    def simloom_response(self):
        raise KeyError("another")


def test_observers_hear_every_attempt(both, vendor, caplog):
    vendor.script((503, {}, ""), None, "ok")
    before, after = Heard(), Heard()
    both.acme(vendor, plugins=[before, Deaf(), after]).get(ICCID)
    assert before.calls == [
        ("request", "get_sim", 1),
        ("response", "get_sim", 1, 503),
        ("request", "get_sim", 2),
        ("response", "get_sim", 2, 0),
        ("request", "get_sim", 3),
        ("response", "get_sim", 3, 200),
    ]
    assert after.calls == before.calls
    told = [one.getMessage() for one in caplog.records if one.name == "simloom.plugins"]
    assert (
        told
        == ["an observer of simloom_request raised", "an observer of simloom_response raised"] * 3
    )


def test_an_application_may_sign_requests_itself(both, vendor):
    from simloom.runtime import Secret

    class Signs:
        @hookimpl
        def simloom_auth(self, provider, settings):
            assert provider.id == "acme"
            return BearerAuth(Secret(f"mine-{settings.api_key.reveal()[:4]}"))

    both.acme(vendor, plugins=[Signs()]).get(ICCID)
    assert vendor.asked[0].headers["authorization"] == "Bearer mine-acme"


def test_what_a_plugin_signs_with_is_checked(both, vendor):
    class Signs:
        @hookimpl
        def simloom_auth(self):
            return "Bearer key-canary"

    with pytest.raises(PluginError, match="simloom_auth has .* it returned a str") as caught:
        both.acme(vendor, plugins=[Signs()])
    assert "key-canary" not in str(caught.value)


def test_redirects_are_not_followed(both, vendor):
    vendor.script((302, {"location": f"{vendor.url}/elsewhere"}, ""))
    with pytest.raises(simloom.SimloomError):
        both.acme(vendor).get(ICCID)
    assert len(vendor.asked) == 1

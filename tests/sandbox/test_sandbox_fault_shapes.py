"""Errors on demand look like the vendor's own."""

from __future__ import annotations

import pytest

from simloom.sandbox import Fault
from simloom.sandbox.messages import Call

PROVIDERS = ("telekom-m2m", "telekom-bsc", "telcoapi", "infobip")


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504, 599])
def test_an_error_on_demand_has_the_vendors_own_shape(desk, provider, status):
    path = {
        "telekom-m2m": "/partners/100013/sims",
        "telekom-bsc": "/v1/sims",
        "telcoapi": "/v1/sim/physical",
        "infobip": "/iot/2/sims",
    }[provider]
    desk.emulator.faults.add(
        Fault(effect="status", status=status, operation="list_sims", headers={"Retry-After": "7"})
    )
    # The desk compares every answer with the spec of the vendor.
    reply = desk.ask(provider, "GET", path)
    assert (reply.status, reply.headers) == (status, {"Retry-After": "7"})
    assert desk.ask(provider, "GET", path).status == 200


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("telekom-m2m", {"error": "server_error", "error_description": "Service Unavailable"}),
        (
            "telekom-bsc",
            {
                "statusCode": 503,
                "errorCode": "ServiceUnavailable",
                "message": "Service Unavailable",
            },
        ),
    ],
)
def test_an_error_of_a_token_endpoint_has_its_shape(new_desk, monkeypatch, provider, expected):
    desk = new_desk()
    monkeypatch.setattr(desk.conformity, "check", lambda *_: None)
    desk.emulator.faults.add(Fault(effect="status", operation="create_token"))
    with pytest.raises(KeyError, match="access_token"):
        desk.ask(provider, "GET", "/")
    path = desk.emulator.address(provider, "").token_url.removeprefix(f"/{provider}")
    desk.emulator.faults.add(Fault(effect="status", operation="create_token"))
    reply = desk.emulator.answer(provider, Call(method="POST", path=path))
    assert (reply.status, reply.body) == (503, expected)

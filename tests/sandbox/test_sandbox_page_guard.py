"""Nobody drives the sandbox through somebody else's browser."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from simloom.sandbox import Sandbox, World
from simloom.sandbox.app import create_app
from simloom.sandbox.emulator import Emulator

CHANGES = [
    ("POST", "/_sandbox/reset"),
    ("POST", "/_sandbox/clock/advance"),
    ("POST", "/_sandbox/state/save"),
    ("POST", "/_sandbox/faults"),
    ("DELETE", "/_sandbox/faults"),
    ("POST", "/_sandbox/events"),
    ("PUT", "/_sandbox/streams/settings"),
    ("POST", "/_sandbox/subscriptions"),
    ("PUT", "/_sandbox/webhooks"),
    ("DELETE", "/_sandbox/webhooks"),
    ("POST", "/_sandbox/webhooks/mo-sms"),
    ("POST", "/_sandbox/sim/change"),
    ("POST", "/_sandbox/not/there/yet"),
    ("POST", "/%5Fsandbox/reset"),
]


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(seed=7, sims=5) as running:
        yield running


@pytest.fixture
def ask(sandbox):
    with httpx.Client(base_url=sandbox.url, trust_env=False, verify=False) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
        {"Host": "evil.example"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_what_comes_from_elsewhere_changes_nothing(sandbox, ask, method, path, headers):
    sandbox.faults.clear()
    before = (sandbox.emulator.world.clock.now(), sandbox.emulator.feed.count)
    answer = ask.request(method, path, headers=headers, content=b'{"seconds": 86400}')
    assert answer.status_code == 403
    assert "another site" in answer.json()["error"] or "Host" in answer.json()["error"]
    assert (sandbox.emulator.world.clock.now() - before[0]).total_seconds() < 3600
    assert sandbox.emulator.feed.count == before[1]


def test_two_origins_are_one_too_many(sandbox, ask):
    headers = [("Origin", sandbox.url), ("Origin", "https://evil.example")]
    assert ask.post("/_sandbox/reset", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
@pytest.mark.parametrize("with_origin", [True, False])
def test_the_page_itself_and_programs_may_change_things(sandbox, ask, headers, with_origin):
    if with_origin:
        headers = headers | {"Origin": sandbox.url}
    assert ask.post("/_sandbox/reset", headers=headers).status_code == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
        ({}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/", "/_sandbox/requests", "/_sandbox/sims?provider=infobip"])
def test_other_sites_may_link_here_and_read_nothing(ask, path, headers, status):
    assert ask.get(path, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST.:80", 200),
        ("sandbox.localhost:1", 200),
        ("127.0.0.1", 200),
        ("[::1]:8099", 200),
        ("192.0.2.7:8099", 200),
        (socket.gethostname(), 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:8099", 403),
        ("evillocalhost", 403),
        ("", 403),
    ],
)
@pytest.mark.parametrize("path", ["/", "/_sandbox/requests", "/_sandbox/stream"])
def test_only_a_known_host_is_served(ask, path, host, status):
    with ask.stream("GET", path, headers={"Host": host}) as answer:
        assert answer.status_code == status
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_name_to_listen_on_is_known():
    app = create_app(Emulator(World(sims=5)), "Sandbox.Test")

    async def statuses():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test:80") as ask:
            read = await ask.get("/_sandbox/requests")
            own = await ask.post("/_sandbox/reset", headers={"Origin": "http://sandbox.test"})
            other = await ask.get("/_sandbox/requests", headers={"Host": "other.test"})
            return read.status_code, own.status_code, other.status_code

    assert asyncio.run(statuses()) == (200, 204, 403)


def test_the_vendors_ask_for_credentials_instead(sandbox, ask):
    settings = sandbox.provider("infobip").settings
    headers = {"Host": "api.infobip.com", "Origin": "https://elsewhere.example"}
    login = (settings["username"], settings["password"])
    answer = ask.get("/infobip/iot/2/sims", headers=headers, auth=login)
    assert answer.status_code == 200
    assert "x-content-type-options" not in answer.headers
    assert ask.get("/infobip/iot/2/sims", headers=headers).status_code == 401

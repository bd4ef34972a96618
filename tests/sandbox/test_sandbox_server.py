from __future__ import annotations

import socket
import time

import httpx
import pytest

from simloom.sandbox import Sandbox
from simloom.sandbox.binding import is_loopback


def answers(seed: int) -> dict[str, str]:
    with (
        Sandbox(seed=seed, sims=30) as sandbox,
        httpx.Client(verify=False, trust_env=False) as client,
    ):
        m2m, bsc, telcoapi, infobip = sandbox.providers.values()
        form = {
            "grant_type": "client_credentials",
            "client_id": m2m.settings["client_id"],
            "client_secret": m2m.settings["client_secret"],
        }
        token = client.post(m2m.token_url or "", data=form).json()["access_token"]
        basic = (bsc.settings["username"], bsc.settings["password"])
        shown = {"m2m token": token}
        shown["bsc token"] = client.post(bsc.token_url or "", data=form, auth=basic).text
        opaque = httpx.Response(200, text=shown["bsc token"]).json()["access_token"]
        for name, url, authorization in (
            ("m2m", f"{m2m.base_url}/partners/100013/sims", f"Bearer {token}"),
            ("bsc", f"{bsc.base_url}/v1/sims", f"Bearer {opaque}"),
            (
                "telcoapi",
                f"{telcoapi.base_url}/v1/sim/physical",
                f"Bearer {telcoapi.settings['api_key']}",
            ),
            ("infobip", f"{infobip.base_url}/iot/2/sims", f"App {infobip.settings['api_key']}"),
        ):
            answer = client.get(url, headers={"Authorization": authorization})
            assert answer.status_code == 200
            shown[name] = answer.text
        return shown


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    first = answers(11)
    assert answers(11) == first
    other = answers(12)
    assert [name for name in first if other[name] == first[name]] == []


def test_addresses_follow_from_the_specs(sandbox):
    url = f"http://127.0.0.1:{sandbox.port}"
    assert sandbox.url == url
    assert {name: (item.base_url, item.token_url) for name, item in sandbox.providers.items()} == {
        "telekom-m2m": (
            f"{url}/telekom-m2m/iot/connectivity/management/v1",
            f"{url}/telekom-m2m/auth/realms/default/protocol/openid-connect/token",
        ),
        "telekom-bsc": (
            f"{url}/telekom-bsc/management-api",
            f"{url}/telekom-bsc/management-api/oauth/token",
        ),
        "telcoapi": (f"{url}/telcoapi", None),
        "infobip": (f"{url}/infobip", None),
    }


def test_an_unknown_provider_is_told_with_the_known_ones(sandbox):
    with pytest.raises(KeyError, match="telekom-m2m, telekom-bsc"):
        sandbox.provider("acme")


def test_demo_credentials_are_not_in_the_repr(sandbox):
    for address in sandbox.providers.values():
        assert "sandbox-" not in repr(address)


def test_without_sims_lists_are_empty():
    with Sandbox(sims=0) as sandbox, httpx.Client(verify=False, trust_env=False) as client:
        address = sandbox.provider("infobip")
        headers = {"Authorization": f"App {address.settings['api_key']}"}
        assert client.get(f"{address.base_url}/iot/2/sims", headers=headers).json()["sims"] == []


def test_a_million_sims_start_at_once_and_any_of_them_is_found():
    before = time.monotonic()
    with (
        Sandbox(sims=1_000_000) as sandbox,
        httpx.Client(verify=False, trust_env=False) as client,
    ):
        address = sandbox.provider("infobip")
        headers = {"Authorization": f"App {address.settings['api_key']}"}
        url = f"{address.base_url}/iot/2/sims"
        last = client.get(url, params={"limit": 100, "page": 10_000}, headers=headers).json()
        sim = last["sims"][-1]
        assert len(last["sims"]) == 100
        assert client.get(f"{url}/{sim['iccid']}", headers=headers).json() == sim
    assert time.monotonic() - before < 10


@pytest.mark.parametrize("sims", [-1, 10_000_001])
def test_an_impossible_number_of_sims_is_refused(sims):
    with pytest.raises(ValueError, match="0 to 10000000 SIMs"):
        Sandbox(sims=sims)


def test_the_port_is_free_again_after_the_end_and_can_be_asked_for():
    with Sandbox(sims=0) as sandbox:
        port = sandbox.port
    with Sandbox(sims=0, port=port) as again:
        assert again.port == port


def test_a_port_that_is_taken_is_an_os_error_and_leaves_nothing_behind(sandbox):
    second = Sandbox(sims=0, port=sandbox.port)
    with pytest.raises(OSError, match="in use"):
        second.start()
    second.stop()


def test_a_port_out_of_range_is_refused():
    with pytest.raises(ValueError, match="0 to 65535"):
        Sandbox(sims=0, port=65536).start()


def test_it_runs_once_and_stops_as_often_as_one_likes():
    sandbox = Sandbox(sims=0)
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.url
    sandbox.start()
    with pytest.raises(RuntimeError, match="running already"):
        sandbox.start()
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.port


def test_it_stops_soon_although_a_client_sent_half_a_request_and_another_is_idle(caplog):
    sandbox = Sandbox(sims=0)
    sandbox.start()
    with (
        socket.create_connection(("127.0.0.1", sandbox.port)) as half,
        httpx.Client(verify=False, trust_env=False) as idle,
    ):
        half.sendall(b"POST /infobip/iot/2/sims HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        assert idle.get(f"{sandbox.url}/_sandbox/state").status_code == 200
        before = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - before < 5
        assert half.recv(1000).startswith(b"HTTP/1.1 503 ")
    assert [record for record in caplog.records if record.exc_info] == []


def test_a_client_that_goes_away_within_its_request_is_no_error(caplog):
    with Sandbox(sims=0) as sandbox:
        with socket.create_connection(("127.0.0.1", sandbox.port)) as half:
            half.sendall(b"POST /infobip/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        with httpx.Client(verify=False, trust_env=False) as client:
            assert client.get(f"{sandbox.url}/_sandbox/state").json()["requests"] == 0
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_it_listens_on_loopback_only_and_answers_without_delay(sandbox):
    listener = sandbox._socket
    assert listener.getsockname()[0] == "127.0.0.1"
    # Without the protocol asyncio leaves Nagle's algorithm on: 40 ms for every answer.
    assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("example.com", False),
    ],
)
def test_what_counts_as_loopback(host, loopback):
    assert is_loopback(host) is loopback


def test_a_wildcard_is_reached_over_loopback():
    with Sandbox(sims=0, host="0.0.0.0") as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{sandbox.url}/_sandbox/state", verify=False).status_code == 200

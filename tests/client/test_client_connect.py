"""From a name to a client: what is imported, what reaches httpx, what may be overridden."""

from __future__ import annotations

import asyncio
import inspect
import json
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import certifi
import pytest

import simloom
from simloom.aclient import AsyncSimClient
from simloom.capabilities import Verb
from simloom.client import SimClient
from simloom.connection import prepare
from simloom.errors import (
    ConfigurationError,
    MissingCredentials,
    UnknownProvider,
    UnsupportedOperation,
)
from simloom.plugins.loader import load

ICCID = "8949000000000000001"
PROVIDERS = ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]


def imported_by(code):
    """Run code in a new interpreter and return the modules that are there afterwards."""
    code = f"{code}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_importing_simloom_imports_next_to_nothing():
    found = imported_by("import simloom")
    heavy = {"httpx", "attrs", "attr", "msgspec", "pluggy", "simloom_clients", "simloom_plugins"}
    assert not heavy & {name.partition(".")[0] for name in found}
    assert [name for name in found if name.startswith("simloom.")] == []


@pytest.mark.parametrize("home", ["simloom", "simloom.aio"])
def test_connecting_imports_one_provider(home):
    found = imported_by(
        f"import simloom\nclient = {home}.connect('telcoapi', api_key='k')\n"
        "assert 'telcoapi' in repr(client)"
    )
    packages = {".".join(name.split(".")[:2]) for name in found if name.startswith("simloom_")}
    assert {name for name in packages if "." in name} == {
        "simloom_clients.telcoapi",
        "simloom_plugins.telcoapi",
    }


def test_the_names_of_the_package_are_there():
    for name in simloom.__all__:
        assert getattr(simloom, name) is not None
        assert name in dir(simloom)
    assert simloom.connect is not simloom.aio.connect
    with pytest.raises(AttributeError, match="no attribute 'conect'"):
        simloom.conect  # noqa: B018


def public(kind):
    return {
        name: list(inspect.signature(value).parameters.values())
        for name, value in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and name not in {"close", "aclose"}
    }


def plain(parameters):
    return [(one.name, one.kind, one.default, one.annotation) for one in parameters]


def test_both_clients_have_the_same_methods_and_parameters():
    blocking, awaited = public(SimClient), public(AsyncSimClient)
    assert blocking.keys() == awaited.keys()
    assert len(blocking) > 40
    for name, parameters in blocking.items():
        assert plain(parameters) == plain(awaited[name]), name
    assert plain(inspect.signature(simloom.connect).parameters.values()) == plain(
        inspect.signature(simloom.aio.connect).parameters.values()
    )


def test_both_clients_say_the_same_of_each_method():
    for name in public(SimClient):
        mine, other = getattr(SimClient, name).__doc__, getattr(AsyncSimClient, name).__doc__
        assert mine.splitlines()[0] == other.splitlines()[0], name


@pytest.mark.parametrize("provider", PROVIDERS)
def test_connecting_sends_nothing(both, sandbox, sandbox_settings, provider):
    both.client(prepare(provider, **sandbox_settings(provider)))
    assert sandbox.emulator.requests()["requests"] == []


def test_a_real_vendor_without_the_verb_is_not_asked(both, sandbox, sandbox_settings):
    client = both.client(prepare("infobip", **sandbox_settings("infobip")))
    with pytest.raises(UnsupportedOperation) as caught:
        client.terminate(ICCID)
    with pytest.raises(UnsupportedOperation):
        client.orders()
    assert sandbox.emulator.requests()["requests"] == []
    assert caught.value.provider == "infobip"
    usable = [name for name in PROVIDERS if load(name).capabilities()[Verb.TERMINATE].usable]
    assert list(caught.value.alternatives) == usable != []
    assert f"providers that have it: {', '.join(usable)}" in str(caught.value)


def test_a_context_manager_closes(vendor, sandbox_settings):
    with simloom.connect("telcoapi", **sandbox_settings("telcoapi")) as client:
        first = next(iter(client.sims()))
        opened = client._session.client._client
    assert opened.is_closed

    async def awaited():
        async with simloom.aio.connect("telcoapi", **sandbox_settings("telcoapi")) as client:
            found = await client.get(first.iccid)
            opened = client._session.client._client
        assert opened.is_closed
        return found

    assert asyncio.run(awaited()).iccid == first.iccid


def test_errors_of_connecting():
    with pytest.raises(UnknownProvider, match="installed: infobip, telcoapi, telekom-bsc"):
        simloom.connect("infobib")
    with pytest.raises(MissingCredentials):
        simloom.connect("telcoapi")


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"base_url": "http://api.example"}, "base_url: .* is plain http"),
        ({"base_url": "ftp://api.example"}, "base_url: .* is not an http"),
        ({"base_url": "https://me:pw-canary@api.example"}, "base_url: holds user information"),
        ({"base_url": ""}, "base_url: '' is not an http"),
        ({"token_url": "http://login.example/token"}, "token_url: .* is plain http"),
        ({"proxy": "socks5://me:pw-canary@proxy:1"}, "proxy is not an http"),
        ({"proxy": "me:pw-canary@proxy:1"}, "proxy is not an http"),
        ({"ca_bundle": "/nowhere/ca.pem"}, "ca_bundle: "),
    ],
)
@pytest.mark.parametrize("connect", [simloom.connect, simloom.aio.connect])
def test_addresses_are_checked_before_anything_is_sent(connect, settings, why):
    given = {"client_id": "c", "client_secret": "s", "partner_id": "1", **settings}
    if settings == {"base_url": ""}:
        why = "base_url is empty"  # the provider's own check comes first
    with pytest.raises(ConfigurationError, match=why) as caught:
        connect("telekom-m2m", **given)
    assert "pw-canary" not in str(caught.value)


def test_plain_http_elsewhere_has_to_be_asked_for():
    address = {"api_key": "k", "base_url": "http://api.example"}
    client = simloom.connect("telcoapi", allow_insecure_http=True, **address)
    assert "http://api.example" in repr(client)
    client.close()


@pytest.fixture
def proxy():
    """An HTTP proxy that answers itself and remembers the whole URLs it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("proxy-authorization")))
            self.send_response(200)
            self.send_header("content-type", "text/plain")
            self.send_header("content-length", "7")
            self.end_headers()
            self.wfile.write(b"proxied")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://me:pw@127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_a_proxy_gets_the_requests(both, vendor, proxy, monkeypatch):
    url, asked = proxy
    assert both.acme(vendor, proxy=url).get(ICCID).label == "proxied"
    assert asked == [(f"{vendor.url}/sims/{ICCID}", "Basic bWU6cHc=")]
    assert vendor.asked == []


def test_a_proxy_of_the_environment_is_not_used(both, vendor, proxy, monkeypatch):
    url, asked = proxy
    monkeypatch.setenv("HTTP_PROXY", url)
    monkeypatch.setenv("ALL_PROXY", url)
    assert both.acme(vendor).get(ICCID).label == "ok"
    assert asked == []


@pytest.mark.parametrize("kind", ["Client", "httpx", "aiohttp"])
def test_a_ca_bundle_is_what_is_trusted(kind, tmp_path):
    from pathlib import Path

    first = Path(certifi.where()).read_text("utf-8").partition("-----END CERTIFICATE-----")
    bundle = tmp_path / "ca.pem"
    bundle.write_text(first[0] + first[1] + "\n", "utf-8")
    connect = simloom.connect if kind == "Client" else simloom.aio.connect
    backend = "auto" if kind == "Client" else kind
    client = connect("telcoapi", api_key="k", ca_bundle=str(bundle), http_backend=backend)
    options = client._session.client._httpx_options()
    if kind == "Client":
        verify = options["verify"]
    else:
        transport = options["transport"]
        verify = (transport if kind == "httpx" else transport._pool)._verify
    assert isinstance(verify, ssl.SSLContext)
    assert len(verify.get_ca_certs()) == 1
    assert verify.verify_mode is ssl.CERT_REQUIRED
    assert verify.check_hostname


def test_the_user_agent_names_the_application(both, vendor):
    both.acme(vendor, user_agent="acme-fleet/1.2").get(ICCID)
    both.acme(vendor).get(ICCID)
    assert [one.headers["user-agent"] for one in vendor.asked] == [
        "simloom acme-fleet/1.2",
        "simloom",
    ]


def test_the_time_out_is_the_one_given(both, vendor):
    client = both.acme(vendor, timeout=12.5)
    assert client._session.client._options["timeout"] == 12.5

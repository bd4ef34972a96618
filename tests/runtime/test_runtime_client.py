from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import closing

import pytest
from attrs import define

from simloom.runtime import (
    UNSET,
    ApiError,
    AsyncClient,
    Client,
    ClientClosed,
    Empty,
    InvalidParameter,
    Json,
    Model,
    NotFound,
    Operation,
    Request,
    Secret,
    Text,
    Unset,
    client,
)
from simloom.transport.auth import BasicAuth, BearerAuth

CANARY = "hunter2-2f1c"


@define(kw_only=True, repr=False, weakref_slot=False)
class Sim(Model):
    iccid: str
    label: str | Unset = UNSET


GET: Operation[Sim] = Operation(
    id="get_sim", method="GET", path="/sims/{iccid}", results={200: Json(lambda: Sim)}
)
PATCH: Operation[None] = Operation(
    id="rename",
    method="PATCH",
    path="/sims",
    results={200: Json(lambda: dict[str, str]), 204: Empty()},
    media_type="application/json",
)


def get(iccid: str = "1", **query: object) -> Request[Sim]:
    return GET.request(path={"iccid": iccid}, query=query)


def test_a_request_travels_and_its_answer_is_typed(vendor, exchange):
    vendor.answer(200, b'{"iccid":"1","label":"x"}', x_request_id="r1")
    (response,) = exchange(f"{vendor.url}/base/", get("a/b", fields=["x", "y"], q="ü&"))
    assert response.parsed == Sim(iccid="1", label="x")
    assert (response.status, response.headers["x-request-id"]) == (200, "r1")
    assert response.content == b'{"iccid":"1","label":"x"}'
    (seen,) = vendor.seen
    assert (seen.method, seen.body) == ("GET", b"")
    assert seen.target == "/base/sims/a%2Fb?fields=x&fields=y&q=%C3%BC%26"
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["user-agent"] == "simloom"
    assert "content-type" not in seen.headers


def test_a_body_travels_with_its_media_type(vendor, exchange):
    exchange(vendor.url, PATCH.request(body=[Sim(iccid="1")], headers={"X-Tenant": "t"}))
    (seen,) = vendor.seen
    assert (seen.method, seen.body) == ("PATCH", b'[{"iccid":"1"}]')
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["content-length"] == "15"
    assert seen.headers["x-tenant"] == "t"


def test_default_headers_and_those_of_a_request(vendor, exchange):
    exchange(
        vendor.url,
        PATCH.request(body={}, headers={"X-Tenant": "mine"}),
        PATCH.request(body={}),
        headers={"X-Tenant": "all", "User-Agent": "app/1"},
    )
    assert [seen.headers["x-tenant"] for seen in vendor.seen] == ["mine", "all"]
    assert {seen.headers["user-agent"] for seen in vendor.seen} == {"app/1"}


def test_connections_are_used_again(vendor, exchange):
    vendor.answer(200, b'{"iccid":"1"}')
    exchange(vendor.url, get(), get(), get())
    assert len({seen.connection for seen in vendor.seen}) == 1


def test_an_answer_without_content(vendor, exchange):
    vendor.answer(204, b"")
    (response,) = exchange(vendor.url, PATCH.request(body={}))
    assert (response.status, response.parsed, response.content) == (204, None, b"")


def test_an_error_status_is_a_typed_error(vendor, exchange):
    vendor.answer(404, b'{"message":"no such SIM","code":7}', x_b3_traceid="t1")
    with pytest.raises(NotFound) as caught:
        exchange(vendor.url, get())
    error = caught.value
    assert (error.code, error.message, error.request_id) == ("7", "no such SIM", "t1")
    assert error.operation == "get_sim"


@pytest.mark.parametrize("status", [499, 520])
def test_a_status_that_no_registry_knows(vendor, exchange, status):
    vendor.answer(status, b"<html>")
    with pytest.raises(ApiError) as caught:
        exchange(vendor.url, get())
    assert caught.value.status == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_error_and_is_not_followed(vendor, exchange, status):
    with closing(socket.create_server(("127.0.0.1", 0))) as elsewhere:
        host, port = elsewhere.getsockname()
        vendor.answer(status, b"", location=f"http://{host}:{port}/steal")
        with pytest.raises(ApiError) as caught:
            exchange(vendor.url, get(), auth=BearerAuth(Secret(CANARY)))
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has connected
            elsewhere.accept()
    assert caught.value.status == status
    assert [seen.target for seen in vendor.seen] == ["/sims/1"]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_in_the_environment_is_ignored(vendor, exchange, monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    vendor.answer(200, b'{"iccid":"1"}')
    assert exchange(vendor.url, get())[0].parsed == Sim(iccid="1")


def test_credentials_in_a_netrc_file_are_ignored(vendor, exchange, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login user password {CANARY}")
    monkeypatch.setenv("NETRC", str(netrc))
    vendor.answer(200, b'{"iccid":"1"}')
    exchange(vendor.url, get())
    assert "authorization" not in vendor.seen[0].headers


def test_credentials_never_follow_an_operation_to_another_server(vendor, exchange):
    operation: Operation[str] = Operation(
        id="create_token",
        method="POST",
        path="/token",
        results={200: Text()},
        server="https://elsewhere.invalid/auth",
    )
    vendor.answer(200, b"t")
    exchange(vendor.url, operation.request(), auth=BearerAuth(Secret(CANARY)))
    assert vendor.seen[0].target == "/token"


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        (BearerAuth(Secret("k1")), "Bearer k1"),
        (BasicAuth("user", Secret("p:w")), "Basic dXNlcjpwOnc="),
        (None, None),
    ],
)
def test_auth_signs_requests(vendor, exchange, auth, header):
    vendor.answer(200, b'{"iccid":"1"}')
    exchange(vendor.url, get(), auth=auth)
    assert vendor.seen[0].headers.get("authorization") == header


@pytest.mark.parametrize("make", [Client, AsyncClient])
def test_the_repr_shows_the_base_url_and_no_credential(make):
    made = make(
        "https://api.example.com/v1/",
        auth=BearerAuth(Secret(CANARY)),
        headers={"x-api-key": CANARY},
    )
    assert repr(made) == f"<{make.__name__} https://api.example.com/v1>"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "https://api.example.com:8443/v1/",
        "http://localhost:8000",
        "http://127.0.0.1",
        "http://127.8.9.1:1",
        "http://[::1]:8000/base",
    ],
)
def test_base_urls_that_are_safe(url):
    assert Client(url).base_url == AsyncClient(url).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.example.com", "plain http"),
        ("http://localhost.example.com", "plain http"),
        ("http://127.0.0.1.example.com", "plain http"),
        ("http://10.0.0.1", "plain http"),
        ("http://0.0.0.0", "plain http"),
        ("http://[::2]", "plain http"),
        (f"https://user:{CANARY}@api.example.com", "user information"),
        (f"https://{CANARY}@api.example.com", "user information"),
        (f"ftp://user:{CANARY}@api.example.com", "user information"),
        (f"https://user:{CANARY}@api.example.com:port", "user information"),
        ("https://@api.example.com", "user information"),
        ("https://api.example.com?key=1", "a query"),
        ("https://api.example.com/?", "a query"),
        ("https://api.example.com#x", "a fragment"),
        ("https://api.example.com#", "a fragment"),
        ("ftp://api.example.com", "not an http"),
        ("api.example.com", "not an http"),
        ("https://", "not an http"),
        ("", "not an http"),
        ("https://api.example.com:port", "port"),
        ("https://api.example.com\r\nx", "non-printable"),
    ],
)
@pytest.mark.parametrize("make", [Client, AsyncClient])
def test_base_urls_that_are_refused(make, url, words):
    with pytest.raises(InvalidParameter, match=words) as caught:
        make(url)
    assert CANARY not in str(caught.value)


def test_plain_http_can_be_allowed_by_name():
    made = Client("http://10.0.0.1", allow_insecure_http=True)
    assert made.base_url == "http://10.0.0.1"


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\n", " a", "ü", "a\x00"])
@pytest.mark.parametrize("make", [Client, AsyncClient])
def test_default_headers_are_checked_at_once(make, value):
    with pytest.raises(InvalidParameter, match="'x-api-key'") as caught:
        make("https://api.example.com", headers={"x-api-key": f"{value}{CANARY}{value}"})
    assert CANARY not in str(caught.value)


def test_certificates_are_verified(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    own = ssl.create_default_context()
    assert Client("https://a.example")._httpx_options()["verify"] is client.default_tls()
    assert Client("https://a.example", verify=own)._httpx_options()["verify"] is own
    assert client.default_tls().verify_mode is ssl.CERT_REQUIRED
    assert client.default_tls().check_hostname
    assert client.default_tls().minimum_version >= ssl.TLSVersion.TLSv1_2


def test_closing_a_blocking_client(vendor):
    vendor.answer(200, b'{"iccid":"1"}')
    client = Client(vendor.url)
    assert client.send(get()) == Sim(iccid="1")
    inner = client._client
    client.close()
    assert inner.is_closed
    client.close()
    with pytest.raises(ClientClosed, match="get_sim: the client was closed; nothing was sent"):
        client.send(get())
    assert len(vendor.seen) == 1


def test_closing_an_awaited_client(vendor):
    vendor.answer(200, b'{"iccid":"1"}')

    async def scenario() -> None:
        client = AsyncClient(vendor.url)
        assert await client.send(get()) == Sim(iccid="1")
        inner = client._client
        await client.aclose()
        assert inner.is_closed
        await client.aclose()
        with pytest.raises(ClientClosed, match="get_sim: the client was closed; nothing was sent"):
            await client.send(get())
        assert len(vendor.seen) == 1

    asyncio.run(scenario())


def test_a_client_is_closed_when_its_block_fails(vendor):
    vendor.answer(500)
    with pytest.raises(ApiError), Client(vendor.url) as client:
        inner = client._opened()
        client.send(get())
    assert inner.is_closed

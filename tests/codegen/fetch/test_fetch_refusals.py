"""What a fetch refuses to ask for, to follow or to believe."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from simloom_codegen.download import DownloadLimits
from simloom_codegen.fetch import FetchStatus, fetch


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def source(folder: Path, url: str) -> None:
    (folder / "source.toml").write_text(f'[source]\nurl = "{url}"\n')


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!doctype html><title>Log in</title>", "HTML"),
        (b"openapi: [", "YAML|parse|flow"),
        (b"- 1\n- 2\n", "list"),
        (b'{"openapi": "3.1.0", "paths": {}}', "33 bytes"),
        (b"openapi: 3.1.0\ninfo: " + b"x" * 300, "no paths"),
        (b"openapi: 3.1.0\npaths: {}\ninfo: " + b"x" * 300, "0 operations, ours has 2"),
        (b"openapi: 2.9\npaths: {}\ninfo: " + b"x" * 300, "it is OpenAPI 2.9, not 3.0 or 3.1"),
        (b"openapi:\npaths: {}\ninfo: " + b"x" * 300, "it is OpenAPI None"),
        (b"swagger: '1.2'\npaths: {}\ninfo: " + b"x" * 300, "this is a Swagger 1.2 document"),
        (b"swagger: '2.0'\npaths: {}\ninfo: " + b"x" * 300, "0 operations, ours has 2"),
        (b"hello: world\n" + b"x: y\n" + b"#" * 300, "neither an `openapi` nor a `swagger` key"),
        (b"\xff\x00\xfe" + b"x" * 300, "UTF-8"),
    ],
)
def test_what_is_no_specification_is_refused(provider, cache, vendor, body, reason):
    vendor.serves(body)
    before = files(provider)
    result = fetch(provider, cache=cache, write=True)
    assert result.status is FetchStatus.UNAVAILABLE
    assert any(word in result.reason for word in reason.split("|"))
    assert "\n" not in result.reason
    assert files(provider) == before
    assert not cache.exists()


def test_a_file_that_lost_most_operations_needs_consent(provider, cache, vendor, spec):
    (provider / "openapi.yaml").write_bytes(spec("/a", "/b", "/c"))
    vendor.serves(spec("/a"))
    assert fetch(provider, cache=cache).reason == "the file has 1 operations, ours has 3"
    assert fetch(provider, cache=cache, accept_shrink=True).status is FetchStatus.CHANGED
    vendor.serves(spec("/a", "/b"))
    assert fetch(provider, cache=cache).status is FetchStatus.CHANGED


@pytest.mark.parametrize("status", [204, 304, 401, 404, 429, 500, 503])
def test_any_other_status_is_unavailable(provider, cache, vendor, status):
    vendor.serves(b"", status=status)
    result = fetch(provider, cache=cache)
    assert (result.status, result.reason) == (
        FetchStatus.UNAVAILABLE,
        f"the server says HTTP {status}",
    )


def test_no_server_is_unavailable(provider, cache, vendor):
    source(provider, "http://127.0.0.1:1/api")
    result = fetch(provider, cache=cache)
    assert result.status is FetchStatus.UNAVAILABLE
    assert result.reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "names no address"),
        ("http://vendor.example/api", "not https"),
        ("file:///etc/passwd", "no host"),
        ("ftp://127.0.0.1/api", "not https"),
        ("https://user:secret@vendor.example/api", "credentials"),
        ("http://127.0.0.1.vendor.example/api", "not https"),
        ("api.yaml", "no host"),
        ("https://vendor.example:port/api", "port"),
    ],
)
def test_an_address_that_must_not_be_asked_is_not_asked(provider, cache, url, reason):
    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"asked {request.url}")

    source(provider, url)
    with httpx.Client(transport=httpx.MockTransport(refuse)) as client:
        result = fetch(provider, cache=cache, client=client)
    assert result.status is FetchStatus.UNAVAILABLE
    assert reason in result.reason
    assert "secret" not in result.reason


def test_a_redirect_within_the_origin_is_followed(provider, cache, vendor, spec):
    vendor.serves(b"", status=302, Location="/v2/api")
    vendor.serves(spec("/a", "/b"), path="/v2/api")
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://localhost:1/api", "another origin, http://localhost"),
        ("https://127.0.0.1/api", "another origin, https://127.0.0.1"),
        ("//vendor.example/api", "not https"),
        ("http://me@127.0.0.1/api", "credentials"),
        ("/api", "more than 5 redirects"),
    ],
)
def test_a_redirect_elsewhere_is_refused(provider, cache, vendor, location, reason):
    vendor.serves(b"", status=307, Location=location)
    result = fetch(provider, cache=cache)
    assert result.status is FetchStatus.UNAVAILABLE
    assert reason in result.reason


def test_nothing_secret_of_the_given_client_is_sent(provider, cache, vendor):
    with httpx.Client(
        auth=("me", "secret"),
        headers={"Authorization": "Bearer secret", "X-Key": "secret"},
        cookies={"session": "secret"},
        params={"key": "secret"},
        follow_redirects=True,
        trust_env=False,
    ) as client:
        assert fetch(provider, cache=cache, client=client).status is FetchStatus.UNCHANGED
        assert not client.is_closed
    assert "secret" not in str(vendor.asked)


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_beyond_the_cap_is_cut_off(provider, cache, vendor, packed):
    body = b"#" * 100_000
    headers = {"Content_Encoding": "gzip"} if packed else {}
    vendor.serves(gzip.compress(body) if packed else body, **headers)
    result = fetch(provider, cache=cache, limits=DownloadLimits(max_bytes=50_000))
    assert result.reason == "the file is larger than 50000 bytes"


def test_a_packed_answer_is_unpacked_and_a_broken_one_unavailable(provider, cache, vendor, spec):
    packed = gzip.compress(spec("/a", "/b"))
    vendor.serves(packed, Content_Encoding="gzip")
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED
    vendor.serves(b"not gzip", Content_Encoding="gzip")
    assert fetch(provider, cache=cache).status is FetchStatus.UNAVAILABLE


def test_a_body_that_ends_early_is_unavailable(provider, cache, vendor, spec):
    vendor.serves(spec("/a", "/b"), Content_Length="99999")
    assert fetch(provider, cache=cache).status is FetchStatus.UNAVAILABLE


def test_silence_is_unavailable(provider, cache):
    def silent(request: httpx.Request) -> httpx.Response:
        assert request.extensions["timeout"] == dict.fromkeys(
            ("connect", "read", "write", "pool"), 3.0
        )
        raise httpx.ReadTimeout("", request=request)

    with httpx.Client(transport=httpx.MockTransport(silent), timeout=None) as client:
        result = fetch(provider, cache=cache, client=client, limits=DownloadLimits(timeout=3.0))
    assert result.reason == "the server did not answer in time"


def test_an_answer_that_drips_is_given_up_at_the_deadline(provider, cache):
    now = [0.0]

    def drops() -> Iterator[bytes]:
        while True:
            now[0] += 10
            yield b"# more\n"

    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=drops()))
    with httpx.Client(transport=transport) as client:
        result = fetch(provider, cache=cache, client=client, clock=lambda: now[0])
    assert (result.status, result.reason) == (FetchStatus.UNAVAILABLE, "it took too long")
    assert now[0] == 130


def test_a_proxy_is_not_asked_for_what_runs_on_this_machine(provider, cache, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED


def test_a_proxy_that_makes_no_sense_is_unavailable(provider, cache, monkeypatch):
    source(provider, "https://vendor.invalid/api")
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://127.0.0.1:1")
    monkeypatch.delenv("https_proxy", raising=False)
    result = fetch(provider, cache=cache)
    assert result.status is FetchStatus.UNAVAILABLE
    assert "settings here do not work" in result.reason

"""A document is got from an address carefully, or not at all."""

from __future__ import annotations

import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from simloom.newprovider.processes import without_query
from simloom_codegen.document import MAX_BYTES
from simloom_codegen.download import DownloadLimits
from simloom_codegen.errors import DocumentError
from simloom_codegen.obtain import main, obtain

GOOD = b"openapi: 3.0.3"
ANSWERS = {
    "/good": (200, GOOD, {}),
    "/empty": (200, b" \n", {}),
    "/gone": (404, b"", {}),
    "/moved": (302, b"", {"Location": "/good"}),
    "/away": (302, b"", {"Location": "https://other.example/openapi.yaml"}),
    "/round": (302, b"", {"Location": "/round"}),
    "/bomb": (200, gzip.compress(bytes(MAX_BYTES + 1), 1), {"Content-Encoding": "gzip"}),
}


class Vendor(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body, headers = ANSWERS[self.path.partition("?")[0]]
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def vendor():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/good", "/moved", "/good?token=top-secret"])
def test_what_is_there_comes_byte_for_byte(vendor, path):
    assert obtain(vendor + path) == GOOD


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/empty", "the file is empty"),
        ("/gone", "the server says HTTP 404"),
        ("/away", "redirected to another origin, https://other.example"),
        ("/round", "more than 5 redirects"),
        ("/bomb", f"the file is larger than {MAX_BYTES} bytes"),
    ],
)
def test_anything_else_is_an_error_that_says_what_came(vendor, path, why):
    with pytest.raises(DocumentError) as caught:
        obtain(vendor + path)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://vendor.example/openapi.yaml", "not https"),
        ("ftp://vendor.example/openapi.yaml", "not https"),
        ("file:///etc/passwd", "names no host"),
        ("https://", "names no host"),
        ("https://user:pw@vendor.example/openapi.yaml", "carries credentials"),
        ("https://[::1/openapi.yaml?token=top-secret", "Invalid port"),
    ],
)
def test_only_plain_https_is_asked(address, why):
    with pytest.raises(DocumentError, match=why) as caught:
        obtain(address)
    assert "top-secret" not in str(caught.value)
    assert "pw" not in str(caught.value)


def test_it_takes_no_longer_than_it_may(vendor):
    times = iter([0.0, 0.0, 121.0])
    with pytest.raises(DocumentError, match="too long"):
        obtain(vendor + "/good", limits=DownloadLimits(), clock=lambda: next(times))


def test_the_command_leaves_nothing_when_nothing_came(vendor, tmp_path, monkeypatch, capsys):
    asked = iter([f"{vendor}/gone\n", f"{vendor}/good\n"])
    monkeypatch.setattr("sys.stdin", type("Given", (), {"readline": lambda _: next(asked)})())
    target = tmp_path / "document"
    assert main([str(target)]) == 1
    assert "HTTP 404" in capsys.readouterr().err
    assert not target.exists()
    assert main([str(target)]) == 0
    assert target.read_bytes() == GOOD


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://v.example/a/b.yaml", "https://v.example/a/b.yaml"),
        ("https://v.example/a?token=x#y", "https://v.example/a"),
        ("https://v.example#token", "https://v.example"),
        ("https://user:p@ss@v.example/a@b?c", "https://v.example/a@b"),
        ("https://v.example?x=/@y", "https://v.example"),
        ("https://v.example/\x1b[31m", "https://v.example/[31m"),
    ],
)
def test_only_what_is_no_secret_is_told_of_an_address(address, shown):
    assert without_query(address) == shown

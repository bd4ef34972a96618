"""A vendor's web server on this machine, and a provider folder that points at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml


class Vendor:
    """Answers what it is told and remembers what it was asked."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def serves(self, body: bytes, *, status: int = 200, path: str = "/api", **headers: str) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, names, body)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            status, headers, body = told.answers.get(self.path, (404, {}, b""))
            known = headers.get("ETag")
            if known is not None and self.headers.get("If-None-Match") == known:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Vendor(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def spec() -> Callable[..., bytes]:
    """Write a document with one operation per path."""

    def written(*paths: str) -> bytes:
        operation = {"get": {"responses": {"200": {"description": "ok"}}}}
        info = {"title": "t", "version": "1", "description": "x" * 256}
        document = {"openapi": "3.1.0", "info": info, "paths": dict.fromkeys(paths, operation)}
        return yaml.safe_dump(document).encode()

    return written


@pytest.fixture
def provider(tmp_path: Path, vendor: Vendor, spec: Callable[..., bytes]) -> Path:
    folder = tmp_path / "specs" / "acme"
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(f'[source]\nurl = "{vendor.origin}/api"\n')
    (folder / "openapi.yaml").write_bytes(spec("/a", "/b"))
    vendor.serves(spec("/a", "/b"))
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"

"""A stand-in of Acme on loopback, with the standard library alone."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "acme-stand-in-key"
CARDS = 23
FROM = {"live": {"stock", "paused", "live"}, "paused": {"live", "paused"}}


def luhn(digits: str) -> str:
    """Return the check digit (ISO/IEC 7812-1) of a number."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def cards() -> dict[str, dict[str, Any]]:
    """Return the cards of the start, by ICCID."""
    made = {}
    for number in range(CARDS):
        head = f"898800{number:012d}"
        iccid = head + luhn(head)
        code = ("live", "paused", "stock")[number % 3]
        made[iccid] = {
            "iccid": iccid,
            "imsi": f"99970{number:010d}",
            "msisdn": None if code == "stock" else f"88210{number:07d}",
            "name": f"pump {number}",
            "status": {"code": code, "since": "2026-01-01T00:00:00Z"},
        }
    return made


class StandIn:
    """The cards, and what happens to them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Go back to the cards of the start."""
        with self._lock:
            self._cards = cards()

    def answer(self, method: str, target: str, key: str | None, body: bytes) -> tuple[int, Any]:
        """Return status and body for a request."""
        if key != KEY:
            return 401, {"message": "no such key"}
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            if (method, parts.path) == ("GET", "/v1/cards"):
                return self._list(query)
            if (method, parts.path) == ("POST", "/v1/status-changes"):
                return self._change(json.loads(body))
            card = self._cards.get(parts.path.removeprefix("/v1/cards/"))
            if method == "GET" and card is not None:
                return 200, card
        return 404, {"message": "no such card"}

    def _list(self, query: dict[str, str]) -> tuple[int, Any]:
        limit = int(query.get("limit", "20"))
        if not 1 <= limit <= 50:
            return 400, {"message": "limit is 1 to 50"}
        wanted = query.get("status")
        found = [card for card in self._cards.values() if wanted in {None, card["status"]["code"]}]
        start = int(base64.b64decode(query["cursor"])) if "cursor" in query else 0
        end = start + limit
        cursor = base64.b64encode(str(end).encode()).decode() if end < len(found) else None
        return 200, {"cards": found[start:end], "next_cursor": cursor}

    def _change(self, wish: dict[str, Any]) -> tuple[int, Any]:
        results = []
        for iccid in wish["iccids"]:
            card = self._cards.get(iccid)
            ok = card is not None and card["status"]["code"] in FROM[wish["code"]]
            if card is not None and ok:
                card["status"] = {**card["status"], "code": wish["code"]}
            reason = None if ok else "no such card, or not from this status"
            results.append({"iccid": iccid, "ok": ok, "reason": reason})
        return 200, {"results": results}


@contextmanager
def running(vendor: StandIn) -> Iterator[str]:
    """Serve a stand-in and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            key = self.headers.get("x-api-key")
            status, answer = vendor.answer(self.command, self.path, key, body)
            content = json.dumps(answer).encode()
            head = f"HTTP/1.1 {status} -\r\ncontent-type: application/json\r\n"
            self.wfile.write(f"{head}content-length: {len(content)}\r\n\r\n".encode() + content)

        do_GET = do_POST = do

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A stand-in of Acme on loopback, with the standard library alone.

It does what the vendor's document says; `test_acme_standin.py` compares the two.
"""

from __future__ import annotations

import base64
import json
import re
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from startcards import CARDS, DAYS, cards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CARDS", "KEY", "StandIn", "running"]

KEY = "acme-stand-in-key"
FROM = {"live": {"stock", "paused", "live"}, "paused": {"live", "paused"}}
AT_ONCE, IN_ONE_REQUEST = 5, 100
QUEUED, RUNNING = 0.5, 0.3
"""Seconds that a job is queued, and running."""
LIMITS = {"changes": 1000, "messages": 30}
WINDOW = 60.0


class Refused(Exception):
    """Something that the vendor answers with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class StandIn:
    """The cards, and what happens to them.

    `clock` gives seconds since the epoch. `observe` hears of each request, with its answer.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        observe: Callable[[str, str, bytes, int, Any], None] = lambda *_: None,
    ) -> None:
        self._lock = RLock()
        self._clock = clock
        self._observe = observe
        self._ways: list[tuple[str, str, Callable[..., tuple[int, Any]]]] = [
            ("GET", "/v1/cards", self._list),
            ("GET", "/v1/cards/{}", self._card),
            ("PATCH", "/v1/cards/{}", self._rename),
            ("GET", "/v1/cards/{}/usage", self._usage),
            ("GET", "/v1/cards/{}/messages", self._messages),
            ("POST", "/v1/cards/{}/messages", self._send),
            ("POST", "/v1/cards/{}/termination", self._end),
            ("POST", "/v1/status-changes", self._change),
            ("GET", "/v1/jobs", self._list_jobs),
            ("GET", "/v1/jobs/{}", self._job),
            ("DELETE", "/v1/jobs/{}", self._cancel),
        ]
        self.reset()

    def reset(self) -> None:
        """Go back to the cards of the start."""
        with self._lock:
            self._ahead = 0.0
            self._cards = cards()
            self._jobs: dict[str, dict[str, Any]] = {}
            self._sent: dict[str, list[dict[str, Any]]] = {}
            self._counted: list[tuple[str, float, int]] = []

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._ahead += seconds

    def answer(self, method: str, target: str, key: str | None, body: bytes) -> tuple[int, Any]:
        """Return status and body for a request."""
        try:
            if key != KEY:
                raise Refused(401, "no such key")  # noqa: TRY301
            with self._lock:
                status, told = self._found(method, target, body)
                told = json.loads(json.dumps(told))  # as it is at this moment
        except Refused as error:
            status, told = error.status, {"message": str(error)}
        self._observe(method, target, body, status, told)
        return status, told

    def _found(self, method: str, target: str, body: bytes) -> tuple[int, Any]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._work()
        for way_method, path, way in self._ways:
            found = re.fullmatch(path.replace("{}", "([^/]+)"), parts.path)
            if found and method == way_method:
                return way(*found.groups(), query if method == "GET" else _json(body))
        raise Refused(404, "no such address")

    def _now(self) -> float:
        return self._clock() + self._ahead

    def _moment(self) -> str:
        return datetime.fromtimestamp(self._now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _one(self, iccid: str) -> dict[str, Any]:
        if iccid not in self._cards:
            raise Refused(404, "no such card")
        return self._cards[iccid]

    def _count(self, limit: str, cost: int) -> None:
        """Count something against a limit, unless it is above it."""
        start = self._now() - WINDOW
        self._counted = [each for each in self._counted if each[1] > start]
        used = sum(each[2] for each in self._counted if each[0] == limit)
        if used + cost > LIMITS[limit]:
            raise Refused(429, f"at most {LIMITS[limit]} {limit} per minute")
        self._counted.append((limit, self._now(), cost))

    def _list(self, query: dict[str, str]) -> tuple[int, Any]:
        limit = int(query.get("limit", "20"))
        if not 1 <= limit <= 50:
            raise Refused(400, "limit is 1 to 50")
        found = [
            card
            for card in self._cards.values()
            if query.get("status") in {None, card["status"]["code"]}
            and query.get("imsi") in {None, card["imsi"]}
        ]
        return 200, _part("cards", found, query, limit)

    def _card(self, iccid: str, _: Any) -> tuple[int, Any]:
        return 200, self._one(iccid)

    def _rename(self, iccid: str, wish: Any) -> tuple[int, Any]:
        self._one(iccid)["name"] = _member(wish, "name", str)
        return 200, self._cards[iccid]

    def _usage(self, iccid: str, query: dict[str, str]) -> tuple[int, Any]:
        self._one(iccid)
        first, last = query.get("from", DAYS[0]), query.get("to", DAYS[-1])
        days = [
            {"day": day, "bytes_up": 1000 * number, "bytes_down": 500, "messages": number}
            for number, day in enumerate(DAYS, 1)
            if first <= day <= last
        ]
        return 200, {"days": days}

    def _messages(self, iccid: str, _: Any) -> tuple[int, Any]:
        self._one(iccid)
        return 200, {"messages": self._sent.get(iccid, [])[:-101:-1]}

    def _send(self, iccid: str, wish: Any) -> tuple[int, Any]:
        if self._one(iccid)["status"]["code"] != "live":
            raise Refused(409, "the card is not live")
        if not 1 <= len(_member(wish, "text", str)) <= 160:
            raise Refused(400, "a text has 1 to 160 characters")
        self._count("messages", 1)
        number = 1 + sum(map(len, self._sent.values()))
        message = {"id": f"m-{number}", "text": wish["text"], "at": self._moment()}
        self._sent.setdefault(iccid, []).append({**message, "delivered": False})
        return 201, self._sent[iccid][-1]

    def _end(self, iccid: str, _: Any) -> tuple[int, Any]:
        self._one(iccid)
        for job in self._jobs.values():
            if job["kind"] == "end" and job["iccids"] == [iccid] and job["state"] != "cancelled":
                return 202, _shown(job)
        return 202, self._start("end", [iccid])

    def _change(self, wish: Any) -> tuple[int, Any]:
        iccids, code = _member(wish, "iccids", list), _member(wish, "code", str)
        if code not in FROM or not 1 <= len(iccids) <= IN_ONE_REQUEST:
            raise Refused(400, "the code is live or paused, the cards are 1 to 100")
        self._count("changes", len(iccids))
        if len(iccids) > AT_ONCE:
            return 202, self._start(code, iccids)
        return 200, {"results": [self._result(iccid, code) for iccid in iccids]}

    def _result(self, iccid: str, code: str) -> dict[str, Any]:
        card = self._cards.get(iccid)
        before = "" if card is None else card["status"]["code"]
        ok = before not in {"", "ended"} if code == "ended" else before in FROM[code]
        if card is not None and ok:
            card["status"] = {"code": code, "since": self._moment()}
        return {
            "iccid": iccid,
            "ok": ok,
            "reason": None if ok else "no such card, or not from this status",
        }

    def _start(self, kind: str, iccids: list[str]) -> dict[str, Any]:
        name, moment = f"job-{len(self._jobs) + 1}", self._moment()
        told = {"id": name, "kind": kind, "state": "queued", "iccids": iccids, "created": moment}
        self._jobs[name] = {**told, "ended": None, "began": self._now()}
        return _shown(self._jobs[name])

    def _work(self) -> None:
        """Let every job be where it is by now."""
        for job in self._jobs.values():
            age = self._now() - job["began"]
            if job["state"] == "queued" and age >= QUEUED:
                job["state"] = "running"
            if job["state"] == "running" and age >= QUEUED + RUNNING:
                code = "ended" if job["kind"] == "end" else job["kind"]
                job["results"] = [self._result(iccid, code) for iccid in job["iccids"]]
                done = all(result["ok"] for result in job["results"])
                job |= {"state": "done" if done else "failed", "ended": self._moment()}

    def _list_jobs(self, query: dict[str, str]) -> tuple[int, Any]:
        return 200, _part("jobs", [_shown(one) for one in self._jobs.values()][::-1], query, 20)

    def _job(self, name: str, _: Any) -> tuple[int, Any]:
        if name not in self._jobs:
            raise Refused(404, "no such job")
        return 200, _shown(self._jobs[name])

    def _cancel(self, name: str, _: Any) -> tuple[int, Any]:
        self._job(name, None)
        if self._jobs[name]["state"] not in {"queued", "cancelled"}:
            raise Refused(409, "the job is no longer queued")
        self._jobs[name]["state"] = "cancelled"
        return 200, _shown(self._jobs[name])


def _shown(job: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in job.items() if name != "began"}


def _part(name: str, found: list[Any], query: dict[str, str], limit: int) -> dict[str, Any]:
    try:
        start = int(base64.b64decode(query["cursor"], validate=True)) if "cursor" in query else 0
    except ValueError:
        raise Refused(400, "no such cursor") from None
    end = start + limit
    cursor = base64.b64encode(str(end).encode()).decode() if end < len(found) else None
    return {name: found[start:end], "next_cursor": cursor}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError:
        raise Refused(400, "no JSON") from None


def _member(wish: Any, name: str, kind: type[Any]) -> Any:
    found = wish.get(name) if isinstance(wish, dict) else None
    if not isinstance(found, kind):
        raise Refused(400, f"{name} is missing, or of another kind")
    return found


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
            head += "retry-after: 60\r\n" if status == 429 else ""
            self.wfile.write(f"{head}content-length: {len(content)}\r\n\r\n".encode() + content)

        do_GET = do_POST = do_PATCH = do_DELETE = do

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

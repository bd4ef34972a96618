"""A small vendor on loopback: tokens, pages, jobs that take a second, messages, links, webhooks."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit

SECRET = "small-client-secret"
SIMS = 11
WORDS = ("live", "paused", "stock")
ALLOWED = {"live": {"paused", "stock", "live"}, "paused": {"live", "paused"}}


def luhn(digits):
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def iccid_of(number):
    head = f"898800{number:012d}"
    return head + luhn(head)


class StandIn:
    """Answers as the vendor would; `most` is the largest page."""

    most = 9

    def __init__(self):
        self._lock = Lock()
        self.reset()

    def reset(self):
        with self._lock:
            self.now = 0.0
            self._tokens = set()
            self._jobs = {}
            self._sent = 0
            self._sims = {
                iccid_of(number): {
                    "iccid": iccid_of(number),
                    "imsi": f"99970{number:010d}",
                    "msisdn": f"88210{number:07d}",
                    "status": WORDS[number % 3],
                }
                for number in range(SIMS)
            }

    def advance(self, seconds):
        with self._lock:
            self.now += seconds

    def answer(self, method, target, headers, body):
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            self._settle()
            if (method, parts.path) == ("POST", "/token"):
                return self._login(json.loads(body))
            if headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
                return 401, {"message": "who are you?"}
            first, _, last = parts.path.strip("/").partition("/")
            return self._route(method, first, last, query, json.loads(body or b"null"))

    def _route(self, method, first, last, query, body):
        if (method, first) == ("GET", "sims"):
            if not last:
                return self._list(query)
            sim = self._sims.get(last)
            return (404, {"message": "no such SIM"}) if sim is None else (200, sim)
        if (method, first) == ("POST", "changes"):
            return self._change(body)
        if (method, first) == ("POST", "messages"):
            self._sent += 1
            return 201, {"id": str(self._sent), "iccid": body["iccid"]}
        job = self._jobs.get(last)
        if first != "jobs" or job is None:
            return 404, {"message": "no such thing"}
        if method == "DELETE":
            if job["state"] != "running":
                return 409, {"message": "it is over"}
            job["state"] = "cancelled"
        return 200, {"id": last, "state": job["state"], "results": job["results"]}

    def _login(self, given):
        if given.get("client_secret") != SECRET:
            return 401, {"message": "no such login"}
        token = f"token-of-the-small-vendor-{len(self._tokens)}"
        self._tokens.add(token)
        return 200, {"access_token": token, "expires_in": 300}

    def _list(self, query):
        size, page = int(query.get("size", self.most)), int(query.get("page", 1))
        if size < 1 or page < 1:
            return 400, {"message": "no such page"}
        size = min(size, self.most)
        wanted = query.get("status")
        found = [sim for sim in self._sims.values() if wanted in {None, sim["status"]}]
        return 200, {"sims": found[(page - 1) * size : page * size], "total": len(found)}

    def _change(self, body):
        name = str(len(self._jobs) + 1)
        job = {"due": self.now + 1.0, "word": body["status"], "iccids": body["iccids"]}
        self._jobs[name] = {**job, "state": "running", "results": {}}
        return 202, {"id": name}

    def _settle(self):
        for job in self._jobs.values():
            if job["state"] != "running" or job["due"] > self.now:
                continue
            job["state"] = "done"
            for iccid in job["iccids"]:
                sim = self._sims.get(iccid)
                right = sim is not None and sim["status"] in ALLOWED[job["word"]]
                if right:
                    sim["status"] = job["word"]
                job["results"][iccid] = right


@contextmanager
def running(vendor):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = vendor.answer(self.command, self.path, headers, body)
            content = json.dumps(answer).encode()
            head = f"HTTP/1.1 {status} -\r\ncontent-type: application/json\r\n"
            head += f"link: <http://{self.headers['host']}/next>\r\n"
            self.wfile.write(f"{head}content-length: {len(content)}\r\n\r\n".encode() + content)

        do_GET = do_POST = do_DELETE = do  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

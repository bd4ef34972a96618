"""`simloom events tail` and `simloom webhooks serve`: the sandbox's events, a vendor's requests."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from simloom.events.webhookstore import SqliteWebhooks
from simloom.sandbox.events.samples import sample

ACTION = "simaction.v1"
DELETED = {"event": "sim.physical.deleted", "data": {"iccid": "8944"}}


@pytest.fixture
def m2m(home, running, sandbox, monkeypatch):
    """Configure the streams; returns what publishes events."""
    address = running.provider("telekom-m2m")
    urls = address.settings["event_urls"]
    text = "[profiles.streams.telekom-m2m.event_urls]\n"
    text += "".join(f'"{name}" = "{url}"\n' for name, url in urls.items())
    path = home / "config.toml"
    path.write_text(text)
    path.chmod(0o600)
    monkeypatch.setenv("SIMLOOM_PROVIDER", "telekom-m2m")
    monkeypatch.setenv("SIMLOOM_PROFILE", "streams")
    monkeypatch.setenv("SIMLOOM_STATE", str(home / "state"))
    partner = address.settings["partner_id"]
    sim = {"iccid": "8949000000000000001", "imsi": "262011234567890", "msisdn": "4915112345678"}

    def publish(kind=ACTION, count=1):
        data = sample(kind, partner, sim, dt.datetime.now(dt.UTC))
        desk = running.emulator.events
        return [desk.publish(kind, data, partner=partner).id for _ in range(count)]

    return publish


def test_events_as_lines(cli, m2m):
    published = m2m(count=2)
    done = cli("events", "tail", "--type", "simaction", "--limit", "2", "--output", "jsonl")
    assert (done.code, done.err) == (0, "")
    assert [row["id"] for row in done.rows] == published
    assert {row["kind"] for row in done.rows} == {"SimAction"}
    assert done.rows[0]["details"]["signup_id"] == "700000000"
    assert set(done.rows[0]) == {
        *("time", "provider", "kind", "type", "id", "source", "partner", "iccid", "details")
    }


def test_events_as_a_table(cli, m2m):
    m2m("costlimitnotification.v1")
    done = cli("events", "tail", "--limit", "1")
    head, row = done.out.splitlines()
    assert head.split() == ["TIME", "KIND", "ICCID", "DETAILS"]
    assert "CostLimit" in row
    assert "8949000000000000001" in row


def test_with_checkpoints_it_goes_on(cli, m2m, home):
    published = m2m(count=3)
    options = ("--type", ACTION, "--checkpoints", str(home / "events.db"), "--output", "jsonl")
    first = cli("events", "tail", *options, "--limit", "2")
    assert [row["id"] for row in first.rows] == published[:2]
    second = cli("events", "tail", *options, "--limit", "1")
    assert [row["id"] for row in second.rows] == published[2:]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--provider", "telekom-bsc"), "webhook"),
        (("--type", "nonsense"), "nonsense"),
        (("--since", ""), "--since is empty"),
        (("--fields", "nothing"), "no column"),
    ],
)
def test_what_cannot_be_listened_to(cli, m2m, monkeypatch, arguments, says):
    if "telekom-bsc" in arguments:
        monkeypatch.delenv("SIMLOOM_PROFILE")
    done = cli("events", "tail", *arguments)
    assert done.code == 2
    assert says in done.err
    assert done.out == ""


class Serving:
    """`simloom webhooks serve` in a process of its own."""

    def __init__(self, folder, *arguments):
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "simloom.cli", "webhooks", "serve"),
                *("--listen", "127.0.0.1:0", "--output", "jsonl"),
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SIMLOOM_STATE": str(folder / "simloom"), "SIMLOOM_PROVIDER": ""},
        )
        assert self._process.stderr.readline() == "listening:\n"
        self.urls = {}
        while (line := self._process.stderr.readline()).startswith("  "):
            url = line.strip()
            self.urls[url.split("/")[-2]] = url
        self.said = line
        self.tokens = folder / "simloom" / "webhook-tokens"
        self.store = folder / "simloom" / "webhooks.db"

    def send(self, body, provider="telcoapi", method="POST"):
        token = self.tokens.read_text().split()[0]
        url = self.urls[provider].replace("<token>", token)
        return httpx.request(method, url, json=body).status_code

    def line(self):
        return json.loads(self._process.stdout.readline())

    def stop(self, how=signal.SIGINT):
        self._process.send_signal(how)
        out, err = self._process.communicate(timeout=20)
        return self._process.returncode, out, err


@pytest.fixture
def serve(tmp_path):
    made = []

    def start(*arguments):
        made.append(Serving(tmp_path, *arguments))
        return made[-1]

    yield start
    for one in made:
        if one._process.poll() is None:
            one._process.kill()
        one._process.communicate()


def test_webhooks_are_printed_and_then_done(serve):
    serving = serve()
    assert set(serving.urls) == {"telekom-bsc", "telcoapi"}
    assert stat.S_IMODE(serving.tokens.stat().st_mode) == 0o600
    assert serving.send(DELETED) == 204
    assert serving.send(DELETED) == 204
    row = serving.line()
    assert (row["kind"], row["iccid"], row["provider"]) == ("SimDeleted", "8944", "telcoapi")
    data = {"id": "1", "payload": "\x00\x01", "dcs": "4"}
    assert serving.send(data, "telekom-bsc") == 204
    assert serving.line()["details"]["payload"] == "0001"
    assert serving.send({"event": "brand.new", "x": 1}) == 204
    assert serving.line()["details"] == {"raw": {"event": "brand.new", "x": 1}}
    token = serving.tokens.read_text().strip()
    code, out, err = serving.stop()
    assert (code, out) == (130, "")
    assert token not in err + serving.said
    with SqliteWebhooks(serving.store) as store:
        assert store.waiting() == 0


class Taker:
    """Takes what is forwarded, after having refused it as often as it is told."""

    def __init__(self):
        self.refusals = 1
        self.lines = []
        taker = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                content = self.rfile.read(int(self.headers["content-length"]))
                taker.refusals -= 1
                if taker.refusals < 0:
                    taker.lines.append(json.loads(content))
                self.send_response(204 if taker.refusals < 0 else 500)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def taker():
    taker = Taker()
    yield taker
    taker.close()


def test_what_is_not_taken_stays_in_the_store(serve, taker):
    taker.refusals = 1_000_000
    serving = serve("--forward", taker.url)
    assert serving.send(DELETED) == 204
    while taker.refusals == 1_000_000:
        time.sleep(0.01)
    code, out, err = serving.stop()
    assert (code, out) == (130, "")
    assert "status 500" in err
    taker.refusals = 1
    again = serve("--forward", taker.url, "--provider", "telcoapi")
    assert set(again.urls) == {"telcoapi"}
    deadline = time.monotonic() + 10
    while not taker.lines:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    again.stop()
    assert [line["iccid"] for line in taker.lines] == ["8944"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--listen", "nowhere"), "no place to listen"),
        (("--listen", "127.0.0.1:99999"), "no place to listen"),
        (("--provider", "infobip"), "infobip sends no webhooks"),
        (("--forward", "http://example.com/in"), "plain http"),
        (("--forward", "ftp://127.0.0.1/in"), "not an http"),
        (("--allow", "everybody"), "no network"),
        (("--trust-proxy", "10.0.0.0/99"), "no network"),
    ],
)
def test_what_cannot_be_served(cli, home, monkeypatch, arguments, says):
    monkeypatch.setenv("SIMLOOM_STATE", str(home / "state"))
    done = cli("webhooks", "serve", "--listen", "127.0.0.1:0", *arguments)
    assert done.code == 2
    assert says in done.err


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        ("x" * 30, 0o644, "can be read by others"),
        ("", 0o600, "no token"),
        ("x\ny\nz\n", 0o600, "more than two"),
        ("short", 0o600, "at least 22"),
    ],
)
def test_tokens_that_cannot_be(cli, home, content, mode, says):
    path = home / "tokens"
    path.write_text(content)
    path.chmod(mode)
    done = cli(
        *("webhooks", "serve", "--listen", "127.0.0.1:0", "--token-file", str(path)),
        *("--store", str(home / "webhooks.db")),
    )
    assert done.code == 2
    assert says in done.err

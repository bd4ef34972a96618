"""Signed webhooks: whose they are, what they say, and how they arrive."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import time
from queue import Queue
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

import pytest

from courier import EVENTS, SECRET, deliver, post, signature
from simloom.errors import WebhookRejected
from simloom.events.types import SimAction, SimStateChanged
from simloom.models import SimStatus, UnknownEvent
from simloom.runtime import Secret
from simloom_acme.provider import Acme
from simloom_acme.webhooks import Roaming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Line

BODY, NOW = b'{"type": "card.status"}', 1_800_000_000
STATUS, ENDED, AWAY = EVENTS


def check(body: bytes, signed: str, *secrets: str, now: int = NOW) -> None:
    verifier = Acme.webhook_verifier([Secret(one) for one in secrets or (SECRET,)])
    verifier.verify({"acme-signature": signed}, body, dt.datetime.fromtimestamp(now, dt.UTC))


def test_the_vendors_own_is_taken() -> None:
    check(BODY, signature(BODY, NOW), now=NOW + 299)
    check(BODY, signature(BODY, NOW, "the new one"), SECRET, "the new one")


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "t=,v1=",
        "t=\u0661,v1=00",
        f"t={NOW},v1=\u00e9",
        "t=" + "9" * 5000 + ",v1=00",
        f"t={NOW}",
        signature(b"{}", NOW),
        signature(BODY, NOW, "another"),
        signature(BODY, NOW).replace(str(NOW), str(NOW + 1)),
        signature(BODY, NOW - 301),
        signature(BODY, NOW + 301),
    ],
)
def test_anything_else_is_not(signed: str) -> None:
    with pytest.raises(WebhookRejected) as caught:
        check(BODY, signed)
    assert caught.value.status == 401


def test_each_kind_is_read() -> None:
    time = {"time": "2026-01-02T03:04:05Z"}
    changed = Acme.read_webhook("POST", {**STATUS, **time})
    assert isinstance(changed, SimStateChanged)
    assert (changed.iccid, changed.status, changed.id) == (
        STATUS["iccid"],
        SimStatus.SUSPENDED,
        "e1",
    )
    assert changed.time == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    ended = Acme.read_webhook("POST", ENDED)
    assert isinstance(ended, SimAction)
    assert ended.signup_id == "job-1"
    away = Acme.read_webhook("POST", AWAY)
    assert isinstance(away, Roaming)
    assert away.country == "AT"


@pytest.mark.parametrize("raw", [{}, {"type": "new"}, {"type": "card.status"}, {"type": []}])
def test_what_is_not_documented_is_unknown(raw: dict[str, Any]) -> None:
    event = Acme.read_webhook("POST", raw)
    assert type(event) is UnknownEvent
    assert event.raw == raw


@pytest.fixture
def served(simloom: Line) -> Iterator[tuple[str, Queue[str]]]:
    """Run `simloom webhooks serve`; give the address, and what it prints as it comes."""
    command = simloom.command("webhooks", "serve", "--listen", "127.0.0.1:0")
    with subprocess.Popen(
        [*command, "--provider", "acme", "--output", "jsonl"],
        env=simloom.environment(SIMLOOM_ACME_WEBHOOK_SECRET=SECRET),
        cwd=simloom.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            place = re.search(r"http://\S+(?=<token>)", _place(process.stderr))
            assert place is not None
            token = (simloom.folder / "state" / "webhook-tokens").read_text("utf-8").strip()
            yield place[0] + token, _reading(process.stdout)
        finally:
            process.terminate()


def _place(stream: IO[str]) -> str:
    for line in stream:
        if "<token>" in line:
            return line
    return ""


def _reading(stream: IO[str]) -> Queue[str]:
    told: Queue[str] = Queue()

    def read() -> None:
        for line in stream:
            told.put(line)

    Thread(target=read, daemon=True).start()
    return told


def test_the_command_takes_what_is_signed_and_nothing_else(
    served: tuple[str, Queue[str]],
) -> None:
    url, told = served
    body, now = json.dumps(STATUS).encode(), int(time.time())
    assert deliver(url, STATUS, secret="not the vendor's") == [401, 401, 401]
    assert post(url, body, signature(body, now - 600)) == 401, "somebody sends an old one again"
    assert deliver(url, STATUS) == [204]
    assert deliver(url, STATUS) == [204], "the vendor has not heard that it was taken"
    assert deliver(url, {**STATUS, "id": "e2", "code": "live"}) == [204]
    events = [json.loads(told.get(timeout=20)) for _ in range(2)]
    assert [event["id"] for event in events] == ["e1", "e2"]
    assert events[0]["type"] == "card.status"
    assert told.empty()


def test_without_the_secret_nothing_is_served(simloom: Line) -> None:
    told = simloom("webhooks", "serve", "--provider", "acme", "--listen", "127.0.0.1:0")
    assert told.returncode == 2
    assert "SIMLOOM_ACME_WEBHOOK_SECRET" in told.stderr

"""Sends webhooks as Acme does: signed, and again until they are taken."""

from __future__ import annotations

import hmac
import http.client
import json
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "acme-webhook-secret"
EVENTS: list[dict[str, Any]] = [
    {"id": "e1", "type": "card.status", "iccid": "8988000000000000016", "code": "paused"},
    {"id": "e2", "type": "job.ended", "job": "job-1", "state": "done"},
    {"id": "e3", "type": "card.roaming", "iccid": "8988000000000000016", "country": "AT"},
]


def signature(body: bytes, seconds: int, secret: str = SECRET) -> str:
    """Return the value of the header `Acme-Signature`."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def post(url: str, body: bytes, signed: str) -> int:
    """Send a webhook once and return the status."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    headers = {"content-type": "application/json", "acme-signature": signed}
    try:
        connection.request("POST", parts.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def deliver(
    url: str,
    event: dict[str, Any],
    *,
    times: int = 3,
    clock: Callable[[], float] = time.time,
    secret: str = SECRET,
) -> list[int]:
    """Send a webhook until it is answered by 2xx, each time with a signature of its own."""
    body = json.dumps(event).encode()
    statuses: list[int] = []
    while len(statuses) < times and not any(200 <= status < 300 for status in statuses):
        statuses.append(post(url, body, signature(body, int(clock()), secret)))
    return statuses

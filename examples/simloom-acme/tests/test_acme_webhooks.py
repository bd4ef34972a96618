"""Signed webhooks."""

from __future__ import annotations

import hmac
from hashlib import sha256

import pytest

from simloom.runtime import Secret
from simloom_acme.webhooks import is_genuine

SECRET, BODY, NOW = Secret("hook-secret"), b'{"type": "card.status"}', 1_800_000_000


def signed(body: bytes = BODY, seconds: int = NOW, secret: str = "hook-secret") -> str:
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def test_the_vendors_own_is_taken() -> None:
    assert is_genuine(BODY, signed(), SECRET, now=NOW + 299)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=,v1=",
        "t=\u0661,v1=00",
        f"t={NOW},v1=\u00e9",
        "t=" + "9" * 5000 + ",v1=00",
        signed(body=b"{}"),
        signed(secret="another"),
        signed(seconds=NOW - 301),
        signed(seconds=NOW + 301),
    ],
)
def test_anything_else_is_not(signature: str) -> None:
    assert not is_genuine(BODY, signature, SECRET, now=NOW)

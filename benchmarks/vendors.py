"""simloom's clients of the responder, signed in as an application would be."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from benchmarks.measure import BenchmarkError


def telekom(base: str, *, account: str = "bench", first_token: int = 300) -> dict[str, Any]:
    """Return settings of `telekom-m2m`; the account's first token lives `first_token` seconds."""
    return {
        "client_id": "bench",
        "client_secret": "bench",
        "partner_id": "1",
        "base_url": base,
        "token_url": f"{base}/token/{account}/{first_token}",
    }


def infobip(base: str) -> dict[str, Any]:
    """Return settings of `infobip`."""
    return {"username": "bench", "password": "bench", "base_url": base}


def check(name: str, found: object, expected: object) -> None:
    """Raise unless a candidate does what it is measured for."""
    if found != expected:
        raise BenchmarkError(f"{name}: {found!r} where {expected!r} was expected")


def with_room(client: Any) -> Any:
    """Widen the limits of a client a million times: benchmarks make more calls than vendors allow.

    What counting costs is still paid.
    """
    meter = client._meter  # noqa: SLF001  (an application cannot do this, on purpose)
    real = meter.bucket

    def widened(operation: Any) -> Any:
        found = real(operation)
        if found is None or operation.id in widest:
            return found
        bucket, limit = found
        windows = tuple(evolve(window, limit=window.limit * 10**6) for window in bucket.windows)
        meter._buckets[operation.id] = evolve(bucket, windows=windows), limit  # noqa: SLF001
        widest.add(operation.id)
        return meter._buckets[operation.id]  # noqa: SLF001

    widest: set[str] = set()
    meter.bucket = widened
    return client

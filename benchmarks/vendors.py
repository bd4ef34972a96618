"""simloom's clients of the responder, signed in as an application would be."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from benchmarks.measure import BenchmarkError
from simloom import Verb

_PLENTY = 10**9


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
    """Widen the limits of a client: benchmarks make more calls than vendors allow.

    What counting costs is still paid.
    """
    meter = client._meter  # noqa: SLF001  (an application cannot do this, on purpose)
    for verb in Verb:
        for operation in client.provider.operations(verb):
            found = meter.bucket(operation)
            if found is None:
                continue
            bucket, limit = found
            windows = tuple(evolve(one, limit=_PLENTY) for one in bucket.windows)
            meter._buckets[operation.id] = evolve(bucket, windows=windows), limit  # noqa: SLF001
    return client

"""How long a job takes at least: pure arithmetic over a vendor's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def requests_for(sims: int, size: int) -> int:
    """Return how many requests of at most `size` SIMs are needed."""
    return -(-sims // size)


def least_seconds(cost: int, windows: Iterable[tuple[int, float]]) -> float:
    """Return the seconds between the first and the last request of a job that is let through.

    `cost` is what all of them count; `windows` are `(limit, seconds)`, all of which hold. The first
    window's worth goes out at once, each further one a window later.
    """
    return max(
        ((requests_for(cost, limit) - 1) * seconds for limit, seconds in windows if cost > 0),
        default=0.0,
    )


def span(seconds: float) -> str:
    """Return a time as people say it: the two largest units."""
    left = round(seconds)
    parts: list[str] = []
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count or parts:
            parts.append(f"{count} {unit}")
    shown = parts[:2]
    return " ".join(shown[:1] if shown[1:] and shown[1].startswith("0 ") else shown) or "0 s"

"""The time of a ledger: common to all its processes, never back, never ahead of what has passed.

A window may only pass as fast as real time does, or the vendor's limit is broken. The wall clock
cannot promise that: it is set forward and back. So a ledger counts in seconds since the host was
started, which all processes share and nobody can set. Its store keeps what to add to get one
continuous time over restarts of the host; only the length of a restart is taken from the wall
clock.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TIME_NAMESPACE = Path("/proc/self/ns/time")
_STEP = 1.0
"""Seconds that a clock of one epoch has to go back before it counts as having been set back."""


@frozen
class QuotaClock:
    """Readings in seconds that only readings of the same `epoch` compare with, and a wall clock."""

    read: Callable[[], float]
    epoch: str = "given"
    wall: Callable[[], float] = time.time


@frozen
class TimeMark:
    """What a store keeps: the ledger's time is a reading of `epoch` plus `offset`."""

    epoch: str
    offset: float
    latest: float


def host_clock() -> QuotaClock:
    """Return seconds since this host was started; the wall clock where the start has no name."""
    try:
        boot = f"{_BOOT_ID.read_text('ascii').strip()} {_time_namespace()}"
        time.clock_gettime(time.CLOCK_BOOTTIME)
    except (OSError, AttributeError):
        return QuotaClock(time.time, "wall")
    return QuotaClock(lambda: time.clock_gettime(time.CLOCK_BOOTTIME), boot)


def _time_namespace() -> str:
    """Return which seconds since the start these are: containers may have others (Linux 5.6)."""
    try:
        return str(_TIME_NAMESPACE.readlink())
    except OSError:
        return ""


def moved_on(mark: TimeMark | None, clock: QuotaClock) -> TimeMark:
    """Return the mark for this moment; its `latest` is the ledger's time.

    A clock of another epoch (the host was started anew) is joined by the wall clock, but never
    before the latest time. A clock that was set back goes on from the latest time.
    """
    reading = clock.read()
    if mark is None:
        wall = clock.wall()
        return TimeMark(clock.epoch, wall - reading, wall)
    if mark.epoch != clock.epoch:
        now = max(clock.wall(), mark.latest)
        return TimeMark(clock.epoch, now - reading, now)
    now = reading + mark.offset
    if now < mark.latest - _STEP:
        return TimeMark(mark.epoch, mark.latest - reading, mark.latest)
    return TimeMark(mark.epoch, mark.offset, max(now, mark.latest))

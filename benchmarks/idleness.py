"""What an idle stream holds after a long time on the sandbox's clock; see `benchmarks.streams`."""

from __future__ import annotations

import os
import resource
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import frozen

import simloom
from benchmarks.streams import STREAM, Source
from simloom.events.lease import FileLeases
from simloom.events.policy import StreamPolicy
from simloom.sandbox import Sandbox
from simloom.sandbox.clock import SystemClock
from simloom.sandbox.quirks import Quirks

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 20.0


@frozen(kw_only=True)
class Idleness:
    """An idle stream after a time on the sandbox's clock; before and after it, what it holds."""

    seconds: int
    connections: int
    events: int
    threads: tuple[int, int]
    files: tuple[int, int]
    peak_kb: tuple[int, int]

    def __str__(self) -> str:
        return (
            f"{self.seconds / 86_400:.2g} days, {self.connections:,} connections, "
            f"{self.events} events: threads {self.threads[0]} and {self.threads[1]}, "
            f"files {self.files[0]} and {self.files[1]}, "
            f"peak memory {self.peak_kb[0]:,} and {self.peak_kb[1]:,} kB"
        )


def prove_idleness(seconds: int, folder: Path, *, warm: int = 30) -> Idleness:
    """Let an idle stream end every minute for so long; an event comes every hour."""
    clock = SystemClock()
    with Sandbox(seed=1, sims=1, clock=clock, quirks=Quirks(m2m_idle_end="504")) as sandbox:
        source = Source(sandbox, int(urlsplit(sandbox.url).port or 0))
        desk = sandbox.emulator.events
        taken: list[str] = []
        with (
            simloom.connect("telekom-m2m", **source.settings) as client,
            client.events(
                [STREAM],
                leases=FileLeases(folder),
                policy=StreamPolicy(shortest=0.001, longest=0.001, soon=0.0),
            ) as events,
        ):
            reader = threading.Thread(target=lambda: taken.extend(event.id for event in events))
            reader.start()
            before, rounds = _held(), seconds // 60
            for number in range(rounds):
                if number == min(warm, rounds // 2):
                    before = _held()
                while sum(desk.connections().values()) <= number:
                    # Events that come again start the idle time again.
                    if not _is_soon(lambda n=number: sum(desk.connections().values()) > n):  # type: ignore[misc]
                        clock.advance(60.5)
                if number % 60 == 0:
                    source.publish()
                    _is_soon(lambda: len(taken) == len(source.ids), _LONGEST)
                clock.advance(60.5)
            after = _held()
            events.close()
            reader.join()
        connections = sum(desk.connections().values())
    assert taken == source.ids
    return Idleness(
        seconds=seconds,
        connections=connections,
        events=len(taken),
        threads=(before[0], after[0]),
        files=(before[1], after[1]),
        peak_kb=(before[2], after[2]),
    )


def _held() -> tuple[int, int, int]:
    files = Path("/proc/self/fd")
    return (
        threading.active_count(),
        len(os.listdir(files)) if files.exists() else 0,  # noqa: PTH208
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    )


def _is_soon(condition: Callable[[], bool], seconds: float = 0.2) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.0005)
    return True

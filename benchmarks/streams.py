"""`python -m benchmarks.streams`: a stream of events loses nothing and hands nothing out twice.

The sandbox publishes events, sends some of them twice and some out of order; a relay breaks the
connection at a random byte every 200 events or so. Then the same with consumers that are killed,
and a week of an idle stream on the sandbox's clock.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import frozen

import simloom
from benchmarks.cutter import Cutter
from simloom.events.checkpoints import SqliteCheckpoints
from simloom.events.lease import FileLeases
from simloom.events.policy import StreamPolicy
from simloom.sandbox import Sandbox
from simloom.sandbox.faults import Fault
from simloom.sandbox.quirks import Quirks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simloom.sandbox.server import Sandbox as RunningSandbox

STREAM = "simaction.v1"
POLICY = StreamPolicy(shortest=0.001, longest=0.002, soon=0.0)
"""Impatient, and it takes no number of cuts for a second listener: the cuts are ours."""
_BYTES = 460  # of an event, with its headers
_AHEAD = 400
_LONGEST = 20.0
"""Seconds without a new event after which those that are missing count as lost."""


@frozen(kw_only=True)
class Proof:
    """What came of a run: `lost` and `twice` count events."""

    events: int
    lost: int
    twice: int
    cuts: int
    seconds: float
    note: str = ""

    def __str__(self) -> str:
        return (
            f"{self.events:,} events, {self.cuts:,} cuts, {self.seconds:.0f} s: "
            f"{self.lost} lost, {self.twice} handed out twice{self.note}"
        )


class Source:
    """A sandbox whose events are few enough ahead of what was handled."""

    def __init__(self, sandbox: RunningSandbox, port: int) -> None:
        address = sandbox.provider("telekom-m2m")
        self._desk = sandbox.emulator.events
        self.settings: dict[str, Any] = {
            "base_url": address.base_url,
            "token_url": address.token_url,
            **address.settings,
        }
        self.partner = str(self.settings["partner_id"])
        url = urlsplit(self.settings["event_urls"][STREAM])
        relayed = url._replace(netloc=f"127.0.0.1:{port}").geturl()
        self.settings["event_urls"] = {STREAM: relayed}
        self.ids: list[str] = []

    def publish(self) -> None:
        """Make an event."""
        data = {"partnerID": self.partner, "signupID": str(len(self.ids)), "message": "done"}
        self.ids.append(self._desk.publish(STREAM, data, partner=self.partner).id)

    def publish_all(self, count: int, seen: Callable[[], int], ending: threading.Event) -> None:
        """Make so many events, as fast as they are handled."""
        while len(self.ids) < count and not ending.is_set():
            if len(self.ids) - seen() > _AHEAD:
                time.sleep(0.001)
            else:
                self.publish()


def shuffled(sandbox: RunningSandbox, *, rate: float = 0.02) -> None:
    """Have the sandbox send some events twice and hold some back behind the next."""
    for effect in ("duplicate-events", "reorder-events"):
        sandbox.emulator.faults.add(
            Fault(effect=effect, event=STREAM, times=None, probability=rate)
        )


def prove_cuts(count: int, folder: Path, *, seed: int = 1, order: str = "published") -> Proof:
    """Read events over connections that are cut, in this process."""
    random, seen = Random(seed), Counter[str]()
    quirks = Quirks() if order == "published" else Quirks(m2m_event_order=order)
    began = time.monotonic()
    with Sandbox(seed=seed, sims=1, quirks=quirks) as sandbox:
        target = urlsplit(sandbox.url)
        where = (str(target.hostname), int(target.port or 0))
        average = 200 * _BYTES
        with Cutter(where, average=average, first=150 * _BYTES, random=random) as cutter:
            source, ending = Source(sandbox, cutter.port), threading.Event()
            shuffled(sandbox)
            publisher = threading.Thread(
                target=source.publish_all, args=(count, lambda: len(seen), ending)
            )
            with (
                SqliteCheckpoints(folder / "cuts.db") as checkpoints,
                simloom.connect("telekom-m2m", **source.settings) as client,
                client.events(
                    [STREAM],
                    checkpoints=checkpoints,
                    leases=FileLeases(folder),
                    policy=POLICY,
                    on_error=lambda _: None,
                ) as events,
            ):
                publisher.start()
                patience = _Patience(events.close, lambda: len(seen))
                for event in events:
                    seen[event.id] += 1
                    if len(seen) >= count:
                        break
                patience.end()
                ending.set()
                publisher.join()
    return Proof(
        events=count,
        lost=len(set(source.ids) - set(seen)) + count - len(source.ids),
        twice=sum(number - 1 for number in seen.values()),
        cuts=cutter.cuts,
        seconds=time.monotonic() - began,
    )


class _Patience(threading.Thread):
    """Closes what has brought nothing new for a while."""

    def __init__(self, close: Callable[[], None], seen: Callable[[], int]) -> None:
        super().__init__(daemon=True)
        self._close = close
        self._seen = seen
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        """Look every now and then."""
        last, since = -1, time.monotonic()
        while not self._ended.wait(0.2):
            if self._seen() != last:
                last, since = self._seen(), time.monotonic()
            elif time.monotonic() - since > _LONGEST:
                self._close()
                return

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()
        self.join()


_CONSUMER = """
import json, sys
import simloom
from benchmarks.streams import POLICY, STREAM
from simloom.events.checkpoints import SqliteCheckpoints
from simloom.events.lease import FileLeases

settings, folder = json.loads(sys.argv[1]), sys.argv[2]
with (
    open(f"{folder}/handled.txt", "a", buffering=1) as handled,
    SqliteCheckpoints(f"{folder}/killed.db") as checkpoints,
    simloom.connect("telekom-m2m", **settings) as client,
    client.events(
        [STREAM],
        checkpoints=checkpoints,
        leases=FileLeases(folder),
        policy=POLICY,
        on_error=lambda _: None,
    ) as events,
):
    for event in events:
        handled.write(f"{event.id}\\n")
"""


def prove_kills(count: int, kills: int, folder: Path, *, seed: int = 1) -> Proof:
    """Read events in processes that are killed at random, one after another."""
    random, handled = Random(seed), folder / "handled.txt"
    handled.touch()
    seen = Counter[str]()

    began = time.monotonic()
    with Sandbox(seed=seed, sims=1) as sandbox:
        source = Source(sandbox, int(urlsplit(sandbox.url).port or 0))
        shuffled(sandbox)
        command = [sys.executable, "-c", _CONSUMER, json.dumps(source.settings), str(folder)]
        ending = threading.Event()
        publisher = threading.Thread(
            target=source.publish_all, args=(count, lambda: len(seen), ending)
        )
        publisher.start()
        killed, since = 0, time.monotonic()
        with handled.open() as lines:
            while len(seen) < count and time.monotonic() - since < _LONGEST:
                at = len(seen) + random.randrange(1, max(2, 2 * count // (kills + 1)))
                with subprocess.Popen(command) as process:
                    while len(seen) < count and time.monotonic() - since < _LONGEST:
                        found = [line.strip() for line in lines]
                        if found:
                            since = time.monotonic()
                            seen.update(found)
                        if killed < kills and len(seen) >= at:
                            killed += 1
                            break
                        time.sleep(0.005)
                    process.send_signal(signal.SIGKILL)
                seen.update(line.strip() for line in lines)
        ending.set()
        publisher.join()
    return Proof(
        events=count,
        lost=len(set(source.ids) - set(seen)) + count - len(source.ids),
        twice=sum(number - 1 for number in seen.values()),
        cuts=killed,
        seconds=time.monotonic() - began,
        note=f" (one for each of {killed} kills may be: the handler was at it)",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove it; return 1 if anything was lost or came twice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streams")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    failed = False
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # the sandbox writes to what was cut
    with tempfile.TemporaryDirectory(prefix="streams-") as temporary:
        folder = Path(temporary)
        if chosen.events:
            cuts = prove_cuts(chosen.events, folder, seed=chosen.seed)
            print("cut connections:", cuts, flush=True)
            failed = bool(cuts.lost or cuts.twice)
        if chosen.kills:
            killed = prove_kills(chosen.kills * 500, chosen.kills, folder, seed=chosen.seed)
            print("killed consumers:", killed, flush=True)
            failed = failed or bool(killed.lost) or killed.twice > killed.cuts
        if chosen.days:
            from benchmarks.idleness import prove_idleness  # noqa: PLC0415  (it needs this module)

            print("idle stream:", prove_idleness(int(chosen.days * 86_400), folder), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

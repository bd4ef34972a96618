"""`python -m benchmarks.quota`: processes that share a limit and are killed all the time.

Worker processes share one ledger in SQLite and change SIMs at our sandbox over HTTP, as fast as the
ledger lets them. A random one is killed with SIGKILL again and again, whatever it does at that
moment, and another one that is connected already takes its place. What is counted is the sandbox's
own: how much was let through, the fullest window there ever was, and every request that exceeded
the limit. The limit is Telekom M2M's 1,000 SIMs, with a shorter window.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve

from simloom.capabilities import Verb
from simloom.connection import prepare
from simloom.models import SimStatus
from simloom.plugins.flows import run
from simloom.plugins.results import follow
from simloom.plugins.verbs import start
from simloom.runtime.client import Client
from simloom.sandbox import Sandbox
from simloom.sandbox.quotas import Meters, Window
from simloom.transport.quota import Bucket, Ledger, SqliteStore
from simloom.transport.quota import Window as OwnWindow
from simloom.transport.quota.metering import Meter, SessionMeter
from simloom.transport.session import Session

if TYPE_CHECKING:
    from simloom.runtime import Operation
    from simloom.sandbox.vendor import Vendor
    from simloom.transport.quota import Limit

COSTS = (1, 5, 10, 20, 40)
_SPARE = 3
_BUCKET = "actions"
_PROVIDER = "telekom-m2m"
_ROOT = Path(__file__).resolve().parents[1]


class _ShortMeter(Meter):
    """The meter of an account whose limit has a shorter window."""

    windows: tuple[OwnWindow, ...]

    def bucket(self, operation: Operation[Any]) -> tuple[Bucket, Limit] | None:
        found = super().bucket(operation)
        if found is None or found[1].name != _BUCKET:
            return None
        return Bucket(key="short", windows=self.windows), found[1]


def shorten(vendor: Vendor, window: Window) -> None:
    """Let a vendor of the sandbox count in another window."""
    limits = [
        evolve(limit, windows=(window,)) for limit in vendor.limits() if limit.name == _BUCKET
    ]
    vendor.meters = Meters(limits, vendor.world.clock, refused_count=False)
    vendor.parts["limits"] = vendor.meters


def work(asked: dict[str, Any]) -> None:
    """Change SIMs for ever, from the first SIGUSR1 on."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    connection = prepare(_PROVIDER, **asked["settings"])
    provider, window = connection.provider, asked["window"]
    store = SqliteStore(asked["ledger"])
    meter = _ShortMeter(store, provider=_PROVIDER, account="a", share=1.0, longest=3600)
    meter.windows = (OwnWindow(asked["limit"], window),)
    # A place in the queue is kept for 5 of 360 seconds: those who die there hold others up.
    meter.ledger = Ledger(store, share=1.0, hold=window / 2, lease=max(window / 72, 0.1))
    with Session(Client(**connection.client_arguments()), meter=SessionMeter(meter)) as session:
        run(start(provider, Verb.LIST, 1), session)  # it has a token, and is connected
        os.write(sys.stdout.fileno(), b"%d\n" % os.getpid())  # whole, however many tell at once
        signal.sigwait({signal.SIGUSR1})
        while True:
            some = random.sample(asked["iccids"], random.choice(COSTS))
            run(follow(provider, "bulk", Verb.SET_LABEL, some, label="x"), session)


def serve() -> None:
    """Fork a worker for each line of stdin, everything imported; end them all with the input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    children: list[int] = []
    for line in sys.stdin:
        if not children:  # imports what a worker needs, before there are any
            Client(**prepare(_PROVIDER, **json.loads(line)["settings"]).client_arguments()).close()
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            random.seed()
            try:
                work(json.loads(line))
            except BaseException:  # noqa: BLE001  (it must not go on as its parent)
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(1)
        children.append(child)
    for child in children:
        kill(child)


def kill(process: int) -> bool:
    """Kill with SIGKILL; tell whether there was anything to kill."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


class Workers:
    """The workers, forked by a process of their own; use it as a context manager."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._line = json.dumps(asked) + "\n"
        self._ready: queue.Queue[int] = queue.Queue()
        self._at_work: list[int] = []

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.quota", "--serve"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, text=True)
        self._listener = threading.Thread(target=self._hear, daemon=True)
        self._listener.start()
        return self

    def _hear(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._ready.put(int(line))

    def fork(self, count: int) -> None:
        """Prepare more of them."""
        assert self._process.stdin is not None
        self._process.stdin.write(self._line * count)
        self._process.stdin.flush()

    def start(self) -> None:
        """Let the next one begin; it is waited for."""
        try:
            self._at_work.append(self._ready.get(timeout=60))
        except queue.Empty:
            raise SystemExit("a worker has failed") from None
        os.kill(self._at_work[-1], signal.SIGUSR1)

    def replace_one(self) -> None:
        """Kill one that is at work, whichever, and let another one begin."""
        if not kill(self._at_work.pop(random.randrange(len(self._at_work)))):
            raise SystemExit("a worker has failed")
        self.start()
        self.fork(1)

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._listener.join()
        self._process.wait()


class Counts:
    """What the sandbox has let through, over time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._seen: list[tuple[float, int]] = []

    def report(self) -> dict[str, Any]:
        """Return the sandbox's own report of the limit."""
        (found,) = self._sandbox.emulator.quotas()["providers"][_PROVIDER]
        return dict(found)

    def look(self) -> int:
        """Note how much was let through by now, and return it."""
        admitted = int(self.report()["admitted"])
        if admitted and (not self._seen or admitted != self._seen[-1][1]):
            self._seen.append((time.monotonic(), admitted))
        return admitted

    def share(self, limit: int, window: float) -> float | None:
        """Return the part of the allowance that was used in the windows that are over."""
        if not self._seen:
            return None
        began, ended = self._seen[0][0], self._seen[-1][0]
        whole = int((ended - began) // window)
        used = max(count for at, count in self._seen if at < began + max(whole, 1) * window)
        return round(used / (limit * whole), 3) if whole else None


def measure(
    seconds: float, limit: int, window: float, processes: int, kill_every: float
) -> dict[str, object]:
    """Run workers for some time and return what the vendor saw."""
    with (
        tempfile.TemporaryDirectory(prefix="quota-") as folder,
        Sandbox(seed=3, sims=200, limits=True) as sandbox,
    ):
        sandbox.emulator.visit(_PROVIDER, lambda vendor: shorten(vendor, Window(limit, window)))
        asked = {
            **_task(sandbox),
            "ledger": str(Path(folder) / "quota.db"),
            "window": window,
            "limit": limit,
        }
        counts, kills = Counts(sandbox), 0
        with Workers(asked) as workers:
            workers.fork(processes + _SPARE)
            for _ in range(processes):
                workers.start()
            began = time.monotonic()
            due = began + random.uniform(0, 2 * kill_every)
            while time.monotonic() < began + seconds:
                time.sleep(0.01)
                counts.look()
                if kill_every and time.monotonic() >= due:
                    workers.replace_one()
                    kills += 1
                    due = time.monotonic() + random.uniform(0, 2 * kill_every)
        found = counts.report()
    return {
        "seconds": seconds,
        "window": window,
        "limit": limit,
        "processes": processes,
        "kills": kills,
        "counted": found["admitted"],
        "worst_window": found["windows"][0]["peak"],
        "violations": found["violations"]["count"],
        "share_of_allowance": counts.share(limit, window),
    }


def _task(sandbox: Sandbox) -> dict[str, Any]:
    """Return what a worker needs to know of the sandbox."""
    address = sandbox.provider(_PROVIDER)
    settings = {**address.settings, "base_url": address.base_url, "token_url": address.token_url}
    with sandbox.connect(_PROVIDER) as client:
        active = client.sims(status=SimStatus.ACTIVE)
        iccids = [sim.iccid for sim in islice(active, max(COSTS))]
    return {
        "settings": {name: text for name, text in settings.items() if isinstance(text, str)},
        "iccids": iccids,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quota", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--limit", type=int, default=1000, help="SIMs within one window")
    parser.add_argument("--window", type=float, default=6, help="seconds of the limit's window")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kill-every", type=float, default=0.3, help="mean seconds; 0 for never")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve()
        return 0
    found = measure(
        chosen.seconds, chosen.limit, chosen.window, chosen.processes, chosen.kill_every
    )
    print(json.dumps(found))
    return int(bool(found["violations"]) or int(str(found["worst_window"])) > chosen.limit)


if __name__ == "__main__":
    sys.exit(main())

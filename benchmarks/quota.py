"""`python -m benchmarks.quota`: processes that share a limit and are killed all the time.

Worker processes share one ledger in SQLite and send to a vendor as fast as the ledger lets them.
The vendor, in this process, counts for itself and answers late. A random worker is killed with
SIGKILL again and again, whatever it does at that moment, and another one is started. In the end no
window of the vendor's, wherever it begins, may hold more than the limit.
"""

from __future__ import annotations

import argparse
import json
import random
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from simloom.transport.quota import Bucket, Ledger, QuotaGate, SqliteStore, Window

LIMIT = 1000
COSTS = (1, 5, 10, 20, 40)


class Vendor:
    """Counts what arrives, by its own clock, and answers after a random time."""

    def __init__(self, slowest: float) -> None:
        self.counted: list[tuple[float, int]] = []
        self._slowest = slowest
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rw", encoding="ascii") as lines:
            try:
                for line in lines:
                    time.sleep(random.uniform(0, self._slowest))
                    self.counted.append((time.monotonic(), int(line)))
                    time.sleep(random.uniform(0, self._slowest))
                    lines.write("counted\n")
                    lines.flush()
            except (OSError, ValueError):
                return  # it was killed; what it sent has been counted

    def close(self) -> None:
        self._socket.close()

    def worst(self, seconds: float) -> int:
        """Return the most that was counted in any window."""
        counted = sorted(self.counted)
        return max(
            (
                sum(cost for time_, cost in counted[at:] if time_ < start + seconds)
                for at, (start, _) in enumerate(counted)
            ),
            default=0,
        )


def bucket(window: float) -> Bucket:
    return Bucket(key="benchmark/actions", windows=(Window(LIMIT, window),))


def work(path: str, port: int, window: float, hold: float) -> None:
    """Send for ever."""
    gate = QuotaGate(Ledger(SqliteStore(path), hold=hold, lease=min(1.0, window / 4)))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        lines = connection.makefile("rw", encoding="ascii")
        print("ready", flush=True)
        while True:
            cost = random.choice(COSTS)
            with gate.hold(bucket(window), cost):
                lines.write(f"{cost}\n")
                lines.flush()
                if not lines.readline():
                    return


def start(path: Path, port: int, window: float, hold: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.quota", "--work", str(path), str(port)]
    command += ["--window", str(window), "--hold", str(hold)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def is_ready(worker: subprocess.Popen[bytes]) -> bool:
    """Tell whether a worker has begun: one that is killed before would prove nothing."""
    assert worker.stdout is not None
    return bool(select.select([worker.stdout], [], [], 0)[0])


def stop(worker: subprocess.Popen[bytes]) -> None:
    """Kill with SIGKILL."""
    with worker:
        worker.kill()


def measure(seconds: float, window: float, processes: int, kill_every: float) -> dict[str, object]:
    """Run workers for some time and return what the vendor saw."""
    hold, slowest = window / 2, window / 100
    vendor = Vendor(slowest)
    kills = 0
    with tempfile.TemporaryDirectory(prefix="quota-") as folder:
        path = Path(folder) / "quota.db"
        workers = [start(path, vendor.port, window, hold) for _ in range(processes)]
        try:
            while not all(is_ready(worker) for worker in workers):
                if any(worker.poll() is not None for worker in workers):
                    raise SystemExit("a worker has failed")
                time.sleep(0.02)
            began = time.monotonic()
            while time.monotonic() < began + seconds:
                time.sleep(random.uniform(0, 2 * kill_every) if kill_every else 0.1)
                at_work = [at for at, worker in enumerate(workers) if is_ready(worker)]
                if kill_every and at_work:
                    victim = random.choice(at_work)
                    stop(workers[victim])
                    workers[victim] = start(path, vendor.port, window, hold)
                    kills += 1
        finally:
            for worker in workers:
                stop(worker)
        time.sleep(2 * slowest)
        vendor.close()
        counted = sorted(vendor.counted)
        busy = counted[-1][0] - counted[0][0] if counted else 0.0
        total = sum(cost for _, cost in counted)
        whole = int(busy // window)  # windows that were over when the last request came
        in_whole = sum(cost for at, cost in counted if at < counted[0][0] + whole * window)
    return {
        "seconds": round(busy, 1),
        "window": window,
        "limit": LIMIT,
        "processes": processes,
        "kills": kills,
        "requests": len(counted),
        "counted": total,
        "worst_window": vendor.worst(window),
        "share_of_allowance": round(in_whole / (LIMIT * whole), 3) if whole else None,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quota", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--window", type=float, default=6, help="seconds of the limit's window")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kill-every", type=float, default=0.3, help="mean seconds; 0 for never")
    parser.add_argument("--hold", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        work(chosen.work[0], int(chosen.work[1]), chosen.window, chosen.hold)
        return 0
    found = measure(chosen.seconds, chosen.window, chosen.processes, chosen.kill_every)
    print(json.dumps(found))
    return int(int(str(found["worst_window"])) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())

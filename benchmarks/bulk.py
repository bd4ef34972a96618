"""`python -m benchmarks.bulk`: bulk jobs, long ones in virtual time and killed ones in real time.

    pace     a job at the vendor's limits against the least time that they allow
    weather  bad SIMs, failing servers, lost answers: outcomes against the sandbox's ledger
    crash    SIGKILL at every labelled point and at random moments, real processes over HTTP
    memory   peak memory and planning time per SIM of jobs of growing size, one process each

Prints one line of JSON per run; ends with 1 when something was lost, done twice or not kept.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.bulkcrash import LABELS, Kill, Workers, judge, task_at
from benchmarks.bulkworld import (
    EmulatedVendor,
    LeanVendor,
    VirtualJobs,
    Weather,
    made_up,
    owned,
    virtual_clock,
)
from simloom.bulk.estimate import least_seconds
from simloom.bulk.journal import Journal
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.starting import BulkOptions, entries
from simloom.capabilities import Verb
from simloom.sandbox import Sandbox

WINDOWS = [(900, 360.0), (9_000, 3_600.0)]
"""Of Telekom M2M, times the share 0.9."""
_MOST_MEMORY = 150.0
JOBS = (
    ("telekom-m2m", "set-label", "modify_sim_remarks", {"label": "x"}),
    ("infobip", "set-label", "rename_sim", {"label": "x"}),
    ("infobip", "send-sms", "send_sms", {"text": "x"}),
)
Found = dict[str, Any]


def pace(count: int) -> Found:
    """Change the tariff of so many SIMs at a vendor that knows nothing but its limits."""
    clock = virtual_clock()
    vendor = LeanVendor(count, clock)
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="bulk-") as folder:
        options = BulkOptions(journal=Path(folder) / "job.db")
        jobs = VirtualJobs(vendor, clock, Weather())
        with jobs.run(Verb.CHANGE_TARIFF, made_up(count), options, tariff="12") as report:
            succeeded = report.counts[OutcomeStatus.SUCCEEDED]
    least, took = least_seconds(count, WINDOWS), clock.monotonic()
    violations = vendor.meter.report()["violations"]["count"]
    right = succeeded == count and set(vendor.times) == {1} and not violations
    return {
        "run": "pace",
        "sims": count,
        "hours": round(took / 3600, 3),
        "least_hours": round(least / 3600, 3),
        "ratio": round(took / least, 5),
        "violations": violations,
        "cpu_seconds": round(time.process_time() - began, 1),
        "peak_mib": peak_memory(),
        "right": right and took <= 1.01 * least,
    }


def weather(count: int, seed: int) -> Found:
    """Suspend SIMs, one in a hundred unknown, while servers fail and answers are lost."""
    clock = virtual_clock()
    vendor = EmulatedVendor(count * 5 // 4, clock)  # a fifth belongs to another partner
    changed: Counter[str] = Counter()
    ledger = vendor.emulator.vendor("telekom-m2m").ledger
    ledger.listeners.append(lambda effect: changed.update([effect["iccid"]]))
    jobs = VirtualJobs(vendor, clock, Weather(failing=0.05, lost=0.02, seed=seed))
    inputs = owned(vendor, clock)
    inputs += made_up(len(inputs) // 100)
    random.Random(seed).shuffle(inputs)
    began = time.process_time()
    with jobs.run(Verb.SUSPEND, inputs, BulkOptions()) as report:
        told = [outcome.iccid for outcome in report]
        succeeded = {outcome.iccid for outcome in report.only(OutcomeStatus.SUCCEEDED)}
        counts = {status.value: number for status, number in report.counts.items() if number}
    return {
        "run": "weather",
        "sims": len(inputs),
        "outcomes": counts,
        "effects": len(changed),
        "twice": sum(times > 1 for times in changed.values()),
        "requests": jobs.line.count,
        "hours": round(clock.monotonic() / 3600, 2),
        "cpu_seconds": round(time.process_time() - began, 1),
        "right": told == inputs
        and set(changed) == succeeded
        and set(changed.values()) == {1}
        and not {"pending", "not_attempted"} & set(counts),
    }


def crash(randomly: int, seed: int) -> list[Found]:
    """Kill jobs at every labelled point and at random moments."""
    found = []
    draw = random.Random(seed)
    with (
        Sandbox(seed=3, sims=150, limits=False, action_delay=0.05) as sandbox,
        Workers() as workers,
        tempfile.TemporaryDirectory(prefix="bulk-") as folder,
    ):
        for provider, verb, operation, parameters in JOBS:
            sandbox.emulator.reset(keep_tokens=True)
            path = Path(folder) / f"{provider}-{verb}.db"
            task = task_at(sandbox, provider, verb, path, count=100, parameters=parameters)
            kills = [Kill(label=label, nth=nth) for nth in (1, 2) for label in LABELS]
            kills += [Kill(seconds=draw.uniform(0.01, 0.4)) for _ in range(randomly)]
            draw.shuffle(kills)
            killed = workers.finish(task, kills)
            verdict = judge(task, sandbox.emulator.ledger(provider), operation)
            found.append(
                {
                    "run": "crash",
                    "job": f"{provider} {verb}",
                    "killed": killed,
                    "of": len(kills),
                    "outcomes": verdict.outcomes,
                    "effects": verdict.effects,
                    "lost": verdict.lost,
                    "twice": verdict.twice,
                    "untold": verdict.untold,
                    "right": verdict.is_right,
                }
            )
    return found


def memory(count: int) -> Found:
    """Read and plan so many SIMs in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.bulk", "--plan", str(count)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: Found = json.loads(told)
    return {**found, "right": found["peak_mib"] < _MOST_MEMORY}


def plan(count: int) -> Found:
    """Read SIMs into a journal and plan all chunks."""
    with tempfile.TemporaryDirectory(prefix="bulk-") as folder:
        book = Journal(Path(folder) / "job.db")
        book.begin("telekom-m2m", "a", "suspend", {})
        began = time.process_time()
        book.read(entries(made_up(count)))
        read = time.process_time()
        while book.chunks.plan(900):
            pass
        planned = time.process_time()
        book.close()
    return {
        "run": "memory",
        "sims": count,
        "peak_mib": peak_memory(),
        "read_us_per_sim": round((read - began) / count * 1e6, 1),
        "plan_us_per_sim": round((planned - read) / count * 1e6, 1),
    }


def peak_memory() -> float:
    """Return the most memory of this process so far, in MiB; 0 where that is not told."""
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return 0.0
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return float(round(peak / 2**20, 1))


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk", description=__doc__)
    parser.add_argument("--only", choices=("pace", "weather", "crash", "memory"))
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the SIMs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20, help="random moments per job")
    parser.add_argument("--plan", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.plan:
        print(json.dumps(plan(chosen.plan)))
        return 0
    part = 50 if chosen.quick else 1
    right = True
    for name in ("pace", "weather", "crash", "memory"):
        if chosen.only not in (None, name):
            continue
        for found in _run(name, part, chosen.seed, chosen.kills // (4 if chosen.quick else 1)):
            print(json.dumps(found), flush=True)
            right = right and found["right"]
    return int(not right)


def _run(name: str, part: int, seed: int, kills: int) -> list[Found]:
    if name == "pace":
        return [pace(1_000_000 // part)]
    if name == "weather":
        return [weather(100_000 // part, seed)]
    if name == "crash":
        return crash(kills, seed)
    return [memory(count // part) for count in (10_000, 100_000, 1_000_000)]


if __name__ == "__main__":
    sys.exit(main())

"""Four processes, one ledger, `kill -9` all the time, and what the sandbox has counted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


COMMAND = [sys.executable, "-m", "benchmarks.quota"]


def test_processes_that_are_killed_never_go_over_the_limit():
    done = subprocess.run(
        [*COMMAND, "--seconds", "3", "--limit", "50", "--window", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert (done.returncode, found["violations"]) == (0, 0)
    assert found["worst_window"] <= found["limit"]
    assert (found["processes"], found["kills"] >= 3) == (4, True)
    assert found["counted"] > found["limit"]  # so there was something to hold back

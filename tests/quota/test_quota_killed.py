"""Four processes, one ledger, `kill -9` all the time, and a vendor that counts for itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_processes_that_are_killed_never_go_over_the_limit():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.quota", "--seconds", "4", "--window", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert (done.returncode, found["worst_window"] <= found["limit"]) == (0, True)
    assert (found["processes"], found["kills"] >= 3) == (4, True)
    assert found["counted"] > found["limit"]  # so there was something to hold back

"""The command line of simloom knows a provider of another distribution."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from standin import CARDS, KEY, StandIn, running


def simloom(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if "SIMLOOM" not in key}
    environment |= {f"SIMLOOM_ACME_{key.upper()}": value for key, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "simloom.cli", *arguments],
        env={**environment, "SIMLOOM_CONFIG": os.devnull, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_is_listed_and_used() -> None:
    listed = simloom("providers", "list")
    assert "acme" in listed.stdout, listed.stderr
    with running(StandIn()) as address:
        found = simloom(
            "sims", "list", "--provider", "acme", "--output", "jsonl", base_url=address, api_key=KEY
        )
    assert found.returncode == 0, found.stderr
    assert len({json.loads(line)["iccid"] for line in found.stdout.splitlines()}) == CARDS

"""Real processes, killed with SIGKILL at every point, against a sandbox over HTTP."""

from __future__ import annotations

import random
from importlib import import_module
from pathlib import Path

import pytest

from simloom.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def crash():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT))
        yield import_module("benchmarks.bulkcrash")


@pytest.fixture(scope="module")
def workers(crash):
    with crash.Workers() as workers:
        yield workers


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(seed=3, sims=50, limits=False, action_delay=0.05) as sandbox:
        yield sandbox


JOBS = [
    ("telekom-m2m", "set-label", "modify_sim_remarks", {"label": "x"}),
    ("infobip", "send-sms", "send_sms", {"text": "x"}),
]


@pytest.mark.parametrize(("provider", "verb", "operation", "parameters"), JOBS)
def test_nothing_is_lost_or_done_twice_wherever_a_process_dies(
    crash, workers, sandbox, tmp_path, provider, verb, operation, parameters
):
    task = crash.task_at(
        sandbox, provider, verb, tmp_path / "job.db", count=30, parameters=parameters
    )
    draw = random.Random(provider)
    kills = [crash.Kill(label=label) for label in crash.LABELS]
    kills += [crash.Kill(seconds=draw.uniform(0.02, 0.2)) for _ in range(2)]
    killed = workers.finish(task, kills)
    assert killed >= len(crash.LABELS) - 1  # a job may be over before the last ones
    verdict = crash.judge(task, sandbox.emulator.ledger(provider), operation)
    assert verdict.is_right, verdict
    assert verdict.effects > 0
    if verb == "set-label":
        assert verdict.outcomes.get("needs_review", 0) == 0

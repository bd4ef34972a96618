"""The fixture `simloom_sandbox`, in a pytest of its own as an application has it."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from simloom.sandbox.pytest_plugin import Servers

PLUGIN = "simloom.sandbox.pytest_plugin"
APPLICATION = """
import asyncio

import pytest

SEEN = {}


@pytest.mark.simloom_sandbox(sims=7, seed=3)
class TestSeven:
    def test_a_change_is_seen_by_the_sandbox(self, simloom_sandbox):
        with simloom_sandbox.connect("infobip") as infobip:
            sims = list(infobip.sims())
            infobip.set_label(sims[0].iccid, "new")
        assert len(sims) == 7
        (effect,) = simloom_sandbox.effects("infobip", sims[0].iccid)
        assert effect["changed"]["name"]["to"] == "new"
        SEEN["url"] = simloom_sandbox.url

    def test_the_next_test_sees_nothing_of_it(self, simloom_sandbox):
        assert simloom_sandbox.url == SEEN["url"]
        assert simloom_sandbox.requests() == simloom_sandbox.effects() == []
        simloom_sandbox.connect("telcoapi")  # closed when the test ends

    @pytest.mark.simloom_sandbox(sims=2)
    def test_the_closest_marker_wins(self, simloom_sandbox):
        assert simloom_sandbox.emulator.state()["seed"] == 3
        assert simloom_sandbox.emulator.world.sims == 2
        assert simloom_sandbox.url != SEEN["url"]


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_reset_costs_no_client_a_refused_request(simloom_sandbox, time):
    with simloom_sandbox.connect("telekom-m2m") as m2m:
        list(m2m.sims())
    statuses = [request["status"] for request in simloom_sandbox.requests()]
    assert set(statuses) == {200}


def test_async(simloom_sandbox):
    async def count():
        async with simloom_sandbox.aconnect("telekom-bsc") as bsc:
            return len([sim async for sim in bsc.sims()])

    assert asyncio.run(count()) == 25
    assert simloom_sandbox.quotas()["enforced"]
    before = simloom_sandbox.clock.now()
    simloom_sandbox.clock.advance(60)
    assert (simloom_sandbox.clock.now() - before).total_seconds() >= 60
    assert simloom_sandbox.provider("infobip").base_url.startswith(simloom_sandbox.url)


@pytest.mark.simloom_sandbox(5)
def test_a_wrong_marker(simloom_sandbox):
    pass
"""
UNUSED = """
import sys


def test_nothing_heavy_was_loaded():
    heavy = {"starlette", "uvicorn", "yaml", "httpx", "simloom.client", "simloom.sandbox.server"}
    assert not heavy & set(sys.modules)
"""


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_application.py").write_text(code)
    installed = any(point.value == PLUGIN for point in entry_points(group="pytest11"))
    load = [] if installed else ["-p", PLUGIN]
    options = ["-q", "-p", "no:cacheprovider", "-W", "error", "--strict-markers", "-rA"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *load, *options, str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
    )


def test_an_application_tests_against_it(tmp_path):
    done = run(tmp_path, APPLICATION)
    assert "6 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "takes options by name, such as sims=100" in done.stdout


def test_the_examples_of_the_page_pass(tmp_path):
    page = (Path(__file__).resolve().parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    first, second = re.findall(r"```py\n(.*?)```", page, re.DOTALL)
    spec = re.search(r'SPEC = """\n(.*?)"""', page, re.DOTALL)
    (tmp_path / "acme.yaml").write_text(spec[1])
    done = run(tmp_path, f"{first}\n{second}")
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert len([line for line in first.splitlines() if line.strip()]) <= 10


def test_a_run_that_does_not_use_it_loads_nothing_heavy(tmp_path):
    done = run(tmp_path, UNUSED)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.fixture
def servers():
    made = Servers()
    yield made
    made.stop()


def test_no_more_than_four_servers_are_kept(servers):
    first = servers.get({"sims": 1})
    for number in range(2, 5):
        servers.get({"sims": number})
    assert servers.get({"sims": 1}) is first
    servers.get({"sims": 5})
    assert servers.get({"sims": 1}) is first
    with pytest.raises(ValueError, match="SIMs, not -1"):
        servers.get({"sims": -1})

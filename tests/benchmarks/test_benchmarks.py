from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

ROOT = Path(__file__).resolve().parents[2]

CANDIDATES = {
    "decode": [
        "orjson.loads (untyped)",
        "msgspec.json.decode (untyped)",
        "json.loads (untyped)",
        "simloom",
        "simloom, tolerant reader (one odd value)",
        "msgspec Struct",
        "pydantic",
        "cattrs + orjson",
        "stock client + json",
        "stock client + orjson",
    ],
    "encode": [
        "orjson.dumps of dicts",
        "json.dumps of dicts",
        "simloom",
        "msgspec Struct",
        "pydantic",
        "cattrs + orjson",
        "stock client + json",
        "stock client + orjson",
    ],
    "calls": [
        "one SIM: httpx",
        "one SIM: simloom, telekom-m2m",
        "one SIM: simloom, infobip",
        "page of 100: httpx",
        "page of 100: simloom",
        "page of 100: stock client",
        "list of 100: httpx",
        "list of 100: simloom, telekom-m2m, as Sim",
    ],
}
TARGETS = {
    "decode": ["simloom"],
    "encode": ["simloom"],
    "calls": [
        "one SIM: simloom, telekom-m2m",
        "one SIM: simloom, infobip",
        "page of 100: simloom",
    ],
}


def python(
    *arguments: str, check: bool = True, hash_seed: str = "random"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=check,
        timeout=300,
    )


@pytest.fixture(scope="module")
def quick_run(tmp_path_factory):
    file = tmp_path_factory.mktemp("bench") / "figures.json"
    done = python("-m", "benchmarks", "--quick", "--only", *CANDIDATES, "--json", str(file))
    return done, json.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("section", CANDIDATES)
def test_every_candidate_has_a_positive_figure(quick_run, section):
    _, figures = quick_run
    (table,) = [table for table in figures["tables"] if table["name"] == section]
    assert [row["candidate"] for row in table["rows"]] == CANDIDATES[section]
    for row in table["rows"]:
        low, high = row["iqr"]
        assert row["figure"] > 0
        assert 0 < low <= row["ratio"] <= high


@pytest.mark.parametrize("section", CANDIDATES)
def test_the_floor_is_one_and_targets_are_shown_beside_ours(quick_run, section):
    _, figures = quick_run
    (table,) = [table for table in figures["tables"] if table["name"] == section]
    assert table["rows"][0]["ratio"] == 1.0
    assert [row["candidate"] for row in table["rows"] if row["target"]] == TARGETS[section]


def test_tables_go_to_standard_output_and_progress_to_standard_error(quick_run):
    done, _ = quick_run
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines if line.startswith("#")] == [
        "## Decode",
        "## Encode",
        "## One blocking call over loopback",
    ]
    assert sum(line.startswith("| simloom ") for line in lines) == 2
    assert "decode:" in done.stderr
    assert "decode:" not in done.stdout


def test_the_page_is_the_same_everywhere_and_about_90_kb():
    code = (
        "import sys; from benchmarks.payload import page_json; "
        "sys.stdout.write((page_json(1) + page_json(7)).decode())"
    )
    first, second = (python("-c", code, hash_seed=seed).stdout for seed in ("1", "2"))
    assert first == second
    page_one = python("-c", code.replace(" + page_json(7)", "")).stdout
    assert first.startswith(page_one)
    assert 80_000 <= len(page_one.encode()) <= 100_000
    data = json.loads(page_one)
    assert len(data["data"]) == 100
    assert all(len(sim) == 25 for sim in data["data"])


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    names = ("equality", "payload", "peers")
    return SimpleNamespace(**{name: import_module(f"benchmarks.{name}") for name in names})


def set_at(place, value):
    """Return a change of the attribute at a place such as `data.3.label`."""

    def change(page):
        *way, last = place.split(".")
        for step in way:
            page = page[int(step)] if step.isdigit() else getattr(page, step)
        setattr(page, last, value)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_at("data.3.label", "other"), "/data/3/label is 'other'"),
        (set_at("data.0.status", "InventoryHold"), "/data/0/status is 'InventoryHold'"),
        (set_at("data.1.created_at", "2024-01-01"), "/data/1/createdAt is '2024-01-01'"),
        (set_at("data.2.location.mcc", None), "/data/2/location/mcc is None"),
        (set_at("data.2.location", {}), "/data/2/location is a dict"),
        (lambda typed: typed.data.pop(), "/data is not a list of 100"),
    ],
)
def test_a_candidate_that_reads_something_else_is_refused(benchmarks, change, said):
    expected = benchmarks.payload.page()
    typed = msgspec.json.decode(benchmarks.payload.page_json(), type=benchmarks.peers.PageStruct)
    benchmarks.equality.check_typed("peer", expected, typed)
    change(typed)
    with pytest.raises(benchmarks.equality.ContentDiffers) as raised:
        benchmarks.equality.check_typed("peer", expected, typed)
    assert str(raised.value).startswith(f"peer: {said}")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda written: written["data"][0].pop("note"), "/data/0 has other members: ['note']"),
        (
            lambda written: written["data"][0].update(createdAt="2024-01-01T00:00:00Z"),
            "/data/0/createdAt is 2024-01-01T00:00:00Z",
        ),
        (lambda written: written["data"].append({}), "/data has 101 items, not 100"),
        (lambda written: written.update(page=None), "/page is None, not 1"),
    ],
)
def test_a_candidate_that_writes_something_else_is_refused(benchmarks, change, said):
    expected, written = benchmarks.payload.page(), benchmarks.payload.page()
    first = written["data"][0]
    first["createdAt"] = first["createdAt"].replace("Z", "000+00:00")
    benchmarks.equality.check_json("peer", expected, written)
    change(written)
    with pytest.raises(benchmarks.equality.ContentDiffers) as raised:
        benchmarks.equality.check_json("peer", expected, written)
    assert str(raised.value).startswith(f"peer: {said}")


def test_help_names_every_section_and_an_unknown_one_is_refused():
    told = python("-m", "benchmarks", "--help").stdout
    for name in ("decode", "calls", "concurrency", "listing", "tokens", "memory", "regeneration"):
        assert name in told
    refused = python("-m", "benchmarks", "--only", "nothing", check=False)
    assert refused.returncode == 2
    assert "nothing" in refused.stderr

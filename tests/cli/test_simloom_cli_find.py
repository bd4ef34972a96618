"""`sims find` over all providers, and `sims sync`: the index made, used and forgotten."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

JSONL = ("--output", "jsonl")


@pytest.fixture
def everybody(sandbox, monkeypatch):
    """All four vendors are configured and none is named; returns what reads the requests."""
    monkeypatch.delenv("SIMLOOM_PROVIDER")
    told = 0

    def asked():
        nonlocal told
        entries = sandbox()
        found = [entry for entry in entries if entry["number"] > told]
        told = entries[-1]["number"] if entries else 0
        return Counter(
            (entry["provider"], entry["operationId"])
            for entry in found
            if "token" not in entry["operationId"]
        )

    return asked


def a_sim(cli, provider, kind="imsi"):
    rows = cli("sims", "list", "--provider", provider, *JSONL).rows
    return next(row for row in rows if row[kind])


def test_an_iccid_is_found_wherever_it_is(cli, everybody):
    for provider in ("infobip", "telcoapi", "telekom-bsc", "telekom-m2m"):
        sim = a_sim(cli, provider)
        everybody()
        found = cli("sims", "find", sim["iccid"], *JSONL)
        assert (found.code, found.rows[0]["provider"], found.err) == (0, provider, "")
        assert {name for name, _ in everybody()} == {provider}


def test_a_synced_index_makes_it_one_request(cli, everybody):
    sim = a_sim(cli, "telcoapi")
    done = cli("sims", "sync", *JSONL)
    assert done.code == 0
    assert [(row["provider"], row["sims"], row["new"], row["gone"]) for row in done.rows] == [
        ("infobip", 25, 25, 0),
        ("telcoapi", 25, 25, 0),
        ("telekom-bsc", 25, 25, 0),
        ("telekom-m2m", done.rows[3]["sims"], done.rows[3]["sims"], 0),
    ]
    everybody()
    found = cli("sims", "find", f"imsi:{sim['imsi']}", *JSONL)
    assert found.rows[0]["iccid"] == sim["iccid"]
    assert everybody() == {("telcoapi", "get_sim"): 1}


def test_forgetting_asks_nobody_and_leaves_nothing(cli, everybody, home):
    sim = a_sim(cli, "infobip")
    cli("sims", "sync", "--provider", "infobip")
    file = Path(os.environ["SIMLOOM_STATE"]) / "sims.db"
    assert sim["imsi"].encode() in file.read_bytes()
    everybody()
    kept = cli("sims", "sync", "--forget", "--provider", "telcoapi")
    assert (kept.code, kept.err) == (0, f"0 SIMs forgotten, in {file}\n")
    gone = cli("sims", "sync", "--forget")
    assert (gone.code, gone.out, gone.err) == (0, "", f"25 SIMs forgotten, in {file}\n")
    assert sim["imsi"].encode() not in file.read_bytes()
    assert everybody() == {}


def test_a_provider_that_fails_is_told_and_the_others_are_done(cli, everybody, monkeypatch):
    sim = a_sim(cli, "telcoapi")
    monkeypatch.setenv("SIMLOOM_INFOBIP_API_KEY", "wrong")
    done = cli("sims", "sync", *JSONL)
    assert (done.code, len(done.rows)) == (1, 3)
    assert done.err.startswith("error: ")
    found = cli("sims", "find", f"imsi:{sim['imsi']}")
    assert (found.code, sim["iccid"] in found.out) == (0, True)
    missing = cli("sims", "find", "imsi:999991234567890")
    assert missing.code == 1
    assert "not every provider could be asked: infobip" in missing.err
    assert "999991" not in missing.err


def test_nothing_configured_is_a_usage_error(cli):
    done = cli("sims", "find", "imsi:262011234567890")
    assert (done.code, done.out) == (2, "")
    assert "no provider is configured" in done.err


def test_labels_are_looked_for_everywhere(cli, everybody):
    found = cli("sims", "find", "--label", "meter", *JSONL)
    assert found.code == 0
    assert {row["provider"] for row in found.rows} >= {"infobip", "telekom-bsc"}


def test_commands_take_any_identifier(cli, everybody):
    sim = a_sim(cli, "infobip")
    named, common = f"imsi:{sim['imsi']}", ("--provider", "infobip", *JSONL)
    assert cli("sims", "get", named, *common).rows[0]["iccid"] == sim["iccid"]
    everybody()
    done = cli("sims", "suspend", named, sim["iccid"], "--yes", *common)
    assert [row["iccid"] for row in done.rows] == [sim["iccid"]]
    assert everybody()["infobip", "update_sim_status"] == 1


def test_a_wrong_identifier_among_many_stops_all_of_them(cli, everybody):
    sim = a_sim(cli, "infobip")
    common = ("--provider", "infobip", "--yes")
    assert cli("sims", "suspend", sim["iccid"], "imsi:999991234567890", *common).code == 1
    assert cli("sims", "suspend", sim["iccid"], "262011234567890", *common).code == 2
    assert cli("sims", "do", "provision", "imsi:999991234567890", *common).code == 2
    assert not any("update" in operation for _, operation in everybody())

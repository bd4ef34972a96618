"""The command line of simloom knows a provider of another distribution."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from standin import CARDS
from startcards import cards

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Line

ICCIDS = list(cards())
ACME = ("--provider", "acme", "--output", "jsonl")


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_it_appears_in_providers(simloom: Line) -> None:
    listed = simloom("providers", "list", "--output", "table")
    assert re.search(r"acme +simloom-acme +0\.1\.0", listed.stdout), listed.stderr
    told = simloom("providers", "show", "acme", "--output", "jsonl")
    shown = {one["verb"]: one for one in lines(told.stdout)}
    assert shown["suspend"]["bulk_max"] == 100
    assert shown["quota"]["support"] == "not-written"


def test_sims_are_listed_read_and_found(simloom: Line) -> None:
    listed = simloom("sims", "list", *ACME)
    assert listed.returncode == 0, listed.stderr
    sims = lines(listed.stdout)
    assert [sim["iccid"] for sim in sims] == ICCIDS
    assert len(sims) == CARDS
    for name in (ICCIDS[7], f"imsi:{sims[7]['imsi']}", "card:7"):
        (read,) = lines(simloom("sims", "get", name, *ACME).stdout)
        assert (read["iccid"], read["label"]) == (ICCIDS[7], "pump 7"), name


def test_a_bulk_job_tells_what_became_of_each(simloom: Line, tmp_path: Path) -> None:
    """15 of the SIMs are not paused: too many to be answered at once. 7 are in stock and fail."""
    (tmp_path / "sims.txt").write_text("\n".join(ICCIDS), "utf-8")
    job = ("jobs", "run", "suspend", "sims.txt", "--journal", "job.db", "--yes")
    ran = simloom(*job, *ACME)
    assert ran.returncode == 3, ran.stderr
    exported = simloom("jobs", "export", "job.db", "outcomes.jsonl")
    assert exported.returncode == 0, exported.stderr
    outcomes = lines((tmp_path / "outcomes.jsonl").read_text("utf-8"))
    told = {one["iccid"]: one["status"] for one in outcomes}
    codes = {iccid: card["status"]["code"] for iccid, card in cards().items()}
    ends = {"live": "succeeded", "paused": "skipped", "stock": "rejected"}
    assert told == {iccid: ends[code] for iccid, code in codes.items()}
    jobs = lines(simloom("actions", "list", *ACME).stdout)
    assert {job["verb"] for job in jobs} == {"suspend"}
    assert {job["status"] for job in jobs} <= {"done", "failed"}


def test_a_card_is_ended_and_the_job_waited_for(simloom: Line) -> None:
    ended = simloom("sims", "terminate", "card:0", "--yes", "--wait", "30", *ACME)
    assert ended.returncode == 0, ended.stderr
    (told,) = lines(ended.stdout)
    assert (told["iccid"], told["outcome"]) == (ICCIDS[0], "done")
    (read,) = lines(simloom("sims", "get", "card:0", *ACME).stdout)
    assert (read["status"], read["vendor_status"]) == ("terminated", "ended")


def test_an_event_source_that_is_no_stream_is_told(simloom: Line) -> None:
    told = simloom("events", "tail", *ACME)
    assert told.returncode == 2
    assert "webhook" in told.stderr


@pytest.mark.parametrize("wrong", ["", "another key"])
def test_a_wrong_key_is_told_and_not_shown(simloom: Line, wrong: str) -> None:
    told = simloom("sims", "list", *ACME, SIMLOOM_ACME_API_KEY=wrong)
    assert told.returncode in {1, 2}
    assert "api_key" in told.stderr.lower() or "401" in told.stderr
    assert "another key" not in told.stdout + told.stderr

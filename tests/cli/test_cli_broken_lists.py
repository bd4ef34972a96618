"""Lists that break off: what came stays, nothing incomplete looks complete, the exit code tells."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from simloom.cli import listing

ICCIDS = [f"89811000221529{number:05}" for number in range(250)]


@pytest.fixture
def three_pages(vendor):
    """Two pages of 100 SIMs; the third is an error."""

    def answer(method, path, _body, query=""):
        page = int(query.partition("page=")[2].partition("&")[0] or 1)
        if page > 2:
            return 403, {"message": "Limit exceeded"}
        sims = [
            {"iccid": iccid, "status": "Active"} for iccid in ICCIDS[page * 100 - 100 : page * 100]
        ]
        return 200, {"sims": sims, "limit": 100, "page": page}

    vendor.by_query = answer
    return vendor


def complaint(done):
    first, second = done.err.splitlines()
    assert first.startswith("error: incomplete: 200 records")
    assert "Limit exceeded" in first
    assert second.startswith("hint: what came is right, the rest is missing; ")


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_what_was_printed_stays_and_the_exit_code_is_3(cli, three_pages, form):
    done = cli("sims", "list", "--output", form)
    assert done.code == 3
    complaint(done)
    lines = done.out.splitlines()
    assert len(lines) == 200 + (form != "jsonl")
    if form == "csv":
        assert [row["iccid"] for row in csv.DictReader(io.StringIO(done.out))] == ICCIDS[:200]
    else:
        assert ICCIDS[199] in lines[-1]


def test_nothing_before_the_error_is_a_plain_refusal(cli, vendor):
    vendor.on("GET /iot/2/sims", 403, {"message": "no"})
    done = cli("sims", "list", "--output", "csv")
    assert (done.code, done.out) == (1, "")
    assert "incomplete" not in done.err


@pytest.mark.parametrize("name", ["sims.csv", "sims.jsonl"])
@pytest.mark.parametrize("before", [None, "what was there"])
def test_an_export_keeps_what_arrived_under_another_name(cli, three_pages, home, name, before):
    file, partial = home / name, home / f"{name}.partial"
    if before:
        file.write_text(before)
    done = cli("sims", "export", str(file), "--force")
    assert done.code == 3
    complaint(done)
    assert str(partial) in done.err
    assert partial.stat().st_mode & 0o777 == 0o600
    text = partial.read_text("utf-8")
    assert len(text.splitlines()) == 200 + name.endswith("csv")
    assert (file.read_text() if file.exists() else None) == before
    assert {path.name for path in home.iterdir()} == {partial.name, *([name] if before else [])}


def test_ctrl_c_keeps_what_arrived_of_an_export(cli, three_pages, home, monkeypatch):
    def interrupted(sheet, records):
        for number, record in enumerate(records):
            if number == 150:
                raise KeyboardInterrupt
            sheet.add(record)

    monkeypatch.setattr(listing, "add_all", interrupted)
    done = cli("sims", "export", str(home / "sims.csv"))
    partial = home / "sims.csv.partial"
    assert (done.code, done.out) == (130, "")
    assert done.err == f"incomplete: what arrived is in {partial}\n"
    assert len(partial.read_text("utf-8").splitlines()) == 151
    assert [path.name for path in home.iterdir()] == [partial.name]


def test_several_reads_of_which_one_fails(cli, vendor):
    vendor.on(f"GET /iot/2/sims/{ICCIDS[0]}", 200, {"iccid": ICCIDS[0], "status": "Active"})
    done = cli("sims", "get", *ICCIDS[:2], "--output", "jsonl")
    assert (done.code, [row["iccid"] for row in done.rows]) == (3, ICCIDS[:1])
    assert "incomplete: 1 record and then" in done.err


@pytest.mark.parametrize("command", [["sims", "get"], ["usage"]])
def test_a_wrong_iccid_among_others_is_told_before_the_first_request(cli, vendor, command):
    done = cli(*command, ICCIDS[0], "..")
    assert (done.code, done.out, vendor.requests) == (2, "", [])


def process(three_pages, *arguments, **how):
    return subprocess.Popen(
        [sys.executable, "-m", "simloom.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **how,
    )


@pytest.mark.parametrize(("form", "lines"), [("table", 1), ("jsonl", 0), ("csv", 1)])
def test_a_reader_that_goes_away_ends_it_quietly(three_pages, form, lines):
    running = process(three_pages, "sims", "list", "--output", form)
    for _ in range(lines):
        running.stdout.readline()
    running.stdout.close()
    assert running.stderr.read() == ""
    running.stderr.close()
    assert running.wait(30) == 141


def test_ctrl_c_ends_it_quietly_after_whole_lines(three_pages):
    def slow(method, path, body, query=""):
        if "page=2" in query:
            running.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                running.wait(10)
        return answered(method, path, body, query)

    answered, three_pages.by_query = three_pages.by_query, slow
    running = process(three_pages, "sims", "list", "--output", "jsonl")
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert err == ""
    assert [json.loads(line)["iccid"] for line in out.splitlines()] == ICCIDS[:100]


def test_a_full_disk_is_no_success(three_pages):
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        return
    done = subprocess.run(
        f"{sys.executable} -m simloom.cli sims list --limit 5 --output jsonl > /dev/full",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 2

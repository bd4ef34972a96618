"""`simloom jobs`: from a file of SIMs to outcomes, over HTTP against the sandbox."""

from __future__ import annotations

import csv
import io
import json
import stat

import pytest

from simloom.bulk.journal import Journal
from simloom.bulk.outcomes import OutcomeStatus
from simloom.capabilities import Verb
from simloom.cli import jobsjournal, jobsrun, writing
from simloom.cli.jobsplan import Pace
from simloom.cli.jobsprogress import Tally


@pytest.fixture
def sims(cli, sandbox, home):
    """A file as a spreadsheet writes it, and its SIMs."""
    iccids = [row["iccid"] for row in cli("sims", "list", "--output", "jsonl").rows][:6]
    text = "\ufeffname;ICCID\r\n" + "".join(f'"Pump";"{iccid}"\r\n' for iccid in iccids)
    (home / "sims.csv").write_text(f"{text}x;{iccids[0]}\r\nx;broken\r\n", newline="")
    return iccids


@pytest.fixture
def jobs(cli, home):
    """`simloom jobs` on files of the home folder, as JSON lines."""

    def call(command, *arguments):
        names = {"sims.csv", "job.db", "out.csv", "out.jsonl", "other.csv"}
        given = [str(home / text) if text in names else text for text in arguments]
        return cli("jobs", command, *given, "--output", "jsonl")

    return call


LABEL = ("label", "sims.csv", "--journal", "job.db", "--set", "label=Line 4", "--yes")


def writes(sandbox):
    return [each for each in sandbox() if each["method"] != "GET" and "token" not in each["path"]]


def test_a_plan_counts_and_sends_nothing(jobs, sims, sandbox):
    before = len(sandbox())
    done = jobs("plan", "suspend", "sims.csv", "--provider", "telekom-m2m")
    assert done.code == 0
    (row,) = done.rows
    assert {name: row[name] for name in ("sims", "duplicates", "invalid", "requests")} == {
        "sims": 6,
        "duplicates": 1,
        "invalid": 1,
        "requests": 1,
    }
    assert row["sims_per_request"] == 900
    assert "line 9" in done.err
    assert len(sandbox()) == before


def test_a_million_sims_take_days_and_the_plan_says_so():
    pace = Pace(size=900, windows=((900, 360.0), (9_000, 3_600.0)))
    assert pace.requests(1_000_000) == 1_112
    assert pace.seconds(1_000_000) / 3600 == pytest.approx(111.1, abs=0.1)
    assert pace.told(1_000_000) == "4 d 15 h"
    assert Pace(size=1).told(5) == "as fast as the vendor answers"


def test_a_plan_needs_no_credentials(jobs, home, monkeypatch):
    monkeypatch.delenv("SIMLOOM_TELEKOM_M2M_CLIENT_ID", raising=False)
    (home / "sims.csv").write_text("8949020000000000014\n")
    (row,) = jobs("plan", "suspend", "sims.csv", "--provider", "telekom-m2m").rows
    assert row["sims"] == 1


def test_a_job_changes_each_sim_once_and_tells_what_came_of_it(jobs, sims, sandbox, home, audit):
    done = jobs("run", *LABEL)
    assert done.code == 3  # one line names no SIM
    (row,) = done.rows
    assert (row["state"], row["succeeded"], row["rejected"], row["duplicates"]) == (
        *("finished", 6, 1, 1),
    )
    changed = [each["path"].rsplit("/", 1)[-1] for each in writes(sandbox)]
    assert sorted(changed) == sorted(sims)
    started, ended = audit()
    assert (started["verb"], started["arguments"]["sims"]) == ("jobs set-label", 6)
    assert (ended["outcome"], ended["message"]) == ("finished", "6 succeeded, 1 rejected")
    assert stat.S_IMODE((home / "job.db").stat().st_mode) == 0o600
    again = jobs("run", *LABEL)
    assert (again.code, len(writes(sandbox))) == (3, 6)


def test_status_export_and_review_read_the_journal(jobs, sims, home):
    jobs("run", *LABEL)
    (row,) = jobs("status", "job.db").rows
    assert (row["state"], row["worked_on_by"]) == ("finished", None)
    rows = jobs("export", "job.db").rows
    assert [each["iccid"] for each in rows] == [*sims, None]
    assert jobs("export", "job.db", "--status", "rejected").rows == rows[-1:]
    assert jobs("review", "job.db").rows == []
    assert jobs("export", "job.db", "out.jsonl").code == 0
    written = [json.loads(line) for line in (home / "out.jsonl").read_text().splitlines()]
    assert written == rows
    assert stat.S_IMODE((home / "out.jsonl").stat().st_mode) == 0o600


def test_an_export_is_a_table_for_spreadsheets(cli, jobs, sims, home):
    jobs("run", *LABEL)
    path = home / "out.csv"
    assert cli("jobs", "export", str(home / "job.db"), str(path)).code == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    assert [row["iccid"] for row in rows] == [*sims, ""]


@pytest.fixture
def interrupted(jobs, sims, monkeypatch):
    """A job that Ctrl-C ends at its first outcome."""

    def stop(client, verb, identifiers, **named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("simloom.client.SimClient.bulk", stop)
        return jobs("run", *LABEL)


def test_ctrl_c_pauses_and_says_how_to_go_on(interrupted, jobs, sandbox):
    assert interrupted.code == 130
    assert interrupted.rows[0]["state"] == "paused"
    assert "go on with: simloom jobs resume" in interrupted.err
    assert writes(sandbox) == []
    done = jobs("resume", "job.db", "--yes")
    assert (done.code, done.rows[0]["succeeded"]) == (3, 6)
    assert len(writes(sandbox)) == 6


def test_resume_needs_the_journal_and_the_credentials_only(interrupted, jobs, home, monkeypatch):
    monkeypatch.delenv("SIMLOOM_PROVIDER")
    (home / "sims.csv").unlink()
    assert jobs("resume", "job.db", "--yes").rows[0]["succeeded"] == 6


def test_a_job_does_not_go_on_with_other_sims(interrupted, jobs, home, sandbox):
    (home / "sims.csv").write_text("8981100022152967705\n")
    done = jobs("run", *LABEL)
    assert done.code == 2
    assert "other SIMs" in done.err
    assert (
        jobs("run", "label", "sims.csv", "--journal", "job.db", "--set", "label=b", "--yes").code
        == 2
    )
    assert writes(sandbox) == []


def test_without_yes_and_without_a_terminal_nothing_is_sent_and_nothing_stays(
    jobs, sims, sandbox, home
):
    done = jobs("run", *LABEL[:-1])
    assert done.code == 2
    assert "add --yes" in done.err
    assert writes(sandbox) == []
    assert not (home / "job.db").exists()


@pytest.mark.parametrize(("answer", "sent"), [("n\n", 0), ("y\n", 6)])
def test_a_job_asks_first(jobs, sims, sandbox, monkeypatch, answer, sent):
    monkeypatch.setattr(jobsrun, "can_ask", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    done = jobs("run", *LABEL[:-1])
    assert "set-label 6 SIMs at infobip, as fast as the vendor answers at least?" in done.err
    assert len(writes(sandbox)) == sent


def test_a_job_that_another_process_works_on_is_left_alone(interrupted, jobs, home):
    other = Journal(home / "job.db")
    job = other.job()
    other.begin(job.provider, job.account, job.verb, json.loads(job.parameters))
    assert jobs("status", "job.db").rows[0]["state"] == "running"
    assert "pauses within" in jobs("pause", "job.db").err
    assert other.heartbeat() is True
    busy = jobs("resume", "job.db", "--yes")
    assert busy.code == 2
    assert "worked on by" in busy.err
    other.close()
    assert "nobody works on it" in jobs("pause", "job.db").err


def test_a_person_settles_what_nobody_can_tell(interrupted, jobs, home, sims):
    book = Journal(home / "job.db")
    job = book.job()
    book.begin(job.provider, job.account, job.verb, json.loads(job.parameters))
    (chunk,) = book.chunks.plan(3)
    book.chunks.settle(
        chunk, dict.fromkeys(chunk.sims, (OutcomeStatus.NEEDS_REVIEW, "it may have arrived"))
    )
    book.close()
    rows = jobs("review", "job.db").rows
    assert [row["iccid"] for row in rows] == sims[:3]
    assert jobs("review", "job.db", "--iccid", sims[0], "--resolve", "maybe").code == 2
    assert jobs("review", "job.db", "--resolve", "retry").code == 2
    assert jobs("review", "job.db", "--iccid", sims[5], "--resolve", "retry").code == 2
    assert jobs("review", "job.db", "--iccid", sims[0], "--resolve", "succeeded").code == 0
    assert jobs("review", "job.db", "--iccid", sims[1], "--resolve", "retry").code == 0
    done = jobs("resume", "job.db", "--yes")
    assert done.code == 4  # one still needs a review
    assert (done.rows[0]["needs_review"], done.rows[0]["succeeded"]) == (1, 5)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "frobnicate", *LABEL[1:]), "no verb"),
        (("run", "label", "sims.csv", "--journal", "job.db", "--yes"), "--set label="),
        (("run", "label", "missing.csv", *LABEL[2:]), "No such file"),
        (("run", *LABEL, "--set", "colour=red"), "takes no 'colour'"),
        (("run", *LABEL, "--set", "pin=1234"), "--set-from-env"),
        (("run", *LABEL, "--column", "sim"), "name one of the columns"),
        (("run", "block", *LABEL[1:4], "--yes"), "telekom-m2m"),
        (("status", "job.db"), "No such file"),
        (("resume", "job.db", "--yes"), "No such file"),
        (("pause", "sims.csv"), "sims.csv"),
    ],
)
def test_wrong_usage_sends_nothing_and_leaves_nothing(jobs, sims, sandbox, home, arguments, told):
    before = (home / "sims.csv").read_bytes()
    done = jobs(*arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert "1234" not in done.err
    assert writes(sandbox) == []
    assert not (home / "job.db").exists()
    assert (home / "sims.csv").read_bytes() == before


def test_the_live_line_tells_outcomes_rate_and_what_is_left():
    now = [0.0]
    pace = Pace(size=900, windows=((900, 360.0),))
    tally = Tally(1_801, pace, lambda: now[0])
    assert tally.line() == "nothing yet"
    outcome = type("O", (), {"status": OutcomeStatus.SUCCEEDED})()
    tally.hear(outcome)
    now[0] = 10.0
    assert tally.line() == "1 succeeded; 0.1 SIMs/s; 6 min left"
    free = Tally(101, Pace(size=1), lambda: now[0])
    free.hear(outcome)
    now[0] = 12.0
    assert free.line() == "1 succeeded; 0.5 SIMs/s; 3 min 20 s left"
    assert writing.can_ask() is False


def test_a_job_of_the_library_goes_on_from_the_command_line(jobs, sims, sandbox, home, running):
    path = home / "job.db"
    with (
        running.connect("infobip") as client,
        client.bulk(Verb.SET_LABEL, sims, journal=path, label="x") as report,
    ):
        assert len(report) == 6
    assert jobs("status", "job.db").rows[0]["state"] == "finished"
    assert jobs("resume", "job.db", "--yes").code == 0


def test_the_record_has_the_length_of_a_message_only(jobs, sims, audit):
    given = ("--journal", "job.db", "--set", "text=unlock 4711", "--yes")
    jobs("run", "send-sms", "sims.csv", *given)
    assert audit()[0]["arguments"]["text"] == "*** (11 characters)"


def test_a_journal_that_is_not_wanted_goes_unless_it_is_worked_on(jobs, sims, home, monkeypatch):
    """Nobody can be asked here, so the command ends before anything is sent."""
    done = jobs("run", *LABEL[:-1])
    assert (done.code, (home / "job.db").exists()) == (2, False)
    begin = jobsjournal.begin
    working = []

    def meanwhile(*arguments):
        made = begin(*arguments)
        book = Journal(home / "job.db", make=False)  # another terminal is faster to confirm
        job = book.job()
        book.begin(job.provider, job.account, job.verb, json.loads(job.parameters))
        working.append(book)
        return made

    monkeypatch.setattr(jobsjournal, "begin", meanwhile)
    assert jobs("run", *LABEL[:-1]).code == 2
    (book,) = working
    assert (home / "job.db").exists()
    assert book.heartbeat() is False
    book.close()


def test_two_commands_with_one_journal_do_not_take_it_from_each_other(jobs, sims, home):
    book = Journal(home / "job.db")
    book.begin("infobip", "a", "set-label", {})
    done = jobs("run", *LABEL)
    assert (done.code, "is being worked on by" in done.err) == (2, True)
    assert (home / "job.db").exists()
    assert book.heartbeat() is False
    book.close()


def test_outcomes_are_not_written_over_their_journal(jobs, sims, home):
    jobs("run", *LABEL)
    done = jobs("export", "job.db", "job.db")
    assert (done.code, "is the journal itself" in done.err) == (2, True)
    assert jobs("status", "job.db").rows[0]["succeeded"] == 6

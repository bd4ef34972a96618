"""Writing: dry runs, questions, the audit file, outcomes and exit codes."""

from __future__ import annotations

import errno
import io
import itertools
import json
import os
import resource
import stat

import pytest

from simloom.capabilities import RetryClass, Verb
from simloom.cli import outcomes, writing
from simloom.cli.audit import Audit
from simloom.cli.verbs import BY_VERB, WRITE_COMMANDS
from simloom.plugins.loader import load_all

ICCID = "8981100022152967705"
OTHER = "8981100022152967713"
SECRET = "canary-4711"
SIM = {"iccid": ICCID, "name": "Meter", "status": "Active"}
STATUS = "PUT /iot/1/sims/.*/status"


@pytest.fixture
def answering(vendor):
    vendor.on("GET /iot/2/sims/.*", 200, SIM)
    vendor.on(STATUS, 200, {"actionId": "a-1"})
    vendor.on("PATCH /iot/1/sims/.*", 200, {"actionId": "a-2"})
    vendor.on("POST /iot/1/sims/.*/sms", 200, {})
    return vendor


WRITES = [
    (["sims", "suspend", ICCID], "PUT", {"status": "Suspended"}),
    (["sims", "activate", ICCID], "PUT", {"status": "Active"}),
    (["sims", "label", ICCID, "=1"], "PATCH", {"name": "=1"}),
    (["sims", "do", "set-label", ICCID, "--set", "label=b"], "PATCH", {"name": "b"}),
    (["sims", "do", "resume", ICCID], "PUT", {"status": "Active"}),
    (["sims", "reset", ICCID], "POST", None),
    (["sms", "send", ICCID, "hello"], "POST", {"text": "hello"}),
]


@pytest.mark.parametrize(("arguments", "method", "body"), WRITES)
def test_a_dry_run_shows_the_request_and_sends_no_write(
    cli, sandbox, audit, arguments, method, body
):
    iccid = cli("sims", "list", "--limit", "1", "--output", "jsonl").rows[0]["iccid"]
    arguments = [iccid if text == ICCID else text for text in arguments]
    done = cli(*arguments, "--dry-run", "--output", "jsonl")
    assert done.code == 0
    (shown,) = done.rows
    assert (shown["sent"], shown["method"], shown["body"]) == (False, method, body)
    assert iccid in shown["path"]
    assert "nothing was changed" in done.err
    assert {request["method"] for request in sandbox()} == {"GET"}
    assert audit() == []


@pytest.mark.parametrize("arguments", [arguments for arguments, _, _ in WRITES])
def test_without_yes_and_without_a_terminal_nothing_is_sent(cli, sandbox, audit, arguments):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "add --yes" in done.err
    assert sandbox() == []
    assert audit() == []


def test_a_dry_run_sends_reads_and_says_so(cli, sandbox):
    common = ("--provider", "telekom-bsc")
    iccid = cli(*common, "sims", "list", "--limit", "1", "--output", "jsonl").rows[0]["iccid"]
    done = cli(*common, "sims", "label", iccid, "x", "--dry-run")
    first, second, body = done.out.splitlines()
    assert first == f"sent (a read): GET /v1/sims/{iccid}"
    assert second == f"not sent: PUT /v1/sims/{iccid}"
    assert json.loads(body)["label"] == "x"
    sent = {(request["method"], request["path"].rsplit("/", 1)[-1]) for request in sandbox()}
    assert {method for method, path in sent if path != "token"} == {"GET"}


def test_a_dry_run_masks_secrets_by_name_and_by_type(cli, vendor, monkeypatch):
    monkeypatch.setenv("NEW_PIN", SECRET)
    settings = ["--set", f"current_pin={SECRET}", "--set-from-env", "new_pin=NEW_PIN"]
    for form in ("table", "jsonl"):
        done = cli(
            *("--provider", "telcoapi", "--output", form, "sims", "reset-pin", ICCID),
            *(*settings, "--dry-run"),
        )
        assert done.code == 0
        assert SECRET not in done.out + done.err
        assert done.out.count('"***"') == 2
    assert vendor.requests == []


@pytest.mark.parametrize(("answer", "sent"), [("n\n", 0), ("\n", 0), ("", 0), ("y\n", 1)])
def test_a_write_asks_first(cli, answering, audit, monkeypatch, answer, sent):
    monkeypatch.setattr(writing, "can_ask", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    done = cli("sims", "suspend", ICCID)
    assert f"suspend {ICCID} at infobip? [y/N]" in done.err
    assert done.code == (0 if sent else 2)
    assert len(answering.writes) == sent
    assert len(audit()) == 2 * sent


def test_the_question_tells_how_many(cli, answering, monkeypatch):
    monkeypatch.setattr(writing, "can_ask", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    iccids = [str(int(ICCID) + number) for number in range(7)]
    assert "and 2 more at infobip" in cli("sims", "suspend", *iccids).err


def test_a_write_is_recorded_before_and_after_with_the_previous_value(cli, answering, audit, home):
    done = cli("sims", "suspend", ICCID, "--yes", "--output", "jsonl")
    assert (done.code, len(answering.writes)) == (0, 1)
    (row,) = done.rows
    assert (row["outcome"], row["id"]) == ("pending", "a-1")
    before, after = audit()
    assert (before["outcome"], after["outcome"]) == ("started", "pending")
    assert before["id"] == after["id"]
    assert before["previous"] == {"status": "active", "vendor_status": "Active"}
    assert {key: after[key] for key in ("profile", "provider", "verb", "iccid", "arguments")} == {
        "profile": None,
        "provider": "infobip",
        "verb": "suspend",
        "iccid": ICCID,
        "arguments": {},
    }
    assert after["time"].endswith("+00:00")
    assert stat.S_IMODE((home / "audit" / "audit.jsonl").stat().st_mode) == 0o600
    assert cli("sims", "label", ICCID, "new", "--yes").code == 0
    lines = audit()
    assert lines[:2] == [before, after]
    assert (lines[2]["previous"], lines[2]["arguments"]) == ({"label": "Meter"}, {"label": "new"})


def test_the_record_holds_no_secret_and_no_message_text(cli, vendor, audit, monkeypatch, home):
    monkeypatch.setenv("NEW_PIN", SECRET)
    vendor.on("POST /.*", 200, {"success": True})
    cli(
        *("--provider", "telcoapi", "sims", "reset-pin", ICCID, "--yes", "--debug"),
        *("--set", f"current_pin={SECRET}", "--set-from-env", "new_pin=NEW_PIN"),
    )
    assert audit()[0]["arguments"] == {"current_pin": "***", "new_pin": "***"}
    assert list(vendor.writes[0][2].values()).count(SECRET) == 2
    assert cli("sms", "send", ICCID, f"code {SECRET}", "--yes").code == 0
    assert audit()[2]["arguments"] == {"text": "*** (16 characters)"}
    assert SECRET not in (home / "audit" / "audit.jsonl").read_text()


def test_a_record_that_others_can_read_stops_the_write(cli, answering, home):
    path = home / "audit" / "audit.jsonl"
    path.parent.mkdir()
    path.touch(mode=0o644)
    path.chmod(0o644)
    done = cli("sims", "suspend", ICCID, "--yes")
    assert (done.code, answering.writes) == (2, [])
    assert f"chmod 600 {path}" in done.err


def test_a_record_that_cannot_be_written_stops_the_write(cli, answering, home, monkeypatch):
    monkeypatch.setenv("SIMLOOM_AUDIT", str(home))
    done = cli("sims", "suspend", ICCID, "--yes")
    assert (done.code, answering.writes) == (2, [])
    assert "cannot be written" in done.err


def refuse_lines(monkeypatch, *numbers):
    """Have the audit file take no line of these numbers, which count from 1."""
    append, count = Audit._append, itertools.count(1)

    def appended(self, line):
        if next(count) in numbers:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append(self, line)

    monkeypatch.setattr(Audit, "_append", appended)


def test_what_cannot_be_recorded_is_not_sent(cli, answering, audit, monkeypatch):
    refuse_lines(monkeypatch, 1)
    done = cli("sims", "suspend", ICCID, "--yes")
    assert (done.code, answering.writes, audit()) == (2, [], [])
    assert "cannot be written: No space left on device" in done.err
    assert "it was not sent; make room" in done.err


@pytest.mark.parametrize("line", [2, 3])
def test_a_run_ends_where_it_can_no_longer_be_recorded(cli, answering, audit, monkeypatch, line):
    """The outcome of the first, or the beginning of the second."""
    answering.on(STATUS, 200, {"actionId": "a"})
    refuse_lines(monkeypatch, line)
    done = cli("sims", "suspend", ICCID, OTHER, "--yes", "--output", "jsonl")
    assert (done.code, [row["outcome"] for row in done.rows]) == (3, ["pending", "not-sent"])
    assert [found["outcome"] for found in audit()] == ["started", "pending"][: line - 1]
    assert len(answering.writes) == 1
    assert "cannot be written: No space left on device" in done.err
    told = f"not recorded: suspend {ICCID} ended as pending" if line == 2 else "it was not sent"
    assert told in done.err


def test_a_line_for_which_there_was_no_room_spoils_no_other(tmp_path, capsys):
    path = tmp_path / "audit.jsonl"
    with Audit(path, provider="infobip", profile=None) as audit:
        first = audit.started("suspend", ICCID, {}, None)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, hard))
        try:
            assert audit.ended(first, "done", None) is False
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        audit.started("resume", ICCID, {}, None)
    assert f"not recorded: suspend {ICCID} ended as done" in capsys.readouterr().err
    before, torn, after = path.read_text().splitlines()
    assert [json.loads(line)["verb"] for line in (before, after)] == ["suspend", "resume"]
    assert len(torn) == 20


@pytest.mark.parametrize(
    ("first", "second", "code", "told"),
    [
        (200, 200, 0, ["pending", "pending"]),
        (200, 404, 3, ["pending", "refused"]),
        (400, 404, 1, ["refused", "refused"]),
        (200, 504, 4, ["pending", "unknown"]),
        (404, 500, 4, ["refused", "unknown"]),
        (401, 200, 1, ["refused", "not-sent"]),
        (501, 501, 1, ["refused", "refused"]),
    ],
)
def test_exit_codes_of_several_sims(cli, answering, audit, first, second, code, told):
    answering.on(f"PUT .*{ICCID}/status", first, {"actionId": "a"})
    answering.on(f"PUT .*{OTHER}/status", second, {"actionId": "a"})
    done = cli("sims", "suspend", ICCID, OTHER, ICCID, "--yes", "--output", "jsonl")
    assert (done.code, [row["outcome"] for row in done.rows]) == (code, told)
    final = [line["outcome"] for line in audit() if line["outcome"] != "started"]
    assert final == [outcome for outcome in told if outcome != "not-sent"]


def test_an_answer_that_cannot_be_read_leaves_the_outcome_unknown(cli, answering):
    answering.on(STATUS, 200, "<html>")
    done = cli("sims", "suspend", ICCID, "--yes", "--output", "jsonl")
    assert (done.code, done.rows[0]["outcome"]) == (4, "unknown")
    assert len(answering.writes) == 1


def test_a_failing_read_before_the_write_leaves_no_doubt(cli, vendor, monkeypatch):
    monkeypatch.setenv("SIMLOOM_TELEKOM_BSC_USERNAME", "u")
    monkeypatch.setenv("SIMLOOM_TELEKOM_BSC_PASSWORD", SECRET)
    monkeypatch.setenv("SIMLOOM_TELEKOM_BSC_BASE_URL", "http://127.0.0.1:9")
    done = cli("--provider", "telekom-bsc", "sims", "suspend", ICCID, "--yes", "--output", "jsonl")
    assert (done.code, done.rows[0]["outcome"], done.rows[0]["iccid"]) == (1, "refused", ICCID)
    assert SECRET not in done.out + done.err


def test_an_interruption_is_unknown_and_recorded(cli, answering, audit, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "from_result", interrupted)
    done = cli("sims", "suspend", ICCID, OTHER, "--yes", "--output", "jsonl")
    assert (done.code, [row["outcome"] for row in done.rows]) == (4, ["unknown", "not-sent"])
    assert [line["outcome"] for line in audit()] == ["started", "unknown"]


def test_wait_looks_until_the_sim_has_the_status(cli, answering):
    answering.on("GET /iot/2/sims/.*", 200, {**SIM, "status": "Suspended"})
    done = cli("sims", "suspend", ICCID, "--yes", "--wait", "5", "--output", "jsonl")
    assert (done.code, done.rows[0]["outcome"]) == (0, "done")
    done = cli("sims", "activate", ICCID, "--yes", "--wait", "0", "--output", "jsonl")
    assert (done.code, done.rows[0]["outcome"]) == (0, "pending")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["block", ICCID], "infobip has no operation 'block'"),
        (["suspend", ".."], "is not an ICCID"),
        (["suspend", ICCID, "..", OTHER], "is not an ICCID"),
        (["suspend", ICCID, "--set", "reason=x"], "takes no 'reason'"),
        (["suspend", ICCID, "--set", "reason"], "is not of the form key=value"),
        (["suspend", ICCID, "--set-from-env", "pin=NOT_THERE"], "NOT_THERE is not set"),
        (["do", "list", ICCID], "no verb 'list' changes a SIM"),
        (["do", "set-label", ICCID], "set-label needs one 'label'"),
    ],
)
def test_wrong_usage_sends_nothing(cli, answering, audit, arguments, said):
    done = cli("sims", *arguments, "--yes")
    assert (done.code, answering.requests, audit()) == (2, [], [])
    assert said in done.err
    assert len(done.err.splitlines()) == 2


def test_a_refused_value_is_a_usage_error(cli, answering):
    done = cli("sms", "send", ICCID, "x" * 161, "--yes")
    assert (done.code, done.out, answering.writes) == (2, "", [])
    assert "161 characters" in done.err


def test_every_verb_that_changes_a_sim_has_a_command():
    other = {
        *(Verb.SEND_SMS, Verb.CANCEL_SMS, Verb.ORDER, Verb.CREATE_TRANSFER),
        *(Verb.ACCEPT_TRANSFER, Verb.REJECT_TRANSFER, Verb.CANCEL_TRANSFER),
    }
    working, _ = load_all()
    writes = {
        verb
        for provider in working.values()
        for verb, line in provider.capabilities().items()
        if line.usable and line.retry_class is not RetryClass.READ
    }
    assert writes - other == {Verb(verb) for verb in BY_VERB}
    assert len({command.name for command in WRITE_COMMANDS}) == len(WRITE_COMMANDS)


@pytest.mark.parametrize("state", ["done", "pending", "cancelled"])
def test_good_outcomes_exit_0(state):
    outcome = outcomes.Outcome(provider="p", verb="v", iccid=None, outcome=state)
    assert outcomes.exit_code([outcome]) == 0


def test_actions_are_followed_by_the_status_where_there_are_no_ids(cli, answering):
    common = ["--iccid", ICCID, "--output", "jsonl"]
    pending = cli("actions", "show", *common, "--expect", "suspended")
    assert (pending.code, pending.rows[0]["status"]) == (0, "pending")
    late = cli("actions", "wait", *common, "--expect", "suspended", "--timeout", "0")
    assert late.code == 4
    assert "still under way" in late.err
    done = cli("actions", "wait", *common, "--expect", "active")
    assert (done.code, done.rows[0]["status"]) == (0, "done")
    assert cli("actions", "show").code == 2
    cancelled = cli("actions", "cancel", "a-1", "--yes")
    assert (cancelled.code, answering.writes) == (2, [])
    assert "infobip has no operation 'cancel'" in cancelled.err


def test_an_action_with_an_id_can_be_cancelled(cli, sandbox):
    done = cli("--provider", "telekom-m2m", "actions", "cancel", "4711", "--dry-run")
    (line,) = [line for line in done.out.splitlines() if line.startswith("not sent")]
    assert "4711" in line
    assert "POST" not in {request["method"] for request in sandbox()}

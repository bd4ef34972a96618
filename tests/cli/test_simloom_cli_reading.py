"""Reading: lists, single SIMs, exports, forms of output, exit codes."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

import simloom
from simloom.capabilities import Verb
from simloom.cli import sheets
from simloom.cli.cells import csv_cell, json_line, table_cell
from simloom.cli.wishes import Wishes
from simloom.models import Sim

KEYS = [
    "provider",
    "verb",
    "support",
    "evidence",
    "identifiers",
    "bulk_max",
    "atomic",
    "quota",
    "retry_class",
    "note",
]
PROVIDERS = ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_lists_what_the_library_does_in_each_form(cli, sandbox, provider):
    as_lines = cli("--provider", provider, "--output", "jsonl", "sims", "list")
    as_csv = cli("sims", "list", "--provider", provider, "--output", "csv")
    as_table = cli("sims", "--provider", provider, "list")
    assert [as_lines.code, as_csv.code, as_table.code] == [0, 0, 0]
    iccids = [row["iccid"] for row in as_lines.rows]
    with simloom.connect(provider) as client:
        assert iccids == [sim.iccid for sim in client.sims()]
    assert len(set(iccids)) >= 20
    assert [row["iccid"] for row in csv.DictReader(io.StringIO(as_csv.out))] == iccids
    assert [line.split()[0] for line in as_table.out.splitlines()] == ["ICCID", *iccids]


def test_limit_status_and_fields(cli, sandbox):
    everything = cli("sims", "list", "--output", "jsonl").rows
    active = [row["iccid"] for row in everything if row["status"] == "active"]
    assert 0 < len(active) < 25
    found = cli("sims", "list", "--status", "active", "--output", "jsonl", "--fields", "iccid")
    assert found.rows == [{"iccid": iccid} for iccid in active]
    few = cli("sims", "list", "--limit", "2", "--fields", "status,iccid", "--output", "csv")
    assert few.out.splitlines()[0] == "status,iccid"
    assert len(few.out.splitlines()) == 3


def test_get_reads_each_sim(cli, sandbox):
    first, second = (row["iccid"] for row in cli("sims", "list", "--output", "jsonl").rows[:2])
    found = cli("sims", "get", second, first, "--output", "jsonl")
    assert [row["iccid"] for row in found.rows] == [second, first]


def test_export_is_complete_private_and_never_overwrites(cli, sandbox, home):
    file = home / "sims.csv"
    done = cli("sims", "export", str(file))
    assert (done.code, done.out, done.err) == (0, "", f"25 SIMs written to {file}\n")
    assert file.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert len(rows) == 25
    assert "updated_at" in rows[0]
    again = cli("sims", "export", str(file), "--limit", "1")
    assert (again.code, len(file.read_text("utf-8").splitlines())) == (2, 26)
    assert cli("sims", "export", str(file), "--limit", "1", "--force").code == 0
    assert len(file.read_text("utf-8").splitlines()) == 2
    lines = home / "sims.jsonl"
    assert cli("sims", "export", str(lines), "--limit", "2").code == 0
    assert lines.read_text("utf-8").startswith('{"provider": "infobip"')


def test_an_export_that_breaks_leaves_no_file(cli, vendor, home):
    vendor.on("GET /iot/2/sims", 403, {"message": "no"})
    assert cli("sims", "export", str(home / "sims.csv")).code == 1
    assert sorted(path.name for path in home.iterdir()) == []


def test_providers_are_listed_without_importing_them():
    code = (
        "import sys; from simloom.cli import main; code = main(['providers', 'list'])\n"
        "bad = [name for name in sys.modules if name.startswith(('simloom_plugins', 'httpx'))]\n"
        "sys.exit(code or len(bad))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["PROVIDER", *PROVIDERS]


def test_the_capability_table_has_stable_keys(cli):
    everything = cli("providers", "list", "--output", "jsonl")
    assert {tuple(row) for row in everything.rows} == {tuple(KEYS)}
    assert len(everything.rows) == 4 * len(Verb)
    one = cli("providers", "show", "telekom-bsc", "--output", "jsonl").rows
    assert one == [row for row in everything.rows if row["provider"] == "telekom-bsc"]
    (label,) = [row for row in one if row["verb"] == "set-label"]
    assert (label["support"], label["identifiers"]) == ("full", ["iccid"])
    assert label["note"].startswith("reads the SIM first")


def test_show_leaves_out_what_the_vendor_does_not_have(cli):
    shown = cli("providers", "show", "infobip").out
    assert "set-label" in shown
    assert "bind-eid" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sims", "list"], "which provider?"),
        (["--provider", "acme", "sims", "list"], "no provider 'acme' is installed"),
        (["--provider", "infobip", "sims", "list"], "infobip: missing username and password"),
        (["providers", "list", "--fields", "nope"], "there is no column 'nope'"),
        (["usage"], "name ICCIDs, or use --all"),
        (["usage", "--all", "1", "--from", "x"], "name ICCIDs, or use --all"),
        (["usage", "8981100022152967705", "--from", "31.1."], "'31.1.' is not a date"),
    ],
)
def test_usage_errors_are_two_lines_and_exit_2(cli, arguments, said):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith(f"error: {said}")
    assert second.startswith("hint: ")


@pytest.mark.parametrize("arguments", [["nope"], ["sims", "list", "--output", "xml"]])
def test_what_typer_refuses_exits_2_too(cli, arguments):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Error" in done.err


@pytest.mark.parametrize("iccid", ["..", "123", "89811000221529677\uff10\uff15", "a" * 19])
def test_what_is_no_iccid_is_never_sent(cli, vendor, iccid):
    done = cli("sims", "get", iccid)
    assert (done.code, done.out, vendor.requests) == (2, "", [])


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, {"message": "bad key"}, "HTTP 401: bad key"),
        (404, {"message": "unknown"}, "HTTP 404: unknown"),
        (200, "<html>", "is not JSON"),
    ],
)
def test_a_refusal_is_two_lines_and_exit_1(cli, vendor, status, body, said):
    vendor.on("GET /iot/.*", status, body)
    done = cli("sims", "get", "8981100022152967705")
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 2
    assert "canary" not in done.err


def test_debug_shows_the_traceback_and_the_log_but_no_secret(cli, vendor):
    vendor.on("GET /iot/.*", 404, {"message": "unknown"})
    done = cli("sims", "get", "8981100022152967705", "--debug")
    assert "Traceback" in done.err
    assert "simloom.http GET /iot/" in done.err
    assert "canary" not in done.err


def test_vendor_text_cannot_steer_the_terminal_or_add_lines(cli, vendor):
    sim = {"iccid": "8981100022152967705", "name": "a\x1b[2J\nb", "status": "Active"}
    vendor.on("GET /iot/2/sims", 200, {"sims": [sim], "limit": 100, "page": 1})
    shown = cli("sims", "list", "--fields", "iccid,label").out
    assert shown.splitlines()[1] == "8981100022152967705  a [2J b"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_csv_is_safe_against_formulas(start):
    assert csv_cell(f"{start}1+1") == f"'{start}1+1"
    assert csv_cell(f"1{start}") == f"1{start}"


def test_cells_of_other_types():
    assert [csv_cell(value) for value in (-1, None, True, ["a", "b"])] == ["-1", "", "yes", "a b"]
    assert table_cell("x\x9b1m\n") == "x 1m "
    assert json_line({"ü": "\x9b\u2028"}) == '{"ü": "\\u009b\\u2028"}'


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_a_long_list_is_written_in_constant_memory(form):
    sim = Sim(provider="acme", iccid="8981100022152967705", label="x" * 50)
    with Path(os.devnull).open("w") as stream:
        sheet = sheets.open_sheet(Wishes(output=form), sheets.Shape.of(Sim, "iccid"), stream)
        for _ in range(200):
            sheet.add(sim)
        tracemalloc.start()
        for _ in range(2000):
            sheet.add(sim)
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert used < 200_000


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("options", "variables", "colored"),
    [([], {}, True), (["--no-color"], {}, False), ([], {"NO_COLOR": "1"}, False)],
)
def test_colours_only_where_wanted(cli, monkeypatch, options, variables, colored):
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    assert cli("providers", "show", "infobip", *options).code == 0
    assert ("\x1b[32m" in screen.getvalue()) is colored


@pytest.mark.parametrize(("tty", "shown"), [(True, True), (False, False)])
def test_a_progress_bar_only_on_a_terminal(cli, sandbox, monkeypatch, home, tty, shown):
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal() if tty else io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    assert cli("sims", "export", str(home / "x.csv")).code == 0
    assert ("SIMs" in screen.getvalue().replace("25 SIMs written", "")) is shown


def test_version_and_help(cli, home):
    assert cli("--version").out == "simloom 0.1.0\n"
    for arguments in (["--help"], ["sims", "suspend", "--help"], ["sms", "send", "--help"]):
        shown = cli(*arguments)
        assert shown.code == 0
        assert "Writes are recorded in" in shown.out
        assert "SIMLOOM_AUDIT" in shown.out


def test_a_missing_extra_is_told_with_the_command_to_run():
    code = (
        "import sys; sys.modules['typer'] = None\n"
        "from simloom.cli import main; sys.exit(main(['--help']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "needs typer" in done.stderr
    assert "pip install 'simloom[cli]'" in done.stderr


def test_the_sandbox_command_takes_the_options_of_the_module(cli):
    done = cli("sandbox", "--port", "70000")
    assert done.code == 2
    assert "a port is a number from 0 to 65535" in done.err
    assert "--quirk NAME=VALUE" in cli("sandbox", "--help").out


def test_completion_is_offered():
    done = subprocess.run(
        [sys.executable, "-m", "simloom.cli", "sims", "susp"],
        env={
            **os.environ,
            "_SIMLOOM_COMPLETE": "complete_bash",
            "COMP_WORDS": "simloom sims susp",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["suspend"]

"""`sims find`: one SIM for an identifier, an error for none or several."""

from __future__ import annotations

import pytest

from simloom.cli.exits import UsageProblem
from simloom.cli.finding import read_wanted

FIRST, SECOND = "8981100022152967705", "8981100022152967713"


def a_list(*sims):
    return {"sims": [{"status": "Active", **sim} for sim in sims], "limit": 100, "page": 1}


@pytest.mark.parametrize("kind", ["imsi", "msisdn", "imei", "eid", "iccid"])
@pytest.mark.parametrize("bare", [True, False])
def test_an_identifier_finds_its_sim(cli, sandbox, kind, bare):
    common = ("--provider", "telekom-m2m", "--output", "jsonl")
    everything = cli(*common, "sims", "list").rows
    sim = next(row for row in everything if row[kind])
    found = cli(*common, "sims", "find", sim[kind] if bare else f"{kind}:{sim[kind]}")
    assert (found.code, found.rows) == (0, [sim])


@pytest.mark.parametrize(
    "text", ["+81 02 039-457904", "msisdn:+8102039457904", "MSISDN: 8102039457904"]
)
def test_blanks_dashes_and_a_plus_do_not_count(cli, vendor, text):
    vendor.on("GET /iot/2/sims", 200, a_list({"iccid": FIRST, "msisdn": "8102039457904"}))
    assert FIRST in cli("sims", "find", text).out


@pytest.mark.parametrize("text", ["imsi:8102039457904", "810203945790", "18102039457904"])
def test_it_has_to_fit_exactly_and_in_its_kind(cli, vendor, text):
    vendor.on("GET /iot/2/sims", 200, a_list({"iccid": FIRST, "msisdn": "8102039457904"}))
    done = cli("sims", "find", text)
    assert (done.code, done.out) == (1, "")
    first, second = done.err.splitlines()
    assert "no SIM has this" in first
    assert second.startswith("hint: ")
    assert text.partition(":")[2] not in first or ":" not in text


def test_several_are_an_error_that_names_them(cli, vendor):
    sims = [
        {"iccid": FIRST, "imsi": "262010000000001"},
        {"iccid": SECOND, "imsi": "262010000000001"},
    ]
    vendor.on("GET /iot/2/sims", 200, a_list(*sims))
    done = cli("sims", "find", "imsi:262010000000001")
    assert (done.code, done.out) == (2, "")
    assert f"2 SIMs have this IMSI: {FIRST}, {SECOND}" in done.err
    assert len(done.err.splitlines()) == 2


def test_an_iccid_is_asked_for_and_not_searched(cli, vendor):
    vendor.on(f"GET /iot/2/sims/{FIRST}", 200, {"iccid": FIRST, "status": "Active"})
    assert cli("sims", "find", FIRST).code == 0
    assert cli("sims", "find", f"iccid:{FIRST}").code == 0
    missing = cli("sims", "find", SECOND)
    assert (missing.code, "no SIM has this ICCID" in missing.err) == (1, True)
    assert [path for _, path, _ in vendor.requests] == [
        f"/iot/2/sims/{iccid}" for iccid in (FIRST, FIRST, SECOND)
    ]


def test_labels_only_when_asked_for(cli, vendor):
    vendor.on(
        "GET /iot/2/sims", 200, a_list({"iccid": FIRST, "name": "Zähler 3"}, {"iccid": SECOND})
    )
    found = cli("sims", "find", "--label", "ZÄHLER", "--output", "jsonl")
    assert [row["iccid"] for row in found.rows] == [FIRST]
    assert cli("sims", "find", "Zähler 3").code == 2
    none = cli("sims", "find", "--label", "nowhere")
    assert (none.code, none.out) == (1, "")
    assert cli("sims", "find", "--label", "").code == 2


@pytest.mark.parametrize(
    "text", ["", "x", "pin:1234", "imsi:", "imsi:..", "\u0661\u0662", "iccid:12"]
)
def test_what_is_no_identifier_is_not_looked_for(cli, vendor, text):
    done = cli("sims", "find", text)
    assert (done.code, vendor.requests) == (2, [])
    assert "1234" not in done.err


def test_the_error_does_not_repeat_the_value():
    with pytest.raises(UsageProblem) as caught:
        read_wanted("imsi:26201x234567890")
    assert "26201" not in str(caught.value)

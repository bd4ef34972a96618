"""`simloom providers` shows what is broken, and why; the others are shown as ever."""

from __future__ import annotations

import json

import pytest

from simloom.cli import main

BUILT_IN = ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("SIMLOOM_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments):
        code = main(["providers", *arguments])
        return (int(code), *capsys.readouterr())

    return call


@pytest.fixture
def broken(install, acme):
    install("acme-simloom", f"\nraise RuntimeError('oh')\n{acme}", version="0.9")
    install("fine-simloom", acme.replace('"acme"', '"fine"'), name="fine")


def test_check_tells_of_every_plugin_for_programs(run, broken):
    code, out, err = run("check", "--output", "jsonl")
    rows = {row["provider"]: row for row in map(json.loads, out.splitlines())}
    assert (code, err) == (2, "")
    assert list(rows) == ["acme", "fine", *BUILT_IN]
    problem = rows["acme"].pop("problem")
    assert "RuntimeError: oh (at " in problem
    assert problem.endswith("fake_acme_simloom.py:2)")
    assert rows["acme"] == {
        "provider": "acme",
        "distribution": "acme-simloom",
        "version": "0.9",
        "entry_point": "fake_acme_simloom:Acme",
        "built_in": False,
        "works": False,
    }
    assert [row["works"] for name, row in rows.items() if name != "acme"] == [True] * 5
    assert rows["infobip"]["problem"] is None


def test_check_without_anything_broken(run, install):
    install("acme-simloom")
    code, out, err = run("check", "--output", "csv")
    assert (code, err) == (0, "")
    assert out.splitlines()[1].startswith("acme,acme-simloom,1.2,fake_acme_simloom:Acme,")


def test_the_table_shows_the_problem_too(run, broken):
    code, out, _ = run("check")
    assert code == 2
    assert "RuntimeError: oh" in out


@pytest.mark.parametrize("options", [[], ["--capabilities"], ["--output", "jsonl"]])
def test_a_list_has_the_others_and_tells_the_reason(run, broken, options):
    code, out, err = run("list", *options)
    assert code == 2
    assert all(name in out for name in ["fine", *BUILT_IN])
    first, hint = err.splitlines()
    assert first.startswith(
        "error: the plugin 'acme' of acme-simloom 0.9 (fake_acme_simloom:Acme) cannot be used: "
    )
    assert "RuntimeError: oh" in first
    assert "simloom providers check" in hint
    assert "SIMLOOM_DISABLE_PLUGINS" in hint


@pytest.mark.parametrize("name", ["acme", "infobip"])
def test_a_name_that_two_claim_is_one_row_with_both(run, install, acme, name):
    install("acme-one", acme.replace('"acme"', f'"{name}"'), name=name, version="1.0")
    install("acme-two", acme.replace('"acme"', f'"{name}"'), name=name, version="2.0")
    code, out, _ = run("check", "--output", "jsonl")
    (row,) = [row for row in map(json.loads, out.splitlines()) if not row["works"]]
    assert code == 2
    assert {"acme-one", "acme-two"} <= set(row["distribution"].split(", "))
    assert (
        "several distributions provide" in row["problem"]
        or "distributions provide" in row["problem"]
    )
    assert run("list")[0] == 2


def test_show_of_a_broken_one_is_its_error(run, broken):
    code, out, err = run("show", "acme")
    assert (code, out) == (2, "")
    assert "RuntimeError: oh" in err
    assert run("show", "fine")[0] == 0


def test_what_a_plugin_prints_does_not_reach_programs(run, install, acme):
    install("acme-simloom", f"print('hello')\n{acme}")
    code, out, _ = run("list", "--output", "jsonl")
    assert code == 0
    assert all(json.loads(line) for line in out.splitlines())

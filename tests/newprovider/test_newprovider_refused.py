"""What `simloom new-provider` refuses, with nothing left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simloom.cli.app import run as cli
from simloom.newprovider import creating, extra

SIM = {"type": "object", "required": ["iccid"], "properties": {"iccid": {"type": "string"}}}
ANSWER = {"schema": {"$ref": "#/components/schemas/Sim"}}
ICCID = {"name": "iccid", "in": "path", "required": True, "schema": {"type": "string"}}
GET = {
    "operationId": "get_sim",
    "parameters": [ICCID],
    "responses": {"200": {"description": "it", "content": {"application/json": ANSWER}}},
}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Acme", "version": "1"},
    "paths": {"/sims/{iccid}": {"get": GET}},
    "components": {
        "schemas": {"Sim": SIM},
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    },
}


def refused(tmp_path, capsys, *arguments):
    before = sorted(tmp_path.rglob("*"))
    assert cli(["new-provider", *arguments]) == 2
    assert sorted(tmp_path.rglob("*")) == before
    return capsys.readouterr().err


def test_bad_input_writes_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.json").write_text(json.dumps(DOCUMENT), "utf-8")
    Path("page.html").write_text("<html></html>", "utf-8")
    Path("full").mkdir()
    Path("full/mine").write_text("mine", "utf-8")
    good = ("--spec", "good.json")
    assert "not empty" in refused(tmp_path, capsys, "acme", *good, "--dir", "full")
    assert "not a folder" in refused(tmp_path, capsys, "acme", *good, "--dir", "page.html")
    assert "no folder" in refused(tmp_path, capsys, "acme", *good, "--dir", "absent/new")
    assert "web page" in refused(tmp_path, capsys, "acme", "--spec", "page.html")
    assert "not a file" in refused(tmp_path, capsys, "acme", "--spec", "absent")
    assert "installed already" in refused(tmp_path, capsys, "infobip", *good)
    assert "no kind" in refused(tmp_path, capsys, "acme", *good, "--auth", "magic")
    with Path("big.yaml").open("wb") as file:
        file.truncate(80 * 1024 * 1024)
    assert "MiB" in refused(tmp_path, capsys, "acme", "--spec", "big.yaml")
    Path("empty.yaml").write_bytes(b"\n")
    assert "is empty" in refused(tmp_path, capsys, "acme", "--spec", "empty.yaml")
    told = refused(tmp_path, capsys, "acme", "--spec", "https://a:b@h.example/x?token=top-secret")
    assert "credentials" in told
    assert "https://h.example/x" in told
    assert "top-secret" not in told


def test_a_document_that_the_loom_refuses_writes_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    remote = json.loads(json.dumps(DOCUMENT))
    remote["components"]["schemas"]["Sim"]["properties"]["plan"] = {
        "$ref": "https://vendor.example/plan.json#/Plan"
    }
    Path("remote.json").write_text(json.dumps(remote), "utf-8")
    told = refused(tmp_path, capsys, "acme", "--spec", "remote.json")
    assert "openapi.json#/components/schemas/Sim/properties/plan" in told
    assert "leads out of this document" in told
    assert "hint: get what is there, put it beside this file" in told


def test_files_that_the_document_refers_to_are_brought_into_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    several = json.loads(json.dumps(DOCUMENT))
    several["components"]["schemas"]["Sim"] = {"$ref": "sim.yaml"}
    Path("several.json").write_text(json.dumps(several), "utf-8")
    Path("sim.yaml").write_text(json.dumps({"type": "object", "title": "Brought"}), "utf-8")
    stage = tmp_path / "stage"
    stage.mkdir()
    given = creating._given("several.json", stage, lambda _: None)
    assert given.bundled
    assert json.loads(given.content)["components"]["schemas"]["Sim"]["title"] == "Brought"


def test_an_interrupt_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.json").write_text(json.dumps(DOCUMENT), "utf-8")

    def tell(what):
        if what == "making the client":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        creating.create("acme", "good.json", auth=None, folder=None, tell=tell)
    assert [path.name for path in tmp_path.iterdir()] == ["good.json"]


def test_a_missing_extra_says_how_to_install_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.json").write_text(json.dumps(DOCUMENT), "utf-8")
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    told = refused(tmp_path, capsys, "acme", "--spec", "good.json")
    assert "pip install 'simloom[codegen]'" in told

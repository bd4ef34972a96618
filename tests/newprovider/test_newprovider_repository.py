"""A whole repository, made once, and what refuses to be made."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from simloom.cli.app import run as cli
from simloom.models import ActionStatus, SimStatus
from simloom.newprovider import extra
from simloom.plugins.flows import Script, run

EVIL = 'Acme """\n{{ 7 * 7 }}\n"; import os'
TEXT = {"type": "string"}
ICCID = {"name": "iccid", "in": "path", "required": True, "schema": TEXT}
SIM = {
    "type": "object",
    "required": ["iccid"],
    "properties": {
        "iccid": TEXT,
        "imsi": TEXT,
        "simStatus": {"type": "string", "enum": ["active", "suspended", 'odd """ \\']},
    },
}


def operation(name, schema, *parameters):
    content = {"application/json": {"schema": schema}}
    answers = {"200": {"description": "it", "content": content}}
    return {
        "operationId": name,
        "tags": ["sims"],
        "parameters": list(parameters),
        "responses": answers,
    }


LISTED = {
    "type": "object",
    "required": ["theSims"],
    "properties": {"theSims": {"type": "array", "items": {"$ref": "#/components/schemas/Sim"}}},
}
ANSWER = {"$ref": "#/components/schemas/Sim"}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": EVIL, "version": "1"},
    "servers": [{"url": "https://api.acme.example"}],
    "paths": {
        "/sims": {
            "get": operation(
                "listSims",
                LISTED,
                {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 0}},
                {"name": "pageSize", "in": "query", "schema": {"type": "integer", "maximum": 2}},
            )
        },
        "/sims/{iccid}": {"get": operation("getSim", ANSWER, ICCID)},
        "/sims/{iccid}/suspend": {"post": operation("suspendSim", ANSWER, ICCID)},
    },
    "components": {
        "schemas": {"Sim": SIM},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Acme"}},
    },
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new")
    (folder / "given.txt").write_text(json.dumps(DOCUMENT), "utf-8")
    target = folder / "repository"
    arguments = ("new-provider", "acme-cards", "--spec", str(folder / "given.txt"))
    assert cli([*arguments, "--dir", str(target)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["given.txt", "repository"]
    return target


@pytest.fixture
def provider(repository, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("simloom_acme_cards")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(repository / "src"))
    monkeypatch.syspath_prepend(str(repository / "generated"))
    from simloom_acme_cards.provider import AcmeCardsProvider
    from simloom_acme_cards.settings import Settings

    return AcmeCardsProvider(Settings(api_key="top-secret"))


def body(*numbers, status="active"):
    sims = [{"iccid": f"89880{number}", "simStatus": status} for number in numbers]
    return json.dumps({"theSims": sims}).encode()


def test_the_repository_is_whole(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["entry-points"]["simloom.providers"] == {
        "acme-cards": "simloom_acme_cards.provider:AcmeCardsProvider"
    }
    assert json.loads((repository / "specs/acme-cards/openapi.json").read_text("utf-8")) == DOCUMENT
    assert (repository / ".ci/run").stat().st_mode & 0o111
    for name in ("README.md", "CHANGELOG.md", "noxfile.py", ".gitignore", "src/simloom_acme_cards"):
        assert (repository / name).exists(), name
    release = (repository / ".github/workflows/release.yml").read_text("utf-8")
    assert "id-token: write" in release
    assert "pypa/gh-action-pypi-publish" in release


def test_its_code_is_clean(repository):
    for arguments in (
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--no-cache", "--check", "."],
    ):
        ended = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=repository,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout
    for file in repository.rglob("*.py"):
        compile(file.read_bytes(), str(file), "exec")


def test_its_list_has_every_page_until_an_empty_one(provider):
    script = Script([(200, body(1, 2)), (200, body(3)), (200, body())])
    found = [run(provider.list_page(number, size=9), script) for number in (1, 2, 3)]
    assert [sim.iccid for page in found for sim in page.items] == ["898801", "898802", "898803"]
    assert found[0].items[0].status is SimStatus.ACTIVE
    assert [page.more for page in found] == [True, True, False]
    assert [dict(request.query) for request in script.requests] == [
        {"page": str(page), "pageSize": "2"} for page in range(3)
    ]


def test_a_change_is_done_when_the_sim_says_so(provider):
    one = {"iccid": "898801", "simStatus": "active"}
    later = {"iccid": "898801", "simStatus": "suspended"}
    action = Script([(200, json.dumps(one).encode())]).play(provider.suspend("898801"))
    assert action.status is ActionStatus.PENDING
    still = Script([(200, json.dumps(one).encode())]).play(provider.refresh(action))
    assert still.status is ActionStatus.PENDING
    done = Script([(200, json.dumps(later).encode())]).play(provider.refresh(action))
    assert done.status is ActionStatus.DONE


def test_it_says_what_is_missing(provider, repository):
    from simloom_acme_cards import mapping

    assert [verb.value for verb in provider.not_written] == ["resume"]
    assert all(why.startswith("TODO: ") for why in provider.not_written.values())
    assert len(mapping.UNDECIDED) == 1
    assert "odd" in mapping.UNDECIDED[0]
    assert "top-secret" not in repr(provider.settings)
    assert "`resume`: " in (repository / "README.md").read_text("utf-8")


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


def test_a_document_that_the_loom_refuses_writes_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    broken = json.loads(json.dumps(DOCUMENT))
    broken["components"]["schemas"]["Sim"]["properties"]["iccid"] = {"$ref": "#/nowhere"}
    broken["openapi"] = "9.9.9"
    Path("broken.json").write_text(json.dumps(broken), "utf-8")
    told = refused(tmp_path, capsys, "acme", "--spec", "broken.json")
    assert "could not be generated" in told


def test_a_missing_extra_says_how_to_install_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.json").write_text(json.dumps(DOCUMENT), "utf-8")
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    told = refused(tmp_path, capsys, "acme", "--spec", "good.json")
    assert "pip install 'simloom[codegen]'" in told

"""A whole repository, made once, and what refuses to be made."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import yaml

from simloom.cli.app import run as cli
from simloom.models import ActionStatus, SimStatus
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
        # Words of Python's own, and a circle.
        **dict.fromkeys(("class", "None", "self", "list", "import"), TEXT),
        "parent": {"$ref": "#/components/schemas/Sim"},
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


CONTENT = json.dumps(DOCUMENT).encode()


@contextmanager
def served(content):
    """The address of a document on this machine, with a secret in its query."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            right = self.path == "/openapi.json?token=top-secret"
            self.send_response(200 if right else 403)
            self.end_headers()
            self.wfile.write(content if right else b"")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/openapi.json?token=top-secret"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new")
    target = folder / "repository"
    with served(CONTENT) as address:
        assert cli(["new-provider", "acme-cards", "--spec", address, "--dir", str(target)]) == 0
    assert [path.name for path in folder.iterdir()] == ["repository"]
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
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["simloom.providers"] == {
        "acme-cards": "simloom_acme_cards.provider:AcmeCardsProvider"
    }
    assert {"urls", "classifiers", "license"} <= project.keys()
    assert (repository / "specs/acme-cards/openapi.json").read_bytes() == CONTENT
    assert (repository / ".ci/run").stat().st_mode & 0o111
    for name in (
        *("README.md", "CHANGELOG.md", "LICENSE", "noxfile.py", ".gitignore", ".gitattributes"),
        *("src/simloom_acme_cards/py.typed", "generated/simloom_acme_cards_client/py.typed"),
        *("cassettes/list.yaml", "cassettes/get.yaml", "cassettes/suspend.yaml"),
    ):
        assert (repository / name).exists(), name
    assert list(repository.rglob("__pycache__")) == []


def test_the_release_is_published_without_a_token(repository):
    release = yaml.safe_load((repository / ".github/workflows/release.yml").read_text("utf-8"))
    assert release["permissions"] == {}
    jobs = release["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["environment"] == "pypi"
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert "pypa/gh-action-pypi-publish@release/v1" in used
    assert all("@" in name for name in used)


def test_where_the_document_is_from_is_recorded_without_secrets(repository):
    text = (repository / "specs/acme-cards/source.toml").read_text("utf-8")
    source = tomllib.loads(text)["source"]
    assert source["url"].startswith("http://127.0.0.1:")
    assert source["url"].endswith("/openapi.json")
    assert source["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    for path in repository.rglob("*"):
        assert path.is_dir() or b"token=" not in path.read_bytes(), path


def test_the_overlay_says_of_each_write_that_a_person_decides(repository):
    overlay = yaml.safe_load((repository / "specs/acme-cards/overlay.yaml").read_text("utf-8"))
    (action,) = overlay["actions"]
    assert action["target"] == "$.paths['/sims/{iccid}/suspend'].post"
    assert action["description"].startswith("TODO")
    assert action["update"] == {"x-retry-class": "additive"}
    report = json.loads((repository / "specs/acme-cards/report.json").read_text("utf-8"))
    assert report["operations_generated"] == 3
    assert "hoist" in {repair["step"] for repair in report["normalised"]}


def own_tests(repository, tmp_path, *names):
    """Run tests of the repository as if it were installed; return what is told."""
    about = tmp_path / "simloom_acme_cards-0.1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: simloom-acme-cards\nVersion: 0\n")
    offered = "acme-cards = simloom_acme_cards.provider:AcmeCardsProvider"
    (about / "entry_points.txt").write_text(f"[simloom.providers]\n{offered}\n")
    paths = [repository / "src", repository / "generated", tmp_path]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *names],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout + ended.stderr


def test_its_own_tests_replay_the_cassettes_and_say_what_is_missing(repository, tmp_path):
    told = own_tests(
        repository,
        tmp_path,
        *(f"tests/test_acme_cards_{one}.py" for one in ("cassettes", "repository")),
    )
    assert "1 failed, 7 passed" in told, told
    assert "still missing: 1 x-retry-class in overlay.yaml" in told


def test_a_cassette_has_no_secret(repository):
    text = (repository / "cassettes/suspend.yaml").read_text("utf-8")
    exchanges = yaml.safe_load(text)["interactions"]
    assert exchanges[-1]["request"]["method"] == "POST"
    assert {one["request"]["headers"]["x-acme"][0] for one in exchanges} == {"***"}
    assert "stand-in-secret" not in text
    assert "127.0.0.1" not in text


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

"""What is no specification, given to `generate` and `update`: one clear error, nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from simloom_codegen import cli
from simloom_codegen.document import MAX_BYTES
from simloom_codegen.errors import LoomError
from simloom_codegen.update import plan_update
from simloom_codegen.workspace import Workspace

REMOTE = "https://vendor.example/common.json#/Sim"


def answering(schema: Any, **schemas: Any) -> str:
    content = {"application/json": {"schema": schema}}
    operation = {"responses": {"200": {"description": "ok", "content": content}}}
    paths = {"/sims/{iccid}": {"get": operation}}
    info = {"title": "t", "version": "1"}
    components = {"schemas": schemas}
    return json.dumps({"openapi": "3.0.3", "info": info, "paths": paths, "components": components})


NO_PATHS = """
openapi: 3.1.0
info: {title: t, version: '1'}
paths: {}
components: {schemas: {Sim: {type: object}}}
"""
BAD = [
    ("<!doctype html><title>Log in</title>", "this is HTML or XML"),
    ("", "the document is empty"),
    ("[]", "the document is a list"),
    ('{"openapi": "3.0.0", "paths": {}', "vendor.yaml"),
    ("swagger: '1.2'\n", "Swagger 1.2"),
    ("info: {}\n", "no `openapi` key"),
    (NO_PATHS, "there is no operation"),
    (NO_PATHS.replace("paths: {}", "webhooks: {a: {post: {}}}"), "there is no operation"),
    (answering({"$ref": REMOTE}), f"'{REMOTE}' leads out of this document"),
    (answering({"$ref": "nowhere.yaml#/Sim"}), "nowhere.yaml"),
]


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(LoomError) as caught:
        work()
    assert caught.value.remedy
    assert "vendor.yaml" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("text", "said"), BAD)
def test_generate_refuses_and_writes_nothing(tmp_path: Path, text: str, said: str) -> None:
    spec, out = tmp_path / "vendor.yaml", tmp_path / "out"
    spec.write_text(text, "utf-8")
    arguments = ["generate", "--spec", str(spec), "--package", "acme_client", "--out", str(out)]
    assert said in refused(lambda: cli.run(arguments))
    assert not out.exists() or not list(out.iterdir())


def test_generate_refuses_a_file_that_is_too_large(tmp_path: Path) -> None:
    spec, out = tmp_path / "vendor.yaml", tmp_path / "out"
    huge(spec)
    arguments = ["generate", "--spec", str(spec), "--package", "acme_client", "--out", str(out)]
    assert "larger than 50 MB" in refused(lambda: cli.run(arguments))


@pytest.mark.parametrize(("text", "said"), BAD)
def test_update_refuses_and_writes_nothing(made: Workspace, text: str, said: str) -> None:
    spec = made.root.parent / "vendor.yaml"
    spec.write_text(text, "utf-8")
    before = sorted(made.root.rglob("*"))
    assert said in refused(lambda: planned(made, spec))
    assert sorted(made.root.rglob("*")) == before


def test_update_refuses_a_file_that_is_too_large(made: Workspace) -> None:
    spec = made.root.parent / "vendor.yaml"
    huge(spec)
    assert "larger than 50 MB" in refused(lambda: planned(made, spec))


def planned(workspace: Workspace, spec: Path) -> None:
    with plan_update(workspace, "acme-one", spec, tell=lambda _: None):
        pass


def test_cycles_and_words_of_python_generate(tmp_path: Path) -> None:
    """Every property, parameter, operation and schema has the name of a keyword or a builtin."""
    words = ["class", "None", "import", "list", "print", "self", "id", "type", "match", "async"]
    here = {"$ref": "#/components/schemas/list"}
    schema = {"type": "object", "properties": dict.fromkeys(words, here)}
    operation = {
        "parameters": [
            {"name": word, "in": "query", "schema": {"type": "string"}} for word in words
        ],
        "responses": {
            "200": {"description": "x", "content": {"application/json": {"schema": here}}}
        },
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {
            f"/{word}": {"get": {"operationId": word, "tags": [word], **operation}}
            for word in words[:4]
        },
        "components": {"schemas": dict.fromkeys(words, schema)},
    }
    spec, out = tmp_path / "vendor.yaml", tmp_path / "out"
    spec.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    report = tmp_path / "report.json"
    arguments = ["generate", "--spec", str(spec), "--package", "acme_words", "--out", str(out)]
    cli.run([*arguments, "--report", str(report)])
    numbers = json.loads(report.read_text("utf-8"))
    assert numbers["operations_generated"] == numbers["operations_in_spec"] == 4

"""A vendor's own export replaces our transcription, and names stay what they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from simloom_codegen.errors import OverlayError
from simloom_codegen.generate import generate
from simloom_codegen.pin import as_yaml, pins
from simloom_codegen.prepare import prepare
from simloom_codegen.render.facts import operations
from simloom_codegen.templates_guard import default_templates
from simloom_codegen.workspace import find_workspace

SPEC = find_workspace(Path(__file__).parent).specs / "telekom-bsc" / "openapi.yaml"


def as_exported(document: dict[str, object]) -> dict[str, object]:
    """Return the document as the vendor's tool would write it: its names, none of our facts."""

    def stripped(node: object) -> object:
        if isinstance(node, list):
            return [stripped(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {key: stripped(item) for key, item in node.items() if not str(key).startswith("x-")}

    export = stripped(json.loads(json.dumps(document)))
    assert isinstance(export, dict)
    for path, method, operation in operations(export):
        words = "".join(part.title() for part in operation["operationId"].split("_"))
        operation["operationId"] = f"{words}Using{method.upper()}"
        operation["tags"] = [f"{path.split('/')[2]}-controller"]
    for name, schema in export["components"]["schemas"].items():
        schema["title"] = name
    return export


def facts(document: dict[str, object]) -> dict[str, object]:
    """Names, groups and retry classes of all operations, and the secrets."""
    named = {
        f"{method} {path}": (o["operationId"], o["tags"][0], o.get("x-retry-class"))
        for path, method, o in operations(document)
    }
    secrets = {
        f"{name}.{key}"
        for name, schema in document["components"]["schemas"].items()
        for key, member in schema.get("properties", {}).items()
        if member.get("x-secret")
    }
    return {**named, "secrets": secrets}


def test_names_groups_retry_classes_and_secrets_survive_the_export(tmp_path: Path) -> None:
    ours = prepare(SPEC, None, name="ours").document
    (tmp_path / "overlay.yaml").write_text(as_yaml(pins(ours)), "utf-8")
    export = as_exported(yaml.safe_load(SPEC.read_text("utf-8")))
    (tmp_path / "openapi.json").write_text(json.dumps(export), "utf-8")

    theirs = prepare(
        tmp_path / "openapi.json", tmp_path / "overlay.yaml", name="specs/x/openapi.json"
    ).document

    assert facts(theirs) == facts(ours)
    assert len(facts(ours)) == 22
    made = generate(
        theirs, settings={}, out=tmp_path / "made", templates=default_templates(), source="export"
    )
    assert made.missing == ()
    assert (tmp_path / "made" / "api" / "sims" / "update_sim.py").is_file()
    assert "converter=to_secret" in (tmp_path / "made/models/token_response.py").read_text()


def test_a_path_that_the_export_lacks_is_named(tmp_path: Path) -> None:
    ours = prepare(SPEC, None, name="ours").document
    (tmp_path / "overlay.yaml").write_text(as_yaml(pins(ours)), "utf-8")
    export = as_exported(yaml.safe_load(SPEC.read_text("utf-8")))
    del export["paths"]["/v1/products"]
    (tmp_path / "openapi.json").write_text(json.dumps(export), "utf-8")
    with pytest.raises(OverlayError, match="/v1/products.* matches nothing") as said:
        prepare(tmp_path / "openapi.json", tmp_path / "overlay.yaml", name="specs/x/openapi.json")
    assert said.value.file == "specs/x/overlay.yaml"

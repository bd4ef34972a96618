"""`update`: what a new document means, told first, then written whole or not at all."""

from __future__ import annotations

import copy
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import yaml

from simloom_codegen import cli
from simloom_codegen.errors import LockError, LoomError, OverlayError
from simloom_codegen.overlay import parse_overlay
from simloom_codegen.pin import as_yaml, pins
from simloom_codegen.prepare import prepare
from simloom_codegen.regen import regenerate
from simloom_codegen.update import Plan, apply, plan_update
from simloom_codegen.update.names import check_kept, merged_overlay, pins_between, prune
from simloom_codegen.update.report import as_text
from simloom_codegen.workspace import Workspace

PROVIDER = """\
from simloom_clients.acme_one.api.sims import get_sim
from simloom_clients.acme_one.models import Sim


def label(sim: Sim) -> str:
    return f"{sim.iccid} {sim.pin}"


def path(iccid: str) -> str:
    return get_sim.request(iccid).operation.path
"""


def document(workspace: Workspace) -> dict[str, Any]:
    text = (workspace.specs / "acme-one" / "openapi.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


def changed(workspace: Workspace) -> dict[str, Any]:
    """The vendor's own export: other names, one property less, one operation more.

    That one has words of Python for names, and leads into a circle of schemas.
    """
    new = document(workspace)
    new["info"]["version"] = "2"
    read = new["paths"]["/sims/{iccid}"].pop("get")
    read |= {"operationId": "readSimUsingGET", "tags": ["sim-controller"]}
    read["parameters"][0]["name"] = "id"
    new["paths"]["/sims/{id}"] = {"get": read}
    new["paths"]["/sims"] = {
        "get": {"operationId": "print", "responses": {"200": answer_of("list")}}
    }
    here = {"$ref": "#/components/schemas/list"}
    words = {"type": "object", "properties": {"class": here, "None": here, "self": here}}
    new["components"]["schemas"]["list"] = words
    sim = new["components"]["schemas"]["Sim"]
    del sim["properties"]["iccid"], sim["required"], sim["properties"]["pin"]["x-secret"]
    sim["properties"]["label"] = {"type": "string"}
    text = json.dumps(new).replace("SimStatus", "SimStateOfVendor")
    return dict(json.loads(text))


def answer_of(schema: str) -> dict[str, Any]:
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"description": "ok", "content": {"application/json": content}}


def written(workspace: Workspace, content: dict[str, Any] | str) -> Path:
    path = workspace.root.parent / "vendor.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def with_provider(workspace: Workspace) -> Workspace:
    package = workspace.root / "plugins" / "simloom_plugins" / "acme_one"
    package.mkdir(parents=True)
    (package / "provider.py").write_text(PROVIDER)
    (workspace.root / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    return workspace


@pytest.fixture(scope="module")
def planned(
    first_run: tuple[Path, object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, Plan, dict[str, bytes]]]:
    """One plan for the changed document, and how the checkout was before."""
    root = tmp_path_factory.mktemp("update") / "checkout"
    workspace = with_provider(Workspace(Path(shutil.copytree(first_run[0], root))))
    before = contents(workspace.root)
    with plan_update(
        workspace, "acme-one", written(workspace, changed(workspace)), tell=lambda _: None
    ) as plan:
        yield workspace, plan, before


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"__pycache__", ".mypy_cache"} & set(path.parts)
    }


Planned = tuple[Workspace, Plan, dict[str, bytes]]


def test_a_plan_writes_nothing(planned: Planned) -> None:
    workspace, _, before = planned
    assert contents(workspace.root) == before


def test_a_plan_tells_what_changed(planned: Planned) -> None:
    codes = {change.code for change in planned[1].changes}
    assert {"response-property-removed", "operation-added"} <= codes
    assert "operation-id-changed" not in codes
    assert "tag-changed" not in codes
    assert "secret-changed" not in codes


def test_names_and_secrets_are_kept_by_few_actions(planned: Planned) -> None:
    plan = planned[1]
    assert plan.pinned == (
        "$.paths['/sims/{id}'].get",
        "$.components.schemas['Sim'].properties['pin']",
    )
    made = plan.rehearsed.generated / "simloom_clients" / "acme_one"
    assert (made / "api" / "sims" / "get_sim.py").is_file()
    assert "converter=to_secret" in (made / "models" / "sim.py").read_text()


def test_a_schema_that_the_vendor_renamed_keeps_its_class(planned: Planned) -> None:
    plan = planned[1]
    assert plan.classes == {"SimStateOfVendor": "SimStatus"}
    made = plan.rehearsed.generated / "simloom_clients" / "acme_one" / "models"
    assert "class SimStatus(" in (made / "sim_status.py").read_text()
    (renamed,) = [c for c in plan.changes if c.code == "schema-renamed"]
    assert renamed.level.name == "HARMLESS"


def test_provider_code_that_breaks_is_grouped_by_operation(planned: Planned) -> None:
    (label,) = planned[1].faults
    assert label == "GET /sims/{id}"
    (fault,) = planned[1].faults[label]
    assert fault.file == "plugins/simloom_plugins/acme_one/provider.py"
    assert fault.line == 6
    assert 'no attribute "iccid"' in fault.message


def test_a_breaking_change_is_a_major_step_with_words_for_the_changelog(planned: Planned) -> None:
    plan = planned[1]
    assert (plan.bump, plan.version) == ("major", ("1.2.3", "2.0.0"))
    assert plan.changelog.startswith("### Changed\n\n- `acme-one`: client of the vendor's document")
    assert "version 2, before 1" in plan.changelog
    assert "Sim.iccid was removed" in plan.changelog
    assert "`GET /sims`: the operation was added" in plan.changelog


def test_the_text_and_the_json_tell_the_same(planned: Planned) -> None:
    plan = planned[1]
    text, data = as_text(plan), json.loads(json.dumps(plan.as_dict()))
    assert "provider code that would not type-check any more: 1" in text
    assert "1.2.3 -> 2.0.0" in text
    assert data["provider_code"]["GET /sims/{id}"][0]["line"] == 6
    assert data["diff"]["summary"]["breaking"] == 1
    assert data["writes"] == list(plan.writes)
    assert "specs/acme-one/overlay.yaml" in plan.writes


def test_an_update_in_place_is_what_regen_would_make(planned: Planned, tmp_path: Path) -> None:
    source, plan, before = planned
    workspace = Workspace(Path(shutil.copytree(source.root, tmp_path / "checkout")))
    names = apply(workspace, plan)
    after = contents(workspace.root)
    touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert all(name.startswith(tuple(names)) for name in touched)
    statuses = [o.status for o in regenerate(workspace, [], tell=lambda _: None)]
    assert statuses == ["unchanged", "unchanged"]


def test_an_update_that_fails_half_way_is_taken_back(
    planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, plan, before = planned

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys.modules[apply.__module__], "swap", no_space)
    with pytest.raises(OSError, match="No space"):
        apply(workspace, plan)
    assert contents(workspace.root) == before


def test_an_update_over_clients_of_other_tools_is_refused(planned: Planned, tmp_path: Path) -> None:
    source, plan, _ = planned
    workspace = Workspace(Path(shutil.copytree(source.root, tmp_path / "checkout")))
    workspace.lock.write_text(workspace.lock.read_text().replace('loom = "', 'loom = "0'))
    before = contents(workspace.root)
    with pytest.raises(LockError, match="regen"):
        apply(workspace, plan)
    assert contents(workspace.root) == before


def test_an_action_of_a_person_that_matches_nothing_stops_the_update(made: Workspace) -> None:
    overlay = made.specs / "acme-one" / "overlay.yaml"
    action = {"target": "$.components.schemas.Sim.properties.pin", "description": "a secret"}
    overlay.write_text(
        yaml.safe_dump(
            {
                "overlay": "1.0.0",
                "info": {"title": "x", "version": "1"},
                "actions": [{**action, "update": {"x-secret": True}}],
            }
        )
    )
    new = document(made)
    del new["components"]["schemas"]["Sim"]["properties"]["pin"]
    before = contents(made.root)
    with (
        pytest.raises(OverlayError, match="matches nothing"),
        plan_update(made, "acme-one", written(made, new), tell=lambda _: None),
    ):
        pass
    assert contents(made.root) == before


def test_a_name_that_another_operation_took_is_told(made: Workspace) -> None:
    file = made.specs / "acme-one" / "openapi.yaml"
    old = prepare(file, None, name="old").document
    new = document(made)
    new["paths"]["/sims/{iccid}"]["get"]["operationId"] = "read_sim"
    with pytest.raises(LoomError, match="'read_sim' and no longer 'get_sim'") as error:
        check_kept(old, new, file="vendor.json")
    assert error.value.pointer == "/paths/~1sims~1{iccid}/get"


@pytest.mark.parametrize("command", [["--yes"], ["--yes", "--json"], []])
def test_the_command_writes_nothing_while_provider_code_breaks(
    planned: Planned,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    workspace, plan, before = planned
    monkeypatch.chdir(workspace.root)
    monkeypatch.setattr("simloom_codegen.update.plan_update", lambda *_, **__: nullcontext(plan))
    code = cli.run(["update", "acme-one", "--spec", plan.spec, *command])
    out = capsys.readouterr()
    assert code == 1
    assert "GET /sims/{id}" in out.out
    assert "--with-type-errors" in out.err
    assert contents(workspace.root) == before


def test_the_command_writes_when_told_to(
    planned: Planned,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    source, plan, _ = planned
    root = Path(shutil.copytree(source.root, tmp_path / "checkout"))
    monkeypatch.chdir(root)
    monkeypatch.setattr("simloom_codegen.update.plan_update", lambda *_, **__: nullcontext(plan))
    cli.run(["update", "acme-one", "--spec", plan.spec, "--yes", "--with-type-errors"])
    assert "wrote specs/acme-one/openapi.yaml" in capsys.readouterr().err
    assert "SimStateOfVendor" in (root / "specs" / "acme-one" / "openapi.yaml").read_text()


def test_pins_of_operations_that_are_gone_are_dropped(made: Workspace) -> None:
    file = made.specs / "acme-one" / "openapi.yaml"
    old = prepare(file, None, name="old").document
    overlay = parse_overlay(as_yaml(pins(old)).encode(), name="overlay.yaml")
    new = copy.deepcopy(old)
    new["paths"] = {"/other": new["paths"]["/sims/{iccid}"]}
    pruned = prune(overlay, new)
    assert pruned.dropped == ("$.paths['/sims/{iccid}'].get",)
    assert len(pruned.actions) == len(overlay.actions) - 1


def test_a_document_with_our_names_needs_no_overlay(made: Workspace) -> None:
    file = made.specs / "acme-one" / "openapi.yaml"
    old = prepare(file, None, name="old").document
    assert pins_between(old, old) == []
    assert merged_overlay(None, [], old) is None

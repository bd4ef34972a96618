"""Realistic changes of a vendor: the step they ask for, and the lines of a provider they name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simloom_codegen.diff import Change, Code, Direction, Level, compare
from simloom_codegen.update import plan as planning
from simloom_codegen.update.gone import missing_imports
from simloom_codegen.update.mentions import mentions
from simloom_codegen.update.names import pins_between
from simloom_codegen.update.provider_types import Fault
from simloom_codegen.update.release import Bump, bump_for, changelog_entry
from simloom_codegen.workspace import Workspace

REF = "#/components/schemas/"


def document() -> dict[str, Any]:
    answer = {"content": {"application/json": {"schema": {"$ref": f"{REF}Sim"}}}}
    name = {"name": "iccid", "in": "path", "required": True, "schema": {"type": "string"}}
    sim = {
        "type": "object",
        "properties": {
            "usedBytes": {"type": "integer"},
            "msisdn": {"type": "string"},
            "status": {"$ref": f"{REF}SimStatus"},
        },
    }
    return {
        "openapi": "3.0.3",
        "paths": {
            "/sims/{iccid}": {
                "get": {
                    "operationId": "get_sim",
                    "parameters": [name],
                    "responses": {"200": answer},
                },
                "patch": {"operationId": "rename_sim", "parameters": [name], "responses": {}},
            }
        },
        "components": {
            "schemas": {"Sim": sim, "SimStatus": {"type": "string", "enum": ["on", "off"]}}
        },
    }


def renamed_field(new: dict[str, Any]) -> None:
    fields = new["components"]["schemas"]["Sim"]["properties"]
    fields["phoneNumber"] = fields.pop("msisdn")


def removed_operation(new: dict[str, Any]) -> None:
    del new["paths"]["/sims/{iccid}"]["patch"]


def required_parameter(new: dict[str, Any]) -> None:
    parameter = {"name": "account", "in": "query", "required": True, "schema": {"type": "string"}}
    new["paths"]["/sims/{iccid}"]["get"]["parameters"].append(parameter)


def gained_word(new: dict[str, Any]) -> None:
    new["components"]["schemas"]["SimStatus"]["enum"].append("locked")


def changed_type(new: dict[str, Any]) -> None:
    new["components"]["schemas"]["Sim"]["properties"]["usedBytes"] = {"type": "string"}


def wrapped_answer(new: dict[str, Any]) -> None:
    envelope = {"type": "object", "properties": {"data": {"$ref": f"{REF}Sim"}}}
    content = new["paths"]["/sims/{iccid}"]["get"]["responses"]["200"]["content"]
    content["application/json"]["schema"] = envelope


def added_operation(new: dict[str, Any]) -> None:
    new["paths"]["/sims"] = {"get": {"responses": {}}}


@pytest.mark.parametrize(
    ("change", "bump", "words"),
    [
        (renamed_field, "major", ["Sim.msisdn was removed"]),
        (removed_operation, "major", ["`PATCH /sims/{iccid}`: the operation was removed"]),
        (required_parameter, "major", ["parameter 'account' was added and is required"]),
        (gained_word, "minor", ["SimStatus gained the value 'locked'"]),
        (changed_type, "major", ["Sim.usedBytes was of type integer and is of type string"]),
        (wrapped_answer, "major", ["is not Sim itself any more, but has it in 'data'"]),
        (added_operation, "minor", ["`GET /sims`: the operation was added"]),
    ],
)
def test_each_change_has_its_step_and_one_line_in_the_changelog(
    change: Callable[[dict[str, Any]], None], bump: Bump, words: list[str]
) -> None:
    new = copy.deepcopy(document())
    change(new)
    changes = compare(document(), new)
    assert bump_for(changes) == bump
    entry = changelog_entry("acme", ("1", "2"), changes)
    _, _, _, *lines = entry.split("\n")
    assert len(lines) == len(words)
    for line, word in zip(lines, words, strict=True):
        assert word in line


def moved(*paths: str, name: str = "vendorsName") -> dict[str, Any]:
    return {"paths": {path: {"get": {"operationId": name, "responses": {}}} for path in paths}}


def kept(*paths: str) -> dict[str, Any]:
    facts = {"operationId": "get_sim", "tags": ["sims"], "x-retry-class": "read", "responses": {}}
    return {"paths": {path: {"get": facts} for path in paths}}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("/v1/sims/{iccid}", "/v2/sims/{id}"),
        ("/api/v1.2/sims", "/api/v10/sims"),
        ("/iot/1/sims", "/iot/2/sims"),
    ],
)
def test_an_operation_that_moved_to_another_version_keeps_its_name(was: str, now: str) -> None:
    (pinned,) = pins_between(kept(was), moved(now, "/v2/other"))
    assert pinned["target"] == f"$.paths['{now}'].get"
    assert pinned["update"] == {
        "operationId": "get_sim",
        "tags": ["sims"],
        "x-retry-class": "read",
    }


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (["/v1/sims"], ["/v2/cards"]),
        (["/v1/sims"], ["/v2/sims", "/v3/sims"]),
        (["/v1/sims", "/v2/sims"], ["/v3/sims"]),
        (["/sims/1a"], ["/sims/2a"]),
    ],
)
def test_where_it_is_not_certain_nothing_is_kept(was: list[str], now: list[str]) -> None:
    assert pins_between(kept(*was), moved(*now)) == []


CODE = """\
from simloom_clients.acme import models
from simloom_clients.acme.api.sims import get_sim, rename_sim
from simloom_clients.acme.models import SimStatus as Status
from simloom.models import SimStatus
import simloom_clients.acme.api.sims.rename_sim as again

MAP = {models.SimStatus.ON: SimStatus.ACTIVE}


def used(record, other):
    return record.used_bytes or other.usedBytes


def known(word):
    return word in Status
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    package = tmp_path / "plugins" / "acme"
    package.mkdir(parents=True)
    (package / "mapping.py").write_text(CODE)
    (package / "broken.py").write_text("def (")
    return package


def client(folder: Path, *modules: str) -> Path:
    for module in modules:
        path = folder.joinpath(*module.split("."))
        path.parent.mkdir(parents=True, exist_ok=True)
        for parent in path.parents:
            if parent == folder:
                break
            (parent / "__init__.py").touch()
        path.with_suffix(".py").touch()
    return folder


def test_imports_of_what_the_new_client_lacks_are_found(tmp_path: Path, code: Path) -> None:
    """Also where an installed client has it, and mypy therefore does not miss it."""
    sims = "simloom_clients.acme.api.sims"
    old = client(tmp_path / "old", f"{sims}.get_sim", f"{sims}.rename_sim")
    new = client(tmp_path / "new", f"{sims}.get_sim")
    found = list(missing_imports([code], tmp_path, old, new))
    assert [(one.file, one.line, one.column) for one in found] == [
        ("plugins/acme/mapping.py", 2, 52),
        ("plugins/acme/mapping.py", 5, 8),
    ]
    assert f'Module "{sims}" has no attribute "rename_sim": the new client lacks it' in (
        found[0].message
    )
    assert list(missing_imports([code], tmp_path, old, old)) == []
    one, _ = missing_imports([code / "mapping.py"], code, old, new)
    assert one.file == "mapping.py"


def test_what_mypy_says_of_a_line_is_not_said_again(
    tmp_path: Path, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sims = "simloom_clients.acme.api.sims"
    workspace = Workspace(tmp_path)
    client(workspace.generated, f"{sims}.rename_sim")
    new = client(tmp_path / "new", f"{sims}.get_sim")
    known = Fault("plugins/acme/mapping.py", 2, 1, "by mypy")
    monkeypatch.setattr(planning, "new_faults", lambda *_: (known,))
    found = planning._faults(workspace, [code], new)
    assert [(one.line, one.message == "by mypy") for one in found] == [(2, True), (5, False)]


def told(level: Level, pointer: str, message: str) -> Change:
    return Change(level, Code.TYPE_CHANGED, Direction.RESPONSE, (), pointer, message)


def test_code_that_names_what_changed_is_pointed_at(tmp_path: Path, code: Path) -> None:
    changes = [
        told(Level.BREAKING, "/components/schemas/Sim/properties/usedBytes", "type"),
        told(Level.NOTABLE, "/components/schemas/SimStatus", "word"),
        told(Level.HARMLESS, "/components/schemas/Sim/properties/usedBytes", "text"),
        told(Level.BREAKING, "/paths/~1sims/get/parameters/0", "elsewhere"),
        told(Level.BREAKING, "/components/schemas/Sim/properties/nobody", "unnamed"),
    ]
    assert mentions(changes, [], [code], tmp_path) == {
        "type": ["plugins/acme/mapping.py:11"],
        "word": ["plugins/acme/mapping.py:7", "plugins/acme/mapping.py:15"],
    }
    fault = Fault("plugins/acme/mapping.py", 11, 1, "said already")
    assert "type" not in mentions(changes, [fault], [code], tmp_path)

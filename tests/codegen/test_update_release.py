"""The version and the changelog of an update, and which operation a finding of mypy is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from simloom_codegen.diff import Change, Code, Direction, Level
from simloom_codegen.update.grouping import by_operation
from simloom_codegen.update.provider_types import Fault
from simloom_codegen.update.release import Bump, bump_for, next_version


def difference(level: Level, code: Code) -> Change:
    return Change(level, code, Direction.NONE, (), "", "x")


@pytest.mark.parametrize(
    ("changes", "bump"),
    [
        ([], "none"),
        ([difference(Level.HARMLESS, Code.DOCUMENTATION_CHANGED)], "patch"),
        ([difference(Level.HARMLESS, Code.OPERATION_ADDED)], "minor"),
        ([difference(Level.NOTABLE, Code.RESPONSE_ENUM_VALUE_ADDED)], "minor"),
        (
            [
                difference(Level.BREAKING, Code.OPERATION_REMOVED),
                difference(Level.HARMLESS, Code.OPERATION_ADDED),
            ],
            "major",
        ),
    ],
)
def test_the_gravest_change_decides_the_step(changes: list[Change], bump: Bump) -> None:
    assert bump_for(changes) == bump


@pytest.mark.parametrize(
    ("version", "bump", "following"),
    [
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("0.1.4", "major", "0.2.0"),
        ("0.1.4", "minor", "0.2.0"),
        ("0.1.4", "patch", "0.1.5"),
        ("0.1.4", "none", "0.1.4"),
        ("", "major", ""),
    ],
)
def test_the_following_version(version: str, bump: Bump, following: str) -> None:
    assert next_version(version, bump) == following


def test_faults_are_told_apart_by_what_the_message_names(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(
        "from clients.api.sims import (\n    get_sim,\n    list_sims,\n)\n\n\n"
        "def one() -> None:\n    sim = list_sims.request()\n    sim.label\n\n\n"
        "def two() -> None:\n    other.thing\n"
    )
    sim = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sim"}}}}
    operations = {
        "/sims": {"get": {"operationId": "list_sims", "responses": {"200": sim}}},
        "/sims/{id}": {"get": {"operationId": "get_sim", "responses": {"200": sim}}},
    }
    spec = {"paths": operations, "components": {"schemas": {"Sim": {"type": "object"}}}}
    labels = ("GET /sims", "GET /sims/{id}")
    both = Change(Level.BREAKING, Code.TYPE_CHANGED, Direction.RESPONSE, labels, "", "x")
    faults = [
        Fault("code.py", 1, 1, 'Module has no attribute "get_sim"'),
        Fault("code.py", 9, 5, '"Sim" has no attribute "label"'),
        Fault("code.py", 13, 5, 'Name "other" is not defined'),
    ]
    groups = by_operation(faults, [both], [spec, spec], tmp_path)
    assert {label: [fault.line for fault in found] for label, found in groups.items()} == {
        "GET /sims/{id}": [1],
        "GET /sims": [9],
        "no changed operation is named here": [13],
    }

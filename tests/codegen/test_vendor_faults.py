"""Everything vendors do wrong: the client imports, type-checks and has every operation.

One document holds all fragments of `tests/support/vendor_faults_*.py` and is generated once.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import vendor_faults_bodies
import vendor_faults_names
import vendor_faults_seen
from behaviour_document import SPEC

from simloom.runtime.answers import read_answer
from simloom.runtime.parameters import encode_path
from simloom_codegen import pointer
from simloom_codegen.check import check_types
from simloom_codegen.standalone import Report, generate_package

FAULTS = [*vendor_faults_names.FAULTS, *vendor_faults_bodies.FAULTS, *vendor_faults_seen.FAULTS]
IDS = [fault.name for fault in FAULTS]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def document() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for fault in FAULTS:
        assert not paths.keys() & fault.paths.keys()
        assert not schemas.keys() & fault.schemas.keys()
        paths |= fault.paths
        schemas |= fault.schemas
    return {
        "openapi": "3.0.3",
        "info": {"title": "Faults", "version": "1"},
        "servers": [{"url": "https://{env}.x.example", "variables": {"env": {"default": "api"}}}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Report, Path]]:
    folder = tmp_path_factory.mktemp("faults")
    spec = folder / "faults.json"
    spec.write_text(json.dumps(document()), "utf-8")
    report = generate_package(spec, package="faulty_client", out=folder)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield report, folder
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "faulty_client"]:
        del sys.modules[name]


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_every_operation_is_there(made: tuple[Report, Path], fault: Any) -> None:
    generated = made[0].made.operations_generated
    wanted = sum(method in item for item in fault.paths.values() for method in METHODS)
    prefixes = {path.split("?")[0].split("#")[0].split("/")[1] for path in fault.paths}
    there = [
        name for name in generated if name.split("/")[1].split("?")[0].split("#")[0] in prefixes
    ]
    assert len(there) >= wanted > 0
    assert made[0].made.missing == ()


def test_every_operation_imports_and_is_a_module_of_its_own(made: tuple[Report, Path]) -> None:
    report, _ = made
    package = importlib.import_module("faulty_client")
    assert len(package.OPERATIONS) == len(report.made.operations_in_spec)
    modules: list[ModuleType] = [
        importlib.import_module(f"faulty_client.{name}") for name in package.OPERATIONS.values()
    ]
    assert len({module.OPERATION.id for module in modules}) == len(package.OPERATIONS)
    assert report.imports.failed == {}


def test_the_code_is_strictly_typed(
    made: tuple[Report, Path], first_run: tuple[Path, object]
) -> None:
    # One run of mypy for this and for the client of test_generated_behaviour.py. The cache of
    # another run knows typeshed and the runtime already.
    folder = made[1]
    (folder / "behaviour.yaml").write_text(SPEC, "utf-8")
    generate_package(folder / "behaviour.yaml", package="behaviour_client", out=folder)
    packages = ["faulty_client", "behaviour_client"]
    check_types(folder, packages, cache=first_run[0] / ".mypy_cache" / "loom")


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.said], ids=lambda fault: fault.name)
def test_what_was_done_is_told_with_its_place(made: tuple[Report, Path], fault: Any) -> None:
    told = made[0].as_dict()
    lines = [
        *(f"{item['pointer']}: {item['detail']}" for item in told["normalised"]),
        *(f"{item['pointer']}: {item['what']} {item['instead']}" for item in told["limits"]),
    ]
    places = [pointer.join(("paths", path)) for path in fault.paths]
    places += [pointer.join(("components", "schemas", name)) for name in fault.schemas]
    assert any(line.startswith(tuple(places)) and fault.said in line for line in lines), [
        line for line in lines if line.startswith(tuple(places))
    ]


def test_an_answer_without_a_body_is_promised_as_none(made: tuple[Report, Path]) -> None:
    deleted = importlib.import_module("faulty_client.api.default.empty_delete")
    probed = importlib.import_module("faulty_client.api.default.empty_head")
    assert deleted.sync.__annotations__["return"] == "None"
    assert probed.sync.__annotations__["return"] == "None"
    assert read_answer(deleted.request(1), 204, {}, b"").parsed is None
    assert read_answer(probed.request("1"), 200, {}, b"").parsed is None


def test_an_id_that_is_a_number_is_written_without_a_fraction(made: tuple[Report, Path]) -> None:
    deleted = importlib.import_module("faulty_client.api.default.empty_delete")
    assert encode_path(deleted.OPERATION.path, {"id": 123.0}) == "/empty/123"
    assert encode_path(deleted.OPERATION.path, {"id": 0.5}) == "/empty/0.5"


def test_lint_names_what_the_vendor_left_out(made: tuple[Report, Path]) -> None:
    found = [item for item in made[0].prepared.findings if item.code == "lost-reference"]
    assert {item.message.split()[0] for item in found} == {
        "#/components/schemas/Lost",
        "#/components/responses/Lost",
    }

"""A large document: every operation is generated, and importing one costs what one costs."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_python_client.parser import openapi

from simloom_codegen.light_copies import light_copies
from simloom_codegen.standalone import generate_package

# What an application imports that calls one operation and reads its answer: the package, `api`,
# the group, the operation, `models` and the models of the answer: `Thing0` and what it refers to.
MOST_MODULES = 7

_COUNT = """
import json, sys
import {package}
before = len([name for name in sys.modules if name.startswith("{package}")])
from {package}.api.group0 import operation0
operation0.request("1")
called = len([name for name in sys.modules if name.startswith("{package}")])
from {package}.models import Thing0
Thing0(name="x")
print(json.dumps([before, called, len([n for n in sys.modules if n.startswith("{package}")])]))
"""


def document(operations: int, schemas: int) -> dict[str, Any]:
    """Operations in groups of twenty; each schema refers to two others."""
    paths: dict[str, Any] = {}
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    for number in range(operations):
        answer = {"schema": {"$ref": f"#/components/schemas/Thing{number % schemas}"}}
        paths[f"/things{number}/{{id}}"] = {
            "get": {
                "operationId": f"operation{number}",
                "tags": [f"group{number // 20}"],
                "parameters": [identifier],
                "responses": {"200": {"description": "x", "content": {"application/json": answer}}},
            }
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Big", "version": "1"},
        "servers": [{"url": "https://api.x.example"}],
        "paths": paths,
        "components": {
            "schemas": {
                f"Thing{number}": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string"},
                        "next": {"$ref": f"#/components/schemas/Thing{(number + 1) % schemas}"},
                        "all": {
                            "type": "array",
                            "items": {"$ref": f"#/components/schemas/Thing{number * 7 % schemas}"},
                        },
                    },
                }
                for number in range(schemas)
            }
        },
    }


def loaded(folder: Path, package: str, operations: int, schemas: int) -> list[int]:
    """Generate a client; return the modules of it that are loaded by import, call and model."""
    spec = folder / f"{package}.json"
    spec.write_text(json.dumps(document(operations, schemas)), "utf-8")
    report = generate_package(spec, package=package, out=folder)
    assert len(report.made.operations_generated) == operations
    done = subprocess.run(
        [sys.executable, "-c", _COUNT.format(package=package)],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(json.loads(done.stdout))


def test_the_cost_of_an_import_does_not_grow_with_the_document(tmp_path: Path) -> None:
    small = loaded(tmp_path, "small_client", 10, 20)
    large = loaded(tmp_path, "large_client", 80, 120)
    assert large == small
    assert large[0] == 1  # the package alone
    assert large[-1] <= MOST_MODULES


def test_operations_are_copied_without_what_their_answers_lead_to() -> None:
    original = openapi.deepcopy
    endpoint = openapi.Endpoint(
        path="/a", method="get", description="", name="a", requires_security=False, tags=["x"],
        summary="",
    )  # fmt: skip
    endpoint.bodies.append(body := object())
    endpoint.query_parameters.append(parameter := _Parameter("one"))
    with light_copies():
        made = openapi.deepcopy(endpoint)
        assert openapi.deepcopy([[1]]) == [[1]]
    made.query_parameters[0].name = "two"
    made.bodies.append(object())
    made.responses.patterns.append(object())
    made.relative_imports.add("x")
    assert parameter.name == "one"
    assert endpoint.bodies == [body]
    assert made.bodies[0] is body
    assert endpoint.responses.patterns == []
    assert endpoint.relative_imports == set()
    assert openapi.deepcopy is original is copy.deepcopy


def test_the_generator_is_as_it_was_after_an_error() -> None:
    with pytest.raises(RuntimeError), light_copies():
        raise RuntimeError
    assert openapi.deepcopy is copy.deepcopy


class _Parameter:
    def __init__(self, name: str) -> None:
        self.name = name

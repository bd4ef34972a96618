"""Names that are too long for a file are cut, and stay different and the same each time."""

from __future__ import annotations

from typing import Any

from simloom_codegen.normalise import normalise
from simloom_codegen.normalise.naming import (
    LONGEST_MODULE,
    ComponentNames,
    module_name,
    package_name,
    python_name,
)

LONG = "VeryLongName" * 40


def document() -> dict[str, Any]:
    answers = {"204": {"description": "x"}}
    ids = (LONG, f"{LONG}Two", "x" * 300)
    return {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": {
            f"/{index}": {"get": {"operationId": name, "tags": [name], "responses": answers}}
            for index, name in enumerate(ids)
        },
        "components": {"schemas": {LONG: {"type": "object"}, f"{LONG}Two": {"type": "object"}}},
    }


def test_modules_and_packages_fit_a_file_name_and_stay_different() -> None:
    done = normalise(document(), name="x")
    operations = [item["get"] for item in done.document["paths"].values()]
    modules = {python_name(operation["operationId"]) for operation in operations}
    packages = {package_name(operation["tags"][0]) for operation in operations}
    schemas = {module_name(name) for name in done.document["components"]["schemas"]}
    assert (len(modules), len(packages), len(schemas)) == (3, 3, 2)
    assert all(len(name) <= LONGEST_MODULE for name in modules | packages | schemas)
    assert normalise(document(), name="x").document == done.document


def test_a_name_at_the_limit_is_free_to_get_a_number() -> None:
    name = "A" + "b" * (LONGEST_MODULE - 1)
    names = ComponentNames()
    claimed = [names.claim(name) for _ in range(3)]
    assert claimed == [name, f"{name}2", f"{name}3"]


def test_names_that_fit_are_as_they_were() -> None:
    assert ComponentNames().claim("SimCard") == "SimCard"

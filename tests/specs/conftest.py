"""The vendors' files under specs/, loaded once; every test runs for each of the four providers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROVIDERS = ("infobip", "telcoapi", "telekom-bsc", "telekom-m2m")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Operation(NamedTuple):
    method: str
    path: str
    body: dict[str, Any]


class Example(NamedTuple):
    where: str
    schema: dict[str, Any]
    value: Any
    documented: bool


def operations_of(paths: dict[str, Any]) -> list[Operation]:
    return [
        Operation(method, path, item[method])
        for path, item in paths.items()
        for method in METHODS
        if method in item
    ]


def examples_of(spec: dict[str, Any]) -> list[Example]:
    """All examples of bodies, and those of event schemas, which no operation refers to."""
    found = []
    for operation in operations_of(spec["paths"]) + operations_of(spec.get("webhooks", {})):
        bodies = {"request": operation.body.get("requestBody", {}), **operation.body["responses"]}
        for part, body in bodies.items():
            for media in body.get("content", {}).values():
                found += [
                    Example(
                        f"{operation.body['operationId']} {part} {name}",
                        media["schema"],
                        example["value"],
                        example["x-evidence"] == "documented",
                    )
                    for name, example in media.get("examples", {}).items()
                ]
    for name, schema in spec["components"]["schemas"].items():
        reference = {"$ref": f"#/components/schemas/{name}"}
        documented = schema["x-evidence"] == "documented"
        found += [
            Example(name, reference, value, documented) for value in schema.get("examples", ())
        ]
    return found


@pytest.fixture(scope="session", params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def folder(provider: str) -> Path:
    return ROOT / "specs" / provider


@pytest.fixture(scope="session")
def spec(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "openapi.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def source(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def operations(spec: dict[str, Any]) -> list[Operation]:
    return operations_of(spec["paths"])


@pytest.fixture(scope="session")
def webhooks(spec: dict[str, Any]) -> list[Operation]:
    return operations_of(spec.get("webhooks", {}))


@pytest.fixture(scope="session")
def schemas(spec: dict[str, Any]) -> dict[str, Any]:
    return spec["components"]["schemas"]


@pytest.fixture(scope="session")
def examples(spec: dict[str, Any]) -> list[Example]:
    return examples_of(spec)


@pytest.fixture(scope="session")
def vendor_document(source: dict[str, Any]) -> Path:
    """The vendor's own document. It is not part of this repository and need not be there."""
    return ROOT.parent / "shared" / "vendor-docs" / source["source"]["document"]

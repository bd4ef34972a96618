"""Run fragments of documents through normalise and through the generator's own parser."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from simloom_codegen.normalise import Normalised, normalise
from simloom_codegen.read_yaml import read


@frozen
class Parsed:
    """What the generator's parser makes of a document."""

    errors: list[str]
    operations: list[str]
    classes: list[str]
    data: GeneratorData | None

    def endpoint(self, name: str) -> Any:
        return next(e for e in self._endpoints() if e.name == name)

    def model(self, name: str) -> dict[str, Any]:
        """Return the properties of a class by their names on the wire."""
        assert self.data is not None
        found = next(m for m in self.data.models if m.class_info.name == name)
        properties = [*(found.required_properties or []), *(found.optional_properties or [])]
        return {prop.name.get_untrusted_value(): prop for prop in properties}

    def types(self, name: str) -> dict[str, str]:
        """Return the Python types of a class's properties."""
        return {
            wire: prop.get_type_string(no_optional=True).as_unembedded_code()
            for wire, prop in self.model(name).items()
        }

    def _endpoints(self) -> list[Any]:
        assert self.data is not None
        return [e for c in self.data.endpoint_collections_by_tag.values() for e in c.endpoints]


def parse(document: dict[str, Any]) -> Parsed:
    config = Config.from_sources(
        ConfigFile(literal_enums=True, post_hooks=[]),
        MetaType.NONE,
        document_source=Path("openapi.json"),
        file_encoding="utf-8",
        overwrite=False,
        output_path=None,
    )
    data = GeneratorData.from_dict(copy.deepcopy(document), config=config)
    if isinstance(data, GeneratorError):
        return Parsed([str(data.detail)], [], [], None)
    collections = data.endpoint_collections_by_tag.values()
    errors = [*data.errors, *(error for each in collections for error in each.parse_errors)]
    return Parsed(
        [f"{error.header} {error.detail}" for error in errors],
        [str(endpoint.name) for each in collections for endpoint in each.endpoints],
        sorted(str(c.class_info.name) for c in [*data.models, *data.enums]),
        data,
    )


def document(fragment: str) -> dict[str, Any]:
    """Complete a YAML fragment: without `paths` there is one operation that uses every schema."""
    result: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "API", "version": "1"},
        **read(fragment, name="fragment.yaml"),
    }
    if "paths" not in result:
        schemas = result.get("components", {}).get("schemas", {})
        answers = {
            str(200 + index): {
                "description": "",
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
                },
            }
            for index, name in enumerate(schemas)
        }
        result["paths"] = {"/all": {"get": {"operationId": "get_all", "responses": answers}}}
    return result


@pytest.fixture(scope="session")
def parse_document() -> Callable[[dict[str, Any]], Parsed]:
    """Parse a whole document; shared by all examples of a property test."""
    return parse


@pytest.fixture
def stock() -> Callable[[str], Parsed]:
    """Parse a fragment as the vendor wrote it."""
    return lambda fragment: parse(document(fragment))


@frozen
class Repaired:
    """A normalised fragment, what changed, and what the parser makes of it."""

    document: dict[str, Any]
    changes: tuple[Any, ...]
    parsed: Parsed

    def by(self, step: str) -> list[str]:
        """Return the details of one step's changes."""
        return [change.detail for change in self.changes if change.step == step]

    @property
    def schemas(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["components"]["schemas"]
        return found

    def operation(self, path: str, method: str = "get") -> dict[str, Any]:
        found: dict[str, Any] = self.document["paths"][path][method]
        return found


@pytest.fixture
def repaired() -> Callable[[str], Repaired]:
    """Normalise a fragment; the parser must take all of it, and a second time change nothing."""

    def run(fragment: str) -> Repaired:
        given = document(fragment)
        before = copy.deepcopy(given)
        result: Normalised = normalise(given, name="fragment.yaml")
        assert given == before
        again = normalise(result.document, name="fragment.yaml")
        assert (again.changes, again.document) == ((), result.document)
        parsed = parse(result.document)
        assert parsed.errors == []
        operations = [m for item in result.document["paths"].values() for m in item]
        assert len(parsed.operations) == len(
            [m for m in operations if m in {"get", "put", "post", "delete", "patch", "head"}]
        )
        return Repaired(result.document, result.changes, parsed)

    return run

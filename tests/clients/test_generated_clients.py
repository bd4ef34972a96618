"""The committed clients against the specifications they were made from."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from simloom.runtime import ApiError, Json, Operation, Response
from simloom.runtime.answers import read_answer
from simloom.runtime.encoding import to_builtins
from simloom.runtime.timestamps import parse_timestamp
from simloom_clients import PROVIDERS

SPECS = Path(__file__).parents[2] / "specs"
METHODS = ("get", "post", "put", "patch", "delete")
FUNCTIONS = ("request", "sync", "sync_detailed", "asyncio", "asyncio_detailed")


def documents() -> dict[str, dict[str, Any]]:
    return {
        provider: yaml.load(
            (SPECS / provider / "openapi.yaml").read_text("utf-8"), yaml.CSafeLoader
        )
        for provider in PROVIDERS
    }


DOCUMENTS = documents()


def operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for provider, document in DOCUMENTS.items():
        for path, item in document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield provider, method, path, item[method]


ALL = list(operations())


def module_of(provider: str, operation: dict[str, Any]) -> ModuleType:
    package = PROVIDERS[provider]
    index = importlib.import_module(package).OPERATIONS
    return importlib.import_module(f"{package}.{index[operation['operationId']]}")


def test_all_81_operations_and_two_token_endpoints_are_there() -> None:
    assert len(ALL) == 83
    assert sum(operation["operationId"] == "create_token" for *_, operation in ALL) == 2
    for provider, package in PROVIDERS.items():
        ids = {o["operationId"] for p, _, _, o in ALL if p == provider}
        assert set(importlib.import_module(package).OPERATIONS) == ids


@pytest.mark.parametrize(
    ("provider", "method", "path", "spec"), ALL, ids=lambda value: str(value)[:40]
)
def test_an_operation_is_importable_typed_and_says_what_the_specification_says(
    provider: str, method: str, path: str, spec: dict[str, Any]
) -> None:
    module = module_of(provider, spec)
    made: Operation[Any] = module.OPERATION
    assert (made.id, made.method) == (spec["operationId"], method.upper())
    assert made.path.count("{") == path.count("{")
    assert made.path.partition("{")[0] == path.partition("{")[0]
    assert made.retry.value == spec["x-retry-class"]
    assert made.evidence is not None
    assert made.evidence.value == spec["x-evidence"]
    assert made.deprecated == spec.get("deprecated", False)
    for name in ("x-quota", "x-bulk", "x-identifiers", "x-rate-limit"):
        assert made.extensions.get(name) == spec.get(name)
    statuses = {int(status) for status in spec["responses"]}
    assert {*made.results, *made.errors} == statuses
    for name in FUNCTIONS:
        function = getattr(module, name)
        assert inspect.get_annotations(function).get("return"), name
        assert inspect.iscoroutinefunction(function) == name.startswith("asyncio")
        assert function.__doc__
    for body in (*made.results.values(), *made.errors.values()):
        if isinstance(body, Json):
            assert body.type() is not None


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_module_and_model_imports(provider: str) -> None:
    package = importlib.import_module(PROVIDERS[provider])
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(found.name)
    models = importlib.import_module(f"{package.__name__}.models")
    assert len(models.__all__) > 10
    for name in models.__all__:
        assert getattr(models, name).__doc__


def examples() -> Iterator[tuple[str, dict[str, Any], int, str, Any]]:
    for provider, _, _, operation in ALL:
        for status, response in operation["responses"].items():
            for media in response.get("content", {}).values():
                for name, example in media.get("examples", {}).items():
                    yield provider, operation, int(status), name, example["value"]


EXAMPLES = list(examples())


def alike(sent: Any, found: Any) -> bool:
    """Compare, taking two spellings of one moment for the same, and masked for secret."""
    if isinstance(sent, dict) and isinstance(found, dict):
        return sent.keys() == found.keys() and all(alike(sent[k], found[k]) for k in sent)
    if isinstance(sent, list) and isinstance(found, list):
        return len(sent) == len(found) and all(map(alike, sent, found))
    if sent == found:
        return True
    if isinstance(sent, str) and isinstance(found, str):
        moments = parse_timestamp(sent), parse_timestamp(found)
        return moments[0] == moments[1] and isinstance(moments[0], dt.datetime)
    return isinstance(sent, int) and str(sent) == found


def plain(parsed: Any) -> Any:
    return to_builtins(parsed, reveal_secrets=True)


@pytest.mark.parametrize(
    ("provider", "spec", "status", "name", "value"),
    EXAMPLES,
    ids=[f"{p}-{o['operationId']}-{s}-{n}" for p, o, s, n, _ in EXAMPLES],
)
def test_the_examples_decode_into_the_models_without_loss(
    provider: str, spec: dict[str, Any], status: int, name: str, value: Any
) -> None:
    made: Operation[Any] = module_of(provider, spec).OPERATION
    names = [part.partition("}")[0] for part in made.path.split("{")[1:]]
    request = made.request(path=dict.fromkeys(names, "1"))
    content = json.dumps(value).encode()
    if status < 300:
        response: Response[Any] = read_answer(request, status, {}, content)
        assert response.problems == ()
        assert alike(value, plain(response.parsed))
    else:
        with pytest.raises(ApiError) as said:
            read_answer(request, status, {}, content)
        assert alike(value, plain(said.value.body))


def test_there_are_examples_of_every_provider() -> None:
    counts = {provider: sum(e[0] == provider for e in EXAMPLES) for provider in PROVIDERS}
    assert min(counts.values()) >= 1, counts
    assert sum(counts.values()) > 50, counts


def schema_examples() -> Iterator[tuple[str, str, Any]]:
    for provider, document in DOCUMENTS.items():
        for name, schema in document["components"]["schemas"].items():
            for example in schema.get("examples", []):
                if isinstance(example, dict):
                    yield provider, name, example


SCHEMA_EXAMPLES = list(schema_examples())


@pytest.mark.parametrize(
    ("provider", "name", "value"),
    SCHEMA_EXAMPLES,
    ids=[f"{p}-{n}-{i}" for i, (p, n, _) in enumerate(SCHEMA_EXAMPLES)],
)
def test_the_examples_of_events_and_webhooks_decode_without_loss(
    provider: str, name: str, value: Any
) -> None:
    models = importlib.import_module(f"{PROVIDERS[provider]}.models")
    model = getattr(models, name).from_json(json.dumps(value).encode())
    assert alike(value, plain(model))

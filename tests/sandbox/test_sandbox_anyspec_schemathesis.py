"""Every operation of the example's vendor, asked by schemathesis, which knows nothing of us."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from simloom.sandbox import Sandbox

FILE = Path(__file__).parents[2] / "examples" / "simloom-acme" / "specs" / "openapi.yaml"
DOCUMENT = yaml.safe_load(FILE.read_text())
METHODS = ("get", "put", "post", "delete", "patch")
OPERATIONS = [
    (node["operationId"], path, method)
    for path, item in DOCUMENT["paths"].items()
    for method, node in item.items()
    if method in METHODS
]
ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 4


@pytest.fixture(scope="module")
def acme():
    generation = GenerationConfig(with_security_parameters=False, allow_x00=False)
    project = ProjectConfig(generation=generation)
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    schema = schemathesis.openapi.from_dict(DOCUMENT, config=config)
    with Sandbox(seed=4, sims=5, specs=[f"acme={FILE}"]) as sandbox, requests.Session() as session:
        session.trust_env = False
        yield sandbox, schema, session


def ask(acme, path, method, mode, checks):
    sandbox, schema, session = acme
    address = sandbox.provider("acme")
    headers = {"X-Api-Key": address.settings["api_key"]}
    live = sandbox.emulator.vendor("acme").live
    known = {"iccid": live.iccid(live.indexes[0])} if "{iccid}" in path else None

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy(mode, path_parameters=known))
    def run(case):
        case.call_and_validate(address.base_url, session, headers, checks=[*ALWAYS, *checks])

    run()


@pytest.mark.parametrize(("operation", "path", "method"), OPERATIONS)
def test_what_the_document_allows_is_answered_as_it_says(acme, operation, path, method):
    # A cursor is what the list gave out; the schema cannot say that.
    has_cursor = "cursor" in str(DOCUMENT["paths"][path][method].get("parameters", ""))
    checks = [] if has_cursor else [positive_data_acceptance]
    acme[0].emulator.reset()
    ask(acme, path, method, GenerationMode.POSITIVE, checks)


WITH_MORE_THAN_A_PATH = [
    (operation, path, method)
    for operation, path, method in OPERATIONS
    if {"parameters", "requestBody"} & DOCUMENT["paths"][path][method].keys()
]


@pytest.mark.parametrize(("operation", "path", "method"), WITH_MORE_THAN_A_PATH)
def test_what_the_document_rules_out_is_refused_as_it_says(acme, operation, path, method):
    acme[0].emulator.reset()
    ask(acme, path, method, GenerationMode.NEGATIVE, [negative_data_rejection])

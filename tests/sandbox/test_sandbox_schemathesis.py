"""Every operation of the four specs, asked by schemathesis, which knows nothing of the sandbox."""

from __future__ import annotations

import base64
import copy
from itertools import cycle
from typing import Any

import pytest
import requests
import schemathesis
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

from simloom.sandbox.specs import load_spec

METHODS = ("get", "put", "post", "delete", "patch")
PROVIDERS = ("telekom-m2m", "telekom-bsc", "telcoapi", "infobip")
LISTS = {
    "telekom-m2m": ("/partners/100013/sims", "sims"),
    "telekom-bsc": ("/v1/sims", None),
    "telcoapi": ("/v1/sim/physical", "data"),
    "infobip": ("/iot/2/sims", "sims"),
}
# Errors that a vendor's document leaves out and the sandbox assumes, and whether they have a body.
ASSUMED = {
    "telekom-m2m": {},
    "telekom-bsc": {"400": True, "404": False},
    "telcoapi": {"400": True, "404": True},
    "infobip": {"400": True, "404": True},
}
# None of these vendors writes all of its times as RFC 3339 wants it; the sandbox does as they do.
OWN_TIMES = {"telekom-m2m", "telekom-bsc", "infobip"}
TIME = r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{3})?(Z|[+]0000)?$"
# What these allow depends on more than their schema: on the SIM's status, on how parameters or
# members fit together, on words in the document. With the M2M Service Portal: whatever has a body.
MORE_THAN_THE_SCHEMA = {
    "telekom-m2m": {
        "get_sim_session_history",
        "get_sms_history",
        "send_message",
        "reset_sim_in_hlr",
    },
    "telekom-bsc": {
        "list_orders",
        "list_sims",
        "list_events",
        "list_sms",
        "update_sim",
        "top_up_sims",
    },
    "telcoapi": {"list_sims", "provision_sim", "update_sim_state", "reset_pin", "unblock_pin"},
    "infobip": {"update_sim_status", "send_sms", "run_diagnostic"},
}
ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 3


def operations(provider):
    paths = load_spec(provider).document["paths"]
    return [
        (provider, node["operationId"], path, method)
        for path, item in paths.items()
        for method, node in item.items()
        if method in METHODS
    ]


OPERATIONS = [one for provider in PROVIDERS for one in operations(provider)]


def of_answers(node: Any) -> Any:
    """Return a schema of an answer: its references name the components of answers."""
    if isinstance(node, list):
        return [of_answers(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {name: of_answers(value) for name, value in node.items()}
    if "$ref" in node:
        node["$ref"] = node["$ref"].replace("/schemas/", "/schemas/Answer")
    if node.get("format") == "date-time":
        del node["format"]
        node["pattern"] = TIME
    return node


def integers_of_parameters(document):
    everywhere = [*document["components"].get("parameters", {}).values()]
    for item in document["paths"].values():
        for holder in (item, *(item[method] for method in METHODS if method in item)):
            everywhere += holder.get("parameters", ())
    schemas = [one["schema"] for one in everywhere if "schema" in one]
    return [schema for schema in schemas if schema.get("type") == "integer"]


def prepared(provider, closed, shapes):
    """Return the spec as the sandbox means it: no members but those named, all errors declared."""
    document = closed(copy.deepcopy(dict(load_spec(provider).document)))
    components = document["components"]
    rewrite = of_answers if provider in OWN_TIMES else lambda node: node
    if provider in OWN_TIMES:
        own = {
            f"Answer{name}": of_answers(schema) for name, schema in components["schemas"].items()
        }
        components["schemas"] |= own
        components["responses"] = of_answers(components.get("responses", {}))
    for schema in integers_of_parameters(document):
        # Longer numbers than 18 digits fit into no vendor's counter, and are refused.
        schema.setdefault("maximum", 10**18 - 1)
        schema.setdefault("minimum", -(10**18) + 1)
    media_type = "application/problem+json" if provider == "telcoapi" else "application/json"
    error = {"content": {media_type: {"schema": rewrite(closed(shapes[provider]))}}}
    for item in document["paths"].values():
        for method in set(METHODS) & set(item):
            declared = rewrite(item[method]["responses"])
            for status, has_body in ASSUMED[provider].items():
                declared.setdefault(status, {"description": "", **(error if has_body else {})})
            item[method]["responses"] = declared
    return document


class Desk:
    """A running sandbox, one prepared schema per vendor, credentials, and SIMs to ask for."""

    def __init__(self, sandbox, connect, closed, shapes):
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.schemas = {}
        self.headers = {}
        self.iccids = {}
        generation = GenerationConfig(with_security_parameters=False, allow_x00=False)
        for provider in PROVIDERS:
            project = ProjectConfig(generation=generation)
            config = SchemathesisConfig(projects=ProjectsConfig(default=project))
            document = prepared(provider, closed, shapes)
            self.schemas[provider] = schemathesis.openapi.from_dict(document, config=config)
            client = connect(provider)
            path, member = LISTS[provider]
            answer = client.get(path)
            self.headers[provider] = {"Authorization": answer.request.headers["Authorization"]}
            listed = answer.json()[member] if member else answer.json()
            self.iccids[provider] = [sim["iccid"] for sim in listed]

    def known(self, provider, path):
        """Return values for path parameters, as far as the sandbox has any."""
        known = {"partnerID": "100013", "iccid": self.iccids[provider][0]}
        return {name: value for name, value in known.items() if f"{{{name}}}" in path}

    def ask(self, provider, path, method, mode, *, known, checks):
        operation = self.schemas[provider][path][method]
        spec = load_spec(provider)
        node = spec.document["paths"][path][method]
        base_url = f"{self.sandbox.url}/{provider}{spec.base_path(node)}"
        iccids = cycle(self.iccids[provider])
        headers = dict(self.headers[provider])
        if node["operationId"] == "create_token" and provider == "telekom-bsc":
            pair = ":".join(self.sandbox.provider(provider).settings.values())
            headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        strategy = operation.as_strategy(mode, path_parameters=known or None)

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def run(case):
            if mode is GenerationMode.POSITIVE and known is not None:
                case.body = with_iccids(case.body, iccids)
            case.call_and_validate(base_url, self.session, headers, checks=[*ALWAYS, *checks])

        run()


def with_iccids(value: Any, iccids: Any) -> Any:
    """Put ICCIDs that exist where the body has any."""
    if isinstance(value, list):
        return [with_iccids(item, iccids) for item in value]
    if isinstance(value, dict):
        return {
            name: next(iccids) if name == "iccid" else with_iccids(item, iccids)
            for name, item in value.items()
        }
    return value


@pytest.fixture(scope="module")
def desk(sandbox, connect, closed_schemas, error_shapes):
    made = Desk(sandbox, connect, closed_schemas, error_shapes)
    yield made
    made.session.close()


def cases(wanted):
    found = [one for one in OPERATIONS if wanted(*one)]
    return pytest.mark.parametrize(
        ("provider", "operation", "path", "method"),
        found,
        ids=[f"{one[0]}-{one[1]}" for one in found],
    )


def rests_on_the_schema(provider, operation, path, method):
    has_body = "requestBody" in load_spec(provider).document["paths"][path][method]
    if provider == "telekom-m2m" and has_body:
        return False
    return operation not in MORE_THAN_THE_SCHEMA[provider]


def has_more_than_a_path(provider, operation, path, method):
    spec = load_spec(provider)
    item = spec.document["paths"][path]
    parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
    in_query = [one for one in parameters if spec.resolve(one)["in"] == "query"]
    return bool(in_query) or "requestBody" in item[method]


@cases(lambda *_: True)
def test_what_the_spec_allows_is_answered_as_the_spec_says(desk, provider, operation, path, method):
    checks = []
    if rests_on_the_schema(provider, operation, path, method):
        checks.append(positive_data_acceptance)
    known = desk.known(provider, path)
    desk.ask(provider, path, method, GenerationMode.POSITIVE, known=known, checks=checks)


@cases(lambda provider, operation, path, method: "{" in path)
def test_sims_that_nobody_knows_are_answered_as_the_spec_says(
    desk, provider, operation, path, method
):
    desk.ask(provider, path, method, GenerationMode.POSITIVE, known=None, checks=[])


@cases(has_more_than_a_path)
def test_what_the_spec_rules_out_is_refused_as_the_spec_says(
    desk, provider, operation, path, method
):
    known = desk.known(provider, path)
    checks = [negative_data_rejection]
    desk.ask(provider, path, method, GenerationMode.NEGATIVE, known=known, checks=checks)

"""The stand-in keeps to the vendor's document, as it is after the overlay."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

import simloom
from simloom.capabilities import Verb
from simloom.errors import AuthenticationError, Conflict, NotFound
from simloom.models import SimStatus
from standin import KEY, StandIn, running
from startcards import luhn

DOCUMENT = json.loads((Path(__file__).parents[1] / "specs" / "repaired.json").read_text("utf-8"))
COMPONENTS = DOCUMENT["components"]
NOBODYS = "898800000000999999" + luhn("898800000000999999")


@cache
def validator(schema: str) -> OAS30Validator:
    whole = {"components": COMPONENTS, "allOf": [json.loads(schema)]}
    return OAS30Validator(whole, format_checker=oas30_format_checker)


def faults(schema: Any, value: Any) -> list[str]:
    found = validator(json.dumps(schema)).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


def undocumented(value: Any, schema: dict[str, Any], place: str = "$") -> list[str]:
    """Return the members of a value that its schema does not name."""
    while "$ref" in schema:
        schema = COMPONENTS["schemas"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        inner = schema.get("items", {})
        return [one for item in value for one in undocumented(item, inner, f"{place}[]")]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    found = [f"{place}.{name} is not documented" for name in value.keys() - known.keys()]
    for name in value.keys() & known.keys():
        found += undocumented(value[name], known[name], f"{place}.{name}")
    return found


def operation_of(method: str, path: str) -> dict[str, Any]:
    for template, ways in DOCUMENT["paths"].items():
        pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
        if re.fullmatch(pattern, path) and method.lower() in ways:
            found: dict[str, Any] = ways[method.lower()]
            return found
    raise AssertionError(f"{method} {path} is not in the document")


def check(method: str, target: str, body: bytes, status: int, answer: Any) -> str:
    """Compare a request and its answer with the document; return the operation and the status."""
    parts = urlsplit(target)
    operation = operation_of(method, parts.path)
    names = {one["name"] for one in operation.get("parameters", ()) if one.get("in") == "query"}
    assert {name for name, _ in parse_qsl(parts.query)} <= names
    answers = operation["responses"]
    told = answers.get(str(status)) or answers["default"]
    assert status >= 400 or str(status) in answers, f"{operation['operationId']}: {status}"
    if "$ref" in told:
        told = COMPONENTS["responses"][told["$ref"].rpartition("/")[2]]
    schema = told["content"]["application/json"]["schema"]
    assert faults(schema, answer) == [], operation["operationId"]
    assert undocumented(answer, schema) == []
    if body and status < 400:
        wish = operation["requestBody"]["content"]["application/json"]["schema"]
        assert faults(wish, json.loads(body)) == []
    return f"{operation['operationId']} {status}"


def test_every_answer_is_as_documented() -> None:
    seen: list[tuple[str, str, bytes, int, Any]] = []
    vendor = StandIn(observe=lambda *heard: seen.append(heard))
    with running(vendor) as address:
        settings: dict[str, Any] = {"base_url": address, "keep_index": False}
        with simloom.connect("acme", api_key=KEY, **settings) as acme:
            sims = list(acme.sims(page_size=7))
            live = next(sim for sim in sims if sim.status is SimStatus.ACTIVE)
            paused = next(sim for sim in sims if sim.status is SimStatus.SUSPENDED)
            acme.get(live.iccid)
            acme.get(f"imsi:{live.imsi}")
            acme.set_label(live.iccid, "pump seven")
            acme.usage(live.iccid)
            acme.send_sms(live.iccid, "on")
            list(acme.messages(live.iccid))
            acme.suspend(live.iccid)
            acme.activate(paused.iccid)
            first = acme.terminate(live.iccid)
            first.cancel()
            second = acme.terminate(live.iccid)
            vendor.advance(5)
            second.refresh()
            with pytest.raises(Conflict):
                second.cancel()
            everything = [sim.iccid for sim in sims]
            acme.run(acme.provider.bulk(Verb.RESUME, everything))
            vendor.advance(5)
            list(acme.actions())
            with pytest.raises(NotFound):
                acme.get(NOBODYS)
            with pytest.raises(Conflict):
                acme.send_sms(live.iccid, "it is ended")
        with (
            simloom.connect("acme", api_key="wrong", **settings) as other,
            pytest.raises(AuthenticationError),
        ):
            list(other.sims())
    done = {check(*one) for one in seen}
    operations = {
        one["operationId"] for ways in DOCUMENT["paths"].values() for one in ways.values()
    }
    assert {one.split()[0] for one in done if one.split()[1] < "300"} == operations
    assert {"change_status 200", "change_status 202", "cancel_job 409", "list_cards 401"} <= done

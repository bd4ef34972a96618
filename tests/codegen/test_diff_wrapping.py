"""An answer or a body that moved into an envelope, or out of one, is one change."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simloom_codegen.diff import Code, Level, compare

SIM = "{type: object, properties: {iccid: {type: string}, label: {type: string}}}"
REF = "{$ref: '#/components/schemas/%s'}"
SIM_REF = REF % "Sim"
INSIDE = f"{{type: object, properties: {{data: {SIM_REF}, meta: {{type: object}}}}}}"


def api(schema: str, *, sent: bool = False, **schemas: str) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": yaml.safe_load(schema)}}}
    operation = {"requestBody": body} if sent else {"responses": {"200": body}}
    return {
        "openapi": "3.1.0",
        "paths": {"/sims": {"post": operation}},
        "components": {
            "schemas": {
                name: yaml.safe_load(text) for name, text in {"Sim": SIM, **schemas}.items()
            }
        },
    }


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize(
    ("wrapped", "schemas"),
    [(INSIDE, {}), (REF % "Envelope", {"Envelope": INSIDE}), (f"{{allOf: [{INSIDE}]}}", {})],
)
def test_an_envelope_is_one_change(wrapped: str, schemas: dict[str, str], sent: bool) -> None:
    old, new = api(SIM_REF, sent=sent), api(wrapped, sent=sent, **schemas)
    (change,) = compare(old, new)
    assert (change.code, change.level, change.new) == (
        Code.SCHEMA_WRAPPED,
        Level.BREAKING,
        "data",
    )
    assert "is not Sim itself any more, but has it in 'data'" in change.message
    (back,) = compare(new, old)
    assert (back.code, back.level, back.old) == (Code.SCHEMA_UNWRAPPED, Level.BREAKING, "data")


def test_what_changed_inside_is_told_besides() -> None:
    smaller = SIM.replace(", label: {type: string}", "")
    changes = compare(
        api(SIM_REF), api(INSIDE) | {"components": api("{}", Sim=smaller)["components"]}
    )
    assert {change.code for change in changes} == {
        Code.SCHEMA_WRAPPED,
        Code.RESPONSE_PROPERTY_REMOVED,
    }


@pytest.mark.parametrize(
    "other",
    [
        f"{{type: object, properties: {{iccid: {{type: string}}, data: {SIM_REF}}}}}",
        f"{{type: object, properties: {{data: {REF % 'Other'}}}}}",
        "{type: object, properties: {data: {type: object, properties: {iccid: {}}}}}",
    ],
)
def test_what_is_no_envelope_is_told_member_by_member(other: str) -> None:
    changes = compare(api(SIM_REF), api(other, Other="{type: object}"))
    assert not {Code.SCHEMA_WRAPPED, Code.SCHEMA_UNWRAPPED} & {one.code for one in changes}
    assert Code.RESPONSE_PROPERTY_REMOVED in {one.code for one in changes}


def test_an_object_that_holds_its_own_kind_comes_to_an_end() -> None:
    tree = f"{{type: object, properties: {{child: {SIM_REF}}}}}"
    changes = compare(
        api(SIM_REF), api(SIM_REF) | {"components": {"schemas": {"Sim": yaml.safe_load(tree)}}}
    )
    assert [change.code for change in changes] == [Code.SCHEMA_WRAPPED]

from __future__ import annotations

from typing import Any

import pytest

from simloom_codegen.errors import LintError
from simloom_codegen.lint import RULES, Finding, check, lint
from simloom_codegen.read_yaml import read


def document(fragment: str) -> dict[str, Any]:
    head = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}
    return {**head, **read(fragment, name="f")}


def found(fragment: str) -> list[Finding]:
    return lint(document(fragment), name="spec.yaml")


CLEAN = """
paths:
  /sims/{id}:
    parameters: [{$ref: '#/components/parameters/Id'}]
    get:
      operationId: getSim
      tags: [sims]
      responses: {'200': {description: x, content: {application/json: {schema: {type: object}}}}}
    delete:
      operationId: deleteSim
      tags: [sims]
      responses: {'204': {description: x}}
components:
  parameters: {Id: {name: id, in: path, required: true, schema: {type: string}}}
  schemas:
    Sim:
      type: object
      properties:
        default: {type: string}
        pin: {type: string, x-secret: true}
        access_token: {type: string, x-secret: false}
        token_type: {type: string}
        pinned: {type: string}
        secret: {type: integer}
        password_set: {type: boolean}
        mode: {type: string, enum: [a]}
"""


def test_a_prepared_document_has_no_findings() -> None:
    assert found(CLEAN) == []
    assert check(document(CLEAN), name="spec.yaml") == []


OPERATION = "responses: {'200': {description: x}}"


@pytest.mark.parametrize(
    ("fragment", "code", "place"),
    [
        (f"paths: {{/a: {{get: {{{OPERATION}}}}}}}", "operation-id", "/paths/~1a/get"),
        (
            (
                f"paths: {{/a: {{get: {{operationId: getSim, {OPERATION}}},"
                f" put: {{operationId: get_sim, {OPERATION}}}}}}}"
            ),
            "operation-id",
            "/paths/~1a/put",
        ),
        (
            "components: {schemas: {WebRTCEndpoint: {}, WebRtcEndpoint: {}}}",
            "module-collision",
            "/components/schemas/WebRtcEndpoint",
        ),
        (
            "components: {schemas: {Sim: {}, sim: {}}}",
            "module-collision",
            "/components/schemas/sim",
        ),
        (
            (
                f"paths: {{/a: {{get: {{operationId: a, tags: [SIM cards], {OPERATION}}},"
                f" put: {{operationId: b, tags: [sim-cards], {OPERATION}}}}}}}"
            ),
            "module-collision",
            "/paths/~1a/put/tags",
        ),
        ("security: []", "security-left", "/security"),
        (
            "components: {securitySchemes: {}}",
            "security-left",
            "/components/securitySchemes",
        ),
        (
            f"paths: {{/a: {{get: {{operationId: a, security: [], {OPERATION}}}}}}}",
            "security-left",
            "/paths/~1a/get",
        ),
        (
            "components: {schemas: {A: {type: object, properties: {x: {default: null}}}}}",
            "default-left",
            "/components/schemas/A/properties/x",
        ),
        (
            "components: {parameters: {P: {name: p, in: query, default: 1, schema: {}}}}",
            "default-left",
            "/components/parameters/P",
        ),
        (
            "components: {responses: {R: {description: x, content: {'*/*': {}}}}}",
            "wildcard-media-type",
            "/components/responses/R/content/*~1*",
        ),
        (
            "paths: {'/{sim.id}': {get: {operationId: a, parameters: "
            "[{name: sim.id, in: path, required: true, schema: {}}], " + OPERATION + "}}}",
            "path-variable",
            "/paths/~1{sim.id}/get",
        ),
        (
            f"paths: {{'/{{id}}': {{get: {{operationId: a, {OPERATION}}}}}}}",
            "path-parameters",
            "/paths/~1{id}/get",
        ),
        (
            "paths: {/a: {get: {operationId: a, parameters: "
            "[{name: id, in: path, required: true, schema: {}}], " + OPERATION + "}}}",
            "path-parameters",
            "/paths/~1a/get",
        ),
        (
            "paths: {'/{id}': {get: {operationId: a, parameters: "
            "[{name: id, in: path, schema: {}}], " + OPERATION + "}}}",
            "path-parameters",
            "/paths/~1{id}/get",
        ),
        (
            "components: {schemas: {A: {$ref: other.yaml}}}",
            "remote-reference",
            "/components/schemas/A",
        ),
        (
            "components: {schemas: {A: {type: array, items: {$ref: '#/components/schemas/B'}}}}",
            "remote-reference",
            "/components/schemas/A/items",
        ),
        (
            "components: {schemas: {A: {title: T}, B: {properties: {x: {title: T}}}}}",
            "duplicate-title",
            "/components/schemas/B/properties/x",
        ),
    ],
)
def test_each_error_is_found_where_it_is(fragment: str, code: str, place: str) -> None:
    (finding,) = found(fragment)
    assert (finding.level, finding.code, finding.pointer) == ("error", code, place)
    assert finding.message
    assert finding.remedy
    assert finding.as_dict()["code"] == code
    assert place in finding.as_text()
    with pytest.raises(LintError) as caught:
        check(document(fragment), name="spec.yaml")
    assert caught.value.file == "spec.yaml"
    assert caught.value.pointer == place
    assert code in caught.value.message


@pytest.mark.parametrize(
    "responses",
    [
        "{}",
        "{'404': {description: x}}",
        "{default: {description: x}}",
        "{'100': {description: x}, 5XX: {description: x}}",
    ],
)
def test_an_operation_without_success_is_a_warning(responses: str) -> None:
    fragment = f"paths: {{/a: {{get: {{operationId: a, responses: {responses}}}}}}}"
    (finding,) = found(fragment)
    assert (finding.level, finding.code) == ("warning", "no-success-response")
    assert finding.pointer == "/paths/~1a/get/responses"
    assert check(document(fragment), name="spec.yaml") == [finding]


@pytest.mark.parametrize(("repair", "is_told"), [("", True), (", type: string", False)])
def test_a_schema_that_the_vendor_left_out_is_a_warning(repair: str, is_told: bool) -> None:
    lost = f"{{x-lost-reference: '#/components/schemas/Sim'{repair}}}"
    findings = found(f"components: {{schemas: {{A: {{type: array, items: {lost}}}}}}}")
    assert [(f.level, f.code) for f in findings] == [("warning", "lost-reference")] * is_told
    assert all(f.pointer == "/components/schemas/A/items" for f in findings)


@pytest.mark.parametrize(
    "responses",
    [
        "{'204': {description: x}}",
        "{2XX: {description: x}}",
        "{'302': {description: x}}",
        "{default: {description: x, content: {application/json: {schema: {}}}}}",
        "{default: {$ref: '#/components/responses/R'}}",
    ],
)
def test_success_has_many_forms(responses: str) -> None:
    assert (
        found(
            f"paths: {{/a: {{get: {{operationId: a, responses: {responses}}}}}}}\n"
            "components: {responses: {R: {description: x, content: {application/json: {}}}}}"
        )
        == []
    )


@pytest.mark.parametrize(
    ("name", "schema", "is_secret"),
    [
        ("pin", "{type: string}", True),
        ("pin1", "{type: string}", True),
        ("PUK2", "{type: [string, 'null']}", True),
        ("ki", "{type: string}", True),
        ("opc", "{type: string}", True),
        ("userPassword", "{type: string, format: password}", True),
        ("clientSecret", "{$ref: '#/components/schemas/Text'}", True),
        ("refresh-token", "{type: string}", True),
        ("kit", "{type: string}", False),
        ("tokenType", "{type: string}", False),
        ("spinner", "{type: string}", False),
        ("pin", "{type: integer}", False),
        ("pin", "{type: string, x-secret: false}", False),
        ("pin", "{$ref: '#/components/schemas/Marked'}", False),
        ("pin", "{$ref: '#/components/schemas/Mode'}", False),
    ],
)
def test_texts_named_like_secrets_must_say_whether_they_are(
    name: str, schema: str, is_secret: bool
) -> None:
    findings = found(f"""
    components:
      schemas:
        Text: {{type: string}}
        Marked: {{type: string, x-secret: true}}
        Mode: {{type: string, enum: [a]}}
        A: {{type: object, properties: {{{name}: {schema}}}}}
    """)
    assert [(f.level, f.code) for f in findings] == [("warning", "unmarked-secret")] * is_secret


def test_places_the_generator_does_not_look_at_are_not_checked() -> None:
    findings = found("""
    paths:
      /a:
        post:
          operationId: a
          callbacks: {on: {url: {post: {security: [], requestBody: {content: {'*/*': {}}}}}}}
          responses: {'204': {description: x, headers: {X: {schema: {default: 1}}}}}
    webhooks: {w: {post: {responses: {}}}}
    """)
    assert findings == []


def test_an_error_lists_every_error_but_no_warning() -> None:
    with pytest.raises(LintError) as caught:
        check(
            document(
                "security: []\npaths: {/a: {get: {responses: {}}}}\n"
                "components: {schemas: {A: {default: 1}}}"
            ),
            name="spec.yaml",
        )
    text = caught.value.message
    assert text.startswith("3 errors")
    assert [code for code in RULES if code in text] == [
        "operation-id",
        "security-left",
        "default-left",
    ]


def test_every_rule_is_explained() -> None:
    assert all(text.endswith(".") for _, text in RULES.values())
    assert {level for level, _ in RULES.values()} == {"error", "warning"}

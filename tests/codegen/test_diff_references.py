"""Shared components, references, recursion: where a change is told and for which operations."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml

from simloom_codegen.diff import Code, Direction, Level, compare
from simloom_codegen.errors import DocumentError


def load(text: str, **components: str) -> dict[str, Any]:
    schemas = {name: yaml.safe_load(schema) for name, schema in components.items()}
    document = {"openapi": "3.1.0", **yaml.safe_load(text)}
    document.setdefault("components", {})["schemas"] = schemas
    return document


SIMS = """
paths:
  /sims:
    get:
      responses:
        200: {content: {a/b: {schema: {type: array, items: {$ref: '#/components/schemas/Sim'}}}}}
        404: {content: {a/b: {schema: {$ref: '#/components/schemas/Problem'}}}}
    post:
      requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/Sim'}}}}
      responses:
        200: {content: {a/b: {schema: {$ref: '#/components/schemas/Sim'}}}}
        409: {content: {a/b: {schema: {$ref: '#/components/schemas/Problem'}}}}
"""
SIM = "{properties: {status: {$ref: '#/components/schemas/Status'}}}"
PROBLEM = "{properties: {code: {type: string}}}"


def test_a_change_in_a_component_is_told_once_per_direction_with_all_its_operations():
    old = load(SIMS, Sim=SIM, Problem=PROBLEM, Status="enum: [on]")
    new = load(SIMS, Sim=SIM, Problem=PROBLEM, Status="enum: [on, lost]")
    read, sent = compare(old, new)
    assert (read.code, read.operations) == (
        Code.RESPONSE_ENUM_VALUE_ADDED,
        ("GET /sims", "POST /sims"),
    )
    assert read.operation == ""
    assert (sent.code, sent.operations) == (Code.REQUEST_ENUM_VALUE_ADDED, ("POST /sims",))
    assert sent.operation == "POST /sims"
    assert read.pointer == sent.pointer == "/components/schemas/Status"
    assert read.message == "Status gained the value 'lost'"
    assert (read.old, read.new) == (None, ("lost",))


def test_a_change_in_the_body_of_failures_is_told_once_with_its_details():
    old = load(SIMS, Sim=SIM, Problem=PROBLEM, Status="enum: [on]")
    body = "{properties: {code: {type: integer}, text: {type: string}}}"
    new = load(SIMS, Sim=SIM, Problem=body, Status="enum: [on]")
    (change,) = compare(old, new)
    assert (change.code, change.level) == (Code.ERROR_BODY_CHANGED, Level.BREAKING)
    assert change.direction is Direction.ERROR
    assert change.operations == ("GET /sims", "POST /sims")
    assert change.pointer == "/components/schemas/Problem"
    assert change.message == (
        "Problem.code was of type string and is of type integer; "
        "Problem.text was added and is optional"
    )


def test_a_single_difference_in_the_body_of_failures_keeps_its_place_and_values():
    old = load(SIMS, Sim=SIM, Problem=PROBLEM, Status="enum: [on]")
    new = load(SIMS, Sim=SIM, Problem="{properties: {code: {type: integer}}}", Status="enum: [on]")
    (change,) = compare(old, new)
    assert change.pointer == "/components/schemas/Problem/properties/code"
    assert (change.old, change.new) == ("string", "integer")


def test_many_differences_in_the_body_of_failures_are_counted():
    members = ", ".join(f"m{n}: {{}}" for n in range(5))
    old = load(SIMS, Sim=SIM, Problem="type: object", Status="enum: [on]")
    new = load(SIMS, Sim=SIM, Problem=f"{{properties: {{{members}}}}}", Status="enum: [on]")
    (change,) = compare(old, new)
    assert change.message.endswith("; and 2 more")


@pytest.mark.parametrize(
    "recursion",
    [
        "{$ref: '#/components/schemas/Sim'}",
        "{type: array, items: {$ref: '#/components/schemas/Sim'}}",
        "{allOf: [{$ref: '#/components/schemas/Sim'}], nullable: true}",
        "{anyOf: [{$ref: '#/components/schemas/Sim'}, {type: 'null'}]}",
        "{oneOf: [{$ref: '#/components/schemas/Sim'}, {type: string, maxLength: 5}]}",
        "{additionalProperties: {description: x, $ref: '#/components/schemas/Sim'}}",
    ],
)
def test_a_schema_that_contains_itself_is_compared(recursion):
    simple = "{type: object, properties: {next: %s, id: {type: string}}}"
    longer = "{type: object, properties: {next: %s, id: {type: integer}}}"
    old = load(SIMS, Sim=simple % recursion, Problem=PROBLEM)
    new = load(SIMS, Sim=longer % recursion, Problem=PROBLEM)
    changes = compare(old, new)
    assert {(c.code, c.pointer) for c in changes} == {
        (Code.TYPE_CHANGED, "/components/schemas/Sim/properties/id")
    }
    assert {c.direction for c in changes} == {Direction.REQUEST, Direction.RESPONSE}
    assert len(changes) == 2


@pytest.mark.parametrize(
    "broken",
    [
        "{$ref: '#/components/schemas/Sim'}",
        "{$ref: '#/components/schemas/Nowhere'}",
        "{allOf: [{$ref: '#/components/schemas/Sim'}]}",
        "{$ref: 5}",
        "{$ref: '#anchor'}",
    ],
)
def test_a_reference_that_leads_nowhere_ends_the_comparison_there(broken):
    old = load(SIMS, Sim=broken, Problem=PROBLEM)
    new = load(SIMS, Sim=broken, Problem="{properties: {code: {type: integer}}}")
    assert [c.code for c in compare(old, new)] == [Code.ERROR_BODY_CHANGED]


def test_two_unions_that_lead_into_each_other_come_to_an_end():
    schema = "{oneOf: [{allOf: [{$ref: '#/components/schemas/Sim'}], maxLength: 1}, {const: 2}]}"
    old = load(SIMS, Sim=schema, Problem=PROBLEM)
    new = load(SIMS, Sim=schema.replace("2", "3"), Problem=PROBLEM)
    assert compare(old, new)


def test_inline_and_shared_are_the_same_thing():
    inline = SIMS.replace("{$ref: '#/components/schemas/Sim'}", "{properties: {id: {}}}")
    old = load(inline, Problem=PROBLEM)
    new = load(SIMS, Problem=PROBLEM, Sim="{properties: {id: {}}}")
    assert compare(old, new) == compare(new, old) == []


def test_a_renamed_component_is_told_apart_from_a_replaced_one():
    old = load(SIMS, Sim=SIM, Problem=PROBLEM, Status="enum: [on]")
    renamed = load(
        SIMS.replace("schemas/Problem", "schemas/Fault"),
        Sim=SIM,
        Fault=PROBLEM,
        Status="enum: [on]",
    )
    (change,) = compare(old, renamed)
    assert (change.code, change.old, change.new) == (Code.SCHEMA_RENAMED, "Problem", "Fault")
    assert change.operations == ("GET /sims", "POST /sims")
    replaced = load(SIMS.replace("schemas/Problem", "schemas/Status"), Sim=SIM, Status="enum: [on]")
    assert Code.SCHEMA_RENAMED not in {c.code for c in compare(old, replaced)}


def test_what_all_of_demands_still_holds_when_the_base_stops_demanding_it():
    derived = "{allOf: [{$ref: '#/components/schemas/Base'}, {required: [id]}]}"
    old = load(SIMS, Sim=derived, Problem=PROBLEM, Base="{required: [id], properties: {id: {}}}")
    new = load(SIMS, Sim=derived, Problem=PROBLEM, Base="{properties: {id: {}}}")
    assert compare(old, new) == []


def test_a_change_in_a_base_is_told_once_for_all_that_derive_from_it():
    derived = "{allOf: [{$ref: '#/components/schemas/Base'}]}"
    base = "{properties: {id: {type: string}}}"
    old = load(SIMS, Sim=derived, Problem=derived, Base=base)
    new = load(SIMS, Sim=derived, Problem=derived, Base=base.replace("string", "integer"))
    assert [(c.direction, c.pointer) for c in compare(old, new)] == [
        (Direction.ERROR, "/components/schemas/Base/properties/id"),
        (Direction.RESPONSE, "/components/schemas/Base/properties/id"),
        (Direction.REQUEST, "/components/schemas/Base/properties/id"),
    ]


PARTS = """
paths:
  /a: {get: {parameters: [{$ref: '#/components/parameters/P'}], responses: {200: {$ref: '#/components/responses/R'}}}}
  /b: {put: {parameters: [{$ref: '#/components/parameters/P'}], requestBody: {$ref: '#/components/requestBodies/B'}}}
  /c: {$ref: '#/components/pathItems/C'}
components:
  parameters: {P: {name: page, in: query, schema: {type: integer, maximum: %s}}}
  requestBodies: {B: {required: %s}}
  responses: {R: {headers: {X: {$ref: '#/components/headers/H'}}}}
  headers: {H: {required: %s}}
  pathItems: {C: {get: {deprecated: %s}}}
"""  # noqa: E501 - one line per path reads best


def test_shared_parameters_bodies_answers_headers_and_paths_are_followed():
    old = load(PARTS % (9, "false", "true", "false"))
    new = load(PARTS % (8, "true", "false", "true"))
    assert {(c.code, c.pointer, c.operations) for c in compare(old, new)} == {
        (Code.CONSTRAINT_TIGHTENED, "/components/parameters/P/schema", ("GET /a", "PUT /b")),
        (Code.REQUEST_BODY_NOW_REQUIRED, "/components/requestBodies/B", ("PUT /b",)),
        (Code.RESPONSE_HEADER_NOW_OPTIONAL, "/components/headers/H", ("GET /a",)),
        (Code.DEPRECATED, "/components/pathItems/C/get", ("GET /c",)),
    }
    assert "parameter 'page' maximum was 9 and is 8" in {c.message for c in compare(old, new)}


def test_documentation_is_told_once_per_component_or_operation():
    text = "{description: %s, properties: {a: {description: %s}, b: {title: %s}}}"
    path = "paths: {/a: {get: {summary: %s, responses: {200: {description: %s, content: {a/b: "
    path += "{schema: {$ref: '#/components/schemas/A'}}}}}}}}"
    old = load(path % ("a", "a"), A=text % ("a", "a", "a"))
    new = load(path % ("b", "b"), A=text % ("b", "b", "b"))
    assert [(c.code, c.pointer, c.message, c.operations) for c in compare(old, new)] == [
        (Code.DOCUMENTATION_CHANGED, at, f"{count} texts or examples differ", ("GET /a",))
        for at, count in (("/components/schemas/A", 3), ("/paths/~1a/get", 2))
    ]


def test_unused_components_are_compared_as_if_they_were_read():
    used = "paths: {/a: {get: {responses: {200: {content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}}}}}"  # noqa: E501
    old = load(used, A="type: string", Event="{properties: {id: {}}}", Gone="{}")
    new = load("paths: {}", A="type: integer", Event="type: object", Fresh="{}")
    changes = [(c.code, c.pointer) for c in compare(old, new) if c.code != Code.OPERATION_REMOVED]
    assert changes == [
        (Code.RESPONSE_PROPERTY_REMOVED, "/components/schemas/Event/properties/id"),
        (Code.SCHEMA_REMOVED, "/components/schemas/Gone"),
        (Code.SCHEMA_ADDED, "/components/schemas/Fresh"),
    ]


def test_schemas_that_a_discriminator_names_are_used():
    path = "paths: {/a: {get: {responses: {200: {content: {a/b: {schema: {discriminator: "
    path += "{propertyName: k, mapping: {x: A, y: '#/components/schemas/B'}}}}}}}}}}"
    old = load(path, A="{}", B="{}")
    assert compare(old, load(path)) == []


def test_a_document_that_contains_itself_is_refused():
    schema: dict[str, Any] = {"type": "object"}
    schema["properties"] = {"self": schema}
    document = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"A": schema}}}
    with pytest.raises(DocumentError, match="nested deeper"):
        compare(document, document)


def test_schemas_that_combine_without_end_are_refused(monkeypatch):
    monkeypatch.setattr("simloom_codegen.diff.walk.MAX_NODES", 3)
    document = load(SIMS, Sim=SIM, Problem=PROBLEM, Status="enum: [on]")
    with pytest.raises(DocumentError, match="combined in more than 3 ways"):
        compare(document, document)


def api(operations: int, components: int, kind: str) -> dict[str, Any]:
    """Build operations over components of which each refers to the next one."""
    paths = {
        f"/r{n}/{{id}}": {
            "post": {
                "parameters": [{"name": "id", "in": "path", "schema": {"type": "string"}}],
                "requestBody": content(n % components),
                "responses": {"200": content(n * 7 % components), "404": content(0)},
            }
        }
        for n in range(operations)
    }
    schemas = {
        f"S{n}": {"properties": {"id": {"type": kind, "maxLength": 9}, "next": reference(n + 1)}}
        for n in range(components)
    }
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas}}


def reference(number: int) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/S{number}"}


def content(number: int) -> dict[str, Any]:
    return {"content": {"a/b": {"schema": reference(number)}}}


def test_a_long_chain_of_references_costs_no_stack():
    changes = compare(api(1, 1500, "string"), api(1, 1500, "integer"))
    assert len(changes) == 3 * 1500


def test_five_hundred_operations_with_shared_schemas_take_about_a_second():
    old, new = api(500, 150, "string"), api(500, 150, "integer")
    start = time.process_time()
    changes = compare(old, new)
    assert time.process_time() - start < 5  # several times what it takes
    assert len(changes) == 3 * 150
    assert changes[0].operations == tuple(sorted(f"POST /r{n}/{{id}}" for n in range(500)))

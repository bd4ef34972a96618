"""One tiny pair of fragments for every change of a schema, in each direction it can go."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simloom_codegen.diff import Code, Direction, Level, compare

BASE = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


def body(text: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": yaml.safe_load(text)}}}


def sent(text: str) -> dict[str, Any]:
    return BASE | {"paths": {"/sims": {"post": {"requestBody": body(text)}}}}


def read(text: str) -> dict[str, Any]:
    return BASE | {"paths": {"/sims": {"post": {"responses": {"200": body(text)}}}}}


def failed(text: str) -> dict[str, Any]:
    return BASE | {"paths": {"/sims": {"post": {"responses": {"400": body(text)}}}}}


AROUND = {wrap.__name__: wrap for wrap in (sent, read, failed)}


# Code, direction, level and what the fragments stand for; below it the old and the new fragment.
TABLE = """
documentation-changed neither harmless read
  {type: string, example: a}
  {type: string, description: b}
deprecated neither notable sent
  type: string
  {type: string, deprecated: true}
evidence-changed neither harmless read
  {type: string, x-evidence: inferred}
  {type: string, x-evidence: documented}
secret-changed neither notable read
  type: string
  {type: string, x-secret: true}
secret-changed neither notable sent
  {type: string, format: password}
  type: string
error-body-changed error breaking failed
  {type: object, properties: {code: {type: string}, a: {type: string}}}
  {type: object, properties: {code: {type: integer}}}
error-body-changed error harmless failed
  {type: object, properties: {}}
  {type: object, properties: {code: {type: string}}}
request-property-added-required request breaking sent
  {type: object, properties: {}}
  {type: object, properties: {a: {}}, required: [a]}
request-property-added-optional request harmless sent
  {type: object, properties: {}}
  {type: object, properties: {a: {}}}
request-property-removed request breaking sent
  {type: object, properties: {a: {}}}
  {type: object, properties: {}}
request-property-removed request breaking sent
  {type: object, properties: {a: {}}}
  {type: object, properties: {a: {readOnly: true}}}
request-property-removed request breaking sent
  {type: object, properties: {a: {}}}
  {type: object, properties: {a: {allOf: [{readOnly: true}]}}}
request-property-now-required request breaking sent
  {type: object, properties: {a: {}}}
  {type: object, properties: {a: {}}, required: [a]}
request-property-now-optional request harmless sent
  {type: object, properties: {a: {}}, required: [a]}
  {type: object, properties: {a: {}}}
response-property-added response harmless read
  {type: object, properties: {}}
  {type: object, properties: {a: {}}, required: [a]}
response-property-removed response breaking read
  {type: object, properties: {a: {}}}
  {type: object, properties: {}}
response-property-removed response breaking read
  {type: object, properties: {a: {}}}
  {type: object, properties: {a: {allOf: [{writeOnly: true}]}}}
response-property-now-required response harmless read
  {type: object, properties: {a: {}}}
  {type: object, properties: {a: {}}, required: [a]}
response-property-now-optional response breaking read
  {type: object, properties: {a: {}}, required: [a]}
  {type: object, properties: {a: {}}}
additional-properties-changed request breaking sent
  {type: object}
  {type: object, additionalProperties: false}
additional-properties-changed request harmless sent
  {type: object, additionalProperties: {type: string}}
  {type: object, additionalProperties: {}}
additional-properties-changed response notable read
  {type: object, additionalProperties: {type: string}}
  {type: object, additionalProperties: true}
additional-properties-changed response harmless read
  {type: object, additionalProperties: false}
  {type: object}
request-enum-value-added request harmless sent
  enum: [a]
  enum: [b, a]
request-enum-value-removed request breaking sent
  enum: [a, b]
  enum: [b]
response-enum-value-added response notable read
  enum: [a]
  enum: [b, a]
response-enum-value-removed response harmless read
  enum: [a, b]
  const: b
type-changed request breaking sent
  type: array
  {type: array, items: {type: string}}
type-changed request breaking sent
  type: string
  type: integer
type-changed response breaking read
  type: string
  type: integer
type-changed request harmless sent
  type: integer
  type: number
type-changed response breaking read
  type: integer
  type: number
type-changed request breaking sent
  type: [string, integer]
  type: string
type-changed response harmless read
  type: [string, integer]
  type: string
type-changed request breaking sent
  {}
  type: string
type-changed response harmless read
  {}
  type: string
type-changed response breaking read
  type: string
  {}
type-changed response breaking read
  oneOf: [{type: string}, {type: object}]
  {}
format-changed request breaking sent
  type: string
  {type: string, format: date}
format-changed response breaking read
  {type: string, format: date-time}
  {type: string, format: date}
format-changed response notable read
  type: string
  {type: string, format: email}
format-changed response harmless read
  {type: integer, format: int32}
  {type: integer, format: int64}
default-changed request notable sent
  {type: boolean, default: false}
  {type: boolean, default: true}
default-changed response harmless read
  {type: integer, default: 1}
  {type: integer}
nullable-added request harmless sent
  type: string
  type: [string, 'null']
nullable-added response breaking read
  type: string
  {type: string, nullable: true}
nullable-removed request breaking sent
  type: [string, 'null']
  type: string
nullable-removed response harmless read
  type: [string, 'null']
  type: string
nullable-added response breaking read
  oneOf: [{type: string, format: a}, {type: object}]
  oneOf: [{type: string, format: a}, {type: object}, {type: 'null'}]
constraint-tightened request breaking sent
  {type: string, maxLength: 20}
  {type: string, maxLength: 19}
constraint-tightened request breaking sent
  {type: integer, minimum: 1}
  {type: integer, exclusiveMinimum: 1}
constraint-tightened request breaking sent
  {type: array}
  {type: array, uniqueItems: true}
constraint-tightened request breaking sent
  {type: string}
  {type: string, enum: [a]}
constraint-tightened request breaking sent
  {type: object}
  {type: object, anyOf: [{required: [a]}, {required: [b]}]}
constraint-tightened response harmless read
  {type: string}
  {type: string, pattern: x}
constraint-loosened request harmless sent
  {type: integer, exclusiveMinimum: 1}
  {type: integer, minimum: 1}
constraint-loosened request harmless sent
  {type: array, minItems: 2}
  {type: array, minItems: 1}
constraint-loosened response notable read
  {type: array, maxItems: 2}
  {type: array}
constraint-changed request notable sent
  {type: string, pattern: x}
  {type: string, pattern: y}
constraint-changed response notable read
  {type: integer, multipleOf: 2}
  {type: integer, multipleOf: 3}
variant-added request harmless sent
  oneOf: [{title: A}, {title: B}]
  anyOf: [{title: C}, {title: B}, {title: A}]
variant-added response breaking read
  oneOf: [{title: A}, {title: B}]
  oneOf: [{title: C}, {title: B}, {title: A}]
variant-removed request breaking sent
  oneOf: [{title: A}, {title: B}, {title: C}]
  oneOf: [{title: B}, {title: C}]
variant-removed response harmless read
  oneOf: [{title: A}, {title: B}, {title: C}]
  oneOf: [{title: B}, {title: C}]
discriminator-changed neither breaking read
  {type: object, discriminator: {propertyName: a}}
  {type: object, discriminator: {propertyName: b}}
discriminator-changed neither notable read
  {type: object, discriminator: {propertyName: a}}
  {type: object, discriminator: {propertyName: a, mapping: {x: Y}}}
keyword-changed neither notable sent
  {not: {const: 1}}
  {not: {const: 2}}
keyword-changed neither notable read
  {$ref: other.yaml#/A}
  {$ref: other.yaml#/B}
"""


def cases():
    found = []
    lines = TABLE.strip().splitlines()
    for head, old, new in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        code, direction, level, around = head.split()
        way = Direction("" if direction == "neither" else direction)
        expected = (Code(code), way, Level[level.upper()])
        found.append(pytest.param(expected, around, old, new, id=head.replace(" ", "-")))
    return found


@pytest.mark.parametrize(("expected", "around", "old", "new"), cases())
def test_each_pair_of_fragments_gives_exactly_this_change(expected, around, old, new):
    wrapped = AROUND[around]
    changes = compare(wrapped(old), wrapped(new))
    assert [(c.code, c.direction, c.level) for c in changes] == [expected]


SCHEMA_WORDS = (
    *("-property-", "-enum-", "additional-", "constraint-", "default-", "discriminator-"),
    *("error-body", "format-", "keyword-", "nullable-", "secret-", "variant-"),
)
IN_SCHEMAS = {Code.TYPE_CHANGED} | {c for c in Code if any(word in c for word in SCHEMA_WORDS)}


def test_the_table_misses_no_kind_of_change():
    assert {case.values[0][0] for case in cases()} >= IN_SCHEMAS

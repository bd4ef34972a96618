"""One tiny pair of fragments for every change of a document, an operation or a body."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simloom_codegen.diff import Code, Direction, Level, compare

BASE = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


def document(text: str) -> dict[str, Any]:
    return BASE | yaml.safe_load(text)


def operation(text: str) -> dict[str, Any]:
    return BASE | {"paths": {"/sims/{id}": {"post": yaml.safe_load(text)}}}


def webhook(text: str) -> dict[str, Any]:
    return BASE | {"webhooks": {"event": {"post": yaml.safe_load(text)}}}


def component(name: str) -> dict[str, Any]:
    body = {"content": {"a/b": {"schema": {"$ref": f"#/components/schemas/{name.strip()}"}}}}
    paths = {"/sims": {"post": {"requestBody": body}}}
    return BASE | {"paths": paths, "components": {"schemas": {name.strip(): {"type": "string"}}}}


AROUND = {wrap.__name__: wrap for wrap in (document, operation, webhook, component)}


# Code, direction, level and what the fragments stand for; below it the old and the new fragment.
TABLE = """
openapi-version-changed neither harmless document
  {openapi: 3.0.3}
  {openapi: 3.1.0}
server-changed neither breaking document
  servers: [{url: https://a}]
  servers: [{url: https://b}]
server-changed neither notable document
  servers: [{url: https://a}, {url: https://b}]
  servers: [{url: https://b}]
server-changed neither harmless document
  servers: [{url: https://a}]
  servers: [{url: https://a/}, {url: https://b}]
server-changed neither breaking document
  servers: [{url: 'https://{h}', variables: {h: {default: a}}}]
  servers: [{url: 'https://{h}', variables: {h: {default: b}}}]
server-changed neither breaking operation
  {}
  servers: [{url: https://b}]
security-scheme-changed neither breaking document
  components: {securitySchemes: {k: {type: apiKey, in: header, name: A}}}
  components: {securitySchemes: {k: {type: apiKey, in: header, name: B}}}
security-changed neither breaking operation
  security: [{a: []}]
  security: [{b: []}]
security-changed neither breaking operation
  security: [{}]
  security: [{b: []}]
security-changed neither breaking operation
  security: [{a: [r]}]
  security: [{a: [r, w]}]
security-changed neither notable operation
  security: [{a: []}]
  security: [{a: []}, {b: []}]
documentation-changed neither harmless operation
  summary: a
  summary: b
documentation-changed neither harmless document
  info: {title: t, version: '1'}
  info: {title: t, version: '2'}
schema-added neither harmless document
  {}
  components: {schemas: {A: {type: string}}}
schema-removed neither notable document
  components: {schemas: {A: {type: string}}}
  {}
schema-renamed neither notable component
  A
  B
operation-added neither harmless document
  {}
  paths: {/a: {get: {}}}
operation-removed neither breaking document
  paths: {/a: {get: {}}}
  {}
operation-removed neither breaking document
  webhooks: {a: {get: {}}}
  {}
operation-id-changed neither notable operation
  operationId: a
  operationId: b
tag-changed neither notable operation
  tags: [a]
  tags: [b, a]
path-changed neither breaking document
  paths: {/a: {get: {operationId: x}}}
  paths: {/b: {get: {operationId: x}}}
path-changed neither breaking document
  paths: {/a: {get: {operationId: x}}}
  paths: {/a: {post: {operationId: x}}}
path-parameter-renamed neither notable document
  paths: {'/a/{id}': {get: {parameters: [{name: id, in: path}]}}}
  paths: {'/a/{iccid}': {get: {parameters: [{name: iccid, in: path}]}}}
deprecated neither notable operation
  {}
  deprecated: true
deprecation-lifted neither harmless operation
  deprecated: true
  deprecated: false
retry-class-changed neither breaking operation
  x-retry-class: set-state
  x-retry-class: additive
retry-class-changed neither notable operation
  x-retry-class: additive
  x-retry-class: set-state
retry-class-changed neither notable operation
  {}
  x-retry-class: additive
quota-changed neither notable operation
  x-quota: {n: 1}
  x-quota: {n: 2}
quota-changed neither notable document
  x-rate-limit: {n: 1}
  {}
bulk-changed neither notable operation
  {}
  x-bulk: {max: 5}
evidence-changed neither notable operation
  x-evidence: documented
  x-evidence: inferred
parameter-added-required request breaking operation
  parameters: []
  parameters: [{name: a, in: query, required: true}]
parameter-added-required response harmless webhook
  parameters: []
  parameters: [{name: a, in: header, required: true}]
parameter-added-optional request harmless operation
  parameters: []
  parameters: [{name: a, in: query}]
parameter-removed request breaking operation
  parameters: [{name: a, in: query}]
  parameters: []
parameter-now-required request breaking operation
  parameters: [{name: a, in: query}]
  parameters: [{name: a, in: query, required: true}]
parameter-now-required response harmless webhook
  parameters: [{name: a, in: query}]
  parameters: [{name: a, in: query, required: true}]
parameter-now-optional request harmless operation
  parameters: [{name: a, in: query, required: true}]
  parameters: [{name: a, in: query}]
parameter-now-optional response breaking webhook
  parameters: [{name: a, in: query, required: true}]
  parameters: [{name: a, in: query}]
parameter-moved request breaking operation
  parameters: [{name: a, in: query, schema: {type: string}}]
  parameters: [{name: A, in: header, schema: {type: string}}]
explode-or-style-changed request breaking operation
  parameters: [{name: a, in: query, schema: {type: array}}]
  parameters: [{name: a, in: query, schema: {type: array}, explode: false}]
explode-or-style-changed request breaking operation
  parameters: [{name: id, in: path, schema: {type: string}}]
  parameters: [{name: id, in: path, schema: {type: string}, style: label}]
explode-or-style-changed request breaking operation
  requestBody: {content: {a/b: {encoding: {x: {style: form, explode: true}}}}}
  requestBody: {content: {a/b: {encoding: {x: {style: form, explode: false}}}}}
request-body-added-required request breaking operation
  {}
  requestBody: {required: true, content: {}}
request-body-added-required response harmless webhook
  {}
  requestBody: {required: true, content: {}}
request-body-added-optional request harmless operation
  {}
  requestBody: {content: {}}
explode-or-style-changed request breaking operation
  parameters: [{name: a, in: query, schema: {type: string}}]
  parameters: [{name: a, in: query, schema: {type: string}, allowReserved: true}]
request-body-removed request breaking operation
  requestBody: {content: {}}
  {}
request-body-now-required request breaking operation
  requestBody: {content: {}}
  requestBody: {required: true}
request-body-now-optional request harmless operation
  requestBody: {required: true}
  requestBody: {required: false}
request-body-now-optional response breaking webhook
  requestBody: {required: true}
  requestBody: {required: false}
media-type-added request harmless operation
  requestBody: {content: {a/b: {}}}
  requestBody: {content: {a/b; charset=x: {}, a/c: {}}}
media-type-added response notable operation
  responses: {200: {content: {a/b: {}}}}
  responses: {200: {content: {a/b: {}, a/c: {}}}}
media-type-removed request breaking operation
  requestBody: {content: {a/b: {}, a/c: {}}}
  requestBody: {content: {a/b: {}}}
media-type-removed response breaking operation
  responses: {200: {content: {a/b: {}, a/c: {}}}}
  responses: {200: {content: {a/b: {}}}}
response-status-added response notable operation
  responses: {200: {}}
  responses: {200: {}, 202: {}}
response-status-added response harmless operation
  responses: {200: {}}
  responses: {200: {}, default: {}}
response-status-added request harmless webhook
  {}
  responses: {200: {}}
response-status-removed response breaking operation
  responses: {200: {}, 202: {}}
  responses: {200: {}}
response-status-removed response notable operation
  responses: {200: {}, 4XX: {}}
  responses: {200: {}}
response-status-removed request breaking webhook
  responses: {500: {}}
  {}
response-body-added response notable operation
  responses: {200: {}}
  responses: {200: {content: {a/b: {}}}}
response-body-added request harmless webhook
  responses: {200: {}}
  responses: {200: {content: {a/b: {}}}}
response-body-removed response breaking operation
  responses: {200: {content: {a/b: {}}}}
  responses: {200: {}}
response-header-added response harmless operation
  responses: {200: {}}
  responses: {200: {headers: {X: {}}}}
response-header-removed response breaking operation
  responses: {429: {headers: {Retry-After: {}}}}
  responses: {429: {}}
response-header-now-optional response breaking operation
  responses: {200: {headers: {X: {required: true}}}}
  responses: {200: {headers: {x: {}}}}
response-header-now-required response harmless operation
  responses: {200: {headers: {X: {}}}}
  responses: {200: {headers: {X: {required: true}}}}
error-body-changed error notable operation
  responses: {200: {}, default: {}}
  responses: {200: {}, default: {content: {a/b: {}}}}
default-changed request notable operation
  parameters: [{name: a, in: query, schema: {type: string}}]
  parameters: [{name: a, in: query, schema: {type: string, default: null}}]
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
    *("error-body", "format-", "keyword-", "nullable-", "secret-", "variant-", "wrapped"),
)
IN_SCHEMAS = {Code.TYPE_CHANGED} | {c for c in Code if any(word in c for word in SCHEMA_WORDS)}


def test_the_table_misses_no_kind_of_change():
    assert {case.values[0][0] for case in cases()} >= set(Code) - IN_SCHEMAS

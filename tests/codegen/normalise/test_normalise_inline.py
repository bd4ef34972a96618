from __future__ import annotations

import pytest

from simloom_codegen.errors import NormaliseError

CHAINS = """
paths:
  /a:
    get:
      operationId: a
      parameters: [{$ref: '#/components/parameters/Alias'}, {$ref: '#/components/parameters/o~1dd'}]
      requestBody: {$ref: '#/components/requestBodies/Alias'}
      responses:
        '200': {$ref: '#/components/responses/Alias'}
        '400': {$ref: '#/components/responses/Bad', description: mine}
  /b:
    get:
      operationId: b
      parameters: [{$ref: '#/paths/~1a/get/parameters/0'}]
      responses: {'200': {$ref: '#/paths/~1a/get/responses/200'}}
components:
  parameters:
    Alias: {$ref: '#/components/parameters/Limit'}
    Limit: {name: limit, in: query, schema: {type: integer}}
    o/dd: {name: odd, in: query, schema: {type: string}}
  requestBodies:
    Alias: {$ref: '#/components/requestBodies/Order'}
    Order: {content: {application/json: {schema: {type: object, properties: {x: {}}}}}}
  responses:
    Alias: {$ref: '#/components/responses/Good'}
    Good:
      description: x
      content: {application/json: {schema: {type: object, properties: {y: {}}}}}
    Bad: {description: bad}
"""


def test_the_generator_follows_one_step_at_most(stock):
    parsed = stock(CHAINS)
    assert parsed.operations == []


def test_what_it_cannot_follow_is_copied(repaired):
    result = repaired(CHAINS)
    a, b = result.parsed.endpoint("a"), result.parsed.endpoint("b")
    assert [str(p.python_name) for p in a.query_parameters] == ["limit", "odd"]
    assert [str(p.python_name) for p in b.query_parameters] == ["limit"]
    assert a.bodies[0].prop.get_type_string(no_optional=True).as_unembedded_code() == "OrderBody"
    kinds = [e.responses.patterns[0].prop.get_base_type_string() for e in (a, b)]
    assert kinds[0] == kinds[1]
    assert result.operation("/a")["responses"]["400"]["$ref"] == "#/components/responses/Bad"
    assert set(result.parsed.classes) == {"GoodResponse", "OrderBody"}


def test_what_the_generator_can_follow_is_left(repaired):
    result = repaired("""
    paths:
      /a:
        get:
          operationId: a
          tags: [t]
          parameters: [{$ref: '#/components/parameters/Limit'}]
          requestBody: {$ref: '#/components/requestBodies/Order'}
          responses: {'200': {$ref: '#/components/responses/Good'}}
    components:
      parameters: {Limit: {name: limit, in: query, schema: {type: integer}}}
      requestBodies: {Order: {content: {application/json: {schema: {type: string}}}}}
      responses: {Good: {description: x}}
    """)
    assert result.changes == ()


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("#/components/parameters/Nope", "leads nowhere"),
        ("#/components/responses/Good", "leads to the response, not to a parameter"),
        ("#/info", "leads to the info, not to a parameter"),
        ("#/components/parameters/A", "in a circle"),
        ("params.yaml#/Limit", "leads out of this document"),
    ],
)
def test_references_that_are_wrong_are_errors(repaired, ref, said):
    with pytest.raises(NormaliseError, match=said) as caught:
        repaired(f"""
        paths: {{/a: {{get: {{parameters: [{{$ref: '{ref}'}}], responses: {{}}}}}}}}
        components:
          parameters:
            A: {{$ref: '#/components/parameters/B'}}
            B: {{$ref: '#/components/parameters/A'}}
          responses: {{Good: {{description: x}}}}
        """)
    assert caught.value.pointer is not None
    assert caught.value.remedy

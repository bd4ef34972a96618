from __future__ import annotations

INLINE = """
paths:
  /sims:
    parameters:
      - {name: view, in: query, schema: {type: string, enum: [full, short]}}
    get:
      operationId: listSims
      parameters:
        - {name: sort-by, in: query, schema: {type: string, enum: [a, b]}}
        - {name: many, in: query, schema: {type: array, items: {type: string, enum: [c]}}}
      responses:
        '200':
          description: x
          content:
            application/json:
              schema:
                type: object
                properties:
                  items: {type: array, items: {type: object, properties: {id: {type: string}}}}
                  status: {type: string, enum: [x, y], x-note: kept}
                  meta: {type: object, additionalProperties: {type: object, properties: {a: {}}}}
                  choice:
                    oneOf:
                      - {type: object, properties: {l: {type: string}}}
                      - {type: object, properties: {r: {type: string}}}
                      - {type: string}
                  maybe: {oneOf: [{type: object, properties: {m: {}}}, {type: 'null'}]}
        default:
          description: x
          content: {application/json: {schema: {type: object, properties: {code: {}}}}}
    post:
      operationId: create_sim
      requestBody: {content: {application/json: {schema: {type: object, properties: {a: {}}}}}}
      responses: {'2XX': {$ref: '#/components/responses/Made'}}
components:
  parameters: {Kind: {name: kind, in: query, schema: {type: string, enum: [k]}}}
  requestBodies:
    Order: {content: {application/json: {schema: {type: object, properties: {o: {}}}}}}
  responses:
    Made:
      description: x
      content: {application/json: {schema: {type: object, properties: {m: {}}}}}
  schemas:
    Sim: {type: object, properties: {plan: {type: object, properties: {tariff: {enum: [t]}}}}}
"""


def test_the_generator_names_classes_after_operations_and_numbers(stock):
    classes = stock(INLINE).classes
    assert "ListSimsResponse200ChoiceType0" in classes
    assert "ListSimsResponse200ItemsItem" in classes


def test_names_say_the_place(repaired):
    result = repaired(INLINE)
    assert list(result.schemas) == [
        "Sim",
        "SimsView",
        "ListSimsSortBy",
        "ListSimsManyItem",
        "ListSimsResponse200",
        "ListSimsResponse200ItemsItem",
        "ListSimsResponse200Status",
        "ListSimsResponse200Meta",
        "ListSimsResponse200MetaValue",
        "ListSimsResponse200ChoiceOption1",
        "ListSimsResponse200ChoiceOption2",
        "ListSimsResponse200Maybe",
        "ListSimsResponseDefault",
        "CreateSimBody",
        "Kind",
        "OrderBody",
        "MadeResponse",
        "SimPlan",
        "SimPlanTariff",
    ]
    assert set(result.parsed.classes) == set(result.schemas)
    properties = result.schemas["ListSimsResponse200"]["properties"]
    assert properties["status"] == {
        "$ref": "#/components/schemas/ListSimsResponse200Status",
        "x-note": "kept",
    }
    assert result.schemas["ListSimsResponse200Status"]["x-note"] == "kept"


def test_a_name_in_use_gets_a_number(repaired):
    result = repaired("""
    components:
      schemas:
        Sim: {type: object, properties: {plan: {type: object}}}
        SimPlan: {type: string}
        sim_plan2: {type: string}
    """)
    assert "SimPlan3" in result.schemas
    assert result.parsed.types("Sim") == {"plan": "SimPlan3"}


def test_a_name_does_not_depend_on_other_operations(repaired):
    one = "/a: {get: {operationId: a, requestBody: &b {content: {application/json: {schema: &s \
{type: object, properties: {x: {enum: [p]}}}}}}, responses: {}}}"
    two = "/b: {get: {operationId: b, requestBody: {content: {application/json: {schema: \
{type: object, properties: {x: {enum: [p]}}}}}}, responses: {}}}"
    alone = repaired(f"paths: {{{one}}}")
    together = repaired(f"paths: {{{two}, {one}}}")
    assert set(alone.schemas) <= set(together.schemas)


def test_shared_parameters_make_one_class(repaired):
    result = repaired("""
    paths:
      /a: {get: {operationId: a, parameters: [&p {$ref: '#/components/parameters/Kind'}],
                 responses: {}}}
      /b: {get: {operationId: b, parameters: [*p], responses: {}}}
    components: {parameters: {Kind: {name: kind, in: query, schema: {enum: [k]}}}}
    """)
    assert result.parsed.classes == ["Kind"]
    kinds = [result.parsed.endpoint(name).query_parameters[0] for name in ("a", "b")]
    assert [kind.get_base_type_string().as_unembedded_code() for kind in kinds] == ["Kind", "Kind"]


def test_places_the_generator_does_not_look_at_make_no_class(repaired):
    result = repaired("""
    paths:
      /a:
        post:
          operationId: a
          callbacks: {on: {url: {post: {requestBody: {content: {application/json:
            {schema: {type: object}}}}, responses: {}}}}}
          responses:
            '200': {description: x, headers: {X: {schema: {type: string, enum: [a]}}}}
    webhooks: {w: {post: {requestBody: {content: {application/json: {schema: {enum: [x]}}}}}}}
    """)
    assert result.schemas == {}

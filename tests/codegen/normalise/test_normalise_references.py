from __future__ import annotations

import pytest

from simloom_codegen.errors import NormaliseError

INTO_OTHER_PLACES = """
paths:
  /a:
    get:
      operationId: getA
      parameters:
        - {name: kind, in: query, schema: {type: string, enum: [x, y]}}
      responses:
        '200':
          description: ok
          content:
            application/json: {schema: {type: object, properties: {deep: {type: integer}}}}
  /b:
    get:
      operationId: getB
      parameters:
        - {name: kind, in: query, schema: {$ref: '#/paths/~1a/get/parameters/0/schema'}}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                $ref: '#/paths/~1a/get/responses/200/content/application~1json/schema'
        '201':
          description: ok
          content:
            application/json: {schema: {$ref: '#/components/schemas/Sim/properties/plan'}}
components:
  schemas:
    Sim:
      type: object
      properties:
        plan: {type: object, properties: {name: {type: string}}}
        inner: {$ref: '#/components/schemas/Sim/properties/plan/properties/name'}
"""


def test_the_generator_finds_schemas_only_as_components(stock):
    parsed = stock(INTO_OTHER_PLACES)
    assert "getB" not in parsed.operations
    assert parsed.errors


def test_a_schema_that_is_referred_to_becomes_a_component(repaired):
    result = repaired(INTO_OTHER_PLACES)
    kinds = [
        result.operation(path)["parameters"][0]["schema"]["$ref"].rsplit("/", 1)[1]
        for path in ("/a", "/b")
    ]
    assert kinds[0] == kinds[1]
    assert result.schemas[kinds[0]] == {"type": "string", "enum": ["x", "y"]}
    answers = [
        result.operation(path)["responses"]["200"]["content"]["application/json"]["schema"]
        for path in ("/a", "/b")
    ]
    assert answers[0] == answers[1]
    assert result.schemas["SimPlan"]["properties"] == {
        "name": {"$ref": "#/components/schemas/SimPlanName"}
    }
    assert result.schemas["SimPlanName"] == {"type": "string"}
    assert result.parsed.types("Sim") == {"plan": "SimPlan", "inner": "str"}


def test_a_reference_into_itself_still_ends(repaired):
    result = repaired("""
    components:
      schemas:
        A:
          type: object
          properties:
            child:
              type: object
              properties: {again: {$ref: '#/components/schemas/A/properties/child'}}
            list: {type: array, items: {$ref: '#/components/schemas/A/properties/child'}}
    """)
    assert result.parsed.types("AChild") == {"again": "AChild"}
    assert result.parsed.types("A") == {"child": "AChild", "list": "list[AChild]"}


def test_a_reference_to_a_reference_leads_on(repaired):
    result = repaired("""
    components:
      schemas:
        A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}}}
        B: {type: object, properties: {x: {type: string}}}
        C:
          type: object
          properties:
            direct: {$ref: '#/components/schemas/A/properties/b'}
            beyond: {$ref: '#/components/schemas/A/properties/b/properties/x'}
    """)
    assert result.parsed.types("C") == {"direct": "B", "beyond": "str"}


@pytest.mark.parametrize(
    "ref",
    [
        "other.yaml",
        "other.yaml#/components/schemas/A",
        "./a.json#/A",
        "https://example.com/a.yaml#/A",
        "#anchor",
        "Sim",
        "",
    ],
)
def test_other_documents_must_be_bundled_first(repaired, ref):
    with pytest.raises(NormaliseError, match="leads out of this document") as caught:
        repaired(f"components: {{schemas: {{A: {{type: array, items: {{$ref: '{ref}'}}}}}}}}")
    assert caught.value.pointer == "/components/schemas/A/items"
    assert caught.value.file == "fragment.yaml"
    assert "bundle" in str(caught.value.remedy)


@pytest.mark.parametrize(
    "ref",
    [
        "#/components/schemas/Nope",
        "#/components/schemas/A/allOf/3",
        "#/definitions/A",
    ],
)
def test_a_schema_that_is_nowhere_is_any_value(repaired, ref):
    result = repaired(f"components: {{schemas: {{A: {{type: array, items: {{$ref: '{ref}'}}}}}}}}")
    assert result.document["components"]["schemas"]["A"]["items"] == {"x-lost-reference": ref}
    (told,) = [change for change in result.changes if change.step == "references"]
    assert told.pointer == "/components/schemas/A/items"
    assert told.detail == f"any value: {ref} leads nowhere"


def test_an_answer_that_is_nowhere_is_any_json(repaired):
    result = repaired("""
    paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/Nope'}}}}}
    """)
    made = result.document["paths"]["/a"]["get"]["responses"]["200"]
    lost = {"x-lost-reference": "#/components/responses/Nope"}
    assert made["content"] == {"application/json": {"schema": lost}}


def test_a_reference_to_a_text_is_an_error(repaired):
    with pytest.raises(NormaliseError, match="leads nowhere") as caught:
        repaired("components: {schemas: {A: {type: array, items: {$ref: '#/info/title'}}}}")
    assert caught.value.pointer == "/components/schemas/A/items"


@pytest.mark.parametrize("ref", ["#", "#/info", "#/components", "#/paths/~1all/get"])
def test_a_reference_to_something_else_is_an_error(repaired, ref):
    with pytest.raises(NormaliseError, match="not to a schema"):
        repaired(f"components: {{schemas: {{A: {{type: array, items: {{$ref: '{ref}'}}}}}}}}")


def test_dangling_references_of_examples_are_dropped(repaired):
    result = repaired("""
    paths:
      /a:
        get:
          operationId: a
          responses:
            '200':
              description: x
              content:
                application/json:
                  schema: {type: string}
                  examples: {e: {$ref: examples/e.json}, f: {$ref: '#/components/examples/f'}}
    components: {examples: {f: {value: 1}}}
    """)
    media = result.operation("/a")["responses"]["200"]["content"]["application/json"]
    assert media["examples"] == {"e": {}, "f": {"$ref": "#/components/examples/f"}}


PATH_ITEMS = """
openapi: 3.1.0
paths:
  /a: {$ref: '#/components/pathItems/Shared'}
  /b: {$ref: '#/paths/~1a', summary: mine}
components:
  pathItems:
    Shared:
      summary: shared
      get: {operationId: getIt, responses: {'200': {description: x}}}
"""


def test_operations_behind_a_path_item_reference_are_found(repaired, stock):
    assert stock(PATH_ITEMS).operations == []
    result = repaired(PATH_ITEMS)
    assert sorted(result.parsed.operations) == ["get_it", "get_it_get_b"]
    assert result.document["paths"]["/b"]["summary"] == "mine"


def test_callbacks_are_copied_because_the_generator_refuses_the_reference(repaired, stock):
    fragment = """
    paths:
      /a:
        post:
          operationId: a
          callbacks: {on: {$ref: '#/components/callbacks/On'}}
          responses: {'200': {description: x}}
    components:
      callbacks: {On: {'{$request.body#/url}': {post: {responses: {'200': {description: x}}}}}}
    """
    assert stock(fragment).operations == []
    callbacks = repaired(fragment).operation("/a", "post")["callbacks"]
    assert list(callbacks["on"]) == ["{$request.body#/url}"]


ALIASES = """
components:
  schemas:
    A: {$ref: '#/components/schemas/B', description: another name}
    B: {$ref: '#/components/schemas/C'}
    C: {type: object, properties: {me: {$ref: '#/components/schemas/A'}}}
    D: {$ref: '#/components/schemas/E'}
    E: {$ref: '#/components/schemas/D'}
"""


def test_another_name_is_not_another_class(repaired):
    result = repaired(ALIASES)
    assert list(result.schemas) == ["C", "D"]
    assert result.parsed.classes == ["C"]
    assert result.parsed.types("C") == {"me": "C"}
    # D and E name each other and nothing: there is no schema to be found.
    assert result.schemas["D"] == {}
    assert "any value: it refers to itself" in result.by("references")


def test_what_stands_beside_a_reference_is_kept(repaired, stock):
    fragment = """
    openapi: 3.1.0
    components:
      schemas:
        A: {type: object, properties: {a: {type: string}}}
        B:
          type: object
          properties:
            plain: {$ref: '#/components/schemas/A', description: words, x-secret: false}
            more: {$ref: '#/components/schemas/A', properties: {b: {type: integer}}, required: [b]}
            maybe: {$ref: '#/components/schemas/A', nullable: true}
    """
    assert stock(fragment).types("B") == {"plain": "A", "more": "A", "maybe": "A"}
    result = repaired(fragment)
    assert result.parsed.types("B") == {"plain": "A", "more": "BMore", "maybe": "A | None"}
    assert result.parsed.types("BMore") == {"a": "str", "b": "int"}
    assert result.schemas["B"]["properties"]["plain"] == {
        "$ref": "#/components/schemas/A",
        "description": "words",
        "x-secret": False,
    }


MISPLACED = """
paths:
  /a:
    post:
      operationId: a
      requestBody: {$ref: '#/components/schemas/A'}
      responses:
        '200': {$ref: '#/components/schemas/A'}
        '201': {description: x, content: {application/json: {$ref: '#/components/schemas/A'}}}
components: {schemas: {A: {type: object, properties: {a: {type: string}}}}}
"""


def test_a_reference_to_a_schema_in_place_of_its_holder_is_understood(repaired, stock):
    assert stock(MISPLACED).operations == []
    endpoint = repaired(MISPLACED).parsed.endpoint("a")
    types = [r.prop.get_type_string().as_unembedded_code() for r in endpoint.responses]
    assert types == ["A", "A"]
    assert endpoint.bodies[0].prop.class_info.name == "A"


def test_references_where_none_can_be_are_removed(repaired):
    result = repaired("""
    info: {title: t, version: '1', $ref: x}
    paths: {/a: {get: {$ref: nowhere, operationId: a, responses: {}}}}
    """)
    assert "$ref" not in result.operation("/a")

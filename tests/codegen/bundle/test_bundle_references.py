"""What a reference to another place becomes."""

from __future__ import annotations

from typing import Any

import pytest

SIM = "{type: object, properties: {iccid: {type: string}}}"


def schema_of(taken: Any, ref: str, files: dict[str, str], more: str = "") -> tuple[str, Any]:
    """The reference that an answer has in the end, and the schemas of the document."""
    answer = f"{{description: ok, content: {{application/json: {{schema: {{$ref: '{ref}'}}}}}}}}"
    text = f"paths: {{/a: {{get: {{responses: {{'200': {answer}}}}}}}}}\n{more}"
    document = taken({"api.yaml": text, **files}).document
    made = document["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]
    return made["schema"]["$ref"], document.get("components", {}).get("schemas", {})


@pytest.mark.parametrize(
    ("ref", "file", "text", "name"),
    [
        ("common.yaml#/components/schemas/Sim", "common.yaml",
         f"components: {{schemas: {{Sim: {SIM}}}}}", "Sim"),
        ("./common.yaml#/definitions/Sim", "common.yaml", f"definitions: {{Sim: {SIM}}}", "Sim"),
        ("Sim.yaml", "Sim.yaml", SIM, "Sim"),
        ("schemas/Sim.json", "schemas/Sim.json", '{"type": "object"}', "Sim"),
        ("Sim/index.yaml", "Sim/index.yaml", SIM, "Sim"),
        (".\\\\models\\\\Sim.yml#/Sim", "models/Sim.yml", f"Sim: {SIM}", "Sim"),
        ("My%20Sim.yaml", "My Sim.yaml", SIM, "My Sim"),
    ],
)  # fmt: skip
def test_a_schema_elsewhere_becomes_a_component(
    taken: Any, ref: str, file: str, text: str, name: str
) -> None:
    made, schemas = schema_of(taken, ref.replace("\\\\", "\\"), {file: text})
    assert made == f"#/components/schemas/{name.replace(' ', '%20')}"
    assert schemas[name]["type"] == "object"


def test_references_of_the_other_file_lead_into_its_own_places(taken: Any) -> None:
    _, schemas = schema_of(
        taken,
        "common/all.yaml#/components/schemas/Sim",
        {
            "common/all.yaml": """
            components:
              schemas:
                Sim:
                  type: object
                  properties:
                    state: {$ref: '#/components/schemas/State'}
                    self: {$ref: '#/components/schemas/Sim'}
                    plan: {$ref: '../plans.yaml#/Plan'}
                State: {type: string}
                Unused: {type: string}
            """,
            "plans.yaml": """
            Plan: {properties: {sim: {$ref: 'common/all.yaml#/components/schemas/Sim'}}}
            """,
        },
    )
    assert set(schemas) == {"Sim", "State", "Plan"}
    assert schemas["Sim"]["properties"] == {
        "state": {"$ref": "#/components/schemas/State"},
        "self": {"$ref": "#/components/schemas/Sim"},
        "plan": {"$ref": "#/components/schemas/Plan"},
    }
    assert schemas["Plan"]["properties"]["sim"] == {"$ref": "#/components/schemas/Sim"}


def test_a_name_that_is_taken_gets_its_file_in_front(taken: Any) -> None:
    made, schemas = schema_of(
        taken,
        "common.yaml#/components/schemas/Sim",
        {"common.yaml": "components: {schemas: {Sim: {type: integer}}}"},
        "components: {schemas: {Sim: {type: string}}}",
    )
    assert made == "#/components/schemas/common_Sim"
    assert schemas == {"Sim": {"type": "string"}, "common_Sim": {"type": "integer"}}


def test_a_component_that_is_a_file_gives_it_its_name(taken: Any) -> None:
    made, schemas = schema_of(
        taken,
        "files/a.yaml",
        {"files/a.yaml": "{type: object, properties: {next: {$ref: a.yaml}}}"},
        "components: {schemas: {Card: {$ref: files/a.yaml}}}",
    )
    assert made == "#/components/schemas/Card"
    assert schemas == {
        "Card": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Card"}}}
    }


def test_whole_maps_paths_and_operations_are_put_in_place(taken: Any) -> None:
    document = taken(
        {
            "api.yaml": """
            paths:
              /a: {$ref: paths/a.yaml}
              /b: {get: {$ref: 'paths/b.yaml#/get'}, parameters: [{$ref: 'shared.yaml#/id'}]}
            components:
              schemas: {$ref: schemas/_index.yaml}
              parameters: {limit: {$ref: 'shared.yaml#/limit'}}
            """,
            "paths/a.yaml": "get: {responses: {'200': {$ref: '../shared.yaml#/answers/Good'}}}",
            "paths/b.yaml": "get: {responses: {'200': {$ref: '../shared.yaml#/answers/Good'}}}",
            "shared.yaml": """
            id: {name: id, in: query, schema: {type: string}}
            limit: {name: limit, in: query, schema: {type: integer}}
            answers:
              Good:
                description: ok
                content: {application/json: {schema: {$ref: 'schemas/_index.yaml#/Sim'}}}
            """,
            "schemas/_index.yaml": "Sim: {$ref: sim.yaml}",
            "schemas/sim.yaml": SIM,
        }
    ).document
    good = {"responses": {"200": {"$ref": "#/components/responses/Good"}}}
    assert document["paths"]["/a"] == {"get": good}
    assert document["paths"]["/b"]["get"] == good
    assert document["paths"]["/b"]["parameters"] == [{"$ref": "#/components/parameters/id"}]
    made = document["components"]
    assert made["parameters"]["limit"]["name"] == "limit"
    assert list(made["schemas"]) == ["Sim"]
    assert made["schemas"]["Sim"]["type"] == "object"
    answer = made["responses"]["Good"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/Sim"}


def test_a_map_of_another_folder_keeps_its_folder(taken: Any) -> None:
    document = taken(
        {
            "api.yaml": "paths: {}\ncomponents: {schemas: {$ref: v1/all.yaml}}",
            "v1/all.yaml": "A: {items: {$ref: b.yaml}}\nC: {items: {$ref: '#/A'}}",
            "v1/b.yaml": "{title: right, items: {$ref: c.yaml}}",
            "v1/c.yaml": "{title: right, type: string}",
            "b.yaml": "{title: wrong}",
            "c.yaml": "{title: wrong}",
        }
    ).document
    made = document["components"]["schemas"]
    assert list(made) == ["A", "C", "b", "c"]
    assert made["A"] == {"items": {"$ref": "#/components/schemas/b"}}
    assert made["C"] == {"items": {"$ref": "#/components/schemas/A"}}
    assert made["b"] == {"title": "right", "items": {"$ref": "#/components/schemas/c"}}
    assert made["c"]["title"] == "right"


def test_a_discriminator_leads_to_what_was_brought(taken: Any) -> None:
    _, schemas = schema_of(
        taken,
        "pets.yaml#/components/schemas/Pet",
        {
            "pets.yaml": """
            components:
              schemas:
                Pet:
                  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: dog.yaml}]
                  discriminator: {propertyName: kind, mapping: {c: Cat, d: dog.yaml}}
                Cat: {type: object}
            """,
            "dog.yaml": "{type: object}",
        },
    )
    assert schemas["Pet"]["discriminator"]["mapping"] == {
        "c": "#/components/schemas/Cat",
        "d": "#/components/schemas/dog",
    }


@pytest.mark.parametrize(
    ("ref", "more"),
    [
        ("#/definitions/Sim", f"definitions: {{Sim: {SIM}}}"),
        ("#/x-shared/Sim", f"x-shared: {{Sim: {SIM}}}"),
        ("Sim", f"components: {{schemas: {{Sim: {SIM}}}}}"),
        ("#components/schemas/Sim", f"components: {{schemas: {{Sim: {SIM}}}}}"),
        ("api.yaml#/components/schemas/Sim", f"components: {{schemas: {{Sim: {SIM}}}}}"),
        ("#mark", f"components: {{schemas: {{Sim: {{$anchor: mark, {SIM[1:]}}}}}"),
        ("urn:sim", f"components: {{schemas: {{Sim: {{$id: 'urn:sim', {SIM[1:]}}}}}"),
    ],
)  # fmt: skip
def test_other_spellings_of_a_place_in_this_document(taken: Any, ref: str, more: str) -> None:
    made, schemas = schema_of(taken, ref, {}, more)
    assert made == "#/components/schemas/Sim"
    assert schemas["Sim"]["properties"] == {"iccid": {"type": "string"}}


def test_definitions_inside_a_schema_are_found_from_the_schema(taken: Any) -> None:
    _, schemas = schema_of(
        taken,
        "#/components/schemas/Sim",
        {},
        """
components:
  schemas:
    Sim:
      $defs: {State: {type: string}}
      type: object
      properties: {state: {$ref: '#/$defs/State'}, tree: {$dynamicRef: '#node'}}
    Tree: {$dynamicAnchor: node, type: object}
""",
    )
    members = schemas["Sim"]["properties"]
    assert members["state"] == {"$ref": "#/components/schemas/Sim/$defs/State"}
    assert members["tree"] == {"$ref": "#/components/schemas/Tree"}


def test_swagger_2_in_files_is_converted(taken: Any) -> None:
    intake = taken(
        {
            "api.yaml": """
            paths:
              /a:
                get:
                  parameters: [{$ref: 'common.yaml#/parameters/limit'}]
                  responses: {200: {schema: {$ref: 'common.yaml#/definitions/Sim'}}}
            """,
            "common.yaml": f"""
            parameters: {{limit: {{name: limit, in: query, type: integer}}}}
            definitions: {{Sim: {SIM}}}
            """,
        },
        head='swagger: "2.0"\ninfo: {title: Files, version: "1"}\n',
    )
    made = intake.document["components"]
    assert made["schemas"]["Sim"]["type"] == "object"
    assert made["parameters"]["limit"]["schema"] == {"type": "integer"}


def test_a_document_on_its_own_stays_as_it_is(taken: Any) -> None:
    text = (
        f"paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: '#/components/schemas/B'}}, B: {SIM}}}}}"
    )
    intake = taken({"api.yaml": text})
    assert intake.changes == ()
    assert not intake.converted
    assert intake.document["components"]["schemas"]["A"] == {"$ref": "#/components/schemas/B"}


def test_what_was_brought_is_told_by_its_file_from_the_document(taken: Any) -> None:
    intake = taken(
        {
            "v1/api.yaml": "paths: {}\ncomponents: {schemas: {A: {items: {$ref: 'b.yaml#/B'}}}}",
            "v1/b.yaml": "B: {type: string}",
        }
    )
    assert [change.as_text() for change in intake.changes] == [
        "bundle: /components/schemas/B: brought from b.yaml#/B"
    ]
    assert intake.converted

"""The example of a difference in docs/loom.md is what the command prints."""

from __future__ import annotations

import copy

from simloom_codegen.diff import compare, exit_code, render

OLD = {
    "openapi": "3.1.0",
    "info": {"title": "Demo", "version": "1"},
    "paths": {
        "/sims/{iccid}": {
            "get": {
                "operationId": "get_sim",
                "parameters": [
                    {"name": "iccid", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": {
                        "description": "A SIM.",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["iccid", "label"],
                                    "properties": {
                                        "iccid": {"type": "string"},
                                        "label": {"type": "string"},
                                        "status": {
                                            "type": "string",
                                            "enum": ["ACTIVE", "SUSPENDED"],
                                        },
                                    },
                                }
                            }
                        },
                    }
                },
            }
        }
    },
}


def test_the_example_of_a_difference(pages):
    new = copy.deepcopy(OLD)
    answer = new["paths"]["/sims/{iccid}"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    schema["required"].remove("label")
    schema["properties"]["status"]["enum"].append("BLOCKED")
    changes = compare(OLD, new)
    assert exit_code(changes) == 2
    shown = [block.text for block in pages["docs/loom.md"].blocks if "BREAKING" in block.text]
    assert shown == [f"{render(changes, 'text').rstrip()}\n"]

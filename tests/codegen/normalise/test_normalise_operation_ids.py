from __future__ import annotations

import pytest

TWICE = """
paths:
  /v1/sims/{id}:
    get: {operationId: getSim, parameters: &p [{name: id, in: path, required: true, schema: {}}],
          responses: {'200': {description: x}}, tags: [a]}
  /v2/sims/{id}:
    get: {operationId: get_sim, parameters: *p, responses: {'200': {description: x}}, tags: [b]}
    delete: {parameters: *p, responses: {'200': {description: x}}}
"""


def test_the_generator_writes_equal_names_over_each_other(stock):
    assert stock(TWICE).operations.count("get_sim") == 2


def test_equal_names_are_told_apart_by_their_path(repaired):
    result = repaired(TWICE)
    assert result.operation("/v1/sims/{id}")["operationId"] == "getSim"
    assert result.operation("/v2/sims/{id}")["operationId"] == "get_sim_get_v2_sims_id"
    assert result.operation("/v2/sims/{id}", "delete")["operationId"] == "delete_v2_sims_id"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("null", "get_sims"),
        ("''", "get_sims"),
        ("import", "get_import"),
        ("list", "get_list"),
        ("2fa.send", "get_2fa_send"),
        ("_private", "private"),
        ("§", "get_sims"),
        ("日本", "get_sims"),
        ("get sims!", "get sims!"),
        ("Sims-List", "Sims-List"),
        ("5", "get_5"),
    ],
)
def test_unusable_ids_are_repaired(repaired, given, expected):
    result = repaired(f"paths: {{/sims: {{get: {{operationId: {given}, responses: {{}}}}}}}}")
    assert result.operation("/sims")["operationId"] == expected
    name = result.parsed.operations[0]
    assert name.isidentifier()
    assert name.isascii()
    assert not name.startswith("field_")


def test_a_number_helps_where_the_path_does_not(repaired):
    result = repaired("""
    paths:
      /sims-a: {get: {responses: {}}}
      /sims_a: {get: {responses: {}}}
      /sims/a: {get: {responses: {}}}
      /: {get: {responses: {}}}
    """)
    assert result.parsed.operations == ["get_sims_a", "get_sims_a_2", "get_sims_a_3", "get"]

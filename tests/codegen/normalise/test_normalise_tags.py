from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("given", "expected", "package"),
    [
        ("[sims]", ["sims"], "sims"),
        ("[SIM cards, other]", ["SIM cards", "other"], "sim_cards"),
        ("[]", ["default"], "default"),
        ("null", ["default"], "default"),
        ("text", ["text"], "text"),
        ("[import]", ["import api"], "import_api"),
        ("[filter, b]", ["filter api", "b"], "filter_api"),
        ("[id]", ["id"], "id"),
        ("[1NCE]", ["1NCE"], "tag1nce"),
        ("['']", [""], "tag"),
        ("[5]", ["5"], "tag5"),
    ],
)
def test_each_operation_has_a_first_tag_that_makes_a_package(repaired, given, expected, package):
    result = repaired(f"paths: {{/a: {{get: {{operationId: a, tags: {given}, responses: {{}}}}}}}}")
    assert result.operation("/a")["tags"] == expected
    assert list(result.parsed.data.endpoint_collections_by_tag) == [package]


def test_tags_of_one_package_get_one_spelling(repaired):
    result = repaired("""
    paths:
      /a: {get: {operationId: a, tags: [SIM cards], responses: {}}}
      /b: {get: {operationId: b, tags: [sim-cards, x], responses: {}}}
      /c: {get: {operationId: c, tags: [sim_cards], responses: {}}}
    """)
    assert [result.operation(path)["tags"][0] for path in ("/a", "/b", "/c")] == ["SIM cards"] * 3
    assert len(result.by("tags")) == 2

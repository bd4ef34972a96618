from __future__ import annotations

import pytest

BODY = "content: {application/json: {schema: {type: object}}}"


def answers_of(repaired, method, answers, components="{}"):
    result = repaired(f"""
    paths: {{/a: {{{method}: {{operationId: a, tags: [t], responses: {answers}}}}}}}
    components: {components}
    """)
    told = [change for change in result.changes if change.step == "empty answers"]
    return result.document["paths"]["/a"][method]["responses"], told


@pytest.mark.parametrize(("method", "status"), [("get", "204"), ("put", "205"), ("head", "200")])
def test_an_answer_without_a_body_has_no_content(repaired, method, status):
    found, told = answers_of(repaired, method, f"{{'{status}': {{description: x, {BODY}}}}}")
    assert found[status] == {"description": "x", "x-vendor-content": ["application/json"]}
    assert [change.pointer for change in told] == [f"/paths/~1a/{method}/responses/{status}"]


@pytest.mark.parametrize(("method", "status"), [("get", "200"), ("put", "2XX"), ("get", "default")])
def test_other_answers_keep_theirs(repaired, method, status):
    found, told = answers_of(repaired, method, f"{{'{status}': {{description: x, {BODY}}}}}")
    assert "application/json" in found[status]["content"]
    assert told == []


def test_a_shared_answer_stays_as_it_is_for_others(repaired):
    found, told = answers_of(
        repaired,
        "get",
        "{'200': {$ref: '#/components/responses/A'}, '204': {$ref: '#/components/responses/A'}}",
        f"{{responses: {{A: {{description: x, {BODY}}}}}}}",
    )
    assert found["200"] == {"$ref": "#/components/responses/A"}
    assert "content" not in found["204"]
    assert len(told) == 1


def test_a_second_run_changes_nothing(repaired):
    found, told = answers_of(repaired, "get", "{'204': {description: x, x-vendor-content: [a]}}")
    assert told == []
    assert found["204"]["x-vendor-content"] == ["a"]

from __future__ import annotations

import pytest

from simloom_codegen.errors import NormaliseError

NUMBERS = """
paths:
  /sims:
    get:
      operationId: getSims
      responses:
        200: {description: ok}
        2xx: {description: other}
        404.0: {description: none}
        DEFAULT: {description: rest}
"""


def test_the_generator_refuses_a_number_as_key(stock):
    assert "string_type" in stock(NUMBERS).errors[0]


def test_statuses_are_text_the_generator_reads(repaired):
    result = repaired(NUMBERS)
    assert list(result.operation("/sims")["responses"]) == ["200", "2XX", "404", "default"]
    responses = result.parsed.endpoint("get_sims").responses
    assert [str(r.status_code) for r in responses] == [
        "<HTTPStatusPattern 200>",
        "<HTTPStatusPattern 404>",
        "<HTTPStatusPattern 2XX>",
        "<HTTPStatusPattern default>",
    ]
    assert "the key 200 is now '200'" in result.by("keys")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("'200 OK'", "200"),
        ("' 201'", "201"),
        ("4xX", "4XX"),
        ("'503'", "503"),
        ("default", "default"),
    ],
)
def test_a_status_with_more_around_it_is_found(repaired, key, expected):
    result = repaired(
        f"paths: {{/a: {{get: {{operationId: a, responses: {{{key}: {{description: x}}}}}}}}}}"
    )
    assert list(result.operation("/a")["responses"]) == [expected]


@pytest.mark.parametrize(
    "key", ["success", "x-meta", "600", "20", "2000", "'2X'", "-200", "'$ref'"]
)
def test_what_is_no_status_moves_out_of_the_way(repaired, stock, key):
    fragment = f"""
    paths:
      /a:
        get:
          operationId: a
          responses: {{'204': {{description: none}}, {key}: {{description: x, links: 5}}}}
    """
    assert stock(fragment).errors
    result = repaired(fragment)
    assert list(result.operation("/a")["responses"]) == ["204"]
    kept = result.operation("/a")["x-vendor-responses"]
    assert kept == {key.strip("'"): {"description": "x", "links": 5}}


def test_of_two_keys_that_become_one_the_first_is_kept(repaired):
    result = repaired("""
    paths:
      /a: {get: {operationId: a, responses: {200: {description: first}, '200': {description: x}}}}
    """)
    assert result.operation("/a")["responses"] == {"200": {"description": "first"}}
    assert "dropped: '200' is there already" in result.by("keys")


def test_every_key_becomes_text_in_examples_too(repaired):
    result = repaired("""
    components:
      schemas:
        A: {type: object, example: {7: a, true: b, null: [{2.5: c}], 3.0: d}}
    """)
    assert result.schemas["A"]["example"] == {
        "7": "a",
        "true": "b",
        "null": [{"2.5": "c"}],
        "3": "d",
    }


def test_paths_start_with_a_slash_and_hold_no_extensions(repaired, stock):
    fragment = """
    paths:
      sims: {get: {operationId: a, responses: {'200': {description: x}}}}
      x-note: text
    """
    assert "paths.x-note" in stock(fragment).errors[0]
    result = repaired(fragment)
    assert list(result.document["paths"]) == ["/sims"]
    assert result.document["x-vendor-paths"] == {"x-note": "text"}


def test_two_paths_that_become_one_are_an_error(repaired):
    with pytest.raises(NormaliseError, match="are the same path") as caught:
        repaired("paths: {sims: {}, /sims: {}}")
    assert caught.value.pointer == "/paths/~1sims"
    assert caught.value.file == "fragment.yaml"

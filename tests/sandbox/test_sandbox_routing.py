from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simloom.sandbox.messages import Call, Refused, Why, path_segments
from simloom.sandbox.routing import Routes
from simloom.sandbox.specs import Spec, SpecNotFound, load_spec

DOCUMENT = """
servers: [{url: "https://api.example.com/base/v1/"}]
paths:
  /sims/{iccid}:
    parameters: [{$ref: "#/components/parameters/Iccid"}]
    get: {operationId: get_sim, responses: {"200": {content: {application/json: {}}}, "404": {}}}
  /sims/details:
    post: {operationId: search, responses: {}}
  /sims:
    get:
      operationId: list_sims
      responses: {}
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
        - {name: size, in: query, schema: {type: integer, maximum: 100}}
        - {name: exact, in: query, schema: {type: boolean}}
        - {name: share, in: query, schema: {type: number}}
        - {name: day, in: query, schema: {type: string, format: date}}
        - name: order
          in: query
          schema: {allOf: [{$ref: "#/components/schemas/Order"}], default: up}
        - {name: X-Trace, in: header, schema: {type: string}}
    post:
      operationId: create_sim
      responses: {}
      parameters: [{name: reason, in: query, required: true, schema: {minLength: 2, maxLength: 4}}]
  /token:
    post:
      operationId: create_token
      servers: [{url: "https://login.example.com"}]
      responses: {}
components:
  parameters:
    Iccid: {name: iccid, in: path, required: true, schema: {type: string, pattern: "^[0-9]+$"}}
  schemas:
    Order: {type: string, enum: [up, down]}
"""


@pytest.fixture(scope="module")
def routes() -> Routes:
    return Routes(Spec("example", yaml.safe_load(DOCUMENT)))


def arrive(routes: Routes, method: str, path: str, *query: tuple[str, str]) -> tuple[str, Any]:
    call = Call(method=method, path=path, query=query)
    operation, values = routes.find(call)
    return operation.id, dict(routes.checked(operation, values, call).parameters)


def test_the_base_path_of_the_server_belongs_to_the_path(routes):
    assert arrive(routes, "GET", "/base/v1/sims/12") == ("get_sim", {"iccid": "12"})
    with pytest.raises(Refused) as refused:
        arrive(routes, "GET", "/sims/12")
    assert refused.value.why is Why.PATH


def test_an_operation_may_have_a_server_of_its_own(routes):
    assert arrive(routes, "POST", "/token") == ("create_token", {})


def test_a_literal_beats_a_parameter_but_only_with_its_method(routes):
    assert arrive(routes, "POST", "/base/v1/sims/details")[0] == "search"
    with pytest.raises(Refused, match=r"iccid does not match \^\[0-9\]\+\$"):
        arrive(routes, "GET", "/base/v1/sims/details")


def test_all_methods_of_a_path_are_allowed(routes):
    with pytest.raises(Refused) as refused:
        arrive(routes, "PUT", "/base/v1/sims/details")
    assert refused.value.why is Why.METHOD
    assert refused.value.allowed == ("GET", "POST")


@pytest.mark.parametrize(
    "path", ["", "/", "/base/v1/sims/", "/base/v1//sims", "/base/v1/sims/1/2", "/base/v1/SIMS"]
)
def test_what_is_nearly_a_path_is_none(routes, path):
    with pytest.raises(Refused) as refused:
        arrive(routes, "GET", path)
    assert refused.value.why is Why.PATH


def test_an_encoded_slash_separates_nothing():
    assert path_segments("/sims/a%2Fb/%C3%BC") == ("sims", "a/b", "ü")


def test_values_get_the_type_of_the_schema_and_its_defaults(routes):
    assert arrive(routes, "GET", "/base/v1/sims")[1] == {"page": 1, "order": "up"}
    query = [("page", "2"), ("size", "100"), ("exact", "false"), ("share", "0.5")]
    query += [("day", "2026-01-31"), ("order", "down")]
    assert arrive(routes, "GET", "/base/v1/sims", *query)[1] == {
        "page": 2,
        "size": 100,
        "exact": False,
        "share": 0.5,
        "day": "2026-01-31",
        "order": "down",
    }


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("page", "0", "page has to be at least 1"),
        ("size", "101", "size has to be at most 100"),
        ("page", "1.0", "page has to be an integer"),
        ("page", " 1", "page has to be an integer"),
        ("page", "\u0661", "page has to be an integer"),
        ("page", "9" * 5000, "page has to be an integer"),
        ("exact", "1", "exact has to be true or false"),
        ("share", "1e9", "share has to be a number"),
        ("day", "31.01.2026", "day has to be a day such as 2026-01-31"),
        ("order", "left", "order has to be one of up, down"),
        ("color", "red", "unknown parameter color"),
        ("X-Trace", "1", "unknown parameter X-Trace"),
    ],
)
def test_bad_values_are_refused_by_name(routes, name, text, complaint):
    with pytest.raises(Refused) as refused:
        arrive(routes, "GET", "/base/v1/sims", (name, text))
    assert str(refused.value) == complaint
    assert (refused.value.why, refused.value.where) == (Why.REQUEST, name)
    assert refused.value.place == "query"


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ([], "reason is missing"),
        ([("reason", "a")], "reason needs at least 2 characters"),
        ([("reason", "abcde")], "reason may have at most 4 characters"),
        ([("reason", "abc"), ("reason", "abc")], "reason is given twice"),
    ],
)
def test_required_once_and_of_the_right_length(routes, query, complaint):
    with pytest.raises(Refused, match=f"^{complaint}$"):
        arrive(routes, "POST", "/base/v1/sims", *query)


@given(
    method=st.sampled_from(["GET", "POST", "BREW"]),
    path=st.text(),
    query=st.lists(st.tuples(st.text(), st.text())),
)
def test_nothing_but_a_refusal_comes_of_nonsense(routes, method, path, query):
    try:
        operation = arrive(routes, method, f"/base/v1/sims/{path}", *query)[0]
    except Refused as refused:
        operation = refused.why.name
    assert operation in {"get_sim", "search", "REQUEST", "PATH", "METHOD"}


def test_the_answers_tell_which_have_a_body(routes):
    operation, _ = routes.find(Call(method="GET", path="/base/v1/sims/1"))
    assert operation.answers == {200: ("application/json",), 404: ()}


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc", "telcoapi", "infobip"])
def test_every_operation_of_a_real_spec_is_found_by_its_own_path(provider):
    routes = Routes(load_spec(provider))
    assert len(routes.operations) > 5
    for operation in routes.operations:
        path = "/" + "/".join("7" if part.startswith("{") else part for part in operation.template)
        found, _ = routes.find(Call(method=operation.method, path=path))
        assert found.id == operation.id


def test_a_missing_spec_says_where_it_was_looked_for():
    with pytest.raises(SpecNotFound, match=r"no spec for 'nobody': looked for .*openapi\.yaml"):
        load_spec("nobody")


def test_secret_names_come_from_the_spec():
    spec = yaml.safe_load(
        "components: {schemas: {A: {properties: {pin: {x-secret: true}, iccid: {},"
        " all: {items: [{properties: {ki: {x-secret: true}}}]}}}}}"
    )
    assert Spec("example", spec).secret_names() == {"pin", "ki"}

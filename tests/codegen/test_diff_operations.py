"""Which operations belong together, and who is told."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simloom_codegen.diff import Code, Direction, Level, compare


def load(text: str) -> dict[str, Any]:
    return {"openapi": "3.1.0", "paths": {}, **yaml.safe_load(text)}


def codes(old: str, new: str) -> list[tuple[Code, str]]:
    return [(change.code, change.operation) for change in compare(load(old), load(new))]


def test_paths_that_differ_in_parameter_names_are_one_path():
    path = "paths: {'/sims/{%s}/quota/{%s}': {%sget: {operationId: %s}}}"
    names = "parameters: [{name: %s, in: path}, {name: %s, in: path, schema: {type: string}}], "
    old = path % ("id", "kind", names % ("id", "kind"), "a")
    new = path % ("iccid", "type", names % ("iccid", "type"), "b")
    assert codes(old, new) == [
        (Code.OPERATION_ID_CHANGED, "GET /sims/{iccid}/quota/{type}"),
        (Code.PATH_PARAMETER_RENAMED, "GET /sims/{iccid}/quota/{type}"),
        (Code.PATH_PARAMETER_RENAMED, "GET /sims/{iccid}/quota/{type}"),
    ]


def test_parameters_of_a_path_go_by_position_not_by_name():
    old = "paths: {'/a/{x}/{y}': {get: {parameters: [%s, %s]}}}"
    x = "{name: x, in: path, schema: {type: string}}"
    y = "{name: y, in: path, schema: {type: integer}}"
    swapped = (old % (x, y)).replace("{x}/{y}", "{y}/{x}")
    assert [code for code, _ in codes(old % (x, y), swapped)] == [
        *(Code.TYPE_CHANGED, Code.TYPE_CHANGED),
        *(Code.PATH_PARAMETER_RENAMED, Code.PATH_PARAMETER_RENAMED),
    ]


def test_method_and_path_count_more_than_operation_id():
    both = "paths: {/a: {get: {operationId: %s}}, /b: {get: {operationId: %s}}}"
    assert codes(both % ("x", "y"), both % ("y", "x")) == [
        (Code.OPERATION_ID_CHANGED, "GET /a"),
        (Code.OPERATION_ID_CHANGED, "GET /b"),
    ]


def test_a_moved_operation_is_still_compared():
    old = "paths: {/a: {get: {operationId: x, parameters: [{name: q, in: query}]}}}"
    new = "paths: {/b/c: {put: {operationId: x}}}"
    removed, moved = compare(load(old), load(new))
    assert (moved.code, moved.level) == (Code.PATH_CHANGED, Level.BREAKING)
    assert (moved.old, moved.new) == ("GET /a", "PUT /b/c")
    assert (removed.code, removed.operation) == (Code.PARAMETER_REMOVED, "PUT /b/c")
    assert removed.pointer == "/paths/~1a/get/parameters/0"


def test_an_operation_id_that_several_operations_share_pairs_nothing():
    old = "paths: {/a: {get: {operationId: x}}, /b: {get: {operationId: x}}}"
    new = "paths: {/c: {get: {operationId: x}}}"
    assert codes(old, new) == [
        (Code.OPERATION_REMOVED, "GET /a"),
        (Code.OPERATION_REMOVED, "GET /b"),
        (Code.OPERATION_ADDED, "GET /c"),
    ]


def test_a_trailing_slash_is_another_path():
    assert codes("paths: {/a: {get: {}}}", "paths: {/a/: {get: {}}}") == [
        (Code.OPERATION_REMOVED, "GET /a"),
        (Code.OPERATION_ADDED, "GET /a/"),
    ]


def test_parameters_of_a_path_belong_to_each_of_its_operations():
    path = "paths: {/a: {parameters: [{name: q, in: query, required: %s}], get: {}, put: {}}}"
    (change,) = compare(load(path % "false"), load(path % "true"))
    assert change.operations == ("GET /a", "PUT /a")
    assert change.operation == ""
    assert change.pointer == "/paths/~1a/parameters/0"
    assert change.message == "parameter 'q' is required now"


def test_a_parameter_of_the_operation_replaces_that_of_its_path():
    path = (
        "paths: {/a: {parameters: [{name: q, in: query, required: %s}],"
        " get: {parameters: [{name: q, in: query}]}}}"
    )
    assert compare(load(path % "false"), load(path % "true")) == []


def test_what_a_webhook_brings_is_read_and_what_we_answer_is_sent():
    hook = (
        "webhooks: {sim: {post: {requestBody: {content: {a/b: {schema: {enum: [%s]}}}},"
        " responses: {200: {content: {a/b: {schema: {enum: [%s]}}}}}}}}"
    )
    brought, answered = compare(load(hook % ("a", "a")), load(hook % ("a, b", "a, b")))
    assert (brought.code, brought.level) == (Code.RESPONSE_ENUM_VALUE_ADDED, Level.NOTABLE)
    assert (answered.code, answered.level) == (Code.REQUEST_ENUM_VALUE_ADDED, Level.HARMLESS)
    assert brought.operation == answered.operation == "POST webhook sim"


def test_callbacks_count_as_operations_of_their_own():
    api = (
        "paths: {'/hooks/{%s}': {post: {callbacks: {event: {'{$request.body#/url}':"
        " {post: {requestBody: {content: {a/b: {schema: {type: object, required: [%s]}}}}}}}}}}}"
    )
    (change,) = compare(load(api % ("x", "id")), load(api % ("y", "")))
    assert change.code == Code.RESPONSE_PROPERTY_REMOVED
    assert change.operation == "POST callback event of POST /hooks/{y}: {$request.body#/url}"


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("security: [{a: []}]", "security: [{b: []}]", "/security"),
        (
            "security: [{a: []}]",
            "paths: {/a: {get: {security: [{b: []}]}}}",
            "/paths/~1a/get/security",
        ),
    ],
)
def test_security_of_the_document_holds_where_an_operation_has_none(old, new, at):
    base = {"paths": {"/a": {"get": {}}}}
    (change,) = compare(load(old) | base, base | load(new) | _paths(new, base))
    assert (change.code, change.level) == (Code.SECURITY_CHANGED, Level.BREAKING)
    assert (change.pointer, change.operations) == (at, ("GET /a",))
    assert (change.old, change.new) == (("a",), ("b",))


def _paths(text: str, base: dict[str, Any]) -> dict[str, Any]:
    return {"paths": yaml.safe_load(text).get("paths", base["paths"])}


@pytest.mark.parametrize("demand", ["[{a: [r, w]}, {b: []}]", "[{a: [r]}, {}]"])
def test_asking_for_less_is_no_break(demand):
    operation = "paths: {/a: {get: {security: %s}}}"
    old, new = load(operation % demand), load(operation % "[{a: [r]}, {b: []}, {}]")
    assert {change.level for change in compare(old, new)} == {Level.NOTABLE}


def test_scopes_and_descriptions_of_a_security_scheme_do_not_break_it():
    schemes = (
        "components: {securitySchemes: {o: {type: oauth2, description: %s, flows:"
        " {clientCredentials: {tokenUrl: 'https://a/%s', scopes: {%s: x}}}}}}"
    )
    same = compare(load(schemes % ("x", "t", "r")), load(schemes % ("y", "t", "w")))
    assert [change.code for change in same] == [Code.DOCUMENTATION_CHANGED]
    moved = compare(load(schemes % ("x", "t", "r")), load(schemes % ("x", "u", "r")))
    assert [(c.code, c.level) for c in moved] == [(Code.SECURITY_SCHEME_CHANGED, Level.BREAKING)]


def test_servers_of_an_operation_are_compared_with_those_it_had_before():
    api = "{servers: [{url: 'https://a'}], paths: {/a: {%sget: {%s}}}}"
    own = "servers: [{url: 'https://%s'}]"
    assert codes(api % ("", ""), api % (own % "a" + ", ", "")) == []
    assert codes(api % ("", own % "b"), api % ("", own % "b")) == []
    assert codes(api % ("", own % "b"), api % ("", "")) == [(Code.SERVER_CHANGED, "GET /a")]


def test_directions_of_a_parameter_that_moved_are_told_once():
    api = "paths: {/a: {get: {parameters: [{name: q, in: %s, schema: {type: %s}}]}}}"
    changes = compare(load(api % ("query", "string")), load(api % ("cookie", "integer")))
    assert [(c.code, c.direction) for c in changes] == [
        (Code.PARAMETER_MOVED, Direction.REQUEST),
        (Code.TYPE_CHANGED, Direction.REQUEST),
    ]


def test_a_parameter_that_went_and_another_that_came_are_two_changes():
    api = "paths: {/a: {get: {parameters: [%s, %s]}}}"
    old = api % ("{name: q, in: query}", "{name: r, in: query}")
    new = api % ("{name: x, in: header}", "{name: r, in: header}")
    assert [code for code, _ in codes(old, new)] == [
        *(Code.PARAMETER_REMOVED, Code.PARAMETER_MOVED, Code.PARAMETER_ADDED_OPTIONAL)
    ]


def test_a_query_parameter_may_be_named_like_one_of_the_path():
    api = (
        "paths: {'/a/{%s}': {get: {parameters: [{name: %s, in: path},"
        " {name: x, in: query, schema: {type: %s}}]}}}"
    )
    assert [code for code, _ in codes(api % ("x", "x", "string"), api % ("y", "y", "integer"))] == [
        *(Code.TYPE_CHANGED, Code.PATH_PARAMETER_RENAMED)
    ]


def test_security_of_a_webhook_is_the_receivers_business():
    hook = "webhooks: {sim: {post: {security: [{%s: []}]}}}"
    assert codes(hook % "a", hook % "b") == []


@pytest.mark.parametrize(("old", "new"), [("true", "false"), ("false", "true")])
def test_deprecation_keeps_what_was_and_what_is(old, new):
    path = "paths: {/a: {get: {responses: {200: {headers: {X: {deprecated: %s}}}}}}}"
    (change,) = compare(load(path % old), load(path % new))
    assert (change.old, change.new) == (old == "true", new == "true")

"""Reports: text, Markdown, JSON and the exit code."""

from __future__ import annotations

import json

import pytest

from simloom_codegen.diff import Change, Code, Direction, Level, compare, exit_code, render


def change(level=Level.HARMLESS, code=Code.OPERATION_ADDED, **fields):
    defaults = {
        "direction": Direction.NONE,
        "operations": ("GET /a",),
        "pointer": "/paths/~1a/get",
        "message": "the operation was added",
    }
    return Change(level, code, **{**defaults, **fields})


ENUM = change(
    Level.NOTABLE,
    Code.RESPONSE_ENUM_VALUE_ADDED,
    direction=Direction.RESPONSE,
    operations=("GET /a", "GET /b", "GET /c", "GET /d", "GET /e"),
    pointer="/components/schemas/Status",
    message="Status gained the value 'LOST'",
    new=("LOST",),
)
REQUIRED = change(
    Level.BREAKING,
    Code.REQUEST_PROPERTY_NOW_REQUIRED,
    direction=Direction.REQUEST,
    pointer="/components/schemas/Order/properties/note",
    message="Order.note is required now",
    old=False,
    new=True,
)
SERVER = change(
    Level.BREAKING,
    Code.SERVER_CHANGED,
    operations=(),
    pointer="/servers",
    message="servers changed",
)


def test_text_groups_by_level_with_counts_and_the_gravest_first():
    assert render([change(), ENUM, REQUIRED, SERVER], "text").splitlines() == [
        "2 breaking, 1 notable, 1 harmless",
        "",
        "BREAKING (2)",
        "  request-property-now-required [request]: Order.note is required now",
        "      in GET /a",
        "      at /components/schemas/Order/properties/note",
        "  server-changed: servers changed",
        "      at /servers",
        "",
        "NOTABLE (1)",
        "  response-enum-value-added [response]: Status gained the value 'LOST'",
        "      in GET /a, GET /b, GET /c and 2 more",
        "      at /components/schemas/Status",
        "",
        "HARMLESS (1)",
        "  operation-added: the operation was added",
        "      in GET /a",
        "      at /paths/~1a/get",
    ]


def test_markdown_marks_enum_additions_and_changes_of_optionality():
    assert render([change(), ENUM, REQUIRED, SERVER], "md").splitlines() == [
        "### Breaking (2)",
        "",
        "- ⚠️ `GET /a`: Order.note is required now (`request-property-now-required`, request)",
        "- servers changed (`server-changed`)",
        "",
        "### Notable (1)",
        "",
        (
            "- ⚠️ `GET /a`, `GET /b`, `GET /c` and 2 more: Status gained the value 'LOST'"
            " (`response-enum-value-added`, response)"
        ),
        "",
        "### Harmless (1)",
        "",
        "- `GET /a`: the operation was added (`operation-added`)",
    ]


def test_json_has_stable_keys_and_every_operation():
    document = json.loads(render([ENUM, REQUIRED], "json"))
    assert document["summary"] == {"breaking": 1, "notable": 1, "harmless": 0, "exit_code": 2}
    assert document["changes"][0] == {
        "level": "notable",
        "code": "response-enum-value-added",
        "direction": "response",
        "operation": "",
        "operations": ["GET /a", "GET /b", "GET /c", "GET /d", "GET /e"],
        "pointer": "/components/schemas/Status",
        "message": "Status gained the value 'LOST'",
        "old": None,
        "new": ["LOST"],
    }
    assert document["changes"][1]["operation"] == "GET /a"


def test_nothing_to_tell():
    assert render([], "text") == "no changes"
    assert render([], "md") == "No changes."
    assert json.loads(render([], "json"))["changes"] == []


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="no such format: 'html'"):
        render([], "html")


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ([], 0),
        ([Level.HARMLESS], 0),
        ([Level.HARMLESS, Level.NOTABLE], 1),
        ([Level.BREAKING, Level.NOTABLE], 2),
    ],
)
def test_exit_code(levels, code):
    assert exit_code([change(level) for level in levels]) == code


def test_levels_are_ordered():
    assert Level.HARMLESS < Level.NOTABLE < Level.BREAKING


@pytest.mark.parametrize("format_", ["text", "md"])
def test_what_a_vendor_writes_steers_no_terminal_and_adds_no_line(format_):
    told = change(message="a\x1b[2J\nb\u202ec", operations=("GET /a\n\x07",), pointer="/x\r\n")
    text = render([told], format_)
    assert text.replace("\n", "").isprintable()
    assert text.count("\n") == render([change()], format_).count("\n")


def test_what_a_vendor_writes_formats_no_markdown():
    told = change(message="<img src=x> [a](b) *c* `d` | e", operations=("GET /`<b>`",))
    line = render([told], "md").splitlines()[-1]
    assert line == (r"- `GET /'<b>'`: \<img src=x\> \[a\](b) \*c\* \`d\` \| e (`operation-added`)")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"b": 1, "a": [None]}, '{"a":[null],"b":1}'),
        ([1, {"a": 1}], [1, '{"a":1}']),
        (float("nan"), "nan"),
        (True, True),
        (1.5, 1.5),
    ],
)
def test_values_of_any_kind_can_be_hashed_and_written(value, told):
    def document(**schema):
        body = {"content": {"a/b": {"schema": {"type": "object", **schema}}}}
        return {"openapi": "3.1.0", "paths": {"/a": {"put": {"requestBody": body}}}}

    changes = compare(document(), document(default=value))
    assert len(set(changes)) == 1
    assert json.loads(render(changes, "json"))["changes"][0]["new"] == told

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom_codegen.errors import OverlayError
from simloom_codegen.overlay import apply_overlay, load_overlay, parse_overlay
from simloom_codegen.read_yaml import read

HEAD = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\n"


def applied(document: str | dict[str, Any], actions: str) -> dict[str, Any]:
    given_document = read(document, name="d") if isinstance(document, str) else document
    before = copy.deepcopy(given_document)
    overlay = parse_overlay(f"{HEAD}actions:\n{actions}".encode(), name="overlay.yaml")
    try:
        return apply_overlay(given_document, overlay, name="overlay.yaml")
    finally:
        assert given_document == before


def refused(document: str, actions: str) -> OverlayError:
    with pytest.raises(OverlayError) as caught:
        applied(document, actions)
    assert caught.value.file == "overlay.yaml"
    assert caught.value.remedy
    return caught.value


TWO_PATHS = """
openapi: 3.1.0
info: {title: Old, version: "1"}
paths:
  /a:
    get: {summary: A, parameters: [{name: ids, in: query}, {name: dummy, in: query}]}
  /b:
    get: {summary: B, parameters: [{name: dummy, in: query}]}
    post: {x-oai-traits: {paged: true}, tags: [one]}
"""


def test_objects_are_merged_key_by_key() -> None:
    found = applied(
        TWO_PATHS,
        "- {target: $.info, description: why, update: {title: New, contact: {name: n}}}\n"
        "- {target: $.info.contact, description: why, update: {email: e}}\n",
    )
    assert found["info"] == {"title": "New", "version": "1", "contact": {"name": "n", "email": "e"}}


def test_the_root_can_be_updated() -> None:
    update = "{paths: {/a: {get: {x-safe: true}}}, tags: [x]}"
    found = applied(TWO_PATHS, f"- {{target: $, description: why, update: {update}}}\n")
    assert found["paths"]["/a"]["get"]["x-safe"] is True
    assert found["paths"]["/a"]["get"]["summary"] == "A"
    assert found["tags"] == ["x"]


def test_every_match_is_updated() -> None:
    found = applied(
        TWO_PATHS, "- {target: $.paths.*.get, description: why, update: {x-safe: true}}\n"
    )
    assert [item["get"]["x-safe"] for item in found["paths"].values()] == [True, True]
    assert "x-safe" not in found["paths"]["/b"]["post"]


def test_a_member_of_an_array_found_by_a_filter_is_updated() -> None:
    found = applied(
        TWO_PATHS,
        "- target: $.paths['/a'].get.parameters[?@.name == 'ids']\n"
        "  description: why\n"
        "  update: {schema: {type: string}}\n",
    )
    assert found["paths"]["/a"]["get"]["parameters"] == [
        {"name": "ids", "in": "query", "schema": {"type": "string"}},
        {"name": "dummy", "in": "query"},
    ]


def test_an_update_of_an_array_is_appended() -> None:
    found = applied(
        TWO_PATHS,
        "- target: $.paths.*.get.parameters\n"
        "  description: why\n"
        "  update: {name: new, in: query}\n"
        "- {target: \"$.paths['/b'].post.tags\", description: why, update: two}\n",
    )
    assert [p["name"] for p in found["paths"]["/a"]["get"]["parameters"]] == ["ids", "dummy", "new"]
    assert [p["name"] for p in found["paths"]["/b"]["get"]["parameters"]] == ["dummy", "new"]
    assert found["paths"]["/b"]["post"]["tags"] == ["one", "two"]


def test_updates_do_not_share_what_they_insert() -> None:
    found = applied(
        TWO_PATHS,
        "- {target: $.paths.*.get, description: why, update: {x-list: [1]}}\n"
        "- {target: \"$.paths['/a'].get.x-list\", description: why, update: 2}\n",
    )
    assert found["paths"]["/a"]["get"]["x-list"] == [1, 2]
    assert found["paths"]["/b"]["get"]["x-list"] == [1]


def test_arrays_inside_an_update_are_joined() -> None:
    found = applied(
        TWO_PATHS, "- {target: \"$.paths['/b'].post\", description: w, update: {tags: [two]}}\n"
    )
    assert found["paths"]["/b"]["post"]["tags"] == ["one", "two"]


def test_an_array_is_replaced_by_removing_it_first() -> None:
    found = applied(
        TWO_PATHS,
        "- {target: \"$.paths['/b'].post.tags\", description: w, remove: true}\n"
        "- {target: \"$.paths['/b'].post\", description: w, update: {tags: [two]}}\n",
    )
    assert found["paths"]["/b"]["post"]["tags"] == ["two"]


def test_every_match_is_removed_whatever_its_index() -> None:
    found = applied(
        {"a": [1, 2, 3, 4, 5], "b": {"x": [{"n": 1}, {"n": 2}, {"n": 1}]}},
        "- {target: '$.a[0,2,4]', description: w, remove: true}\n"
        "- {target: '$.b.x[?@.n == 1]', description: w, remove: true}\n",
    )
    assert found == {"a": [2, 4], "b": {"x": [{"n": 2}]}}


def test_nested_matches_are_removed_together() -> None:
    found = applied(
        {"a": {"d": {"d": {"x": 1}}, "e": 1}}, "- {target: $..d, description: w, remove: true}\n"
    )
    assert found == {"a": {"e": 1}}


def test_a_place_that_matches_twice_is_changed_once() -> None:
    found = applied({"a": [[]]}, "- {target: '$.a[0,0]', description: w, update: 1}\n")
    assert found == {"a": [[1]]}
    assert applied({"a": [1]}, "- {target: '$.a[0,0]', description: w, remove: true}\n") == {
        "a": []
    }


def test_a_plain_value_can_be_removed() -> None:
    assert applied(
        {"a": {"default": 5}}, "- {target: $..default, description: w, remove: true}\n"
    ) == {"a": {}}


def test_actions_see_what_the_ones_before_made() -> None:
    found = applied(
        {"a": {}},
        "- {target: $.a, description: w, update: {b: {}}}\n"
        "- {target: $.a.b, description: w, update: {c: 1}}\n"
        "- {target: $.a.b.c, description: w, remove: true}\n",
    )
    assert found == {"a": {"b": {}}}


def test_a_number_as_key_is_the_key_the_document_has() -> None:
    found = applied(
        {"responses": {"200": {"description": "ok"}}},
        "- {target: $, description: w, update: {responses: {200: {x-a: 1}, 404: {}}}}\n",
    )
    assert found == {"responses": {"200": {"description": "ok", "x-a": 1}, "404": {}}}


def test_remove_false_beside_an_update_is_an_update() -> None:
    assert applied({}, "- {target: $, description: w, update: {a: 1}, remove: false}\n") == {"a": 1}


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ("- {target: $.nope, description: w, remove: true}\n", "action 0 ($.nope) matches nothing"),
        (
            (
                "- {target: $.info, description: w, update: {}}\n"
                "- {target: '$.paths[?@.x]', description: w, update: {}}\n"
            ),
            "action 1 ($.paths[?@.x]) matches nothing",
        ),
        ("- {target: $.info.title, description: w, update: x}\n", "selects the value 'Old'"),
        ("- {target: $.info, description: w, update: x}\n", "the update is the value 'x'"),
        ("- {target: $.info, description: w, update: [x]}\n", "the update is an array"),
        (
            "- {target: '$.paths.*.get.parameters', description: w, update: [1]}\n",
            "selects an array, and the update is an array",
        ),
        ("- {target: $, description: w, remove: true}\n", "removes the whole document"),
        (
            "- {target: $, description: w, update: {info: 1}}\n",
            "cannot merge the value 1 into an object at /info",
        ),
        (
            "- {target: $, description: w, update: {info: {title: {a: 1}}}}\n",
            "cannot merge an object into the value 'Old' at /info/title",
        ),
    ],
)
def test_an_action_that_does_not_fit_is_named(actions: str, said: str) -> None:
    error = refused(TWO_PATHS, actions)
    assert said in error.message
    assert error.pointer in {"/actions/0", "/actions/1"}


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions: []", "1.1.0", "/overlay"),
        ("overlay: 1.0\ninfo: {title: t, version: '1'}\nactions: []", "1.0", "/overlay"),
        ("info: {title: t, version: '1'}\nactions: []", "None", "/overlay"),
        ("overlay: 1.0.0\nactions: []", "title and a version", "/info"),
        ("overlay: 1.0.0\ninfo: {title: t}\nactions: []", "title and a version", "/info"),
        (
            "overlay: 1.0.0\ninfo: {title: t, version: '1', x: 1}\nactions: []",
            "unknown field 'x'",
            "/info/x",
        ),
        (HEAD, "no actions", "/actions"),
        (f"{HEAD}actions: []", "no actions", "/actions"),
        (f"{HEAD}actions: {{}}", "no actions", "/actions"),
        (f"{HEAD}other: 1\nactions: []", "unknown field 'other'", "/other"),
        (f"{HEAD}actions: [x]", "action 0: is no mapping", "/actions/0"),
        (f"{HEAD}actions: [{{description: w, remove: true}}]", "has no target", "/actions/0"),
        (f"{HEAD}actions: [{{target: $.a, remove: true}}]", "has no description", "/actions/0"),
        (
            f"{HEAD}actions: [{{target: $.a, description: ' ', remove: true}}]",
            "has no description",
            "/actions/0",
        ),
        (
            f"{HEAD}actions: [{{target: $.a, description: w}}]",
            "action 0 ($.a): has neither update nor remove",
            "/actions/0",
        ),
        (
            f"{HEAD}actions: [{{target: $.a, description: w, remove: false}}]",
            "has neither",
            "/actions/0",
        ),
        (
            f"{HEAD}actions: [{{target: $.a, description: w, remove: true, update: {{}}}}]",
            "has both",
            "/actions/0",
        ),
        (
            f"{HEAD}actions: [{{target: $.a, description: w, remove: 1}}]",
            "neither true nor false",
            "/actions/0",
        ),
        (
            f"{HEAD}actions: [{{target: $.a, description: w, updates: {{}}, remove: true}}]",
            "unknown field 'updates'",
            "/actions/0/updates",
        ),
        (
            f"{HEAD}actions: [{{target: 'a.b', description: w, remove: true}}]",
            "is no JSONPath",
            "/actions/0",
        ),
        (
            f"{HEAD}actions: [{{target: '$.a | $.b', description: w, remove: true}}]",
            "is no JSONPath",
            "/actions/0",
        ),
        ("overlay: [", "not YAML", None),
    ],
)
def test_a_malformed_overlay_says_where(text: str, said: str, place: str | None) -> None:
    with pytest.raises(OverlayError) as caught:
        parse_overlay(text.encode(), name="overlay.yaml")
    assert said in caught.value.message
    assert (caught.value.file, caught.value.pointer) == ("overlay.yaml", place)


def test_extensions_are_allowed() -> None:
    text = (
        "overlay: 1.0.0\nx-a: 1\ninfo: {title: t, version: '1', x-b: 1}\nextends: ./a.yaml\n"
        "actions: [{target: $, description: w, update: {a: 1}, x-c: 1}]\n"
    )
    overlay = parse_overlay(text.encode(), name="o")
    assert apply_overlay({}, overlay, name="o") == {"a": 1}


def test_a_file_is_read_and_named(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(f"{HEAD}actions: [{{target: $.a, description: w, remove: true}}]")
    assert load_overlay(path, name="o.yaml").file == "o.yaml"
    assert load_overlay(path).actions[0].target == "$.a"
    with pytest.raises(OverlayError, match="cannot be read"):
        load_overlay(tmp_path / "nope.yaml")


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from("abc"), values), st.dictionaries(st.sampled_from("abc"), values)
)
def test_merging_keeps_what_the_update_does_not_name(
    document: dict[str, Any], update: dict[str, Any]
) -> None:
    before = copy.deepcopy((document, update))
    actions = [{"target": "$", "description": "w", "update": update}]
    text = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions}
    overlay = parse_overlay(json.dumps(text).encode(), name="o.json")
    found = None
    with contextlib.suppress(OverlayError):
        found = apply_overlay(document, overlay, name="o")
    if found is not None:
        assert {k: v for k, v in found.items() if k not in update} == {
            k: v for k, v in document.items() if k not in update
        }
        assert set(found) == set(document) | set(update)
    assert (document, update) == before

"""Overlays that are malformed or do not fit, and overlays in files."""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from overlay_fragments import HEAD, TWO_PATHS, refused

from simloom_codegen.errors import OverlayError
from simloom_codegen.overlay import apply_overlay, load_overlay, parse_overlay


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

from __future__ import annotations

from overlay_fragments import TWO_PATHS, applied


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

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom_codegen import document, read_yaml
from simloom_codegen.errors import DocumentError


def parsed(text: str | bytes, name: str = "spec.yaml") -> dict[str, Any]:
    data = text if isinstance(text, bytes) else text.encode()
    return document.parse(data, name=name)


def value(text: str) -> Any:
    return parsed(f"openapi: 3.0.3\nx: {text}\n")["x"]


def failure(text: str | bytes, name: str = "spec.yaml") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parsed(text, name)
    assert caught.value.file == name
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("text", ["no", "yes", "on", "off", "y", "N", "On"])
def test_only_true_and_false_are_booleans(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.5", 1.5),
        ("2e3", 2000.0),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int '12'", 12),
        ("01", "01"),
        ("0o7", "0o7"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"),
        ("!!timestamp 2024-01-31", "2024-01-31"),
        ("3.0.3", "3.0.3"),
        ("nonsense", "nonsense"),
        ("=", "="),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        ("{a: [1, 'b', null]}", {"a": [1, "b", None]}),
    ],
)
def test_scalars_are_those_of_json(text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("text", [".nan", ".inf", "-.Inf", "1e999", "9" * 5000])
def test_numbers_json_does_not_have_are_refused(text: str) -> None:
    error = failure(f"openapi: 3.0.3\nx:\n  deep: {text}\n")
    assert "line 3" in error.message


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_the_same_numbers_are_refused_in_json(text: str) -> None:
    assert "number" in str(
        failure(f'{{"openapi": "3.0.3", "x": {text}}}', "spec.json")
    ) or "digit" in str(failure(f'{{"openapi": "3.0.3", "x": {text}}}', "spec.json"))


@pytest.mark.parametrize("tag", ["!!binary aGk=", "!foo x", "!!python/name:os.system", "!!set {a}"])
def test_other_tags_are_refused(tag: str) -> None:
    assert "is not allowed" in failure(f"openapi: 3.0.3\nx: {tag}\n").message


def test_keys_that_are_no_text_are_kept_for_normalise() -> None:
    found = parsed("openapi: 3.0.3\nresponses: {200: a, true: b, null: c, 1.5: d, on: e}\n")
    assert list(found["responses"]) == [200, True, None, 1.5, "on"]


def test_a_key_twice_is_an_error_with_line_and_pointer() -> None:
    error = failure("openapi: 3.0.3\npaths:\n  /a/b:\n    get: {}\n    post: {}\n    get: {}\n")
    assert error.pointer == "/paths/~1a~1b/get"
    assert "line 6" in error.message
    assert "'get'" in error.message


def test_a_key_twice_in_a_list_item_has_its_index() -> None:
    error = failure("openapi: 3.0.3\nx:\n- 1\n- {a: 1, b: 2, a: 3}\n")
    assert error.pointer == "/x/1/a"


JSON_TWICE = """{
  "openapi": "3.0.3",
  "x": [{"a": "}"}, {"b": {"c\\u0064": 1,
    "e": {"cd": 5},
    "cd": "b"
  }}]
}"""


def test_a_key_twice_in_json_is_an_error_with_line_and_pointer() -> None:
    error = failure(JSON_TWICE, "spec.json")
    assert error.pointer == "/x/1/b/cd"
    assert "line 5" in error.message


def test_the_first_of_several_repeated_keys_is_reported() -> None:
    error = failure('{"openapi": "3", "a": {"b": 1, "b": {"c": 1, "c": 2}}}', "spec.json")
    assert error.pointer is not None
    assert error.pointer.endswith("/c")


def test_aliases_and_merge_keys_are_copies() -> None:
    found = parsed(
        "openapi: 3.0.3\nbase: &b {a: 1, c: [1]}\nx: *b\ny: {<<: *b, a: 2}\nz: {<<: [*b, {d: 4}]}\n"
    )
    assert found["x"] == {"a": 1, "c": [1]}
    assert found["y"] == {"a": 2, "c": [1]}
    assert found["z"] == {"a": 1, "c": [1], "d": 4}
    found["x"]["c"].append(2)
    assert found["base"]["c"] == [1]
    assert found["y"]["c"] == [1]


def test_a_quoted_merge_key_is_a_key() -> None:
    assert parsed("openapi: 3.0.3\nx: {'<<': 1}\n")["x"] == {"<<": 1}


def bomb(levels: int) -> str:
    lines = ["openapi: 3.0.3", "x0: &x0 [a, b, c, d, e, f, g, h, i]"]
    lines += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_aliases_that_would_grow_without_end_are_refused() -> None:
    assert "repeat too much" in failure(bomb(12)).message
    assert len(parsed(bomb(4))["x3"]) == 9


def test_aliases_cannot_nest_deeper_than_the_limit() -> None:
    half = read_yaml.MAX_DEPTH // 2 + 1
    deep = "[" * half + "]" * half
    text = f"openapi: 3.0.3\na: &a {deep}\nb: {'[' * half}*a{']' * half}\n"
    assert "levels deep" in failure(text).message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openapi: 3.0.3\nx: &x [*x]\n", "contains itself"),
        ("openapi: 3.0.3\nx: *nope\n", "is not defined before"),
        ("openapi: 3.0.3\nx: {<<: 5}\n", "no mapping"),
        ("openapi: 3.0.3\n? [a]\n: 1\n", "a key is a mapping or a sequence"),
        ("a: &a [1]\n? *a\n: 1\n", "a key is a mapping or a sequence"),
        ("openapi: 3.0.3\n---\nopenapi: 3.0.3\n", "a second document"),
        ("openapi: [\n", "not YAML"),
        ("openapi: 3.0.3\n\tx: 1\n", "line 2"),
        ("openapi: \x00\n", "not YAML"),
        ('{"openapi": "3.0.3",}', "not JSON"),
        ("<!DOCTYPE html><html></html>", "HTML"),
        ("  \n# nothing\n", "empty"),
        ("", "empty"),
        ("- openapi: 3.0.3\n", "a list"),
        ("just text\n", "a str"),
        ("swagger: '2.0'\n", "Swagger 2.0"),
        ("info: {}\n", "no `openapi` key"),
        (b"openapi: 3.0.3\nx: \xff\n", "not UTF-8"),
        ('{"openapi": "3.0.3", "x": "\\ud800"}', "surrogate"),
    ],
)
def test_what_is_no_document_says_why(text: str | bytes, said: str) -> None:
    name = "spec.json" if isinstance(text, str) and text.startswith("{") else "spec.yaml"
    assert said in str(failure(text, name))


def test_a_swagger_document_is_to_be_converted() -> None:
    assert "convert" in str(failure("swagger: '2.0'\n"))


@pytest.mark.parametrize("opening", ["[", '{"a":', "x: {a: "])
@pytest.mark.parametrize("levels", [150, 100_000])
def test_deep_nesting_is_an_error_and_no_crash(opening: str, levels: int) -> None:
    text = '{"openapi": "3.0.3", "x": ' + "[" * levels + "]" * levels + "}"
    assert "levels deep" in failure(text, "spec.json").message
    assert (
        "levels deep"
        in failure("openapi: 3.0.3\nx: " + opening.replace("x: ", "") * levels).message
    )


def test_the_deepest_allowed_nesting_is_read_from_both() -> None:
    inner = read_yaml.MAX_DEPTH - 1
    text = '{"openapi": "3.0.3", "x": ' + "[" * inner + "]" * inner + "}"
    assert parsed(text, "spec.json") == parsed(text + "\n# yaml", "spec.yaml")


def test_a_document_in_braces_may_be_yaml() -> None:
    assert parsed("{openapi: 3.0.3, x: [a, b]}")["x"] == ["a", "b"]


def test_other_encodings_that_say_so_are_read() -> None:
    assert parsed("openapi: 3.0.3\nx: é\n".encode("utf-16"))["x"] == "é"
    assert parsed("\ufeffopenapi: 3.0.3\nx: é\n".encode())["x"] == "é"


def test_a_large_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "MAX_BYTES", 20)
    path = tmp_path / "spec.yaml"
    path.write_text("openapi: 3.0.3 # and more\n")
    with pytest.raises(DocumentError, match="larger than"):
        document.load(path)
    with pytest.raises(DocumentError, match="larger than"):
        document.parse(path.read_bytes(), name="spec.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read") as caught:
        document.load(tmp_path / "nope.yaml", name="nope.yaml")
    assert caught.value.file == "nope.yaml"


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("openapi: 3.0.3\n")
    assert document.load(path) == {"openapi": "3.0.3"}


def test_dump_keeps_the_order_and_the_letters() -> None:
    given = {"openapi": "3.0.3", "b": 1, "a": {"ü": [True, None]}}
    data = document.dump(given)
    assert list(json.loads(data)) == ["openapi", "b", "a"]
    assert "ü".encode() in data
    assert data.endswith(b"}\n")
    assert document.parse(data, name="x.json") == given


def test_dump_refuses_nan() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        document.dump({"x": float("nan")})


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), json_values))
def test_what_is_dumped_is_read_back(given_document: dict[str, Any]) -> None:
    given_document["openapi"] = "3.0.3"
    assert document.parse(document.dump(given_document), name="x.json") == given_document


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found: dict[str, Any] | None = None
    with contextlib.suppress(DocumentError):
        found = document.parse(b"openapi: 3.0.3\n" + data, name="spec.yaml")
    if found is not None:
        assert document.parse(document.dump(_with_text_keys(found)), name="x.json")


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_text_keys(child) for key, child in value.items()}
    return [_with_text_keys(child) for child in value] if isinstance(value, list) else value

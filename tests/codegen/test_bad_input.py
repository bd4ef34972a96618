"""What is no specification, or one that cannot be: told in words that suffice, and soon."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from simloom_codegen.document import MAX_BYTES
from simloom_codegen.errors import LoomError
from simloom_codegen.prepare import prepare

MOST_SECONDS = 20  # of processor time: minutes would be a fault of another order


def document(**fields: Any) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {}, **fields}


def answering(schema: Any) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": schema}}, "description": "x"}
    return {"/a": {"get": {"responses": {"200": content}}}}


def refused(path: Path) -> LoomError:
    started = time.process_time()
    with pytest.raises(LoomError) as said:
        prepare(path, None, name=path.name)
    assert time.process_time() - started < MOST_SECONDS
    assert said.value.file == path.name
    assert said.value.remedy
    assert path.name in str(said.value)
    assert "remedy: " in str(said.value)
    return said.value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("   \n\n", "empty"),
        ("# only a comment\n", "empty"),
        ("<!doctype html><title>API</title>", "HTML"),
        ("\ufeff<html></html>", "HTML"),
        ("  <?xml version='1.0'?><a/>", "HTML or XML"),
        ("null", "empty"),
        ("[]", "a list"),
        ("just words", "a str"),
        ("openapi: 3.0.0\npaths: {a: b: c}", "line 2: not YAML"),
        ('{"openapi": "3.0.0", "x": }}', "line 1"),
        ("{}", "no `openapi` key"),
        ("info: {}\npaths: {}\n", "no `openapi` key"),
        ("swagger: '1.2'\n", "Swagger 1.2"),
        ("openapi: 4.0.0\ninfo: {}\npaths: {}\n", "4.0.0 is not supported"),
        ("openapi: 2.0\ninfo: {}\npaths: {}\n", "2.0 is not supported"),
        ("openapi: 3.0.0\nx: &a [*a]\n", "contains itself"),
        ("openapi: 3.0.0\nx: !!python/object:os.system {}\n", "tag"),
        ("openapi: 3.0.0\nopenapi: 3.0.0\n", "twice"),
        ("openapi: 3.0.0\n---\nopenapi: 3.0.0\n", "second document"),
    ],
)
def test_what_is_no_document_is_told_as_such(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "vendor.yaml"
    path.write_text(text, "utf-8")
    assert said in str(refused(path))


@pytest.mark.parametrize(
    ("data", "said"), [(b"\xff\xfe\x00", "UTF-8"), (b"\x80abc", "UTF-8"), (b"PK\x03\x04\x00", "")]
)
def test_bytes_that_are_no_text_are_told(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "vendor.yaml"
    path.write_bytes(data)
    assert said in str(refused(path))


def test_a_file_that_is_missing_or_a_folder_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in str(refused(tmp_path / "nowhere.yaml"))
    assert "cannot be read" in str(refused(tmp_path))


def test_more_than_50_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "larger than 50 MB" in str(refused(path))


def test_aliases_that_multiply_are_stopped(tmp_path: Path) -> None:
    lines = ["openapi: 3.0.0", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    path = tmp_path / "laughs.yaml"
    path.write_text("\n".join(lines))
    assert "aliases repeat too much" in str(refused(path))


@pytest.mark.parametrize("opened", ['{"a":', "["])
def test_nesting_without_end_is_stopped(tmp_path: Path, opened: str) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"openapi": "3.0.0", "x": ' + opened * 100_000)
    refused(path)


@pytest.mark.parametrize(
    ("content", "pointer", "said"),
    [
        (
            document(paths=answering({"$ref": "https://x.example/s.json#/Sim"})),
            "/paths/~1a/get/responses/200/content/application~1json/schema",
            "leads out of this document",
        ),
        (
            document(paths=answering({"$ref": "../common.yaml#/Sim"})),
            "/paths/~1a/get/responses/200/content/application~1json/schema",
            "put the vendor's files below one folder",
        ),
        (
            document(
                paths={"/a": {"get": {"parameters": [{"$ref": "#/components/parameters/Gone"}]}}}
            ),
            "/paths/~1a/get/parameters/0",
            "leads nowhere",
        ),
        (
            document(
                paths={"/a": {"get": {"responses": {"200": {"$ref": "#/components/responses/A"}}}}},
                components={
                    "responses": {
                        "A": {"$ref": "#/components/responses/B"},
                        "B": {"$ref": "#/components/responses/A"},
                    }
                },
            ),
            "/",
            "circle",
        ),
    ],
)
def test_references_that_cannot_be_followed_have_place_and_remedy(
    tmp_path: Path, content: dict[str, Any], pointer: str, said: str
) -> None:
    path = tmp_path / "refs.json"
    path.write_text(json.dumps(content))
    error = refused(path)
    assert str(error.pointer).startswith(pointer)
    assert f"refs.json#{error.pointer}" in str(error)
    assert said in str(error)


def test_schemas_that_are_only_each_other_are_cut_and_told(tmp_path: Path) -> None:
    path = tmp_path / "cycle.json"
    schemas = {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"allOf": [{"$ref": "#/components/schemas/A"}]},
    }
    path.write_text(
        json.dumps(
            document(
                paths=answering({"$ref": "#/components/schemas/A"}), components={"schemas": schemas}
            )
        )
    )
    try:
        prepared = prepare(path, None, name=path.name)
    except LoomError as error:
        assert error.remedy  # noqa: PT017 - either way is right, and each has to be told
    else:
        assert any("A" in change.pointer or "B" in change.pointer for change in prepared.changes)


def test_names_that_are_words_of_python_are_no_error(tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    words = ("None", "class", "import", "async", "__init__")
    schemas = {word: {"type": "object", "properties": {"class": {}}} for word in words}
    paths = {f"/{word}": {"get": {"operationId": word, "tags": [word]}} for word in words}
    path.write_text(json.dumps(document(paths=paths, components={"schemas": schemas})))
    prepared = prepare(path, None, name=path.name)
    ids = [item["get"]["operationId"] for item in prepared.document["paths"].values()]
    assert len(set(ids)) == len(words)
    assert all(name.isidentifier() for name in ids)

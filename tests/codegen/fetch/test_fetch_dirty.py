"""Swagger 2.0, and documents that are dirty but still the vendor's: fetched, compared, kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simloom_codegen.diff import Code
from simloom_codegen.document import MAX_BYTES
from simloom_codegen.download import DownloadLimits
from simloom_codegen.fetch import FetchStatus, fetch

FILL = "x" * 256


def swagger(*paths: str, **fields: Any) -> bytes:
    operation = {"get": {"responses": {"200": {"description": "ok"}}}}
    document = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1", "description": FILL},
        "paths": dict.fromkeys(paths, operation),
        **fields,
    }
    return json.dumps(document).encode()


def openapi(schema: Any, **schemas: Any) -> bytes:
    content = {"application/json": {"schema": schema}}
    operation = {"responses": {"200": {"description": "ok", "content": content}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1", "description": FILL},
        "paths": {"/a": {"get": operation}, "/b": {"get": operation}},
        "components": {"schemas": schemas},
    }
    return json.dumps(document).encode()


def test_swagger_is_compared_as_what_it_is_converted_to(provider, cache, vendor):
    vendor.serves(swagger("/a", "/c"))
    result = fetch(provider, cache=cache, write=True)
    assert result.status is FetchStatus.CHANGED
    assert [(change.code, change.operation) for change in result.changes] == [
        (Code.OPERATION_REMOVED, "GET /b"),
        (Code.OPENAPI_VERSION_CHANGED, ""),
        (Code.OPERATION_ADDED, "GET /c"),
    ]
    assert result.path == provider / "upstream.json"
    assert result.path.read_bytes() == swagger("/a", "/c")  # the vendor's file, not converted


def test_a_swagger_file_that_is_kept_is_compared_with(provider, cache, vendor):
    (provider / "upstream.json").write_bytes(swagger("/a", "/b"))
    vendor.serves(json.dumps(json.loads(swagger("/b", "/a")), indent=3).encode())
    assert fetch(provider, cache=cache).status is FetchStatus.UNCHANGED
    vendor.serves(swagger("/a", "/b", "/c"))
    result = fetch(provider, cache=cache)
    assert [change.code for change in result.changes] == [Code.OPERATION_ADDED]


def test_what_a_conversion_loses_is_still_a_change(provider, cache, vendor):
    (provider / "upstream.json").write_bytes(swagger("/a", "/b"))
    vendor.serves(swagger("/a", "/b", unheard_of=True))
    result = fetch(provider, cache=cache)
    assert (result.status, result.changes) == (FetchStatus.CHANGED, ())


REMOTE = {"$ref": "https://vendor.example/common.json#/Sim"}
CYCLE = {"$ref": "#/components/schemas/A"}


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (openapi(REMOTE), "a reference to another file"),
        (openapi({"$ref": "#/components/schemas/Gone"}), "a reference to nothing"),
        (openapi(CYCLE, A={"$ref": "#/components/schemas/A"}), "a schema that is itself"),
        (
            openapi(CYCLE, A={"type": "object", "properties": {"next": CYCLE}}),
            "a list that is linked",
        ),
        (
            openapi(
                {"type": "object", "properties": {"class": {}, "None": {}, "self": {}}},
                **{"list": {"type": "string"}, "import": {"type": "string"}},
            ),
            "names that are words of Python",
        ),
        (openapi(None), "no schema"),
        (openapi([]), "a list for a schema"),
        (openapi({"type": "object", "properties": []}), "a list of properties"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_odd_inside_is_the_vendors_document_all_the_same(
    provider, cache, vendor, body, detail
):
    """Fetching compares and keeps; what cannot be generated is told by `regen` and `update`."""
    vendor.serves(body)
    result = fetch(provider, cache=cache, write=True)
    assert (result.status, result.reason) == (FetchStatus.CHANGED, ""), detail
    assert result.path is not None
    assert result.path.read_bytes() == body
    again = fetch(provider, cache=cache)
    assert again.status is FetchStatus.UNCHANGED


@pytest.mark.parametrize(
    "body",
    [
        openapi({}).replace(b'"paths": {', b'"paths": [{').replace(b"}}}, ", b"}}}], ", 1),
        b'{"openapi": "3.0.0", "paths": {"/a": null, "/b": [], "/c": "x"}, "x": "' + b"y" * 300,
        b'{"swagger": "2.0", "paths": {"/a": [], "/b": {"x-get": {}}}, "x": "' + b"y" * 300 + b'"}',
        b'{"swagger": "2.0", "paths": 5, "definitions": 7, "x": "' + b"y" * 300 + b'"}',
        b"openapi: 3.0.0\npaths: &a {/a: *a}\nx: " + b"y" * 300,
        b'{"openapi": "3.0.0", "paths": ' + b"[" * 100_000,
    ],
)
def test_what_has_no_operations_is_unavailable_in_one_line(provider, cache, vendor, body):
    vendor.serves(body)
    before = sorted(path.name for path in provider.iterdir())
    result = fetch(provider, cache=cache, write=True)
    assert result.status is FetchStatus.UNAVAILABLE
    assert result.reason
    assert "\n" not in result.reason
    assert sorted(path.name for path in provider.iterdir()) == before


def test_a_file_of_more_than_may_be_is_cut_off_and_told_in_bytes(
    provider: Path, cache: Path, vendor: Any, spec: Callable[..., bytes]
) -> None:
    assert DownloadLimits().max_bytes < MAX_BYTES
    vendor.serves(spec("/a") + b"#" * 5000)
    result = fetch(provider, cache=cache, limits=DownloadLimits(max_bytes=5000))
    assert result.reason == "the file is larger than 5000 bytes"

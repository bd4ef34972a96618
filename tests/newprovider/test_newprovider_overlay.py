"""What the overlay of a new provider says of each write."""

from __future__ import annotations

import json

import pytest
import yaml

from simloom_codegen.errors import OverlayError
from simloom_codegen.overlay import apply_overlay, parse_overlay
from simloom_codegen.pin import as_yaml
from simloom_codegen.prepare import prepare
from simloom_codegen.starting import HEAD, starting_overlay

DONE = {"responses": {"204": {"description": "done"}}}


def prepared(tmp_path, paths, **more):
    document = {"openapi": "3.0.3", "info": {"title": "Acme", "version": "1"}, "paths": paths}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps({**document, **more}), "utf-8")
    return prepare(file, None, name=file.name).document


@pytest.mark.parametrize(
    ("path", "method", "retry", "waits"),
    [
        ("/sims/{iccid}", "put", "set-state", False),
        ("/sims/{iccid}/", "put", "set-state", False),
        ("/sims/{iccid}/topup", "put", "additive", True),
        ("/sims/{iccid}", "patch", "additive", True),
        ("/sims/{iccid}", "delete", "additive", True),
        ("/sims/{iccid}/suspend", "post", "additive", True),
        ("/orders", "post", "additive", True),
        ("/sims/{sim-id:[0-9]+}/o'clock", "post", "additive", True),
    ],
)
def test_only_a_put_of_a_whole_thing_is_certain(tmp_path, path, method, retry, waits):
    names = [part[1:].partition("}")[0] for part in path.split("/") if part.startswith("{")]
    given = [
        {"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names
    ]
    document = prepared(tmp_path, {path: {method: {**DONE, "parameters": given}}})
    overlay = starting_overlay(document)
    (action,) = overlay["actions"]
    assert action["update"] == {"x-retry-class": retry}
    assert action["description"].startswith("TODO") is waits
    laid = apply_overlay(
        document, parse_overlay((HEAD + as_yaml(overlay)).encode(), name="o"), name="o"
    )
    (item,) = laid["paths"].values()
    assert item[method]["x-retry-class"] == retry


def test_reads_and_what_the_document_says_are_left_out(tmp_path):
    said = {**DONE, "x-retry-class": "set-state"}
    paths = {"/sims": {"get": DONE, "post": said, "head": DONE}}
    assert starting_overlay(prepared(tmp_path, paths)) is None


def test_swagger_documents_get_one_too(tmp_path):
    file = tmp_path / "swagger.json"
    paths = {"/sims": {"post": DONE}}
    document = {"swagger": "2.0", "info": {"title": "A", "version": "1"}, "basePath": "/v1"}
    file.write_text(json.dumps({**document, "paths": paths}), "utf-8")
    found = prepare(file, None, name=file.name).document
    overlay = starting_overlay(found)
    assert apply_overlay(found, parse_overlay(as_yaml(overlay).encode(), name="o"), name="o")


def test_an_action_that_fits_nothing_is_noticed(tmp_path):
    overlay = starting_overlay(prepared(tmp_path, {"/sims": {"post": DONE}}))
    later = prepared(tmp_path, {"/cards": {"post": DONE}})
    with pytest.raises(OverlayError, match="matches nothing"):
        apply_overlay(later, parse_overlay(yaml.safe_dump(overlay).encode(), name="o"), name="o")

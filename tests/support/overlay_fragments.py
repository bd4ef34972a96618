"""Overlay actions, applied to small documents."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from simloom_codegen.errors import OverlayError
from simloom_codegen.overlay import apply_overlay, parse_overlay
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

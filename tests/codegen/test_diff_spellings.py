"""Different spellings of one thing are no change."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from simloom_codegen.diff import compare

BASE = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


def operation(text: str) -> dict[str, Any]:
    return BASE | {"paths": {"/sims/{id}": {"post": yaml.safe_load(text)}}}


def body(text: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": yaml.safe_load(text)}}}


def sent(text: str) -> dict[str, Any]:
    return BASE | {"paths": {"/sims": {"post": {"requestBody": body(text)}}}}


def read(text: str) -> dict[str, Any]:
    return BASE | {"paths": {"/sims": {"post": {"responses": {"200": body(text)}}}}}


def failed(text: str) -> dict[str, Any]:
    return BASE | {"paths": {"/sims": {"post": {"responses": {"400": body(text)}}}}}


@pytest.mark.parametrize("wrapped", [sent, read, failed])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: string, nullable: true}", "{type: [string, 'null']}"),
        ("{type: string, nullable: true}", "{oneOf: [{type: string}, {type: 'null'}]}"),
        ("{type: [string]}", "{type: string}"),
        (
            "{type: integer, exclusiveMinimum: true, minimum: 1}",
            "{type: integer, exclusiveMinimum: 1}",
        ),
        ("{type: string, minLength: 0}", "{type: string}"),
        ("{type: array, items: {}, uniqueItems: false}", "{type: array}"),
        ("{enum: [a, b]}", "{type: string, enum: [b, a]}"),
        ("{const: a}", "{type: string, enum: [a]}"),
        ("{const: null}", "{type: 'null'}"),
        ("{properties: {a: {type: string}}}", "{type: object, properties: {a: {type: string}}}"),
        ("{items: {type: string}}", "{type: array, items: {type: string}}"),
        ("{type: object}", "{type: object, additionalProperties: true}"),
        ("{oneOf: [{type: string}, {type: integer}]}", "{type: [integer, string]}"),
        ("{oneOf: [{type: string, format: a}]}", "{type: string, format: a}"),
        ("{anyOf: [{title: A}, {title: B}]}", "{oneOf: [{title: B}, {title: A}]}"),
        ("{type: [integer, number]}", "{type: number}"),
        ("{type: integer, minimum: 1}", "{type: integer, minimum: 1.0}"),
        ("{type: string, x-vendor-order: 1}", "{type: string, x-vendor-order: 2}"),
        (
            "{type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}",
            """
            allOf:
            - {type: object, required: [b], properties: {b: {type: string}}}
            - {required: [a], properties: {a: {type: string}}}
            """,
        ),
        (
            "{type: string, maxLength: 5}",
            "{allOf: [{type: string, maxLength: 9}, {maxLength: 5}, {maxLength: 7}]}",
        ),
        ("{type: string, enum: [a]}", "{allOf: [{enum: [b, a]}, {enum: [a, c]}, {type: string}]}"),
        ("{type: integer}", "{allOf: [{type: number}, {type: integer}]}"),
    ],
)
def test_two_spellings_of_one_schema_are_no_change(wrapped, old, new):
    assert compare(wrapped(old), wrapped(new)) == []
    assert compare(wrapped(new), wrapped(old)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tags: [a, b]", "tags: [a, c]"),
        ("parameters: [{name: A, in: header}]", "parameters: [{name: a, in: header}]"),
        (
            "parameters: [{name: Accept, in: header, required: true}]",
            "parameters: [{name: authorization, in: header}]",
        ),
        (
            "parameters: [{name: a, in: query, schema: {type: string}}]",
            "parameters: [{name: a, in: query, schema: {type: string}, explode: false}]",
        ),
        (
            "parameters: [{name: a, in: query, schema: {type: array}}]",
            "parameters: [{name: a, in: query, schema: {type: array}, style: form, explode: true}]",
        ),
        ("responses: {200: {}}", "responses: {'200': {}}"),
        ("responses: {200: {links: {}}}", "responses: {200: {}}"),
        ("servers: [{url: /}]", "{}"),
        ("security: []", "{}"),
        ("security: [{a: []}, {b: []}]", "security: [{b: []}, {a: []}]"),
        ("requestBody: {content: {A/B: {}}}", "requestBody: {content: {a/b; charset=utf-8: {}}}"),
        ("x-other: 1", "x-other: 2"),
    ],
)
def test_two_spellings_of_one_operation_are_no_change(old, new):
    assert compare(operation(old), operation(new)) == []
    assert compare(operation(new), operation(old)) == []

"""Saying for people what a JSON pointer leads to, e.g. `Sim.status` or `answer 200[]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.diff.values import mapping
from simloom_codegen.pointer import split

if TYPE_CHECKING:
    from simloom_codegen.diff.references import Document

_WITH_NAME = frozenset(
    {
        *("allOf", "anyOf", "callbacks", "content", "headers"),
        *("oneOf", "parameters", "properties", "responses"),
    }
)


def subject(document: Document, pointer: str) -> str:
    """Name what a pointer leads to. Empty for an operation or the document: reports say which."""
    tokens = list(split(pointer))
    words, at = "", 0
    if tokens[:1] == ["components"] and len(tokens) > 2:
        words, at = _component(document, tokens[1], tokens[2]), 3
    elif tokens[:1] in (["paths"], ["webhooks"]):
        at = 2
    while at < len(tokens):
        word, step = tokens[at], 1
        if word in _WITH_NAME and at + 1 < len(tokens):
            step = 2
            if word == "parameters":
                words = _parameter(document, tokens[: at + 2])
            else:
                words = _named(words, word, tokens[at + 1])
        elif word == "requestBody":
            words = "request body"
        else:
            words += {"items": "[]", "additionalProperties": "[*]"}.get(word, "")
        at += step
    return words


def _component(document: Document, kind: str, name: str) -> str:
    if kind == "parameters":
        return _parameter(document, ["components", kind, name])
    noun = {"headers": "header ", "requestBodies": "request body ", "responses": "answer "}
    return noun.get(kind, "") + name


def _parameter(document: Document, tokens: list[str]) -> str:
    parameter = mapping(document.follow(document.part(*tokens)).value)
    return f"parameter '{parameter.get('name', tokens[-1])}'"


def _named(words: str, word: str, name: str) -> str:
    if word == "properties":
        return f"{words}.{name}" if words else name
    if word in {"responses", "headers"}:
        noun = "answer" if word == "responses" else "header"
        return f"{words} {noun} {name}".strip()
    if word in {"oneOf", "anyOf"}:
        return f"{words} alternative {name}"
    return words

"""A way to run the flows of a provider over given answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simloom.plugins.flows import Script
from simloom.runtime import UNSET, Request
from simloom.runtime.encoding import encode_body

Wire = tuple[str, str, tuple[tuple[str, str], ...], bytes | None]


def wire(request: Request[Any]) -> Wire:
    """Return operation id, method and path, query and body bytes, as they go out."""
    operation = request.operation
    body = None
    if request.body is not UNSET:
        assert request.media_type is not None
        body, _ = encode_body(request.body, request.media_type)
    return operation.id, f"{operation.method} {request.path}", request.query, body


class Player:
    """Runs a flow over given answers; `sent` holds what went out, also when the flow failed.

    An answer is a JSON value (status 200) or what `Script` takes.
    """

    def __init__(self) -> None:
        self.sent: list[Wire] = []

    def __call__(self, flow: Any, *answers: Any) -> Any:
        script = Script([_answer(answer) for answer in answers])
        try:
            return script.play(flow)
        finally:
            self.sent = [wire(request) for request in script.requests]


@pytest.fixture
def play() -> Player:
    return Player()


def _answer(answer: Any) -> tuple[Any, ...] | Exception:
    if isinstance(answer, (Exception, tuple)):
        return answer
    return 200, json.dumps(answer).encode()

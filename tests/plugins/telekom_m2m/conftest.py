from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from simloom.plugins.flows import Script
from simloom.runtime.encoding import encode_body
from simloom.runtime.unset import UNSET
from simloom_plugins.telekom_m2m.provider import TelekomM2m
from simloom_plugins.telekom_m2m.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.runtime import Request


class Sent(NamedTuple):
    """A request as it goes over the wire."""

    operation: str
    method: str
    path: str
    query: dict[str, str]
    body: bytes | None


@pytest.fixture
def m2m() -> TelekomM2m:
    return TelekomM2m(
        Settings(client_id="demo-client", client_secret="s3cr3t-c4n4ry", partner_id="100013")
    )


@pytest.fixture
def play() -> Callable[..., tuple[Any, list[Sent]]]:
    """Run a flow over answers: a JSON value is a 200, a tuple or an error is taken as it is."""

    def run(flow: Any, *answers: Any) -> tuple[Any, list[Sent]]:
        script = Script([_answer(item) for item in answers])
        return script.play(flow), [wire(request) for request in script.requests]

    return run


def wire(request: Request[Any]) -> Sent:
    body = None
    if request.body is not UNSET:
        assert request.media_type is not None
        body, _ = encode_body(request.body, request.media_type)
    operation = request.operation
    return Sent(operation.id, operation.method, request.path, dict(request.query), body)


def _answer(item: Any) -> Any:
    if isinstance(item, (tuple, Exception)):
        return item
    return 200, json.dumps(item).encode()

"""Errors that travel: to another process, into a queue. What may be secret stays behind."""

from __future__ import annotations

import copy
import pickle

import pytest

from simloom import errors
from simloom.errors import (
    ActionTimeout,
    ApiError,
    AuthenticationError,
    BadRequest,
    ClientClosed,
    ConfigurationError,
    ConnectionFailed,
    DecodeError,
    InvalidIdentifier,
    InvalidParameter,
    MissingCredentials,
    OutcomeUnknown,
    PluginLoadError,
    QuotaExceeded,
    RequestTimeout,
    UnknownProvider,
    UnsupportedOperation,
)
from simloom.runtime import Secret

CANARY = "canary-77aa"
ANSWER = f'{{"message":"no","accessToken":"{CANARY}","n":[{{"pin":"{CANARY}"}}]}}'.encode()


def api(kind: type[ApiError]) -> ApiError:
    return kind(
        operation="get_sim",
        status=422,
        headers={"x-request-id": "r1", "retry-after": "7", "set-cookie": f"s={CANARY}"},
        content=ANSWER,
        body={"token": Secret(CANARY)},
        details={"message": "no", "code": "E1"},
    )


MADE = [
    *[api(kind) for kind in (ApiError, BadRequest, AuthenticationError, QuotaExceeded)],
    DecodeError("bad", operation="get_sim", status=200, pointer="/a", content=ANSWER),
    ConnectionFailed("refused", operation="get_sim", sent=False),
    RequestTimeout("slow", operation="get_sim"),
    OutcomeUnknown(operation="x", intent="i", started=1.0, ended=2.0, check="c", why="w"),
    InvalidParameter("a value"),
    InvalidIdentifier("an ICCID"),
    ClientClosed("closed"),
    ConfigurationError("wrong"),
    MissingCredentials("infobip", ["password"]),
    UnknownProvider("x", ["a"]),
    PluginLoadError("n", "d", "1", "e", "why"),
    UnsupportedOperation("block", "x", ["y"], "note"),
    ActionTimeout("late"),
]


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling_without_secrets(error, protocol):
    packed = pickle.dumps(error, protocol)
    assert CANARY.encode() not in packed
    twin = pickle.loads(packed)
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert twin.args == error.args
    left_behind = {"content", "body", "headers"}
    kept = {name: value for name, value in vars(error).items() if name not in left_behind}
    assert {name: vars(twin)[name] for name in kept} == kept
    assert vars(twin).keys() == vars(error).keys()
    assert pickle.loads(pickle.dumps(twin)).args == twin.args


def test_what_stays_of_an_answer():
    twin = pickle.loads(pickle.dumps(api(BadRequest)))
    assert twin.headers == {"x-request-id": "r1", "retry-after": "7"}
    assert twin.content == b'{"message":"no","accessToken":"***","n":[{"pin":"***"}]}'
    assert twin.body is None
    assert (twin.code, twin.message, twin.request_id) == ("E1", "no", "r1")
    assert twin.hint == BadRequest.hint


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
def test_a_copy_is_complete(error):
    twin = copy.copy(error)
    assert twin is not error
    assert (type(twin), twin.args, vars(twin)) == (type(error), error.args, vars(error))


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_of_the_library_can_be_pickled(name):
    kind = getattr(errors, name)
    error = kind.__new__(kind)
    error.args = ("a text",)
    vars(error).update({"headers": {}, "content": b"{}", "body": None, "operation": "x"})
    twin = pickle.loads(pickle.dumps(error))
    assert (type(twin), str(twin), twin.operation) == (kind, "a text", "x")

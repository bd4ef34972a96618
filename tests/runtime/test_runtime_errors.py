"""Every error status becomes the right class and says what the vendor said, safely."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from simloom.runtime import (
    UNSET,
    ApiError,
    AuthenticationError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    Json,
    Model,
    NotFound,
    Operation,
    PermissionDenied,
    QuotaExceeded,
    RequestTimeout,
    Secret,
    ServerError,
    SimloomError,
    Text,
    TransportError,
    Unset,
    to_secret,
)
from simloom.runtime.answers import read_answer

CANARY = "hunter2-2f1c"


@define(kw_only=True, repr=False, weakref_slot=False)
class ErrorBody(Model):
    __wire__ = {"error_code": "errorCode"}

    message: str
    error_code: int | Unset = UNSET
    pin: Secret | Unset = field(default=UNSET, converter=to_secret)


@define(kw_only=True, repr=False, weakref_slot=False)
class Conflicting(Model):
    reason: str


OPERATION: Operation[None] = Operation(
    id="get_sim",
    method="GET",
    path="/sims",
    results={200: Json(lambda: ErrorBody)},
    errors={
        409: Json(lambda: Conflicting),
        "4XX": Json(lambda: ErrorBody),
        503: Text(),
    },
)


def answer(
    status: int, body: Any = b"", headers: dict[str, str] | None = None, operation: Any = OPERATION
) -> ApiError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(ApiError) as caught:
        read_answer(operation.request(), status, headers or {}, content)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (100, ApiError),
        (302, ApiError),
        (304, ApiError),
        (400, BadRequest),
        (401, AuthenticationError),
        (402, BadRequest),
        (403, PermissionDenied),
        (404, NotFound),
        (405, BadRequest),
        (408, BadRequest),
        (409, Conflict),
        (410, NotFound),
        (415, BadRequest),
        (422, BadRequest),
        (429, QuotaExceeded),
        (499, BadRequest),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        (520, ServerError),
        (599, ServerError),
        (700, ServerError),
    ],
)
def test_each_status_has_its_class(status, kind):
    error = answer(status)
    assert type(error) is kind
    assert error.status == status
    assert error.operation == "get_sim"
    assert str(error).startswith(f"get_sim: HTTP {status}")
    assert error.hint in str(error)


@given(st.integers(300, 999), st.binary(max_size=60))
def test_any_status_with_any_body_is_an_api_error(status, content):
    error = answer(status, content)
    assert isinstance(error, ServerError) == (status >= 500)
    assert (error.status, error.content) == (status, content)
    assert str(error).isprintable()


def test_the_tree_of_errors():
    for kind in (BadRequest, Conflict, NotFound, PermissionDenied, QuotaExceeded, ServerError):
        assert issubclass(kind, ApiError)
    for kind in (ConnectionFailed, RequestTimeout):
        assert issubclass(kind, TransportError)
    for kind in (ApiError, TransportError, DecodeError, InvalidParameter):
        assert issubclass(kind, SimloomError)
    assert issubclass(InvalidParameter, ValueError)


LIMIT = {
    "status": "FORBIDDEN",
    "message": "Limit exceeded",
    "errors": ["Too Many Concurrent Requests on Platform."],
    "timestamp": "2025-08-28 11:25:49",
}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (LIMIT, QuotaExceeded),
        ({**LIMIT, "message": "LIMIT EXCEEDED for partner 1"}, QuotaExceeded),
        ({**LIMIT, "message": "Access denied"}, PermissionDenied),
        ({**LIMIT, "message": "Above the credit limit"}, PermissionDenied),
        ({**LIMIT, "message": None}, PermissionDenied),
        ({**LIMIT, "message": ["Limit exceeded"]}, PermissionDenied),
        ({"errors": ["Limit exceeded"]}, PermissionDenied),
        ([LIMIT], PermissionDenied),
        ("Limit exceeded", PermissionDenied),
        (b"<html>Limit exceeded</html>", PermissionDenied),
        (b"", PermissionDenied),
    ],
)
def test_only_the_vendors_own_sentence_makes_a_403_a_quota(body, kind):
    assert type(answer(403, body)) is kind


def test_the_sentence_means_nothing_with_another_status():
    assert type(answer(400, LIMIT)) is BadRequest
    assert type(answer(500, LIMIT)) is ServerError


def test_the_documented_body_is_typed():
    error = answer(404, {"message": "gone", "errorCode": "7", "pin": CANARY})
    assert error.body == ErrorBody(message="gone", error_code=7, pin=CANARY)
    assert (error.message, error.code) == ("gone", "7")
    assert answer(409, {"reason": "busy"}).body == Conflicting(reason="busy")


@pytest.mark.parametrize(
    ("status", "body", "parsed"),
    [
        (404, {"detail": "x"}, {"detail": "x"}),  # the documented member is missing
        (409, [1, 2], [1, 2]),
        (404, "text", "text"),
        (404, None, None),
        (500, {"message": "x"}, {"message": "x"}),  # nothing is documented
        (503, {"message": "x"}, {"message": "x"}),  # text is documented
        (404, b"<html>", None),
        (404, b"", None),
        (404, b"\xff\xfe", None),
        (404, b"[" * 100_000, None),
        (404, b'{"message":"x"', None),
        (404, b'{"message":NaN}', None),
    ],
)
def test_a_broken_error_body_never_hides_the_status(status, body, parsed):
    error = answer(status, body)
    assert error.status == status
    assert error.body == parsed


def test_a_default_body_is_used_last():
    operation: Operation[None] = Operation(
        id="x",
        method="GET",
        path="/",
        results={},
        errors={"default": Json(lambda: ErrorBody), 409: Json(lambda: Conflicting)},
    )
    assert answer(500, {"message": "x"}, operation=operation).body == ErrorBody(message="x")
    assert answer(409, {"reason": "x"}, operation=operation).body == Conflicting(reason="x")

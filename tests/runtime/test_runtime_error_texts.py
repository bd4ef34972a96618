"""What errors say of the vendor's answer, and what they must not say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import define, field

from simloom.runtime import (
    UNSET,
    ApiError,
    ConnectionFailed,
    DecodeError,
    Json,
    Model,
    Operation,
    RequestTimeout,
    Secret,
    Unset,
    to_secret,
)
from simloom.runtime.answers import read_answer
from simloom.runtime.decoding import parse_json

CANARY = "hunter2-2f1c"
LIMIT = {
    "status": "FORBIDDEN",
    "message": "Limit exceeded",
    "errors": ["Too Many Concurrent Requests on Platform."],
    "timestamp": "2025-08-28 11:25:49",
}


@define(kw_only=True, repr=False, weakref_slot=False)
class ErrorBody(Model):
    message: str
    pin: Secret | Unset = field(default=UNSET, converter=to_secret)


OPERATION: Operation[None] = Operation(
    id="get_sim",
    method="GET",
    path="/sims",
    results={},
    errors={404: Json(lambda: ErrorBody)},
)


def answer(status: int, body: Any = b"", headers: dict[str, str] | None = None) -> ApiError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(ApiError) as caught:
        read_answer(OPERATION.request(), status, headers or {}, content)
    return caught.value


VENDORS = [
    (LIMIT, "FORBIDDEN", "Limit exceeded"),
    (
        {"error": "invalid_client", "error_description": "Invalid client credentials"},
        "invalid_client",
        "Invalid client credentials",
    ),
    (
        {"statusCode": 400, "errorCode": "BadCredentials", "message": "Wrong user"},
        "BadCredentials",
        "Wrong user",
    ),
    (
        {"error_code": 1006, "error_token": "NotFound", "message": "No such SIM"},
        "1006",
        "No such SIM",
    ),
    ({"message": "Not enough volume"}, None, "Not enough volume"),
    (
        {
            "type": "https://api.telcoapi.com/errors/not-found",
            "title": "SIM Not Found",
            "status": 404,
            "detail": "No SIM card found with ICCID 89441234567890123456",
            "instance": "/sim/physical/89441234567890123456",
        },
        "https://api.telcoapi.com/errors/not-found",
        "No SIM card found with ICCID 89441234567890123456",
    ),
    (
        {
            "requestError": {
                "serviceException": {"messageId": "UNAUTHORIZED", "text": "Invalid login details"}
            }
        },
        "UNAUTHORIZED",
        "Invalid login details",
    ),
]


@pytest.mark.parametrize(("body", "code", "message"), VENDORS)
def test_code_and_message_of_every_vendors_errors(body, code, message):
    error = answer(404, body)
    assert (error.code, error.message) == (code, message)
    assert message in str(error)
    assert code is None or f"[{code}]" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": None, "code": None},
        {"message": {"text": "x"}, "code": ["x"]},
        {"message": "", "code": True},
        {"requestError": None},
        {"requestError": {"serviceException": ["x"]}},
        [{"message": "x"}],
        "x",
        None,
        5,
    ],
)
def test_bodies_without_code_and_message(body):
    error = answer(400, body)
    assert (error.code, error.message) == (None, None)
    assert str(error) == f"get_sim: HTTP 400; {error.hint}"


def test_the_message_is_not_said_twice():
    assert str(answer(400, {"error": "busy"})).count("busy") == 1


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({"x-request-id": "1", "x-b3-traceid": "2"}, "1"),
        ({"x-correlation-id": "3"}, "3"),
        ({"x-b3-traceid": "463ac35c9f6413ad"}, "463ac35c9f6413ad"),
        ({"traceparent": "00-0af7-b7ad-01"}, "00-0af7-b7ad-01"),
        ({"content-type": "text/html"}, None),
        ({}, None),
    ],
)
def test_the_request_id_comes_from_the_headers(headers, request_id):
    error = answer(500, b"", headers)
    assert error.request_id == request_id
    assert error.headers == headers
    assert (request_id is not None) == ("request id" in str(error))
    assert request_id is None or request_id in str(error)


def test_the_text_holds_nothing_of_the_body_but_code_and_message():
    body = {
        "message": "refused",
        "errorCode": 5,
        "pin": CANARY,
        "errors": [CANARY],
        "instance": CANARY,
        "request": {"message": CANARY, "code": CANARY},
    }
    error = answer(404, body, {"set-cookie": CANARY, "authorization": CANARY})
    for text in (str(error), repr(error), repr(error.body)):
        assert CANARY not in text
    assert json.loads(error.masked_content)["pin"] == "***"
    assert answer(404, CANARY.encode()).masked_content == "<12 bytes that are not JSON>"
    assert CANARY not in str(answer(404, CANARY.encode()))


def test_vendor_texts_cannot_forge_log_lines_or_flood_them():
    hostile = "a\r\nERROR forged\x1b[2J\u2028\x00" + "x" * 100_000
    error = answer(400, {"message": hostile, "code": hostile}, {"x-request-id": hostile})
    assert str(error).isprintable()
    assert len(str(error)) < 1500
    assert error.message == hostile
    answer_in_code = answer(400, {"message": "m", "code": hostile})
    assert str(answer_in_code).isprintable()


def test_errors_of_decoding_say_where_and_how_much():
    error = DecodeError(
        "x is missing", operation="get_sim", status=200, pointer="/a/0", content=b"{}"
    )
    assert str(error) == "get_sim: x is missing at /a/0 (HTTP 200, 2 bytes)"
    assert str(DecodeError("x")) == "x"


def test_errors_of_transport_say_which_operation():
    error = RequestTimeout("no answer", operation="get_sim")
    assert str(error) == "get_sim: no answer"
    assert error.operation == "get_sim"
    assert str(ConnectionFailed("refused")) == "refused"


def test_not_json_is_not_shown():
    with pytest.raises(DecodeError) as caught:
        parse_json(f"<{CANARY}>".encode())
    assert CANARY not in str(caught.value)

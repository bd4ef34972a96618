from __future__ import annotations

import asyncio
import json
import logging
import traceback
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from simloom.runtime import (
    ApiError,
    AuthenticationError,
    BadRequest,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    PermissionDenied,
    RequestTimeout,
    Secret,
    ServerError,
)
from simloom.transport.auth import BasicAuth, TokenAuth

CLIENT_SECRET = "client-secret-2f1c"
TOKEN_URL = "https://login.example/oauth/token"


def test_one_token_serves_many_requests(world, exchange, read):
    assert exchange(world, world.auth(), read, read, read) == ["t1", "t1", "t1"]
    assert len(world.tokens) == 1


def test_the_token_request_is_the_generated_one(world, exchange, read):
    exchange(world, world.auth(), read)
    (request,) = world.tokens
    assert (request.method, request.url) == ("POST", TOKEN_URL)
    assert parse_qsl(request.content.decode()) == [
        ("client_id", "me"),
        ("client_secret", CLIENT_SECRET),
    ]
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["accept"] == "application/json"
    assert "authorization" not in request.headers


def test_the_token_request_can_be_signed_itself(world, exchange, read):
    exchange(world, world.auth(login=BasicAuth("user", Secret("pw"))), read)
    assert world.tokens[0].headers["authorization"] == "Basic dXNlcjpwdw=="
    assert world.used == ["t1"]


def test_the_token_request_has_the_time_outs_of_the_request_that_waits(world, exchange, read):
    """httpx sets time-outs on the requests it builds; on those of an auth flow it does not."""
    exchange(world, world.auth(), read)
    expected = dict.fromkeys(("connect", "read", "write", "pool"), 30.0)
    assert world.requests[0].extensions["timeout"] == expected
    assert world.tokens[0].extensions["timeout"] == expected


def test_a_401_is_met_with_one_new_token_and_one_replay(world, exchange, read):
    world.rejected = {"t1"}
    assert exchange(world, world.auth(), read, read) == ["t2", "t2"]
    assert len(world.tokens) == 2
    assert world.used == ["t1", "t2", "t2"]


def test_a_second_401_is_an_error(world, exchange, read):
    world.rejected = {"t1", "t2"}
    with pytest.raises(AuthenticationError) as caught:
        exchange(world, world.auth(), read)
    assert caught.value.operation == "get_sim"
    assert caught.value.message == "token expired"
    assert world.used == ["t1", "t2"]
    assert len(world.tokens) == 2


def test_after_a_second_401_others_cost_no_token_for_a_while(world, exchange, read):
    """An account that is locked out would otherwise cost a token and two requests per call."""
    auth = world.auth()
    world.rejected = {"t1", "t2"}
    for _ in range(5):
        with pytest.raises(AuthenticationError):
            exchange(world, auth, read)
    assert len(world.tokens) == 2
    assert world.used == ["t1"] + ["t2"] * 5
    world.clock.now += 17.6  # the pause of 5 to 30 seconds, in the middle
    assert exchange(world, auth, read) == ["t3"]


def test_the_replay_sends_the_same_body(world, exchange, write):
    world.rejected = {"t1"}
    assert exchange(world, world.auth(), write) == ["t2"]
    _, second = world.requests
    bodies = [request.content for request in world.requests]
    assert bodies == ['{"iccid":"1","reason":"ü"}'.encode()] * 2
    assert second.headers["content-type"] == "application/json"
    assert second.headers["x-key"] == "k"
    assert second.headers["content-length"] == str(len(bodies[0]))


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 302])
def test_other_errors_cost_no_token(world, exchange, read, status):
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url == TOKEN_URL:
            return world(request)
        world.requests.append(request)
        return httpx.Response(status, headers={"location": "https://evil.example/"})

    with pytest.raises(ApiError) as caught:
        exchange(answer, world.auth(), read)
    assert caught.value.status == status
    assert (len(world.tokens), len(world.requests)) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            (400, '{"error":"invalid_client","error_description":"Invalid client"}'),
            BadRequest,
            "HTTP 400 .invalid_client.: Invalid client",
        ),
        ((401, '{"error":"invalid_client"}'), AuthenticationError, "HTTP 401"),
        ((403, ""), PermissionDenied, "HTTP 403"),
        ((400, '{"errorCode":"BadCredentials"}'), BadRequest, "BadCredentials"),
        ((502, "<html>"), ServerError, "HTTP 502"),
        ((302, ""), ApiError, "HTTP 302"),
        ((200, "<html>"), DecodeError, "not JSON"),
        ((200, ""), DecodeError, "empty"),
        ((200, "{}"), DecodeError, "'access_token' is missing"),
        ((200, '{"access_token":null}'), DecodeError, "no token"),
        ((200, '{"access_token":""}'), DecodeError, "no token"),
        ((200, "[]"), DecodeError, "not the documented"),
    ],
)
def test_an_error_of_the_token_endpoint_says_so(world, exchange, read, answer, kind, words):
    auth = world.auth()
    world.token_answers = [answer]
    with pytest.raises(kind, match=f"create_token: .*{words}") as caught:
        exchange(world, auth, read)
    assert caught.value.operation == "create_token"
    assert caught.value.status == answer[0]
    assert world.requests == []
    assert CLIENT_SECRET not in "".join(traceback.format_exception(caught.value))
    if kind in {BadRequest, AuthenticationError, PermissionDenied}:
        world.clock.now += 59.0
        with pytest.raises(kind):  # refused credentials are not offered again ...
            exchange(world, auth, read)
        assert len(world.tokens) == 1
        world.clock.now += 2.0  # ... for a minute
    assert exchange(world, auth, read) == ["t2"]  # and the lock is free


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (httpx.ReadTimeout("slow"), RequestTimeout, "create_token: no answer in time"),
        (httpx.ConnectError("refused"), ConnectionFailed, "create_token: ConnectError"),
        (ZeroDivisionError("bug"), ZeroDivisionError, "bug"),
    ],
)
def test_a_token_request_that_fails_on_the_way_says_so_and_frees_the_lock(
    world, exchange, read, error, kind, words
):
    def fail() -> None:
        raise error

    auth = world.auth()
    world.before_token = fail
    with pytest.raises(kind, match=words):
        exchange(world, auth, read)
    world.before_token = lambda: None
    assert exchange(world, auth, read) == ["t2"]


def test_a_failure_after_a_401_frees_the_lock_too(world, exchange, read):
    auth = world.auth()
    world.rejected = {"t1"}
    assert exchange(world, auth, read) == ["t2"]
    world.rejected = {"t2"}
    world.token_answers = [(500, "")]
    with pytest.raises(ServerError, match="create_token"):
        exchange(world, auth, read)
    assert exchange(world, auth, read) == ["t4"]


@pytest.mark.parametrize("token", ["a\nb", "a\r\nx: y"])
def test_a_token_that_is_no_header_is_not_shown(world, exchange, read, token):
    """Through a transport that checks headers as h11 does, quoting them in its error."""

    def checking(request: httpx.Request) -> httpx.Response:
        value = request.headers.get("authorization", "")
        if not value.isprintable():
            raise httpx.LocalProtocolError(f"Illegal header value {value!r}")
        return world(request)

    world.token_answers = [(200, json.dumps({"access_token": f"canary{token}"}))]
    with pytest.raises(InvalidParameter) as caught:
        exchange(checking, world.auth(), read)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_nothing_secret_is_logged_or_shown(world, exchange, read, caplog):
    auth = world.auth(login=BasicAuth("user", Secret("login-secret")))
    world.rejected = {"t1"}
    with caplog.at_level(logging.DEBUG):
        exchange(world, auth, read)
    assert TOKEN_URL in caplog.text
    for secret in (CLIENT_SECRET, "login-secret", "Bearer", "t2", "bG9naW4"):
        assert secret not in caplog.text
        assert secret not in repr(auth)
        assert secret not in repr(auth._held)


def test_a_request_that_was_not_sent_by_this_flow_is_not_signed_twice(world, exchange, read):
    """The header is replaced, not added to."""
    world.rejected = {"t1"}
    exchange(world, world.auth(), read)
    assert all(len(request.headers.get_list("authorization")) == 1 for request in world.requests)


class Flow:
    """Drives the auth flow of one request by hand, as both clients do."""

    def __init__(self, auth: TokenAuth[Any], *, blocking: bool) -> None:
        request = httpx.Request("GET", "https://api.example/sims")
        self.loop = None if blocking else asyncio.new_event_loop()
        self.generator: Any = (
            auth.sync_auth_flow(request) if blocking else auth.async_auth_flow(request)
        )

    def send(self, answer: httpx.Response | None) -> httpx.Request:
        if self.loop is None:
            return self.generator.send(answer)
        return self.loop.run_until_complete(self.generator.asend(answer))

    def close(self) -> None:
        if self.loop is None:
            self.generator.close()
        else:
            self.loop.run_until_complete(self.generator.aclose())
            self.loop.close()


@pytest.mark.parametrize("blocking", [True, False])
def test_a_401_for_a_token_that_was_already_replaced_fetches_no_other(world, blocking):
    auth = world.auth()
    first, second = Flow(auth, blocking=blocking), Flow(auth, blocking=blocking)
    signed = first.send(world(first.send(None)))
    assert signed.headers["authorization"] == "Bearer t1"
    assert second.send(None).headers["authorization"] == "Bearer t1"

    asking = first.send(httpx.Response(401))
    assert asking.url == TOKEN_URL
    assert first.send(world(asking)).headers["authorization"] == "Bearer t2"

    late = second.send(httpx.Response(401))
    assert late.url != TOKEN_URL
    assert late.headers["authorization"] == "Bearer t2"
    assert len(world.tokens) == 2
    first.close()
    second.close()

"""Renewing early, failing to renew, size caps, and one token for several clients."""

from __future__ import annotations

import copy
import gzip
import time
from typing import Any

import httpx
import pytest

from simloom.runtime import (
    AuthenticationError,
    ConnectionFailed,
    DecodeError,
    PermissionDenied,
    Secret,
    ServerError,
)
from simloom.transport.auth import BasicAuth
from simloom.transport.tokencache import MOST, TokenCache

TOKEN_URL = "https://login.example/oauth/token"
MIB = 1024 * 1024


def at(world: Any, seconds: float) -> Any:
    """Move the clock to so many seconds after the first token was asked for."""
    return lambda: setattr(world.clock, "now", 1000.0 + seconds)


def lenient(world: Any) -> Any:
    """An API that takes any token, as one does until a token ends."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url == TOKEN_URL:
            return world(request)
        return httpx.Response(200, text=request.headers["authorization"].removeprefix("Bearer "))

    return answer


@pytest.mark.parametrize(
    ("sent", "fresh", "stale"),
    [(300, 269.9, 270.1), (30, 24.9, 25.1), (1, 0.49, 0.51), ("3599", 3538.9, 3539.1)],
)
def test_a_stale_token_is_renewed_by_the_caller_that_finds_it(
    world, exchange, read, sent, fresh, stale
):
    world.expires_in = sent
    steps = (read, at(world, fresh), read, at(world, stale), read, read)
    answers = [one for one in exchange(lenient(world), world.auth(), *steps) if one]
    assert answers == ["t1", "t1", "t2", "t2"]
    assert len(world.tokens) == 2


@pytest.mark.parametrize("answer", [(500, ""), (503, "<html>"), (200, "<html>"), (401, "{}")])
def test_a_failed_renewal_keeps_the_token_and_is_not_repeated_at_once(
    world, exchange, read, answer, caplog
):
    auth = world.auth()
    api = lenient(world)
    assert exchange(api, auth, read) == ["t1"]
    at(world, 280)()  # 20 s left
    world.token_answers = [answer]
    assert exchange(api, auth, read, read, read) == ["t1"] * 3
    assert len(world.tokens) == 2
    assert "renewing the token failed" in caplog.text
    at(world, 294.9)()
    assert exchange(api, auth, read) == ["t1"]
    assert len(world.tokens) == 2  # the pause is 17.5 s
    if answer[0] != 401:
        at(world, 295)()
        assert exchange(api, auth, read) == ["t3"]  # no token is left, so the pause is over


def test_refused_credentials_are_an_error_once_the_token_has_ended(world, exchange, read):
    auth = world.auth()
    exchange(lenient(world), auth, read)
    at(world, 280)()
    world.token_answers = [(401, '{"error":"invalid_client"}')]
    assert exchange(lenient(world), auth, read) == ["t1"]
    at(world, 296)()
    with pytest.raises(AuthenticationError, match="invalid_client"):
        exchange(lenient(world), auth, read)
    assert len(world.tokens) == 2  # refused credentials are not offered again for a minute
    at(world, 341)()
    assert exchange(lenient(world), auth, read) == ["t3"]


def test_a_renewal_without_an_answer_fails_one_call_and_leaves_the_token(world, exchange, read):
    """httpx cannot go on with the request that waited; a `Session` repeats it: it was not sent."""
    auth = world.auth()
    exchange(lenient(world), auth, read)
    at(world, 280)()

    def broken(request: httpx.Request) -> httpx.Response:
        if request.url == TOKEN_URL:
            world.tokens.append(request)
            raise httpx.ConnectError("refused")
        return lenient(world)(request)

    with pytest.raises(ConnectionFailed) as caught:
        exchange(broken, auth, read)
    assert caught.value.operation == "create_token"
    assert exchange(broken, auth, read, read) == ["t1", "t1"]
    assert len(world.tokens) == 2


def test_a_server_that_repeats_its_token_is_not_asked_on_each_request(world, exchange, read):
    auth = world.auth()
    exchange(lenient(world), auth, read)
    at(world, 272)()
    world.token_answers = [(200, '{"access_token":"t1","expires_in":28}')]
    assert exchange(lenient(world), auth, *[read] * 20) == ["t1"] * 20
    assert len(world.tokens) == 2
    at(world, 300)()
    assert exchange(lenient(world), auth, read) == ["t3"]


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 1e9])
def test_a_wall_clock_that_jumps_changes_nothing(world, exchange, read, monkeypatch, jump):
    auth = world.auth()
    wall = time.time()
    exchange(world, auth, read)
    monkeypatch.setattr(time, "time", lambda: wall + jump)
    assert exchange(world, auth, read) == ["t1"]
    at(world, 271)()
    assert exchange(world, auth, read) == ["t2"]


def test_a_403_renews_nothing(world, exchange, read):
    def forbidden(request: httpx.Request) -> httpx.Response:
        if request.url == TOKEN_URL:
            return world(request)
        world.requests.append(request)
        return httpx.Response(403, json={"message": "token expired"})

    auth = world.auth()
    for _ in range(3):
        with pytest.raises(PermissionDenied):
            exchange(forbidden, auth, read)
    assert (len(world.tokens), len(world.requests)) == (1, 3)


def packed(size: int) -> dict[str, Any]:
    """An answer of few bytes on the wire that is large in memory."""
    return {
        "content": gzip.compress(b" " * size),
        "headers": {"content-encoding": "gzip"},
    }


class Streamed(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer that is read piece by piece, as from a socket."""

    def __init__(self, content: bytes, broken: Exception | None = None) -> None:
        self._content = content
        self._broken = broken
        self.closed = False

    def __iter__(self):
        for start in range(0, len(self._content), 1000):
            yield self._content[start : start + 1000]
        if self._broken is not None:
            raise self._broken

    async def __aiter__(self):
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def streamed(status: int, stream: Streamed) -> httpx.Response:
    return httpx.Response(status, headers={"content-encoding": "gzip"}, stream=stream)


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_token_answer_that_is_too_large_is_not_read(world, exchange, read, status):
    stream = Streamed(gzip.compress(b" " * 64 * MIB))

    def bomb(request: httpx.Request) -> httpx.Response:
        return streamed(status, stream)

    with pytest.raises(DecodeError, match="create_token: the answer is larger than 1,048,576"):
        exchange(bomb, world.auth(), read)
    assert stream.closed


def test_a_401_that_is_too_large_is_not_read(world, exchange, write):
    stream = Streamed(gzip.compress(b" " * 64 * MIB))

    def bomb(request: httpx.Request) -> httpx.Response:
        return world(request) if request.url == TOKEN_URL else streamed(401, stream)

    with pytest.raises(DecodeError, match="larger than"):
        exchange(bomb, world.auth(), write)
    assert stream.closed
    assert len(world.tokens) == 1


@pytest.mark.parametrize("problem", ["too large", "broken off", "no gzip"])
def test_a_renewal_whose_answer_cannot_be_read_keeps_the_token(world, exchange, read, problem):
    auth = world.auth()
    exchange(lenient(world), auth, read)
    at(world, 280)()
    stream = {
        "too large": Streamed(gzip.compress(b" " * 2 * MIB)),
        "broken off": Streamed(gzip.compress(b"{")[:5], httpx.ReadError("reset")),
        "no gzip": Streamed(b"this is not gzip"),
    }[problem]

    def renewal_fails(request: httpx.Request) -> httpx.Response:
        return streamed(200, stream) if request.url == TOKEN_URL else lenient(world)(request)

    assert exchange(renewal_fails, auth, read, read) == ["t1", "t1"]
    assert stream.closed


def test_clients_with_the_same_credentials_use_one_token(world, exchange, read):
    cache = TokenCache()
    for _ in range(3):
        auth = world.auth()
        auth.share(cache)
        assert exchange(world, auth, read) == ["t1"]
    assert len(world.tokens) == 1
    assert exchange(world, world.auth(), read) == ["t2"]  # one that does not share


def test_other_credentials_use_another_token(world, exchange, read):
    """Knowing only the client id must not be enough to get its token."""
    cache = TokenCache()
    mine = world.auth(login=BasicAuth("me", Secret("right")))
    mine.share(cache)
    exchange(world, mine, read)
    others = [
        world.auth(login=BasicAuth("me", Secret("wrong"))),
        world.auth(login=BasicAuth("other", Secret("right"))),
        world.auth(),
    ]
    for other in others:
        other.share(cache)
        assert other._held is not mine._held
    moved = world.auth(login=BasicAuth("me", Secret("right")))
    moved._url = "https://other.example/token"
    moved.share(cache)
    assert moved._held is not mine._held
    assert len({id(auth._held) for auth in others}) == 3


def test_the_cache_holds_no_secret_in_clear_and_is_bounded(world):
    cache = TokenCache()
    first = world.auth(login=BasicAuth("me", Secret("pw-canary")))
    first.share(cache)
    shown = repr(vars(cache)) + repr([vars(first)])
    assert "client-secret" not in shown
    assert "pw-canary" not in shown
    assert "cHctY2FuYXJ5" not in shown
    for number in range(MOST + 10):
        world.auth(login=BasicAuth("me", Secret(str(number)))).share(cache)
    assert len(cache._held) == MOST
    again = world.auth(login=BasicAuth("me", Secret("pw-canary")))
    again.share(cache)
    assert again._held is not first._held
    cache.forget()
    assert len(cache._held) == 0


def test_a_shared_error_is_a_copy_with_everything(world):
    error = ServerError(
        operation="x", status=500, headers={"a": "b"}, content=b"raw", body=[1], details={"code": 7}
    )
    twin = copy.copy(error)
    assert twin is not error
    assert (type(twin), str(twin), vars(twin)) == (ServerError, str(error), vars(error))

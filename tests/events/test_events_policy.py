"""When to connect again: the decisions alone."""

from __future__ import annotations

import pytest

from simloom.errors import (
    AuthenticationError,
    ConnectionFailed,
    DecodeError,
    NotFound,
    PermissionDenied,
    QuotaExceeded,
    RequestTimeout,
    ServerError,
    StreamEnded,
    StreamStolen,
)
from simloom.events.policy import Ending, Reconnecting, StreamPolicy


def api_error(kind, status):
    return kind(operation="event stream", status=status)


def ended(again, ending, lasted, jitter=0.5):
    again.ask(1000.0)
    return again.ended(ending, 1000.0 + lasted, jitter)


@pytest.mark.parametrize("ending", [Ending.IDLE, Ending.END])
def test_the_end_after_a_minute_is_no_reason_to_wait(ending):
    again = Reconnecting("simaction")
    assert [ended(again, ending, 60.0) for _ in range(50)] == [0.0] * 50


def test_five_early_ends_in_a_row_are_somebody_else():
    again = Reconnecting("simaction")
    assert [ended(again, Ending.END, 10.0, jitter=1.0) for _ in range(4)] == [0.0, 1.0, 2.0, 4.0]
    with pytest.raises(StreamStolen, match=r"'simaction'.*5 times in a row"):
        ended(again, Ending.END, 44.9)


@pytest.mark.parametrize("between", [(Ending.END, 45.0), (Ending.IDLE, 60.0)])
def test_a_stream_that_lasts_clears_the_suspicion(between):
    again = Reconnecting("simaction")
    for _ in range(5):
        for _ in range(4):
            ended(again, Ending.END, 1.0)
        assert ended(again, *between) == 0.0


def test_a_gateway_that_answers_504_at_once_is_not_asked_in_a_loop():
    again = Reconnecting("simaction")
    delays = [ended(again, Ending.IDLE, 0.1, jitter=1.0) for _ in range(10)]
    assert delays == [0.0, 0.0, 0.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert ended(again, Ending.IDLE, 60.0, jitter=1.0) == 0.0
    assert ended(again, Ending.IDLE, 0.1, jitter=1.0) == 0.0


def test_no_content_ends_the_stream():
    with pytest.raises(StreamEnded, match="204"):
        ended(Reconnecting("simaction"), Ending.NOTHING, 0.0)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionFailed("broke"),
        RequestTimeout("nothing for 90 s"),
        api_error(ServerError, 500),
        api_error(ServerError, 503),
        api_error(QuotaExceeded, 429),
    ],
)
@pytest.mark.parametrize(
    ("jitter", "delays"), [(0.0, [1.0] * 7), (1.0, [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0])]
)
def test_broken_connections_wait_longer_and_longer(error, jitter, delays):
    again = Reconnecting("simaction")
    assert [again.failed(error, jitter) for _ in range(7)] == delays
    again.begin()
    assert again.failed(error, jitter) == delays[0]


def test_a_thousand_failures_do_not_overflow():
    again = Reconnecting("simaction")
    assert {again.failed(ConnectionFailed("broke"), 1.0) for _ in range(2000)} >= {30.0}
    assert max(ended(again, Ending.IDLE, 0.0, jitter=1.0) for _ in range(2000)) == 30.0


@pytest.mark.parametrize(
    "error",
    [
        api_error(AuthenticationError, 401),
        api_error(PermissionDenied, 403),
        api_error(QuotaExceeded, 403),
        api_error(NotFound, 404),
        DecodeError("no token"),
    ],
)
def test_what_ends_a_stream(error):
    with pytest.raises(type(error)):
        Reconnecting("simaction").failed(error, 0.5)


def test_the_read_timeout_outlasts_the_vendor():
    assert StreamPolicy().read_timeout >= 90

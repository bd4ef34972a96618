"""Whether to send again: the rules of each retry class, decided without sending anything."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.capabilities import RetryClass
from simloom.errors import (
    ApiError,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    OutcomeUnknown,
    QuotaExceeded,
    RequestTimeout,
)
from simloom.runtime import Empty, Operation
from simloom.runtime.errors import error_class
from simloom.transport.retry import RetryBudget, RetryPolicy, Verdict, decide, retry_after
from simloom.transport.session import Exchange

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
READ, SET_STATE, ADDITIVE = RetryClass.READ, RetryClass.SET_STATE, RetryClass.ADDITIVE
NEVER_SENT = ConnectionFailed("refused", operation="x", sent=False)
LOST = RequestTimeout("no answer", operation="x")


def status(code: int, message: str = "", **headers: str) -> ApiError:
    details = {"message": message}
    return error_class(code, details)(operation="x", status=code, headers=headers, details=details)


def verdict(error: Exception, retry: RetryClass, attempt: int = 1) -> Verdict:
    return decide(
        error,
        retry=retry,
        attempt=attempt,
        elapsed=0,
        jitter=0.5,
        policy=RetryPolicy(),
        now=NOW,
    ).verdict


LIMIT = "Limit exceeded"
TABLE = [
    # failure, read, set-state, additive
    (NEVER_SENT, Verdict.AGAIN, Verdict.AGAIN, Verdict.AGAIN),
    (LOST, Verdict.AGAIN, Verdict.UNKNOWN, Verdict.UNKNOWN),
    (ConnectionFailed("reset"), Verdict.AGAIN, Verdict.UNKNOWN, Verdict.UNKNOWN),
    (status(500), Verdict.AGAIN, Verdict.RAISE, Verdict.RAISE),
    (status(502), Verdict.AGAIN, Verdict.UNKNOWN, Verdict.UNKNOWN),
    (status(503), Verdict.AGAIN, Verdict.UNKNOWN, Verdict.UNKNOWN),
    (status(504), Verdict.AGAIN, Verdict.UNKNOWN, Verdict.UNKNOWN),
    (status(408), Verdict.AGAIN, Verdict.UNKNOWN, Verdict.UNKNOWN),
    (status(429), Verdict.AGAIN, Verdict.AGAIN, Verdict.RAISE),
    (status(403, LIMIT), Verdict.RAISE, Verdict.RAISE, Verdict.RAISE),
    (status(403, "no"), Verdict.RAISE, Verdict.RAISE, Verdict.RAISE),
    (status(400), Verdict.RAISE, Verdict.RAISE, Verdict.RAISE),
    (status(401), Verdict.RAISE, Verdict.RAISE, Verdict.RAISE),
    (status(404), Verdict.RAISE, Verdict.RAISE, Verdict.RAISE),
    (status(409), Verdict.RAISE, Verdict.RAISE, Verdict.RAISE),
    (DecodeError("bad", status=200), Verdict.RAISE, Verdict.RAISE, Verdict.RAISE),
    (DecodeError("too large"), Verdict.RAISE, Verdict.UNKNOWN, Verdict.UNKNOWN),
    (InvalidParameter("bad"), Verdict.RAISE, Verdict.RAISE, Verdict.RAISE),
]


@pytest.mark.parametrize(("error", "read", "set_state", "additive"), TABLE)
def test_the_rule_of_each_class(
    error: Exception, read: Verdict, set_state: Verdict, additive: Verdict
) -> None:
    found = (verdict(error, READ), verdict(error, SET_STATE), verdict(error, ADDITIVE))
    assert found == (read, set_state, additive)


@pytest.mark.parametrize(("error", "read", "set_state", "additive"), TABLE)
def test_after_the_last_attempt_nothing_is_sent(
    error: Exception, read: Verdict, set_state: Verdict, additive: Verdict
) -> None:
    for retry in RetryClass:
        assert verdict(error, retry, attempt=3) is not Verdict.AGAIN


@given(st.integers(100, 599), st.booleans())
def test_an_additive_request_that_may_have_arrived_is_never_sent_again(
    code: int, lost: bool
) -> None:
    error: Exception = LOST if lost else status(code)
    assert verdict(error, ADDITIVE) is not Verdict.AGAIN


@given(
    st.integers(1, 10), st.floats(0, 1, exclude_max=True), st.floats(0, 200), st.sampled_from(TABLE)
)
def test_delays_are_bounded_by_policy_and_deadline(
    attempt: int, jitter: float, elapsed: float, row: tuple[Exception, Verdict, Verdict, Verdict]
) -> None:
    policy = RetryPolicy(attempts=20)
    found = decide(
        row[0],
        retry=READ,
        attempt=attempt,
        elapsed=elapsed,
        jitter=jitter,
        policy=policy,
        now=NOW,
    )
    assert 0 <= found.delay <= policy.longest
    assert elapsed + found.delay <= policy.deadline or found.verdict is not Verdict.AGAIN


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (format_datetime(NOW + dt.timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(NOW - dt.timedelta(seconds=9), usegmt=True), 0.0),
        ("soon", None),
        ("-1", None),
        ("٣", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}, NOW) == seconds


def test_the_vendors_time_is_kept_and_never_undercut() -> None:
    error = status(429, **{"retry-after": "7"})
    found = decide(
        error, retry=READ, attempt=1, elapsed=0, jitter=0.0, policy=RetryPolicy(), now=NOW
    )
    assert found.delay == 7.0


def test_a_vendor_that_asks_for_an_hour_is_the_callers_decision() -> None:
    assert verdict(status(429, **{"retry-after": "3600"}), READ) is Verdict.RAISE


def test_an_empty_budget_ends_retries_and_successes_fill_it() -> None:
    budget = RetryBudget(capacity=10, tokens=10)
    assert budget.take(10)
    assert not budget.take(5)
    for _ in range(20):
        budget.give(1)
    assert budget.tokens == 10


def exchange(retry: RetryClass, budget: RetryBudget | None = None) -> Exchange:
    operation: Operation[None] = Operation(
        id="x", method="POST", path="/x", results={200: Empty()}, retry=retry
    )
    made = Exchange(
        operation.request(),
        policy=RetryPolicy(),
        budget=budget or RetryBudget(),
        clock=lambda: 0.0,
        wall=lambda: 1_767_225_600.0,
        jitter=lambda: 0.5,
    )
    made.begin()
    return made


def test_an_unknown_outcome_says_what_and_when_and_keeps_the_cause() -> None:
    with pytest.raises(OutcomeUnknown, match="unknown whether") as said:
        exchange(ADDITIVE).failed(LOST)
    assert said.value.__cause__ is LOST
    assert said.value.operation == "x"
    assert said.value.intent
    assert said.value.started == said.value.ended == 1_767_225_600.0


def test_a_failing_token_request_leaves_the_write_unsent() -> None:
    lost = RequestTimeout("no answer", operation="create_token")
    assert exchange(ADDITIVE).failed(lost) > 0
    refused = error_class(500, {})(operation="create_token", status=500)
    assert exchange(ADDITIVE).failed(refused) > 0


def test_without_budget_the_error_is_raised_as_it_is() -> None:
    with pytest.raises(QuotaExceeded):
        exchange(READ, RetryBudget(capacity=4, tokens=4)).failed(status(429))

"""Whether to send a request again, and when: a decision without I/O or a clock of its own.

The rule follows what a repetition would do (`RetryClass`):

- read: again after a broken connection, 408, 425, 429 and 5xx.
- set-state: again only when nothing was sent, or when the vendor refused it for its rate. A lost
  answer leaves the outcome unknown.
- additive (SMS, top-up, order, transfer): again only when nothing was sent.

Delays are "full jitter": a random part of a doubling, capped wait, so that many processes do not
come back at once. A vendor's `Retry-After` wins, up to a ceiling above which waiting is the
caller's decision.
"""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TYPE_CHECKING

from attrs import define, frozen

from simloom.capabilities import RetryClass
from simloom.errors import ApiError, DecodeError, QuotaExceeded, TransportError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_LOST_BEHIND_GATEWAY = frozenset({408, 502, 503, 504})
"""Statuses of something in between: the request may have gone on to the vendor all the same."""


class Verdict(Enum):
    """What to do after a failure."""

    RAISE = "raise"
    AGAIN = "again"
    UNKNOWN = "unknown"


@frozen
class Decision:
    """A verdict; `delay` in seconds belongs to `AGAIN`."""

    verdict: Verdict
    delay: float = 0.0


@frozen(kw_only=True)
class RetryPolicy:
    """How patient to be: attempts in all, seconds of waiting, the ceiling for `Retry-After`."""

    attempts: int = 3
    base: float = 0.5
    longest: float = 20.0
    longest_retry_after: float = 60.0
    deadline: float = 120.0


@define
class RetryBudget:
    """A purse that retries empty and successes fill: a broken vendor is not hammered.

    Shared by all requests of a client. Costs follow botocore's standard mode: 500 tokens, 5 for a
    retry, 10 after a time-out.
    """

    capacity: int = 500
    tokens: int = 500

    def take(self, cost: int) -> bool:
        """Take the cost of a retry if it is there."""
        if self.tokens < cost:
            return False
        self.tokens -= cost
        return True

    def give(self, cost: int) -> None:
        """Put back what a successful retry had taken, or 1 for a first success."""
        self.tokens = min(self.capacity, self.tokens + cost)


def decide(
    error: Exception,
    *,
    retry: RetryClass,
    attempt: int,
    elapsed: float,
    jitter: float,
    policy: RetryPolicy,
    now: dt.datetime,
) -> Decision:
    """Decide about the failure of attempt number `attempt` (from 1).

    `elapsed` is the seconds since the first attempt began; `jitter` is random in [0, 1); `now` is
    only used for a `Retry-After` that is a date.
    """
    final = Decision(_final_verdict(error, retry))
    if final.verdict is Verdict.UNKNOWN or not _may_repeat(error, retry):
        return final
    if attempt >= policy.attempts:
        return final
    asked = retry_after(error.headers, now) if isinstance(error, ApiError) else None
    if asked is not None:
        if asked > policy.longest_retry_after:
            return final
        delay = asked + jitter * policy.base  # never before the vendor's time
    elif isinstance(error, QuotaExceeded) and error.status != 429:
        return final  # a window of minutes: waiting for it is the quota ledger's or caller's work
    else:
        delay = jitter * min(policy.longest, policy.base * 2**attempt)
    if elapsed + delay > policy.deadline:
        return final
    return Decision(Verdict.AGAIN, delay)


def _may_repeat(error: Exception, retry: RetryClass) -> bool:
    """Tell whether sending again cannot do anything twice."""
    if isinstance(error, TransportError):
        return not error.sent or retry is RetryClass.READ
    if isinstance(error, ApiError):
        if retry is RetryClass.READ:
            return error.status in _TRANSIENT
        return retry is RetryClass.SET_STATE and isinstance(error, QuotaExceeded)
    return False


def _final_verdict(error: Exception, retry: RetryClass) -> Verdict:
    """Tell whether giving up leaves a write in doubt."""
    if retry is RetryClass.READ:
        return Verdict.RAISE
    if isinstance(error, TransportError) and error.sent:
        return Verdict.UNKNOWN
    if isinstance(error, ApiError) and error.status in _LOST_BEHIND_GATEWAY:
        return Verdict.UNKNOWN
    if isinstance(error, DecodeError) and error.status is None:
        return Verdict.UNKNOWN  # the answer was cut off before its status was known
    return Verdict.RAISE


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Return the seconds a `Retry-After` asks for (RFC 9110 10.2.3: seconds or a date)."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - now).total_seconds())

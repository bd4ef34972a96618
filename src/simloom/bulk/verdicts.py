"""What an error means for a chunk: pure, one function."""

from __future__ import annotations

from enum import Enum

from simloom.bulk.errors import WriteTooLate
from simloom.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConnectionFailed,
    DecodeError,
    IdentifierError,
    InvalidParameter,
    OutcomeUnknown,
    PermissionDenied,
    QuotaExceeded,
    QuotaWaitTooLong,
    RequestTimeout,
    ServerError,
    TransportError,
    UnsupportedOperation,
)


class Verdict(Enum):
    """What to do with the chunk."""

    REJECTED = "rejected"
    """The vendor refused it: nothing happened, and it would refuse it again."""
    DENIED = "denied"
    """These credentials may not do it, at least not for these SIMs."""
    QUOTA = "quota"
    """The vendor's limit is used up: nothing happened, try again later."""
    AGAIN = "again"
    """Nothing was written: try again a little later."""
    UNKNOWN = "unknown"
    """It may have happened."""
    FATAL = "fatal"
    """No chunk can succeed: stop the job."""


def judge(error: Exception, *, wrote: bool) -> Verdict:
    """Return what an error of the sending flow means.

    `wrote` tells that a write of the flow was answered with success, or may have arrived, before
    the error came.
    """
    if wrote or isinstance(error, OutcomeUnknown):
        return Verdict.UNKNOWN
    if isinstance(error, (QuotaExceeded, QuotaWaitTooLong)):
        return Verdict.QUOTA
    if isinstance(error, PermissionDenied):
        return Verdict.DENIED
    if isinstance(
        error, (AuthenticationError, ConfigurationError, UnsupportedOperation, InvalidParameter)
    ):
        return Verdict.FATAL
    if isinstance(
        error,
        (
            *(ServerError, ConnectionFailed, RequestTimeout, DecodeError, TransportError),
            WriteTooLate,
        ),
    ):
        return Verdict.AGAIN
    if isinstance(error, (ApiError, IdentifierError)):
        return Verdict.REJECTED
    return Verdict.FATAL

"""What the end of a request means for its grant."""

from __future__ import annotations

from enum import Enum

from simloom.errors import (
    ApiError,
    DecodeError,
    InvalidParameter,
    QuotaExceeded,
    TransportError,
)

_GATEWAY = frozenset({408, 502, 503, 504})


class Ending(Enum):
    """How a request ended, as far as counting goes."""

    ANSWERED = "answered"
    """The vendor has counted it, if it ever will: the grant is settled."""
    REFUSED = "refused"
    """Answered with "limit exceeded": settled, and the bucket closed."""
    UNSENT = "unsent"
    """Nothing can have reached the vendor: the grant is given back."""
    LOST = "lost"
    """It may still be on its way to the vendor: the grant stays as it is."""


def ending_of(error: BaseException | None, operation: str) -> Ending:
    """Return the ending of a request of an operation; `error` is None after a good answer."""
    if error is None:
        return Ending.ANSWERED
    if isinstance(error, (ApiError, DecodeError, TransportError)) and error.operation not in {
        "",
        operation,
    }:
        return Ending.UNSENT  # the token request failed, so this one was not sent
    if isinstance(error, QuotaExceeded):
        return Ending.REFUSED
    if isinstance(error, ApiError):  # a gateway's answer does not end the vendor's work
        return Ending.LOST if error.status in _GATEWAY else Ending.ANSWERED
    if isinstance(error, DecodeError):
        return Ending.LOST if error.status is None else Ending.ANSWERED
    if isinstance(error, TransportError):
        return Ending.LOST if error.sent else Ending.UNSENT
    return Ending.UNSENT if isinstance(error, InvalidParameter) else Ending.LOST

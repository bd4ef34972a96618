"""Every error this library raises, in one place to import from.

The tree starts at `SimloomError`. Errors of requests and answers live below the runtime, because
generated clients raise them too; they are the same classes here.
"""

from __future__ import annotations

from simloom.runtime.errors import (
    ApiError,
    AuthenticationError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    NotFound,
    PermissionDenied,
    QuotaExceeded,
    RequestTimeout,
    ServerError,
    SimloomError,
    TransportError,
)

__all__ = [
    "ApiError",
    "AuthenticationError",
    "BadRequest",
    "Conflict",
    "ConnectionFailed",
    "DecodeError",
    "InvalidParameter",
    "NotFound",
    "PermissionDenied",
    "QuotaExceeded",
    "RequestTimeout",
    "ServerError",
    "SimloomError",
    "TransportError",
]

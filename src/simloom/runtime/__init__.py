"""What generated clients stand on, and nothing else.

A generated operation is a value: `get_sim.request(iccid=...)` builds a `Request[T]` that knows its
method, path, parameters, body and how to read the answer. Everything here except `Client` and
`AsyncClient` is free of I/O, and httpx is imported only when one of those two is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.runtime.enums import OpenIntEnum, OpenStrEnum
from simloom.runtime.errors import (
    ApiError,
    AuthenticationError,
    BadRequest,
    ClientClosed,
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
from simloom.runtime.model import Model
from simloom.runtime.operation import (
    Binary,
    Body,
    Empty,
    Evidence,
    Json,
    Operation,
    Request,
    Response,
    RetryClass,
    Text,
)
from simloom.runtime.secret import Secret, to_secret
from simloom.runtime.senders import AsyncSender, Sender
from simloom.runtime.timestamps import Date, Timestamp
from simloom.runtime.unset import UNSET, Unset

if TYPE_CHECKING:
    from simloom.runtime.client import AsyncClient, Client

__all__ = [
    "UNSET",
    "ApiError",
    "AsyncClient",
    "AsyncSender",
    "AuthenticationError",
    "BadRequest",
    "Binary",
    "Body",
    "Client",
    "ClientClosed",
    "Conflict",
    "ConnectionFailed",
    "Date",
    "DecodeError",
    "Empty",
    "Evidence",
    "InvalidParameter",
    "Json",
    "Model",
    "NotFound",
    "OpenIntEnum",
    "OpenStrEnum",
    "Operation",
    "PermissionDenied",
    "QuotaExceeded",
    "Request",
    "RequestTimeout",
    "Response",
    "RetryClass",
    "Secret",
    "Sender",
    "ServerError",
    "SimloomError",
    "Text",
    "Timestamp",
    "TransportError",
    "Unset",
    "to_secret",
]


def __getattr__(name: str) -> object:
    if name in {"AsyncClient", "Client"}:
        from simloom.runtime import client  # noqa: PLC0415  (httpx only when it is wanted)

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Authentication as `httpx.Auth` flows: fixed credentials here, tokens in `tokenauth.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from simloom.runtime.parameters import encode_headers
from simloom.transport.tokenauth import TokenAuth
from simloom.transport.tokens import Token, lifetime_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from simloom.runtime.secret import Secret

__all__ = ["BasicAuth", "BearerAuth", "Token", "TokenAuth", "is_auth", "lifetime_of"]


def is_auth(candidate: object) -> bool:
    """Tell whether an object can sign requests: it is an `httpx.Auth`."""
    return isinstance(candidate, httpx.Auth)


class BearerAuth(httpx.Auth):
    """Sends a fixed API key as `Authorization: <scheme> <key>`; `App` is Infobip's scheme.

    Raises `InvalidParameter`, without the key, for one that no header can hold.
    """

    def __init__(self, key: Secret, *, scheme: str = "Bearer") -> None:
        encode_headers({"api_key": key})
        self._key = key
        self._scheme = scheme

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["authorization"] = f"{self._scheme} {self._key.reveal()}"
        yield request


class BasicAuth(httpx.BasicAuth):
    """Sends user name and password as HTTP Basic (RFC 7617)."""

    def __init__(self, username: str, password: Secret) -> None:
        super().__init__(username, password.reveal())

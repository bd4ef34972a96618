"""HTTP Basic (every example of the Infobip page), or an API key (Infobip's `App` scheme)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from simloom.errors import InvalidParameter
from simloom.runtime.parameters import encode_headers
from simloom.runtime.secret import Secret, to_secret
from simloom.transport.auth import BasicAuth

if TYPE_CHECKING:
    from collections.abc import Generator


class AppKeyAuth(httpx.Auth):
    """Sends an API key as `Authorization: App …`."""

    def __init__(self, key: Secret) -> None:
        encode_headers({"api_key": key})
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["authorization"] = f"App {self._key.reveal()}"
        yield request


def auth(
    username: str | None = None,
    password: str | Secret | None = None,
    *,
    api_key: str | Secret | None = None,
) -> BasicAuth | AppKeyAuth:
    """Sign requests with the API key if there is one, else with user name and password.

    Raises `InvalidParameter` without either, and for a key that no header can hold.
    """
    key = to_secret(api_key)
    if key:
        return AppKeyAuth(key)
    secret = to_secret(password)
    if not username or not secret:
        raise InvalidParameter("give username and password, or api_key")
    return BasicAuth(username, secret)

"""HTTP Basic (every example of the Infobip page), or an API key (Infobip's `App` scheme)."""

from __future__ import annotations

from simloom.errors import InvalidParameter
from simloom.runtime.secret import Secret, to_secret
from simloom.transport.auth import BasicAuth, BearerAuth


def auth(
    username: str | None = None,
    password: str | Secret | None = None,
    *,
    api_key: str | Secret | None = None,
) -> BasicAuth | BearerAuth:
    """Sign requests with the API key if there is one, else with user name and password.

    Raises `InvalidParameter` without either, and for a key that no header can hold.
    """
    key = to_secret(api_key)
    if key:
        return BearerAuth(key, scheme="App")
    secret = to_secret(password)
    if not username or not secret:
        raise InvalidParameter("give username and password, or api_key")
    return BasicAuth(username, secret)

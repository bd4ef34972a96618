"""HTTP Basic (every example of the Infobip page)."""

from __future__ import annotations

from simloom.runtime.secret import Secret, to_secret
from simloom.transport.auth import BasicAuth


def auth(username: str, password: str | Secret) -> BasicAuth:
    """Sign requests with user name and password."""
    return BasicAuth(username, to_secret(password))

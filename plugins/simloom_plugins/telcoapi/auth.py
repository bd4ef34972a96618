"""A bearer API key (inferred: the reference does not say how requests are signed)."""

from __future__ import annotations

from simloom.runtime.secret import Secret, to_secret
from simloom.transport.auth import BearerAuth


def auth(api_key: str | Secret) -> BearerAuth:
    """Sign requests with the key; raise `InvalidParameter` for one that no header can hold."""
    return BearerAuth(to_secret(api_key))

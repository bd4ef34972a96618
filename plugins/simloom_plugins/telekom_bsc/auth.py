"""OAuth2 client credentials with HTTP Basic (Business Smart Connect guide, section 3)."""

from __future__ import annotations

from simloom.runtime.secret import Secret, to_secret
from simloom.transport.auth import BasicAuth, Token, TokenAuth, lifetime_of
from simloom_clients.telekom_bsc import models
from simloom_clients.telekom_bsc.api.auth import create_token

LIFETIME = 3600.0
"""Seconds, for an answer without `expires_in`: the guide says 240 minutes, its example 3,599 s."""


def auth(
    username: str, password: str | Secret, *, base_url: str
) -> TokenAuth[models.TokenResponse]:
    """Sign requests with an opaque token; the login is that of a portal user with API access."""
    body = models.TokenRequest(grant_type=models.GrantType.CLIENT_CREDENTIALS)
    return TokenAuth(
        request=lambda: create_token.request(body=body),
        url=f"{base_url.rstrip('/')}/oauth/token",
        read=lambda answer: Token(answer.access_token, lifetime_of(answer.expires_in)),
        default_lifetime=LIFETIME,
        login=BasicAuth(username, to_secret(password)),
    )

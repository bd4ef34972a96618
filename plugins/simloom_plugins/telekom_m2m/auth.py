"""OAuth2 client credentials in the request body (M2M guide, Getting Started, Authentication)."""

from __future__ import annotations

from simloom.runtime.secret import Secret, to_secret
from simloom.transport.auth import Token, TokenAuth, lifetime_of
from simloom_clients.telekom_m2m import models
from simloom_clients.telekom_m2m.api.auth import create_token

TOKEN_URL = "https://sg-api.telekom.de/auth/realms/default/protocol/openid-connect/token"  # noqa: S105
SCOPE = "openid profile"
"""The guide's table; its command-line example has `openid` alone."""

LIFETIME = 300.0
"""Seconds; the FAQ's "approximately 300", for an answer without `expires_in`."""


def auth(
    client_id: str,
    client_secret: str | Secret,
    *,
    token_url: str = TOKEN_URL,
    scope: str = SCOPE,
) -> TokenAuth[models.AccessToken]:
    """Sign requests with a token of the portal's identity server."""
    secret = to_secret(client_secret)
    body = models.TokenGrant(
        grant_type=models.GrantType.CLIENT_CREDENTIALS,
        client_id=client_id,
        client_secret=secret,
        scope=scope,
    )
    return TokenAuth(
        request=lambda: create_token.request(body=body),
        url=token_url,
        read=lambda answer: Token(answer.access_token, lifetime_of(answer.expires_in)),
        default_lifetime=LIFETIME,
    )

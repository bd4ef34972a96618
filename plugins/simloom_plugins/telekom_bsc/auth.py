"""OAuth2 client credentials with HTTP Basic (Business Smart Connect guide, section 3).

The guide's token request has a form body. 1NCE's system, which Business Smart Connect is built on,
takes JSON today and answers a form with 400 `UnsupportedContentTypeError` (inferred for Business
Smart Connect): `wants_json` recognises that answer, `json_token_request` is what to send then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.runtime.secret import Secret, to_secret
from simloom.transport.auth import BasicAuth, Token, TokenAuth, lifetime_of
from simloom_clients.telekom_bsc import models
from simloom_clients.telekom_bsc.api.auth import create_token

if TYPE_CHECKING:
    from simloom.runtime import ApiError, Request

LIFETIME = 3600.0
"""Seconds, for an answer without `expires_in`: the guide says 240 minutes, its example 3,599 s."""


def auth(
    username: str, password: str | Secret, *, base_url: str
) -> TokenAuth[models.TokenResponse]:
    """Sign requests with an opaque token; the login is that of a portal user with API access."""
    return TokenAuth(
        request=form_token_request,
        url=f"{base_url.rstrip('/')}/oauth/token",
        read=lambda answer: Token(answer.access_token, lifetime_of(answer.expires_in)),
        default_lifetime=LIFETIME,
        login=BasicAuth(username, to_secret(password)),
        fallback=json_token_request,
        falls_back=wants_json,
        denied=is_wrong_login,
    )


def form_token_request() -> Request[models.TokenResponse]:
    """Build the token request of the guide, section 3.1: a form body."""
    return create_token.request(body=_grant())


def json_token_request() -> Request[models.TokenResponse]:
    """Build the token request of 1NCE's present system: the same member in a JSON body."""
    return create_token.OPERATION.request(body=_grant(), media_type="application/json")


def wants_json(refusal: ApiError) -> bool:
    """Tell whether a refused form may be repeated as JSON; a wrong password (400 too) may not."""
    unsupported = models.TokenErrorCode.UNSUPPORTED_CONTENT_TYPE_ERROR
    return refusal.status == 415 or (refusal.status == 400 and refusal.code == unsupported)


def is_wrong_login(refusal: ApiError) -> bool:
    """Tell whether a refusal means wrong user name or password: the vendor says 400, not 401."""
    return refusal.code == models.TokenErrorCode.BAD_CREDENTIALS


def _grant() -> models.TokenRequest:
    return models.TokenRequest(grant_type=models.GrantType.CLIENT_CREDENTIALS)

"""The vendors' own words for an error that a script asks for.

The shapes are those of the answers that the vendors' modules give. For the statuses that a
gateway in front of a vendor would answer they are assumed to be the same.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Reply

if TYPE_CHECKING:
    from datetime import datetime

_PROBLEM = "application/problem+json"


def own_error(
    provider: str, status: int, reason: str, *, path: str, now: datetime, is_login: bool
) -> Reply:
    """Return an error of a vendor, or its bare status below 400."""
    if status < 400:
        return Reply(status=status, reason=reason)
    name, phrase = _names(status)
    if is_login:
        body: Any = _login_error(provider, status, phrase)
    elif provider == "telekom-m2m":
        stamp = now.strftime("%Y-%m-%d %H:%M:%S")
        body = {"status": name, "message": phrase, "errors": [reason], "timestamp": stamp}
    elif provider == "telekom-bsc":
        body = {"message": phrase} if status == 400 else None
    elif provider == "telcoapi":
        body = {
            "type": f"https://api.telcoapi.com/errors/{phrase.lower().replace(' ', '-')}",
            "title": phrase,
            "status": status,
            "detail": reason,
            "instance": path.removeprefix("/v1"),
        }
        return Reply(status=status, body=body, media_type=_PROBLEM, reason=reason)
    elif provider == "infobip":
        exception = {"messageId": name, "text": phrase}
        body = {"requestError": {"serviceException": exception}}
    else:  # a vendor that is nothing but its spec
        body = {"status": status, "error": phrase, "detail": reason}
    return Reply(status=status, body=body, reason=reason)


def _login_error(provider: str, status: int, phrase: str) -> Any:
    if provider == "telekom-bsc":
        code = "".join(word.capitalize() for word in phrase.split())
        return {"statusCode": status, "errorCode": code, "message": phrase}
    error = "server_error" if status >= 500 else "invalid_request"
    return {"error": error, "error_description": phrase}


def _names(status: int) -> tuple[str, str]:
    try:
        known = HTTPStatus(status)
    except ValueError:
        return f"STATUS_{status}", f"Status {status}"
    return known.name, known.phrase

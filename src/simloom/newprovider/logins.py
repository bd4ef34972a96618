"""The request that exchanges a name and a password for a token, where the document has just one."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from simloom.newprovider.document import (
    answer_schema,
    operations,
    properties,
    required,
    sent_json,
)
from simloom.newprovider.found import SLOT, needed
from simloom.newprovider.records import kind_of
from simloom.newprovider.words import plain

_USER = {"username", "user", "login", "email", "userid", "loginname"}
_PASSWORD = {"password", "passwd", "pwd"}
_TOKEN = {"token", "accesstoken", "authtoken", "bearertoken", "jwt", "jwttoken", "sessiontoken"}
_SECONDS = {"expiresin", "expiresinseconds"}


@frozen(kw_only=True)
class Login:
    """The path of the request, and the members of its body and of its answer."""

    path: str = "/login"
    user: str = "username"
    password: str = "password"  # noqa: S105  (a member's name)
    token: str = "token"  # noqa: S105  (a member's name)
    seconds: str = "expires_in"
    """How long the token lives; an answer without it is read, too."""


def login_of(document: dict[str, Any]) -> Login | None:
    """Return the only POST that takes a name and a password and answers with one token."""
    found = []
    for path, method, operation in operations(document):
        body = sent_json(document, operation) if method == "POST" else None
        if body is None or SLOT.search(path) or needed(operation):
            continue
        members = properties(document, body)
        user, password = _only(members, _USER), _only(members, _PASSWORD)
        if not user or not password or required(document, body) - {user, password}:
            continue
        schemas = (answer_schema(document, operation, status) for status in (200, 201))
        answer = next((properties(document, schema) for schema in schemas if schema), {})
        token = _only(answer, _TOKEN)
        if token and kind_of(document, answer[token])[0] == "string":
            seconds = _only(answer, _SECONDS) or "expires_in"
            found.append(
                Login(path=path, user=user, password=password, token=token, seconds=seconds)
            )
    return found[0] if len(found) == 1 else None


def _only(members: dict[str, Any], names: set[str]) -> str:
    found = [name for name in members if plain(name) in names]
    return found[0] if len(found) == 1 else ""

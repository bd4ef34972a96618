"""The operation of a document that gives out tokens, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.sandbox.anyspec.nouns import plain
from simloom.sandbox.anyspec.samples import Samples
from simloom.sandbox.anyspec.shapes import Shapes, infer, with_value
from simloom.sandbox.anyspec.validation import fits
from simloom.sandbox.seeds import Draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.sandbox.anyspec.routes import AnyRoutes
    from simloom.sandbox.messages import Call
    from simloom.sandbox.routing import Operation
    from simloom.sandbox.specs import Spec

_PATHS = ("login", "logon", "signin", "auth", "token", "session")
_USERS = {
    *("username", "user", "login", "email", "userid", "account", "accountid", "clientid"),
    *("customer", "customerid", "loginid", "loginname", "apiuser", "emailaddress"),
}
_SECRETS = {
    *("password", "secret", "clientsecret", "apikey", "apisecret", "passwd", "pass", "pin"),
    *("userpassword", "apitoken"),
}
_TOKENS = (
    *("accesstoken", "token", "authtoken", "jwt", "bearertoken", "sessiontoken", "idtoken"),
    *("apitoken", "sessionid", "jwttoken", "authorizationtoken"),
)
_EXPIRIES = {"expiresin", "expires", "expirein", "validfor", "ttl", "lifetime"}


@frozen
class Login:
    """An operation that takes credentials and answers with a token for `scheme`."""

    operation: str
    scheme: str
    user: str | None
    """The member of the body with the name of who logs in."""
    secret: str | None
    """The member with the secret; None if the request logs in with HTTP Basic."""
    basic: str | None = None
    """The scheme of HTTP Basic that it logs in with."""
    user_schema: Any = None
    secret_schema: Any = None

    def given(self, call: Call) -> tuple[str | None, str | None]:
        """Return who a call says to be, and the secret."""
        body = call.content if isinstance(call.content, Mapping) else {}
        # A text with half a surrogate pair is no credential, and cannot be compared.
        texts = {n: v for n, v in body.items() if isinstance(v, str) and v.isprintable()}
        return ("" if self.user is None else texts.get(self.user)), texts.get(self.secret or "")


def find_login(spec: Spec, routes: AnyRoutes, good: Mapping[str, Any]) -> Login | None:
    """Return the operation that logs in for a scheme without any other way to a token.

    `good` maps an operation to the content of its good answer.
    """
    schemes = spec.document.get("components", {}).get("securitySchemes", {})
    nodes = {name: spec.resolve(node) for name, node in schemes.items()}
    bearers = [name for name, node in nodes.items() if _wants_token(node)]
    basics = [
        name for name, node in nodes.items() if str(node.get("scheme", "")).lower() == "basic"
    ]
    if not bearers:
        return None
    shapes = Shapes(Samples(spec, Draw(0, spec.provider)))
    for operation in routes.operations:
        if operation.method != "POST" or not _is_login(operation):
            continue
        if token_place(shapes, _schema(good.get(operation.id, {}))) is None:
            continue
        needed = routes.nodes[operation.id].get("security", spec.document.get("security", ()))
        names = [name for together in needed for name in together]
        basic = next((name for name in names if name in basics), None)
        members = shapes.members(routes.body_schema(operation))
        secret = next((name for name in members if plain(name) in _SECRETS), None)
        user = next((name for name in members if plain(name) in _USERS), None)
        if secret is not None:
            return Login(
                operation.id,
                bearers[0],
                user,
                secret,
                None,
                members.get(user or ""),
                members[secret],
            )
        if basic is not None:
            return Login(operation.id, bearers[0], None, None, basic)
    return None


def token_place(shapes: Shapes, schema: Any) -> tuple[str, ...] | None:
    """Return the members that lead to the token in an answer."""
    found = dict(_leaves(shapes, schema))
    return next((found[word] for word in _TOKENS if word in found), None)


def token_body(shapes: Shapes, schema: Any, base: Any, token: str, lifetime: int) -> Any:
    """Return an answer with a token, and with how many seconds it lives."""
    place = token_place(shapes, schema)
    if place is None:
        return None
    body = with_value(base, place, token)
    for word, path in _leaves(shapes, schema):
        value: Any = None
        if word in _EXPIRIES:
            value = lifetime
        elif word == "tokentype":
            value = "Bearer"
        if value is not None:
            changed = with_value(body, path, value)
            body = changed if fits(shapes.spec, schema, changed) else body
    return body


def _schema(content: Mapping[str, Any]) -> Any:
    if "schema" in content:
        return content["schema"]
    return infer(content["example"]) if "example" in content else {}


def _leaves(shapes: Shapes, schema: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, part in shapes.members(schema).items():
        inner = shapes.members(part)
        for below in inner:
            yield plain(below), (name, below)
        if not inner:
            yield plain(name), (name,)


def _wants_token(node: Mapping[str, Any]) -> bool:
    if node.get("type") == "http":
        return str(node.get("scheme", "")).lower() == "bearer"
    name = plain(str(node.get("name", "")))
    is_header = node.get("type") == "apiKey" and node.get("in") == "header"
    return is_header and (name == "authorization" or "token" in name or "session" in name)


def _is_login(operation: Operation) -> bool:
    words = "/".join(part for part in operation.template if not part.startswith("{")).lower()
    return any(word in words for word in _PATHS)

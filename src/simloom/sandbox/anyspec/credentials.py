"""The demo credentials of a spec: made from its `securitySchemes`, and recognised in a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from attrs import field, frozen

from simloom.sandbox.anyspec.arguments import cookies_of
from simloom.sandbox.anyspec.reading import SpecRefused, operations
from simloom.sandbox.anyspec.samples import Samples
from simloom.sandbox.anyspec.validation import fits
from simloom.sandbox.messages import Call, basic_credentials, bearer_token, read_form
from simloom.sandbox.seeds import Draw
from simloom.sandbox.vendor import same_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simloom.sandbox.anyspec.logins import Login
    from simloom.sandbox.specs import Spec
    from simloom.sandbox.tokens import TokenStore

LIFETIME = 3600
_FLOWS = ("clientCredentials", "password", "authorizationCode")
_TOKEN_WORDS = ("bearer", "token", "app", "apikey", "key")


@frozen
class Scheme:
    """One security scheme and what it takes here. `settings` maps each part to its name."""

    name: str
    node: Mapping[str, Any]
    settings: Mapping[str, str]
    values: Mapping[str, str] = field(repr=False)
    login: Login | None = None
    """The operation of the document that has the tokens for it."""

    @property
    def token_url(self) -> str | None:
        """The vendor's token endpoint, if the spec tells it."""
        return token_url(self.node)

    @property
    def grant(self) -> str:
        """The `grant_type` that its token endpoint takes (RFC 6749, 4.3 and 4.4)."""
        return grant_of(self.node)

    @property
    def is_basic(self) -> bool:
        """Whether it is HTTP Basic."""
        return is_basic(self.node)

    @property
    def how(self) -> str:
        """What to send, in words."""
        names = ", ".join(self.settings.values())
        where = f"as {self.node.get('in')} {self.node.get('name')}"
        if self.login is not None:
            how = where if self.node["type"] == "apiKey" else "as bearer token"
            return f"the token of {self.login.operation} {how}"
        if self.node["type"] == "apiKey":
            return f"{names} {where}"
        if self.is_basic:
            return f"HTTP Basic with {names}"
        if self.token_url is not None:
            return f"a bearer token from the token endpoint, for {names}"
        return f"Authorization: Bearer with {names}"

    def accepts(self, call: Call, tokens: TokenStore) -> bool:
        """Tell whether a call has these credentials."""
        if self.is_basic:
            return self.knows(*(basic_credentials(call) or (None, None)))
        is_key = self.node["type"] == "apiKey"
        given = _key(self.node, call) if is_key else bearer_token(call)
        if self.login is not None or self.token_url is not None:
            return tokens.holder(given) == self.name
        return same_secret(given, self.values["api_key" if is_key else "token"])

    def knows(self, user: str | None, secret: str | None) -> bool:
        """Tell whether these are the name, if it has one, and the secret of it."""
        *names, wanted = self.values.values()
        right = all(same_secret(user, name) for name in names)
        return right & same_secret(secret, wanted)


def schemes_of(spec: Spec, login: Login | None = None) -> dict[str, Scheme]:
    """Return the security schemes by name. Raises SpecRefused for one that cannot be served."""
    found: dict[str, Scheme] = {}
    taken: set[str] = set()
    nodes = spec.document.get("components", {}).get("securitySchemes", {})
    for name, reference in nodes.items():
        node = spec.resolve(reference)
        own = login if login is not None and login.scheme == name else None
        parts = _parts(name, node) if own is None else _login_parts(own)
        suffix = f"_{name}" if taken & set(parts) else ""
        settings = {part: f"{part}{suffix}" for part in parts}
        taken |= set(settings.values())
        values = {
            part: f"sandbox-{spec.provider}-{full}".replace("_", "-")
            for part, full in settings.items()
        }
        if own is not None:
            values = _allowed(spec, own, values)
        found[name] = Scheme(name, node, settings, values, own)
    _check_uses(spec, found)
    return found


def token_url(node: Mapping[str, Any]) -> str | None:
    """Return where a scheme has its tokens from, or None."""
    flow = _flow(node)
    return None if flow is None else str(node["flows"][flow]["tokenUrl"])


def grant_of(node: Mapping[str, Any]) -> str:
    """Return the grant of the flow that has the token endpoint."""
    return "password" if _flow(node) == "password" else "client_credentials"


def is_basic(node: Mapping[str, Any]) -> bool:
    """Tell whether a scheme is HTTP Basic."""
    return node.get("type") == "http" and str(node.get("scheme", "")).lower() == "basic"


def client_of(call: Call) -> tuple[str | None, str | None, str | None]:
    """Return name, secret and grant type of a request for a token (RFC 6749, 2.3.1, 4.3.2, 4.4.2).

    With the grant `password` they are those of the user. Raises Refused for a form that cannot be
    read.
    """
    form = texts_of(call.content) if isinstance(call.content, dict) else read_form(call)
    grant = form.get("grant_type")
    if grant == "password":
        return form.get("username"), form.get("password"), grant
    basic = basic_credentials(call)
    if basic is not None:
        return unquote_plus(basic[0]), unquote_plus(basic[1]), grant
    return form.get("client_id"), form.get("client_secret"), grant


def texts_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the members of a body that are texts, without those that no encoding has."""
    return {
        name: value
        for name, value in content.items()
        if isinstance(value, str) and value.isprintable()
    }


def _flow(node: Mapping[str, Any]) -> str | None:
    flows = node.get("flows", {})
    return next((flow for flow in _FLOWS if flows.get(flow, {}).get("tokenUrl")), None)


def _parts(name: str, node: Mapping[str, Any]) -> tuple[str, ...]:
    kind, scheme = node.get("type"), str(node.get("scheme", "")).lower()
    if is_basic(node):
        return ("username", "password")
    if kind == "apiKey" and node.get("in") in {"header", "query", "cookie"} and node.get("name"):
        return ("api_key",)
    if kind == "oauth2" and token_url(node) is not None:
        is_user = grant_of(node) == "password"
        return ("username", "password") if is_user else ("client_id", "client_secret")
    if kind in {"oauth2", "openIdConnect"} or (kind == "http" and scheme == "bearer"):
        return ("token",)
    raise SpecRefused(
        f"#/components/securitySchemes/{name}: {kind} {scheme} is not served;"
        " http basic, http bearer, apiKey, oauth2 and openIdConnect are"
    )


def _login_parts(login: Login) -> tuple[str, ...]:
    if login.basic is not None:
        return ()
    return ("password",) if login.user is None else ("username", "password")


def _allowed(spec: Spec, login: Login, values: Mapping[str, str]) -> dict[str, str]:
    """Return credentials that the schema of the login's body allows."""
    samples = Samples(spec, Draw(0, spec.provider))
    schemas = {"username": login.user_schema, "password": login.secret_schema}
    made = {}
    for part, value in values.items():
        schema = schemas[part] or {}
        is_mail = samples.flat(schema).get("format") == "email" or "mail" in str(login.user)
        text = f"{value}@example.com" if part == "username" and is_mail else value
        made[part] = text if fits(spec, schema, text) else str(samples.make(schema, part))
    return made


def _check_uses(spec: Spec, known: Mapping[str, Scheme]) -> None:
    for where, name in _uses(spec):
        if name not in known:
            raise SpecRefused(f"{where}: no security scheme is called {name!r}")


def _uses(spec: Spec) -> Iterator[tuple[str, str]]:
    for needed in spec.document.get("security", ()):
        yield from (("#/security", name) for name in needed)
    for path, method, _, node in operations(spec.document):
        for needed in node.get("security", ()):
            yield from ((f"{method.upper()} {path}, security", name) for name in needed)


def _key(node: Mapping[str, Any], call: Call) -> str | None:
    name = str(node["name"])
    if node["in"] == "header":
        given = call.headers.get(name.lower())
        word, _, rest = (given or "").partition(" ")
        # Many documents mean `Authorization: Bearer ...` by a key in that header.
        return rest.strip() if rest and word.lower() in _TOKEN_WORDS else given
    if node["in"] == "cookie":
        return cookies_of(call.headers).get(name)
    return next((value for given, value in call.query if given == name), None)

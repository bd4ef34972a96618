"""The demo credentials of a spec: made from its `securitySchemes`, and recognised in a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from attrs import field, frozen

from simloom.sandbox.anyspec.reading import SpecRefused, operations
from simloom.sandbox.anyspec.routes import cookies_of
from simloom.sandbox.messages import Call, basic_credentials, bearer_token, read_form
from simloom.sandbox.vendor import same_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simloom.sandbox.specs import Spec
    from simloom.sandbox.tokens import TokenStore

LIFETIME = 3600
_FLOWS = ("clientCredentials", "password", "authorizationCode")


@frozen
class Scheme:
    """One security scheme and what it takes here. `settings` maps each part to its name."""

    name: str
    node: Mapping[str, Any]
    settings: Mapping[str, str]
    values: Mapping[str, str] = field(repr=False)

    @property
    def token_url(self) -> str | None:
        """The vendor's token endpoint, if the spec tells it."""
        return token_url(self.node)

    @property
    def how(self) -> str:
        """What to send, in words."""
        names = ", ".join(self.settings.values())
        if self.node["type"] == "apiKey":
            return f"{names} as {self.node['in']} {self.node['name']}"
        if self.node["type"] == "http" and self.node["scheme"].lower() == "basic":
            return f"HTTP Basic with {names}"
        if self.token_url is not None:
            return f"a bearer token from the token endpoint, for {names}"
        return f"Authorization: Bearer with {names}"

    def accepts(self, call: Call, tokens: TokenStore) -> bool:
        """Tell whether a call has these credentials."""
        kind, values = self.node["type"], self.values
        if kind == "apiKey":
            return same_secret(_key(self.node, call), values["api_key"])
        if "username" in values:
            user, password = basic_credentials(call) or (None, None)
            right = same_secret(user, values["username"])
            return right & same_secret(password, values["password"])
        if "client_id" in values:
            return tokens.holder(bearer_token(call)) == self.name
        return same_secret(bearer_token(call), values["token"])


def schemes_of(spec: Spec) -> dict[str, Scheme]:
    """Return the security schemes by name. Raises SpecRefused for one that cannot be served."""
    found: dict[str, Scheme] = {}
    taken: set[str] = set()
    nodes = spec.document.get("components", {}).get("securitySchemes", {})
    for name, reference in nodes.items():
        node = spec.resolve(reference)
        parts = _parts(name, node)
        suffix = f"_{name}" if taken & set(parts) else ""
        settings = {part: f"{part}{suffix}" for part in parts}
        taken |= set(settings.values())
        values = {
            part: f"sandbox-{spec.provider}-{full}".replace("_", "-")
            for part, full in settings.items()
        }
        found[name] = Scheme(name, node, settings, values)
    _check_uses(spec, found)
    return found


def token_url(node: Mapping[str, Any]) -> str | None:
    """Return where a scheme has its tokens from, or None."""
    flows = node.get("flows", {})
    urls = [flows[flow].get("tokenUrl") for flow in _FLOWS if flow in flows]
    return next((str(url) for url in urls if url), None)


def client_of(call: Call) -> tuple[str | None, str | None, str | None]:
    """Return client id, secret and grant type of a request for a token (RFC 6749, 2.3.1, 4.4.2).

    Raises Refused for a form that cannot be read.
    """
    form = read_form(call)
    basic = basic_credentials(call)
    if basic is not None:
        return unquote_plus(basic[0]), unquote_plus(basic[1]), form.get("grant_type")
    return form.get("client_id"), form.get("client_secret"), form.get("grant_type")


def _parts(name: str, node: Mapping[str, Any]) -> tuple[str, ...]:
    kind, scheme = node.get("type"), str(node.get("scheme", "")).lower()
    if kind == "http" and scheme == "basic":
        return ("username", "password")
    if kind == "apiKey" and node.get("in") in {"header", "query", "cookie"} and node.get("name"):
        return ("api_key",)
    if kind == "oauth2" and token_url(node) is not None:
        return ("client_id", "client_secret")
    if kind in {"oauth2", "openIdConnect"} or (kind == "http" and scheme == "bearer"):
        return ("token",)
    raise SpecRefused(
        f"#/components/securitySchemes/{name}: {kind} {scheme} is not served;"
        " http basic, http bearer, apiKey, oauth2 and openIdConnect are"
    )


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
        return call.headers.get(name.lower())
    if node["in"] == "cookie":
        return cookies_of(call).get(name)
    return next((value for given, value in call.query if given == name), None)
